"""The composer and its parts."""
