"""The commands; the only place that wires a source to a session to a view."""
