"""The fixed part of a written program: what it imports, its helpers, and how it is run."""

from __future__ import annotations

from typing import Final

IMPORTS: Final = """\
import argparse
import base64
import contextlib
import errno
import os
import queue
import socket
import struct
import sys
import threading
import time
import zlib
"""

HELPERS: Final = '''\
class DifferentError(Exception):
    """Something went otherwise than recorded."""


def unpacked(text):
    """Bytes that were too many to be written out."""
    return zlib.decompress(base64.b64decode(text))


def next_part(sock, most):
    """One recv; when it brings nothing, also why."""
    while True:
        try:
            part = sock.recv(most)
        except TimeoutError:
            if progressing():
                continue
            return b"", f"nothing for {OPTIONS.timeout:g} s"
        except ConnectionError as error:
            return b"", str(error)
        went_on()
        return part, "no more was read" if part else "the end"


def receive_exactly(sock, size):
    """Receive so many bytes, or fewer where they end, and say what came then.

    A recv returns what has come so far, which need not be what was sent at once: so it loops.
    """
    came, then = bytearray(), "no more was read"
    while len(came) < size:
        part, then = next_part(sock, min(size - len(came), 65536))
        if not part:
            break
        came += part
    return bytes(came), then


def receive(sock, recorded):
    """Receive as many bytes as were recorded, however they are cut, and compare them."""
    came, then = receive_exactly(sock, len(recorded))
    compare(came, then, recorded)


def receive_end(sock):
    """Receive the end: the peer has finished sending."""
    came, then = receive_exactly(sock, 1)
    if then != "the end":
        raise DifferentError(f"received {shown(came)}, then {then}; the end was recorded")


def receive_datagram(sock, bufsize, recorded):
    """Receive one datagram, compare it, and return who sent it."""
    while True:
        try:
            came, address = sock.recvfrom(bufsize)
        except TimeoutError:
            if progressing():
                continue
            compare(b"", f"nothing for {OPTIONS.timeout:g} s", recorded)
            raise DifferentError("no datagram came; an empty one was recorded") from None
        compare(came, "no more was in it", recorded)
        return address


@contextlib.contextmanager
def sending(sock, pieces):
    """Send beside what else is done: two that only send would fill all buffers and wait."""
    problems = []

    def send():
        try:
            for piece in pieces:
                sock.sendall(piece)
                went_on()
        except OSError as error:
            problems.append(error)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    yield
    sender.join()
    if problems:
        raise problems[0]


def exchange(sock, data, recorded=b""):
    """Send much, and receive what comes meanwhile."""
    with sending(sock, (data[at : at + 65536] for at in range(0, len(data), 65536))):
        receive(sock, recorded)


def echo(sock, recorded):
    """Send back what comes, as it comes."""
    pieces, at = queue.SimpleQueue(), 0
    with sending(sock, iter(pieces.get, b"")):
        while at < len(recorded):
            part, then = next_part(sock, min(len(recorded) - at, 65536))
            compare(part, then, recorded[at : at + max(1, len(part))])
            pieces.put(part)
            at += len(part)
        pieces.put(b"")


def keep_sending(sock, size):
    """Send until that fails: the news that the peer has gone may take a moment."""
    for _ in range(500):
        sock.send(bytes(size))
        time.sleep(0.01)


@contextlib.contextmanager
def fails(*codes):
    """Expect a call to fail as it did, with one of these errors."""
    recorded = " or ".join(codes)
    try:
        yield
    except OSError as error:
        name = errno.errorcode.get(error.errno, type(error).__name__).removeprefix("WSA")
        if name not in codes:
            raise DifferentError(f"failed with {name}; {recorded} was recorded") from error
    else:
        raise DifferentError(f"it worked; {recorded} was recorded")


def compare(came, then, recorded):
    """Refuse bytes that are not those recorded."""
    if came != recorded:
        at = next((n for n, (a, b) in enumerate(zip(came, recorded)) if a != b), len(came))
        place = f" from byte {at} on" if at else ""
        raise DifferentError(
            f"received {shown(came[at:])}, then {then}; {shown(recorded[at:])} was recorded{place}"
        )


def shown(data):
    """Bytes for a sentence."""
    return f"{data[:60]!r}" + (f"... ({len(data)} bytes)" if len(data) > 60 else "")


DONE = {}


def done(what):
    """Let those go on who wait for this call of the record, or for this server."""
    DONE.setdefault(what, threading.Event()).set()
    went_on()


def after(*calls):
    """Wait until other sockets have made these calls of the record."""
    for call in calls:
        DONE.setdefault(call, threading.Event()).wait()


def went_on():
    """Note that something has happened."""
    OPTIONS.since = time.monotonic()


def progressing():
    """Whether anything happened lately, so that it is worth waiting on."""
    return time.monotonic() - OPTIONS.since < OPTIONS.timeout


def listening(name, sock):
    """Tell where a server can be reached."""
    SERVERS[name] = sock.getsockname()
    if isinstance(SERVERS[name], str):
        PATHS.append(SERVERS[name])
    print(f"{name} is at {SERVERS[name]!r}", file=sys.stderr, flush=True)
    done(name)


def place(name, sock):
    """Where a socket reaches a server; one that plays here must be ready first."""
    if name in PLAYED:
        after(name)
    address = SERVERS[name]
    if isinstance(address, tuple) and address[0] in ("", "0.0.0.0", "::"):
        here = "127.0.0.1" if sock.family == socket.AF_INET else "::1"
        return (here, address[1])
    return address


def accept(sock):
    """Accept the next connection."""
    while True:
        try:
            return sock.accept()
        except TimeoutError:
            if not progressing():
                raise DifferentError("no client came; one was recorded") from None


def remove(name):
    """Remove the file of a Unix path, as its server did."""
    if SERVERS[name] in PATHS:
        PATHS.remove(SERVERS[name])
        os.unlink(SERVERS[name])


def play(part, *sockets):
    """Let one socket play its part, beside the others."""

    def run():
        try:
            STAYING.append(part(*sockets))
            RESULTS.put((part, ""))
        except DifferentError as different:
            RESULTS.put((part, str(different)))
        except TimeoutError:
            RESULTS.put((part, f"could not go on for {OPTIONS.timeout:g} s"))
        except Exception as error:
            RESULTS.put((part, f"{error}; that was not recorded"))
        went_on()

    threading.Thread(target=run, daemon=True).start()


def aim():
    """Put the servers elsewhere, as the command line says, in the order of SERVERS."""
    ports, paths = iter(OPTIONS.port), iter(OPTIONS.path)
    for name, address in SERVERS.items():
        if isinstance(address, tuple):
            host, port = OPTIONS.host or address[0], next(ports, address[1])
            SERVERS[name] = (host, port, *address[2:])
        elif address is not None:
            SERVERS[name] = next(paths, address)


def main():
    """Play all parts; 0 when all went as recorded."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\\n")[0])
    parser.add_argument("--host", help="where the servers are, instead of the recorded hosts")
    for name, kind in (("port", int), ("path", str)):
        parser.add_argument(
            f"--{name}", type=kind, action="append", default=[],
            help=f"the {name} of the first server; repeated, that of the next",
        )
    parser.add_argument("--timeout", type=float, default=10, help="seconds to wait (default: 10)")
    parser.parse_args(namespace=OPTIONS)
    socket.setdefaulttimeout(OPTIONS.timeout)
    aim()
    went_on()
    try:
        for part in BEGINNING:
            play(part)
        for _ in range(PARTS):
            part, problem = RESULTS.get()
            name = part.__name__.removeprefix("play_")
            if problem:
                print(f"{name}: {problem}.", file=sys.stderr)
                return 1
            if part.__doc__:
                print(f"{name}: {part.__doc__}, as recorded")
    except KeyboardInterrupt:
        return 130
    finally:
        for path in PATHS:
            with contextlib.suppress(OSError):
                os.unlink(path)
    return 0


OPTIONS = argparse.Namespace()
RESULTS = queue.SimpleQueue()
STAYING = []
PATHS = []
'''

ENTRY: Final = """\
if __name__ == "__main__":
    sys.exit(main())
"""
