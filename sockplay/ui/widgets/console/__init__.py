"""The console's widgets: what was said, what is entered, a program, its variables, its calls."""
