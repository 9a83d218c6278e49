"""The forms in which a session leaves sockplay."""
