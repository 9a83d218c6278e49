"""The inspector and its parts."""
