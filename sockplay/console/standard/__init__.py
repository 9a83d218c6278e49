"""The module that stands in for ``socket``: CPython's own Lib/socket.py over sockets of the engine.

``SocketModule`` (module.py) makes one for a program; its calls wait through ``Waits`` (waits.py),
which interrupts them; naming.py finds the names that the program gives its sockets.
"""
