"""Random traffic on many sockets while sockplay is killed at random moments, again and again."""

from __future__ import annotations

import random
import selectors
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sockplay.session.folder import remove
from sockplay.session.reader import Reader
from tests.benchmarks.figures import median
from tests.benchmarks.receivers import free_port

if TYPE_CHECKING:
    from _hashlib import HASH

_SECONDS = 600.0
_SOCKETS = 50
_PIECES = (1, 10, 100, 1000, 10_000, 100_000)
_MOST_SENT = 4 << 20
"""Bytes of one peer in one life."""


class Life(msgspec.Struct, frozen=True):
    """What a process that was killed had recorded, after it was checked."""

    bytes: int
    calls: int
    lost_ms: float
    """How long before the end something had happened that is not recorded."""


class Peer:
    """A client that knows what it sent, and when it came back."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), 10)
        self.sock.setblocking(False)
        host, number = self.sock.getsockname()
        self.name = f"{host}:{number}"
        self.sent = bytearray()
        self.came = 0
        self.events: list[tuple[int, float]] = []
        """How much had come back, and when."""
        self._chance = chance

    def send(self) -> None:
        """Send a piece of any size, as much of it as there is room for."""
        if len(self.sent) < _MOST_SENT:
            piece = self._chance.randbytes(self._chance.choice(_PIECES))
            try:
                self.sent += piece[: self.sock.send(piece)]
            except BlockingIOError:
                return

    def read(self) -> None:
        """Take what came back, which must be what was sent."""
        data = self.sock.recv(1 << 16)
        assert data == self.sent[self.came : self.came + len(data)]
        self.came += len(data)
        self.events.append((self.came, time.monotonic()))

    def unrecorded_since(self, recorded: int) -> float | None:
        """When something first came back that goes beyond what is recorded."""
        return next((when for came, when in self.events if came > recorded), None)


def run() -> Iterator[str]:
    """Ten minutes of lives of one to five seconds."""
    chance, lives = random.Random(), []
    end = time.monotonic() + _SECONDS
    with tempfile.TemporaryDirectory(prefix="sockplay-soak-") as folder:
        while time.monotonic() < end:
            lives.append(live(Path(folder), chance.uniform(1, 5), _SOCKETS, chance))
    yield (
        f"soak: killed {len(lives)} times with {_SOCKETS} sockets; "
        f"{sum(life.calls for life in lives):,} calls with "
        f"{sum(life.bytes for life in lives) / 1e6:,.0f} MB were recorded, every byte as it was "
        f"sent; lost the last {median(life.lost_ms for life in lives):.0f} ms (median), "
        f"{max(life.lost_ms for life in lives):.0f} ms at most"
    )


def live(folder: Path, seconds: float, sockets: int, chance: random.Random) -> Life:
    """Start a recording echo server, talk to it, kill it, and check what it leaves behind."""
    path, port = folder / "soak.session", free_port()
    bufsize = chance.choice(("64", "4096", "65536"))
    command = [sys.executable, "-m", "sockplay", "server", str(port), "--headless", "--quiet"]
    command += ["--reply", "echo", "--bufsize", bufsize, "--record", str(path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert process.stderr is not None
    peers: list[Peer] = []
    try:
        assert b"listening" in process.stderr.readline()
        peers = [Peer(port, chance) for _ in range(sockets)]
        _talk(peers, seconds, chance)
        killed = time.monotonic()
        process.kill()
        process.wait(20)
        return _checked(path, peers, killed)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
        for peer in peers:
            peer.sock.close()
        remove(path)


def _talk(peers: list[Peer], seconds: float, chance: random.Random) -> None:
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for peer in peers:
            selector.register(peer.sock, selectors.EVENT_READ, peer)
        while time.monotonic() < end:
            for peer in chance.sample(peers, chance.randint(1, len(peers))):
                peer.send()
            for key, _ in selector.select(chance.choice((0, 0, 0.002))):
                key.data.read()


def _checked(path: Path, peers: list[Peer], killed: float) -> Life:
    came: dict[str, HASH] = defaultdict(sha256)
    went: dict[str, HASH] = defaultdict(sha256)
    calls = 0
    moved: dict[tuple[str, str], int] = defaultdict(int)
    with closing(Reader(path, ours=False)) as reader:
        for call in reader.calls():
            calls += 1
            if call.direction is None or call.error or call.peer is None:
                continue
            assert call.offset == moved[call.peer, call.direction]
            moved[call.peer, call.direction] += len(call.data)
            (came if call.direction == "in" else went)[call.peer].update(call.data)
    lost = 0.0
    for peer in peers:
        for way, hashes in (("in", came), ("out", went)):
            recorded = moved[peer.name, way]
            assert hashes[peer.name].digest() == sha256(peer.sent[:recorded]).digest()
        since = peer.unrecorded_since(moved[peer.name, "out"])
        lost = max(lost, killed - since if since is not None else 0.0)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    return Life(sum(moved.values()), calls, lost * 1000)
