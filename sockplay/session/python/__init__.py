"""The Python that does the same: a line for each call, and a program for a whole conversation."""
