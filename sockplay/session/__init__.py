"""The record: every call of a run in one file, and ways to read it."""
