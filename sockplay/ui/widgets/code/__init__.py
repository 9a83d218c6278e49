"""The code view: a line of Python for each call."""
