"""What the kernel knows of a socket: its numbers while it is open, its state after the close."""
