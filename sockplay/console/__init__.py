"""Python's own socket API over the engine: the facade, the interpreter's thread, stepping."""
