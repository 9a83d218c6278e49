"""``sockplay server`` and ``sockplay client``: what to start, and whether with the workbench."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Final

from sockplay.cli.payloads import payload
from sockplay.model.spec import (
    DEFAULT_BUFSIZE,
    WHOLE_DATAGRAM,
    Behaviour,
    ClientSpec,
    Protocol,
    Reply,
    ServerSpec,
)

_DATAGRAM_WAIT_S: Final = 1.0
"""No datagram says that it was the last one."""


def start(args: Namespace) -> int:
    """Start a server or a client; returns the exit code.

    Raises:
        SockplayError: it could not be started, or broke off.
    """
    wish = _server(args) if args.command == "server" else _client(args)
    sends = [payload(args, source) for source in getattr(args, "send", ())]
    if args.layouts:
        from sockplay.cli.layouts import remember

        remember(args)
    if args.headless or args.form or not _has_terminal():
        from sockplay.cli.headless import run_headless

        return run_headless(wish, sends, args.form, args.record, _wait_s(args))
    from sockplay.cli.workbench import open_workbench

    return open_workbench(starts=[wish], sends=sends, record=args.record)


def _has_terminal() -> bool:
    """Whether a person sits in front of both: piped input is for the peer, not for keys."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _server(args: Namespace) -> ServerSpec:
    # A name may lead anywhere; a server that asked for this computer stays on it.
    host = "127.0.0.1" if args.host == "localhost" and args.family != "ipv6" else _host(args)
    behaviour = _behaviour(args, _reply(args))
    return ServerSpec(_protocol(args), args.family, host, args.port, args.unix or "", behaviour)


def _client(args: Namespace) -> ClientSpec:
    behaviour = _behaviour(args, Reply())
    return ClientSpec(
        _protocol(args), args.family, _host(args), args.port, args.unix or "", behaviour
    )


def _host(args: Namespace) -> str:
    """The host to look up; few hosts files give localhost an IPv6 address."""
    return "::1" if (args.host, args.family) == ("localhost", "ipv6") else str(args.host)


def _protocol(args: Namespace) -> Protocol:
    if args.unix is not None:
        return "unix-dgram" if args.dgram else "unix"
    return "udp" if args.udp else "tcp"


def _behaviour(args: Namespace, reply: Reply) -> Behaviour:
    datagrams = args.udp or args.dgram
    bufsize = args.bufsize or (WHOLE_DATAGRAM if datagrams else DEFAULT_BUFSIZE)
    return Behaviour(None if args.manual else bufsize, reply, args.keep_open)


def _reply(args: Namespace) -> Reply:
    if args.reply in ("nothing", "echo", "discard"):
        return Reply(args.reply)
    return Reply("payload", payload(args, args.reply))


def _wait_s(args: Namespace) -> float | None:
    if args.udp or args.dgram:
        return getattr(args, "wait", None) or _DATAGRAM_WAIT_S
    return getattr(args, "wait", None)
