"""Writes a conversation as a program of the standard library alone that has it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sockplay.session.python.arguments import address, is_name, written
from sockplay.session.python.cast import Part
from sockplay.session.python.conversation import Conversation
from sockplay.session.python.frame import ENTRY, HELPERS, IMPORTS
from sockplay.session.python.line import error_class
from sockplay.session.python.literals import Constants
from sockplay.session.python.step import Step

_BROKEN: Final = ("EPIPE", "ECONNRESET")
"""What a send finds of a connection that has gone depends on which news came first (send(2))."""
_SENDS: Final = ("send", "send to", "echo")
_RECEIVES: Final = ("receive", "datagram", "echo")
_ODD: Final = re.compile(r"[^A-Za-z0-9_.+ -]")
_LONGEST: Final = 80
_TAKEN: Final = frozenset(
    ["address", "bytes", *re.findall(r"(?m)^(?:def |class |import )?(\w+)", IMPORTS + HELPERS)]
)
_OURS: Final = re.compile(
    r"(?:peer|server|socket_)\d+|play_.*|DATA_.*|SERVERS|PLAYED|PARTS|BEGINNING"
)
"""Names that the program uses itself."""


def program(talk: Conversation, source: str) -> str:
    """The program's text.

    Args:
        talk: what is played.
        source: the session's file name, for the first line.
    """
    writer = _Writer(talk)
    functions = [line for part, steps in talk.played for line in writer.function(part, steps)]
    beginning = [f"play_{writer.names[part.name]}" for part, _ in talk.played if not part.is_given]
    return "\n".join(
        [
            "#!/usr/bin/env python3",
            *_docstring(talk, source),
            "",
            IMPORTS,
            "SERVERS = {",
            *(f"    {name!r}: {place!r}," for name, place in writer.servers.items()),
            "}",
            f"PLAYED = {sorted(writer.played)!r}",
            *functions,
            "",
            "",
            HELPERS,
            f"BEGINNING = [{', '.join(beginning)}]",
            f"PARTS = {len(talk.played)}",
            *writer.constants.source(),
            "",
            ENTRY,
        ]
    )


def _docstring(talk: Conversation, source: str) -> list[str]:
    who = {"both": "Both sides", "client": "The client side", "server": "The server side"}
    return [
        '"""' + f"{who[talk.sides]} of a recorded conversation, to be had again.",
        "",
        f"sockplay wrote it from {_ODD.sub('_', source[:_LONGEST])}.",
        "Each play_ function is a socket, and all play at once. It exits with 0 when all came as",
        "recorded, else with 1 and a sentence that shows the difference.",
        '"""',
    ]


