"""What bytes would be: numbers, times, addresses, text, and the fields of a message."""
