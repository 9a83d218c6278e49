"""Panes and parts of panes: each takes plain data and sends messages up."""
