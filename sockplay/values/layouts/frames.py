"""The fields that an expression may name, at the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sockplay.values.errors import ValuesError, did_you_mean
from sockplay.values.layouts.types import StructType, Type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sockplay.values.layouts.lexer import Token


class Frame(msgspec.Struct):
    """The fields that an expression in a struct may name."""

    parent: Frame | None = None
    """That of the struct around it."""
    fields: dict[str, Type] = {}
    """Those read so far."""
    wanted: list[tuple[Token, ...]] = []
    """The paths of fields whose size was asked for before they came."""
    reaches_out: bool = False
    """Whether something in it names a field of a struct around it."""

    def close(self) -> None:
        """Leave the struct.

        Raises:
            ValuesError: The size of a field is asked for that never came.
        """
        for path in self.wanted:
            if path[0].text in self.fields:
                self.follow(path)
            elif self.parent is None:
                raise self._unknown(path[0])
            else:
                self.reaches_out = True
                self.parent.wanted.append(path)

    def find(self, token: Token, constants: Iterable[str] = ()) -> tuple[int, Type]:
        """Find a field, and how many structs further out it is.

        Args:
            token: Its name.
            constants: What else could be meant.

        Raises:
            ValuesError: There is none so far.
        """
        frame, passed = self, []
        while token.text not in frame.fields:
            passed.append(frame)
            if frame.parent is None:
                raise self._unknown(token, constants)
            frame = frame.parent
        for each in passed:
            each.reaches_out = True
        return len(passed), frame.fields[token.text]

    def follow(self, path: tuple[Token, ...]) -> Type:
        """Find a field of a field, and so on.

        Raises:
            ValuesError: There is none.
        """
        _, kind = self.find(path[0])
        for at, token in enumerate(path[1:], 1):
            kind = field_of(kind, ".".join(each.text for each in path[:at]), token)
        return kind

    @property
    def known(self) -> dict[str, str]:
        """Every name, for suggestions."""
        outer = self.parent.known if self.parent else {}
        return {**outer, **{name.lower(): name for name in self.fields}}

    def _unknown(self, token: Token, constants: Iterable[str] = ()) -> ValuesError:
        fields = self.known
        hint = did_you_mean(token.text, {**{name.lower(): name for name in constants}, **fields})
        what = "field" if fields else "constant"
        return token.wrong(f"There is no {what} {token.text} here.{hint}")


def field_of(kind: Type, path: str, token: Token) -> Type:
    """Find a field in a struct.

    Args:
        kind: The struct's type.
        path: What to call the struct in an error.
        token: The field's name.

    Raises:
        ValuesError: There is none, or that is no struct.
    """
    if not isinstance(kind, StructType):
        raise token.wrong(f"{path} has no fields: remove what follows the dot")
    inner = {member.name: member.type for member in kind.flat()}
    if token.text not in inner:
        hint = did_you_mean(token.text, {name.lower(): name for name in inner})
        raise token.wrong(f"{path} has no field {token.text}.{hint}")
    return inner[token.text]
