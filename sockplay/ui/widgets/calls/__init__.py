"""The form of one call: its method, its arguments, its line of Python."""
