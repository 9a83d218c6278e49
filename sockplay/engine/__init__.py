"""Real sockets on one selector loop: endpoints, their calls, the kernel's view of them."""
