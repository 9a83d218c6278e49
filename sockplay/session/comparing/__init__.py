"""What two conversations, or two messages, have in common and where they differ."""
