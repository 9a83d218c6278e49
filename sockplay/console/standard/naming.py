"""Which name a program gives to the socket that it is making: that is the name shown."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache
from types import FrameType
from typing import Final

NAME_MOST: Final = 40
"""Letters of a name; a longer one would push everything else from its line."""


def names_wanted(frame: FrameType | None) -> tuple[str, ...]:
    """The names that the statement being run assigns to; empty where it assigns to none.

    Of ``conn, addr = srv.accept()`` it is ``conn`` and ``addr``; ``self.sock = ...`` gives
    ``sock``, ``with ... as s`` gives ``s``. A ``return`` hands the question on to the caller.

    Args:
        frame: the program's frame.
    """
    while frame is not None and frame.f_code.co_name != "<lambda>":
        statement, part = _running(frame)
        if not isinstance(statement, ast.Return):
            return tuple(filter(None, map(_name, _targets(statement, part))))
        frame = frame.f_back
    return ()


def _running(frame: FrameType) -> tuple[ast.stmt | None, tuple[int, int]]:
    """The statement that a frame runs, and where in it the call stands."""
    source = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    positions = list(frame.f_code.co_positions())
    line, _, column, _ = positions[frame.f_lasti // 2]
    place = (line or frame.f_lineno, column or 0)
    found: ast.stmt | None = None
    for statement in _statements(source):
        if _holds(statement, place) and (found is None or _begin(statement) >= _begin(found)):
            found = statement
    return found, place


@lru_cache(64)
def _statements(source: str) -> tuple[ast.stmt, ...]:
    """Every statement of a source, outer ones first; none where it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.stmt))


def _targets(statement: ast.stmt | None, place: tuple[int, int]) -> Iterator[ast.expr]:
    """What the value at a place of a statement is assigned to, the innermost first."""
    if statement is None:
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.NamedExpr) and _holds(node.value, place):
            yield node.target
    if isinstance(statement, ast.Assign):
        yield from _parts(statement.targets[0], statement.value, place)
    elif isinstance(statement, ast.AnnAssign):
        yield statement.target
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        for item in statement.items:
            if item.optional_vars is not None and _holds(item.context_expr, place):
                yield from _parts(item.optional_vars, item.context_expr, place)


def _parts(target: ast.expr, value: ast.expr, place: tuple[int, int]) -> Iterator[ast.expr]:
    if not isinstance(target, (ast.Tuple, ast.List)):
        yield target
    elif isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
        # a, b = socket(), socket()
        for one, its_value in zip(target.elts, value.elts, strict=True):
            if _holds(its_value, place):
                yield from _parts(one, its_value, place)
    else:
        for one in target.elts:
            yield from _parts(one, value, place)


def _holds(node: ast.stmt | ast.expr, place: tuple[int, int]) -> bool:
    return _begin(node) <= place <= (node.end_lineno or node.lineno, node.end_col_offset or 0)


def _begin(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _name(target: ast.expr) -> str:
    """The plain name of a target: no underscores before it, and none for ``d[key]``."""
    name = ""
    if isinstance(target, ast.Name):
        name = target.id
    elif isinstance(target, ast.Attribute):
        name = target.attr
    name = name.lstrip("_")[:NAME_MOST]
    return name if name.isidentifier() else ""
