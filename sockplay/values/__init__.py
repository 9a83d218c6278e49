"""What bytes mean: integers, floats, text, payloads, hex rows, printable text."""
