"""What a person writes to be sent: forms, lines of items, messages, and their bytes."""
