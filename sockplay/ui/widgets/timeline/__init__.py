"""The timeline and its parts."""