class _Writer:
    """Names the sockets and servers, and writes the functions."""

    def __init__(self, talk: Conversation) -> None:
        self.constants = Constants()
        self.servers: dict[str, object] = {}
        """Each server's address as recorded; None where only the kernel knows."""
        self.played: set[str] = set()
        """Those of them that the program itself plays."""
        self.names: dict[str, str] = {}
        self._serving = talk.sides == "server"
        self._parts = {part.name: part for part, _ in talk.played}
        self._peers: dict[tuple[str, str], str] = {}
        """The variables that hold the senders of datagrams, by receiver and sender."""
        for place, part in enumerate(self._parts.values(), 1):
            taken = part.name in _TAKEN or _OURS.fullmatch(part.name)
            is_free = is_name(part.name) and not taken
            self.names[part.name] = part.name if is_free else f"socket_{place}"
        for part, steps in talk.played:
            if part.side == "server" and not part.parent:
                bound = next((step for step in steps if step.kind == "bind"), None)
                self.servers[self.names[part.name]] = address(bound.args) if bound else None
                self.played.add(self.names[part.name])

    def function(self, part: Part, steps: list[Step]) -> Iterator[str]:
        """One socket's part, as a function that returns it where it was never closed."""
        name = self.names[part.name]
        yield from ("", "", f"def play_{name}({name if part.is_given else ''}):")
        if part.role == "server":
            yield f"    # accepts {_many(len(part.accepts), 'connection')}"
        else:
            yield f'    """{_summary(steps)}"""'
        if part.pair and not part.is_given:
            other = self.names[part.twin]
            yield f"    {name}, {other} = socket.socketpair({written(part.args) or ''})"
            yield f"    play(play_{other}, {other})"
        elif not part.is_given:
            yield f"    {name} = socket.socket({written(part.args) or ''})"
        if self._serving and not part.is_given:
            yield f"    {name}.settimeout(None)  # clients may take their time"
        for step in steps:
            if step.waits:
                yield f"    after({', '.join(map(str, sorted(step.waits)))})"
            for line in self._lines(part, name, step):
                yield f"    {line}"
            if step.marked:
                yield f"    done({step.last})"
        if not steps or steps[-1].kind != "close":
            yield f"    return {name}"

    def _lines(self, part: Part, name: str, step: Step) -> Iterator[str]:
        use = self.constants.use
        match step.kind:
            case "option":
                yield f"{name}.setsockopt({written(step.args)})"
            case "bind" if name in self.played:
                yield f"{name}.bind(SERVERS[{name!r}])"
                if part.role == "datagram":
                    yield f"listening({name!r}, {name})"
            case "bind":
                yield f"{name}.bind({written(step.args)})"
            case "listen":
                yield f"{name}.listen({written(step.args)})"
                yield f"listening({name!r}, {name})"
            case "accept":
                new = self.names[step.args]
                yield f"{new}, address = accept({name})"
                yield f"play(play_{new}, {new})"
            case "connect":
                yield f"{name}.connect({self._server(part, name, step)})"
            case "send" if step.exchanges:
                received = f", {use(bytes(step.received))}" if step.received else ""
                yield f"exchange({name}, {use(bytes(step.data))}{received})"
            case "echo":
                yield f"echo({name}, {use(bytes(step.data))})"
            case "send":
                how = "send" if part.role == "datagram" else "sendall"
                yield f"{name}.{how}({use(bytes(step.data))})"
            case "receive":
                yield f"receive({name}, {use(bytes(step.data))})"
            case "end":
                yield f"receive_end({name})"
            case "send to":
                target = self._target(part, name, step)
                yield f"{name}.sendto({use(bytes(step.data))}, {target})"
            case "datagram":
                yield self._datagram(part, name, step)
            case "shutdown":
                yield f"{name}.shutdown(socket.{step.args})"
            case "failure":
                yield from self._failure(part, name, step)
            case "close":
                yield f"{name}.close()"
                if isinstance(self.servers.get(name), str):
                    yield f"remove({name!r})"

    def _failure(self, part: Part, name: str, step: Step) -> Iterator[str]:
        codes = _BROKEN if step.error in _BROKEN and step.op.startswith("send") else (step.error,)
        yield f"with fails({', '.join(map(repr, codes))}):  # {error_class(step.error)}"
        if step.op.startswith("connect"):
            yield f"    {name}.connect({self._server(part, name, step)})"
        elif step.op == "shutdown":
            yield f"    {name}.shutdown(socket.{step.args})"
        elif step.op == "sendto":
            yield f"    {name}.sendto(bytes({step.size}), {self._target(part, name, step)})"
        elif step.op.startswith("send"):
            yield f"    keep_sending({name}, {step.size})"
        else:
            yield f"    {name}.recv({max(1, step.size)})"

    def _server(self, part: Part, name: str, step: Step) -> str:
        """The server that a client connects to, which may be one of another program."""
        return f"place({self._known(part, step)!r}, {name})"

    def _known(self, part: Part, step: Step) -> str:
        if part.meets in self._parts:
            return self.names[part.meets]
        where = address(step.args)
        for known, place in self.servers.items():
            if place == where and known not in self.played:
                return known
        known = f"server{len(self.servers) + 1}"
        self.servers[known] = where
        return known

    def _datagram(self, part: Part, name: str, step: Step) -> str:
        received = f"receive_datagram({name}, {step.size}, {self.constants.use(bytes(step.data))})"
        if part.connected or not step.peer:
            return received
        peer = self._peers.setdefault(
            (part.name, step.peer),
            f"peer{1 + sum(receiver == part.name for receiver, _ in self._peers)}",
        )
        return f"{peer} = {received}"

    def _target(self, part: Part, name: str, step: Step) -> str:
        """Where a datagram goes: to who wrote before, a server that plays, or another program."""
        peer = self._peers.get((part.name, step.peer))
        if peer is not None:
            return peer
        for other in self._parts.values():
            if self.names[other.name] in self.played and step.peer in (other.bound, *other.locals):
                return f"place({self.names[other.name]!r}, {name})"
        return self._server(part, name, step)


def _summary(steps: list[Step]) -> str:
    sent = sum(len(step.data) for step in steps if step.kind in _SENDS)
    came = sum(len(step.data) for step in steps if step.kind in _RECEIVES)
    came += sum(len(step.received) for step in steps)
    failed = sum(step.kind == "failure" for step in steps)
    failures = f", failed {_many(failed, 'time')}" if failed else ""
    return f"sent {_many(sent, 'byte')}, received {_many(came, 'byte')}{failures}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
