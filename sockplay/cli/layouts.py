"""Message definitions on the command line: written there, in a file, or kept in the library."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path
from typing import Final

from sockplay.library.files import read_text
from sockplay.library.kept import SUFFIXES
from sockplay.library.library import Library, library_folder
from sockplay.model.errors import SockplayError
from sockplay.values.errors import ValuesError
from sockplay.values.layouts.definitions import Definitions, parse_layout
from sockplay.values.layouts.types import StructType
from sockplay.values.reading.field_pairs import Meaning

_NAME: Final = re.compile(r"[\w.\- ]+(:\w+)?")


def layout(args: Namespace) -> StructType:
    """The message that ``LAYOUT`` and ``--struct`` name.

    Raises:
        SystemExit: there is none, or a mistake in it, which was pointed at.
    """
    source, struct = args.layout, args.struct
    if source.endswith(SUFFIXES["definition"]):
        source = _file(args, source)
    elif _NAME.fullmatch(source):
        source, found = _by_name(args, source)
        struct = struct or found
    definitions = _parsed(args, source, args.encoding)
    try:
        message = definitions.message(struct)
    except ValuesError as error:
        args.parser.error(error.message)
    return message


def meaning(args: Namespace) -> Meaning:
    """How ``--layout`` says that two messages are read.

    Raises:
        SystemExit: there is none, or a mistake in it, which was pointed at.
    """
    return Meaning(args.layout, layout(args), args.order)


def remember(args: Namespace) -> None:
    """Keep the definitions of ``--layout`` in the library, instead of those of the same name.

    Raises:
        SystemExit: a file is none, or has a mistake, which was pointed at.
    """
    library = Library(library_folder())
    for path in args.layouts:
        if not path.endswith(SUFFIXES["definition"]):
            args.parser.error(f"{path} is no definition. Give a file *.h or *.layout.")
        source = _file(args, path)
        _parsed(args, source, "utf-8")
        try:
            library.keep_definition(Path(path).stem, source)
        except SockplayError as error:
            args.parser.error(str(error))


def _by_name(args: Namespace, name: str) -> tuple[str, str]:
    """A layout as it is written, or else the one in the library that has this name."""
    try:
        parse_layout(name, encoding=args.encoding)
    except ValuesError as error:
        try:
            return Library(library_folder()).find(name)
        except SockplayError as unknown:
            args.parser.error(f"{error.pointed(name)}\n{unknown}")
    return name, ""


def _file(args: Namespace, path: str) -> str:
    try:
        source = read_text(Path(path), "replace")
    except SockplayError as error:
        args.parser.error(str(error))
    return source


def _parsed(args: Namespace, source: str, encoding: str) -> Definitions:
    try:
        definitions = parse_layout(source, encoding=encoding)
    except ValuesError as error:
        args.parser.error(error.pointed(source))
    return definitions
