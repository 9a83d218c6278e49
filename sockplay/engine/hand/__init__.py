"""Calls that a program makes one by one, on real sockets, exactly as CPython would make them."""
