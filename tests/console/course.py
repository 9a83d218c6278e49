"""Programs as a course's first pages have them."""

from __future__ import annotations

import socket


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def server(port: int) -> str:
    """Accepts one client, says back what it says, ends."""
    return f"""\
import socket

listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.bind(('127.0.0.1', {port}))
listening.listen(0)
print("listening")
conn, addr = listening.accept()
print("accepted")

data = conn.recv(65535)
print("heard: " + data.decode())
conn.send(data)
conn.close()
print("closed")
"""


def client(port: int) -> str:
    """Says hello and hears it."""
    return f"""\
from socket import *

sock = socket(AF_INET, SOCK_STREAM)
sock.connect(('127.0.0.1', {port}))
print("connected")
sock.send('안녕'.encode())
data = sock.recv(65535)
print("heard: " + data.decode())
"""
