"""Compiles what is entered, as Python's own prompt does (codeop)."""

from __future__ import annotations
import __future__

import ast
import functools
import operator
import warnings
from codeop import CommandCompiler
from types import CodeType
from typing import Final

from sockplay.console.state import Verdict

ENTRY_CHARS: Final = 1 << 16
_MISTAKES: Final = (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError)
_FUTURE: Final = functools.reduce(
    operator.or_,
    (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names),
)
_COMPLETE: Final = Verdict("complete")
_INCOMPLETE: Final = Verdict("incomplete")


class Entries:
    """Compiles entry after entry; a ``from __future__`` import holds for those that follow."""

    def __init__(self) -> None:
        self._compiler = CommandCompiler()

    def check(self, source: str) -> Verdict:
        """Whether a text can be run, needs more lines, or cannot be Python."""
        if len(source) > ENTRY_CHARS:
            return Verdict(
                "mistake", 1, 1, "This is too long for the prompt. Run it as a program instead."
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are told when it runs
            try:
                if self._compiler(source, "<entry>", "single") is None:
                    return _INCOMPLETE
            except _MISTAKES as mistake:
                return self._check_several(source, mistake)
        return _COMPLETE

    def statements(self, source: str, filename: str) -> list[tuple[str, CodeType]]:
        """The text and the code of each statement, to be run one after the other.

        Raises:
            SyntaxError: it is none, or another of the errors of ``compile``.
        """
        lines = source.rstrip("\n").split("\n")
        body = ast.parse(source, filename).body
        starts = [0, *(_first_line(statement) - 1 for statement in body[1:]), len(lines)]
        done = []
        for statement, start, end in zip(body, starts, starts[1:], strict=False):
            flags = self._compiler.compiler.flags
            tree = ast.Interactive([statement])
            code = compile(tree, filename, "single", flags, dont_inherit=True)
            self._compiler.compiler.flags |= code.co_flags & _FUTURE
            done.append(("\n".join(lines[start:end]), code))
        return done

    def _check_several(self, source: str, mistake: BaseException) -> Verdict:
        # The prompt's grammar takes one statement; a paste may hold several.
        try:
            if self._compiler(source, "<entry>", "exec") is None:
                return _INCOMPLETE
        except _MISTAKES as worse:
            mistake = worse
        else:
            return _COMPLETE
        if isinstance(mistake, SyntaxError):
            return Verdict("mistake", mistake.lineno or 1, mistake.offset or 1, mistake.msg)
        return Verdict("mistake", 1, 1, str(mistake) or "This is too deep for Python to read.")


def _first_line(statement: ast.stmt) -> int:
    decorated = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    first = statement.decorator_list[:1] if isinstance(statement, decorated) else []
    return first[0].lineno if first else statement.lineno
