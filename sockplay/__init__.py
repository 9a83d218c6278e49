"""sockplay: a socket inspector and playground for the terminal."""
