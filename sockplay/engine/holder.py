"""Who holds an address that is taken, as far as Linux's /proc tells."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sockplay.model.spec import Protocol

_TABLES: Final[dict[Protocol, tuple[str, ...]]] = {
    "tcp": ("tcp", "tcp6"),
    "udp": ("udp", "udp6"),
}
_Host = ipaddress.IPv4Address | ipaddress.IPv6Address
_LISTEN: Final = "0A"
"""TCP_LISTEN in /proc/net/tcp, proc_net(5)."""


def port_holder(protocol: Protocol, host: str, port: int) -> str | None:
    """Name the process that holds an address: ``python3 (pid 4242)``; None where none can tell."""
    wanted = ipaddress.ip_address(host.partition("%")[0])
    holders = [
        (inode, uid)
        for table in _TABLES.get(protocol, ())
        for inode, uid, state, held, held_port in _addresses(table)
        if held_port == port
        and (protocol == "udp" or state == _LISTEN)
        and (held == wanted or held.is_unspecified or wanted.is_unspecified)
    ]
    return process_of_inode(*holders[0]) if holders else None


def path_holder(path: str) -> str | None:
    """Name the process that is bound to a Unix path; None where nobody is or none can tell."""
    # proc_net(5): Num RefCount Protocol Flags Type St Inode Path
    for fields in _lines("unix", 8):
        if fields[7] == path:
            return process_of_inode(fields[6], None)
    return None


def _addresses(table: str) -> Iterator[tuple[str, str, str, _Host, int]]:
    # proc_net(5): sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode ...
    for fields in _lines(table, 11):
        host, _, port = fields[1].rpartition(":")
        yield fields[9], fields[7], fields[3], _host(host), int(port, 16)


def _host(digits: str) -> _Host:
    # Each 32-bit word is printed as the machine's own integer.
    words = bytes.fromhex(digits)
    if sys.byteorder == "little":
        words = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
    return ipaddress.ip_address(words)


def _lines(table: str, columns: int) -> Iterator[list[str]]:
    try:
        text = Path("/proc/net", table).read_text("utf-8", "backslashreplace")
    except OSError:
        return
    for line in text.splitlines()[1:]:
        fields = line.split(maxsplit=columns - 1)
        if len(fields) == columns:
            yield fields


def _holds(folder: Path, link: str) -> bool:
    for fd in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):  # closed in the meantime
            if os.readlink(folder / fd) == link:
                return True
    return False


def process_of_inode(inode: str, uid: str | None) -> str:
    """Name the process that holds a socket, told the socket's inode and its owner."""
    link = f"socket:[{inode}]"
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if _holds(folder / "fd", link):
                return process_name(int(folder.name))
        except OSError:
            continue  # another user's process, or one that has just ended
    return "a process that cannot be seen from here" + (f" (uid {uid})" if uid else "")


def process_name(pid: int) -> str:
    """A process as people know it: ``python3 (pid 4242)``.

    Raises:
        OSError: it has ended, or this is not Linux.
    """
    if pid == os.getpid():
        return "this sockplay"
    program = Path("/proc", str(pid), "comm").read_text("utf-8", "backslashreplace").strip()
    return f"{program} (pid {pid})"
