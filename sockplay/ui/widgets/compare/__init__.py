"""What differs between two messages or two sessions, side by side."""
