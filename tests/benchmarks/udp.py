"""Datagrams of 64 B as fast as they can be sent: how many are recorded, and who lost the rest."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from sockplay.session.reader import Reader
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.receivers import free_port, workbench

_ROUNDS = 3
_SECONDS = 4.0
_SENDER = """
import socket, sys, time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect(("127.0.0.1", int(sys.argv[1])))
data, sent, end = bytes(range(64)), 0, time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    for _ in range(64):
        sock.send(data)
    sent += 64
print(sent)
"""
_BARE = """
import socket, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
count = 0
sock.recv(65535)
sock.settimeout(1)
try:
    while sock.recv(65535):
        count += 1
except TimeoutError:
    print(count)
"""


def run() -> list[Figure]:
    """Ours beside a bare loop that keeps nothing, in turns."""
    pairs, lost = [], []
    for _ in range(_ROUNDS):
        recorded, dropped = _ours()
        pairs.append((recorded, _bare()))
        lost.append(dropped)
    ours, theirs = (median(column) for column in zip(*pairs, strict=True))
    return [
        Figure(
            "UDP datagrams of 64 B",
            f"{ours / _SECONDS:,.0f} a second",
            f"recv: {theirs / _SECONDS:,.0f} a second",
            f"{median(mine / other for mine, other in pairs):.2f}",
            "0.2",
        ),
        Figure(
            "   lost beyond the kernel's counter",
            "0",
            f"the kernel dropped {median(lost) / _SECONDS:,.0f} a second",
            "",
            "0",
        ),
    ]


def _ours() -> tuple[int, int]:
    with tempfile.TemporaryDirectory(prefix="sockplay-bench-") as folder:
        path = Path(folder, "udp.session")
        with workbench(path, protocol=("--udp",)) as (terminal, port):
            sent = _send(port)
            time.sleep(1)
            dropped = _dropped(port)
            terminal.leave()
        with closing(Reader(path, ours=True)) as reader:
            recorded = sum(call.op == "recvfrom" for call in reader.calls())
    if recorded + dropped != sent:
        raise AssertionError(f"{sent:,} sent, {recorded:,} recorded, {dropped:,} dropped")
    return recorded, dropped


def _bare() -> int:
    port = free_port()
    receiver = subprocess.Popen(
        [sys.executable, "-c", _BARE, str(port)], stdout=subprocess.PIPE, text=True
    )
    assert receiver.stdout is not None
    receiver.stdout.readline()
    _send(port)
    return int(receiver.communicate(timeout=30)[0])


def _send(port: int) -> int:
    command = [sys.executable, "-c", _SENDER, str(port), str(_SECONDS)]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


def _dropped(port: int) -> int:
    """The last column of the socket's line (proc_net_udp in Documentation/networking)."""
    for line in Path("/proc/net/udp").read_text().splitlines():
        fields = line.split()
        if fields[1] == f"0100007F:{port:04X}":
            return int(fields[-1])
    raise AssertionError("the socket is gone")
