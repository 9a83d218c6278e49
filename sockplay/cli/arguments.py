"""Commands and their options, and what is said when one is spelt wrong."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from sockplay.cli.export_options import EXPORT_HELP, add_export_options
from sockplay.cli.option_values import bufsize, encoding, is_number, seconds
from sockplay.cli.session_options import add_session_commands
from sockplay.cli.standard import StandardOutput, say
from sockplay.model.spec import DEFAULT_PORT
from sockplay.values.errors import did_you_mean

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_SOCKET_USAGE: Final = "[-s HOST] [-p PORT] [--udp | --unix PATH [--dgram]] [-4 | -6]\n"
_RUN_USAGE: Final = (
    "       [--bufsize N | --manual] [--keep-open]\n"
    "       [--headless] [--json | --hex | --quiet] [--record FILE] [--layout FILE]..."
)
_PAYLOAD_HELP: Final = """\
PAYLOAD is a line of items, such as 'u16:513 "hello\\n" f32le:1.5 hex"de ad" len:u16be("abc")'.
Put it in single quotes, so that the shell leaves it alone."""

_LAYOUT_HELP: Final = """\
LAYOUT is a line of types, such as 'u16be name=u32le text=char[EOF]', or C-like definitions, such as
'struct header { u16 length; char name[length]; }', or a file of those (*.h or *.layout),
or the name of what is kept in the library, such as dns, question or dns:question."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in a sentence, with the nearest spelling, and exits with 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to learn more."""
        say(f"{self.prog}: {message.removeprefix('argument ')}")
        say(f"Try: {self.prog} --help")
        raise SystemExit(2)

    def options(self) -> Iterable[str]:
        """Every spelling of every option."""
        return self._option_string_actions

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            hint = f"{_nearest(str(value), known)} There are: {', '.join(known)}."
            what = "command" if action.dest == "command" else "choice here"
            raise argparse.ArgumentError(
                None if action.dest == "command" else action,
                f"{value!r} is no {what}.{hint}",
            )

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        StandardOutput().lines(message.rstrip("\n").split("\n"))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line.

    ``parser`` in the result is the command's own parser, for errors that are found later.

    Raises:
        SystemExit: help was asked for (0), or the usage is wrong (2).
    """
    args, extras = _parser().parse_known_args(argv)
    args.layouts = args.layouts_before + getattr(args, "layouts", [])
    parser: Parser = args.parser
    for extra in extras:
        if extra.startswith("-"):
            option = extra.partition("=")[0]
            parser.error(f"there is no option {option!r}.{_nearest(option, parser.options())}")
    if args.command in ("server", "client"):
        # argparse gives up on positionals once an option stands between them.
        _place(args, [*args.places, *extras])
    elif args.command == "replay":
        args.places += extras
    elif args.command and (args.record or args.layouts):
        option = "--record" if args.record else "--layout"
        parser.error(f"{option} goes with server, client, or no command at all.")
    elif extras:
        parser.error(f"{extras[0]!r} is one argument too many. Put quotes around what has spaces.")
    return args


def _parser() -> Parser:
    parser = Parser(
        prog="sockplay",
        usage="sockplay [--record FILE] [--layout FILE]...\n       sockplay COMMAND [-h] ...",
        description="A socket inspector and playground. Without a command, the workbench opens.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    _add_record(parser, None)
    _add_layouts(parser, "layouts_before")
    parser.set_defaults(parser=parser)
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", prog=parser.prog
    )

    def add(name: str, summary: str, usage: str | None = None, epilog: str | None = None) -> Parser:
        command: Parser = commands.add_parser(
            name,
            help=summary,
            description=summary,
            usage=usage,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(parser=command)
        return command

    server = add(
        "server",
        "Start a server, and show every call that it makes.",
        usage="sockplay server [PORT] " + _SOCKET_USAGE + "       [--reply echo|discard|nothing|"
        "PAYLOAD] [--order big|little] [--encoding E]\n" + _RUN_USAGE,
        epilog=_PAYLOAD_HELP,
    )
    server.add_argument("places", nargs="*", metavar="PORT", help="0 means any free one")
    server.add_argument("--reply", default="nothing", help="what to answer to all that arrives")
    _add_socket_options(server)

    client = add(
        "client",
        "Start a client, send, and show every call that it makes.",
        usage="sockplay client [HOST] [PORT] " + _SOCKET_USAGE + "       [--send PAYLOAD]... "
        "[--order big|little] [--encoding E] [--wait SECONDS]\n" + _RUN_USAGE,
        epilog=f"A lone number is a port on localhost: sockplay client 9000\n\n{_PAYLOAD_HELP}",
    )
    client.add_argument("places", nargs="*", metavar="HOST PORT", help="default: localhost 2500")
    client.add_argument(
        "--send", action="append", default=[], metavar="PAYLOAD", help="send this; may be repeated"
    )
    client.add_argument(
        "--wait",
        type=seconds,
        metavar="SECONDS",
        help="headless: how long the peer may be silent (UDP: 1; else until it finishes)",
    )
    _add_socket_options(client)

    encode = add("encode", "Print the bytes of a payload as hexadecimal.", epilog=_PAYLOAD_HELP)
    _add_values(encode)
    encode.add_argument("--raw", action="store_true", help="the bytes themselves")
    encode.add_argument("payload", metavar="PAYLOAD")

    decode = add("decode", "Print the fields that bytes have by a layout.", epilog=_LAYOUT_HELP)
    _add_values(decode)
    decode.add_argument("--struct", default="", metavar="NAME", help="not the last in the layout")
    decode.add_argument("layout", metavar="LAYOUT")
    _add_bytes(decode)

    inspect = add("inspect", "Print every reading of bytes, in both byte orders.")
    inspect.add_argument(
        "--encoding", type=encoding, default="utf-8", help="of text (default: utf-8)"
    )
    _add_bytes(inspect)

    add_session_commands(add)

    show = add("show", "Print the calls of a recorded session.")
    form = show.add_mutually_exclusive_group()
    _add_form(form, "json", "a JSON object for each call")
    _add_form(form, "hex", "with the bytes as offset, hex and ASCII")
    _add_form(form, "python", "the Python that makes each call, and what came back")
    show.add_argument("session", metavar="SESSION", type=Path)

    export = add("export", "Write a session in another form.", epilog=EXPORT_HELP)
    add_export_options(export)
    return parser


def _add_socket_options(parser: Parser) -> None:
    parser.add_argument("-s", "--host", help="the address (default: localhost)")
    parser.add_argument("-p", "--port", help=f"the port (default: {DEFAULT_PORT})")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--udp", action="store_true", help="datagrams instead of TCP")
    kind.add_argument("--unix", metavar="PATH", help="a Unix socket; @NAME is an abstract one")
    parser.add_argument("--dgram", action="store_true", help="with --unix: datagrams")
    family = parser.add_mutually_exclusive_group()
    for flag, name in (("-4", "ipv4"), ("-6", "ipv6")):
        family.add_argument(
            flag,
            dest="family",
            action="store_const",
            const=name,
            default="any",
            help=f"{name} alone",
        )
    _add_values(parser)
    reads = parser.add_mutually_exclusive_group()
    reads.add_argument(
        "--bufsize", type=bufsize, metavar="N", help="what each recv asks for, in bytes"
    )
    reads.add_argument("--manual", action="store_true", help="read nothing by itself")
    parser.add_argument(
        "--keep-open", action="store_true", help="stay half-open when one side has finished"
    )
    parser.add_argument(
        "--headless", action="store_true", help="print calls instead of opening the workbench"
    )
    form = parser.add_mutually_exclusive_group()
    _add_form(form, "json", "headless, a JSON object for each call")
    _add_form(form, "hex", "headless, with the bytes as offset, hex and ASCII")
    _add_form(form, "quiet", "headless, printing no calls")
    _add_record(parser, argparse.SUPPRESS)  # else it would undo one before the command
    _add_layouts(parser, "layouts")


def _add_form(group: argparse._ActionsContainer, name: str, summary: str) -> None:
    group.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=summary)


def _add_values(parser: Parser) -> None:
    parser.add_argument(
        "--order", choices=("big", "little"), default="big", help="byte order (default: big)"
    )
    parser.add_argument(
        "--encoding", type=encoding, default="utf-8", help="of text (default: utf-8)"
    )


def _add_bytes(parser: Parser) -> None:
    parser.add_argument(
        "--raw", action="store_true", help="standard input has the bytes themselves"
    )
    _add_form(parser, "json", "as a JSON object")
    parser.add_argument("hex", nargs="*", metavar="HEX", help="the bytes; - for standard input")


def _add_record(parser: Parser, default: str | None) -> None:
    parser.add_argument(
        "--record", type=Path, default=default, metavar="FILE", help="keep the session in this file"
    )


def _add_layouts(parser: Parser, name: str) -> None:
    parser.add_argument(
        "--layout",
        action="append",
        dest=name,
        default=[],
        metavar="FILE",
        help="keep the definitions in this file (*.h or *.layout) in the library; may be repeated",
    )


def _place(args: argparse.Namespace, places: list[str]) -> None:
    """Find host and port among the places, of which a client's may be a lone number."""
    parser: Parser = args.parser
    if args.unix is not None and (places or args.host or args.port or args.family != "any"):
        parser.error("--unix PATH takes neither HOST nor PORT, nor -4 or -6.")
    if args.dgram and args.unix is None:
        parser.error("--dgram goes with --unix PATH. For UDP, say --udp.")
    alone = args.command == "server" or args.host or (len(places) == 1 and is_number(places[0]))
    hosts, ports = ([], places) if alone else (places[:1], places[1:])
    if len(ports) > 1:
        parser.error(f"{ports[1]!r} is one argument too many.")
    if ports and args.port is not None:
        parser.error(f"PORT is given twice, as {ports[0]} and as -p {args.port}. Give one of them.")
    args.host = args.host or (hosts[0] if hosts else "localhost")
    port = ports[0] if ports else args.port
    args.port = DEFAULT_PORT if port is None else _port(parser, port, args.command)


def _port(parser: Parser, text: str, command: str) -> int:
    lowest = 0 if command == "server" else 1
    if not is_number(text) or len(text) > 5 or not lowest <= int(text) <= 65535:
        free = ", where 0 means any free one" if lowest == 0 else ""
        parser.error(f"{text!r} is no port. Use {lowest} to 65535{free}.")
    return int(text)


def _nearest(name: str, known: Iterable[str]) -> str:
    return did_you_mean(name, {spelling: spelling for spelling in known})
