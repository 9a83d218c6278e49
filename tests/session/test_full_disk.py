"""A real disk that is full: what was recorded is intact, sockets go on, and the gap is told."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sockplay.session.reader import Reader
from sockplay.session.recorder import WAITING_BYTES
from tests.benchmarks.receivers import free_port

PIECE = 1 << 19


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def test_sockets_go_on_while_the_disk_is_full_and_the_record_says_what_is_missing(
    disk: Path,
) -> None:
    filler = disk / "filler"
    filler.write_bytes(bytes(60 << 20))
    path, port = disk / "a.session", free_port()
    command = [sys.executable, "-m", "sockplay", "server", str(port), "--headless", "--quiet"]
    command += ["--reply", "echo", "--bufsize", "65536", "--record", str(path)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert server.stderr is not None
    try:
        assert b"listening" in server.stderr.readline()
        with socket.create_connection(("127.0.0.1", port), 20) as peer:
            for piece in range(40):
                echo(peer, bytes([piece]) * PIECE)
            assert b"Not recording: database or disk is full. Sockets" in server.stderr.readline()
            assert b"Calls are not recorded any more." in server.stderr.readline()
            filler.unlink()
            deadline = time.monotonic() + 20
            while shutil.disk_usage(disk).used < WAITING_BYTES and time.monotonic() < deadline:
                time.sleep(0.01)
            echo(peer, b"after")
    finally:
        server.terminate()
        server.wait(20)
        server.stderr.close()
    with closing(Reader(path, ours=False)) as reader:
        calls = list(reader.calls())
    (gap,) = (call for call in calls if call.op == "gap")
    assert "not recorded: disk is full." in gap.note
    before = [call for call in calls if call.seq < gap.seq and call.socket == "conn1"]
    came = b"".join(call.data for call in before if call.op == "recv")
    every = b"".join(bytes([piece]) * PIECE for piece in range(40))
    # Half of what waits came in, less what the calls themselves take: 500 bytes in 65,536.
    assert WAITING_BYTES // 2 * 0.98 < len(came) < len(every)
    assert every.startswith(came)
    (after,) = (call for call in calls if call.data == b"after" and call.op == "recv")
    assert (after.offset, after.seq > gap.seq) == (len(every), True)


def echo(peer: socket.socket, data: bytes) -> None:
    """Send and have the same back."""
    peer.sendall(data)
    came = bytearray()
    while len(came) < len(data):
        came += peer.recv(1 << 16)
    assert came == data
