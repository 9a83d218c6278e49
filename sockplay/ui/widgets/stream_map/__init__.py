"""The stream map's widget and its parts."""
