"""Names that fit what was typed, found without running anybody's code."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Iterable, Mapping
from types import (
    BuiltinFunctionType,
    FunctionType,
    GetSetDescriptorType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Final, cast

from sockplay.console.socket_help import METHODS, NAMES
from sockplay.console.state import Completion, Completions

COUNT: Final = 200
HELP_CHARS: Final = 120
_DOTTED: Final = re.compile(r"[^\W\d]\w*(?:\.\w*)*\Z")
_UNKNOWN: Final = object()
_DOCUMENTED: Final = frozenset(
    {BuiltinFunctionType, FunctionType, MethodDescriptorType, WrapperDescriptorType, type}
)
_SHOWN: Final = 40
"""Characters or bytes of a value."""


def complete(
    before: str,
    names: Mapping[str, object],
    builtins: Mapping[str, object],
    socket_name: Callable[[object], str | None],
) -> Completions:
    """Names, attributes and constants for the end of a text, each with a line of help.

    Attributes are looked up where they are stored: no property is asked and no ``__getattr__``.

    Args:
        before: the text up to the cursor.
        names: the names that code sees.
        builtins: those that it sees without having made them.
        socket_name: tells a socket of sockplay's from anything else.
    """
    found = _DOTTED.search(before)
    if found is None:
        return Completions(len(before))
    *path, prefix = found.group().split(".")
    seen: Mapping[str, object] = {**builtins, **names}
    words: Mapping[str, str] = NAMES
    if path:
        holder = _follow(path, seen)
        if type(holder) is not ModuleType:
            words = METHODS if socket_name(holder) is not None else {}
        seen = {name: _stored(holder, name) for name in _attributes(holder)}
    else:
        seen = {**dict.fromkeys(keyword.kwlist, _UNKNOWN), **seen}
    start = len(before) - len(prefix)
    fitting = _fitting(seen, prefix)
    return Completions(
        start,
        tuple(Completion(name, _help(seen[name], words.get(name, ""))) for name in fitting),
    )


def _fitting(names: Iterable[str], prefix: str) -> list[str]:
    """Those that begin so; what begins with an underscore only when that was typed."""
    hidden = not prefix.startswith("_")
    fitting = {n for n in names if n.startswith(prefix) and not (hidden and n.startswith("_"))}
    return sorted(fitting, key=lambda name: (name.lower(), name))[:COUNT]


def _follow(path: list[str], names: Mapping[str, object]) -> object:
    first, *rest = path
    holder = names.get(first, _UNKNOWN)
    for name in rest:
        holder = _stored(holder, name)
        if hasattr(type(holder), "__get__") and type(holder) not in _DOCUMENTED:
            return _UNKNOWN  # only running it would tell what it gives
    return holder


def _stored(holder: object, name: str) -> object:
    return inspect.getattr_static(holder, name, _UNKNOWN)


def _attributes(holder: object) -> set[str]:
    if holder is _UNKNOWN:
        return set()
    kind = cast("type", holder) if issubclass(type(holder), type) else type(holder)
    places: list[Mapping[str, object]] = [vars(one) for one in type.mro(kind)]
    if type(_stored(holder, "__dict__")) is GetSetDescriptorType or type(holder) is ModuleType:
        places.append(object.__getattribute__(holder, "__dict__"))
    # Whole at once: a program that runs meanwhile may be adding to them.
    return {name for place in places for name in tuple(place) if isinstance(name, str)}


def _help(value: object, sentence: str) -> str:
    """The value of a constant and what it is for, or the first line of what is documented."""
    plain = _plain(value)
    if plain:
        return f"{plain}: {sentence}" if sentence else plain
    if sentence:
        return sentence
    kind = type(value)
    if kind in _DOCUMENTED and type(value.__doc__) is str:
        return value.__doc__.strip().partition("\n")[0][:HELP_CHARS]
    return "" if value is _UNKNOWN else kind.__name__


def _plain(value: object) -> str:
    """What a number or a text is, by its own kind's words: another's repr may run anything."""
    kind = type(value)
    if issubclass(kind, int):
        number = cast("int", value)
        return int.__repr__(number) if int.bit_length(number) < 100 else "a long number"
    if issubclass(kind, float):
        return float.__repr__(cast("float", value))
    if issubclass(kind, str):
        return str.__repr__(str.__getitem__(cast("str", value), slice(_SHOWN)))
    if issubclass(kind, bytes):
        return bytes.__repr__(bytes.__getitem__(cast("bytes", value), slice(_SHOWN)))
    return ""
