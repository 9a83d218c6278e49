"""Makes definitions, and values for them."""

from __future__ import annotations

import random
from collections.abc import Callable

INTEGERS = {
    f"{letter}{bits}": (bits, letter == "i") for letter in "ui" for bits in (8, 16, 24, 32, 64)
}
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
Made = dict[str, object]
Line = tuple[str, Made]
"""A line of a definition, and values for its fields."""


class Maker:
    """Makes one definition after another, and a message's values along with each.

    It makes what dissect.cstruct 4.7 reads in the same way, too.

    Args:
        seed: What the choices follow from.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.kinds: set[str] = set()
        """What kinds of fields there are."""
        self._names = 0

    def definition(self) -> tuple[str, Made]:
        """Make a definition and values."""
        # dissect.cstruct 4.7 cannot load two bit fields after a field of variable size, and lets
        # none go beyond its number.
        first, second, third = self.name(), self.name(), self.name()
        line = f"uint16 {first} : 4; uint16 {second} : 9; uint16 {third} : 3;\n"
        bits: Made = {first: self.random.getrandbits(4), second: 300, third: 5}
        body, values = self.body(0)
        return f"struct message {{\n{line}{body}}};", bits | values

    def choices(self, depth: int) -> list[Callable[[int], Line]]:
        """What makes a line at so many structs in each other."""
        found: list[Callable[[int], Line]] = [
            self.number,
            self.number,
            self.octets,
            self.counted,
            self.text,
            self.numbers,
        ]
        return found + [self.struct, self.structs] * (depth < 3)

    def body(self, depth: int) -> Line:
        """Make a struct's lines."""
        lines = ""
        values: Made = {}
        for _ in range(self.random.randint(1, 5)):
            make = self.random.choice(self.choices(depth))
            self.kinds.add(make.__name__)
            line, made = make(depth)
            lines += f"  {line}\n"
            values |= made
        return lines, values

    def name(self) -> str:
        """Make a name that is not there yet."""
        self._names += 1
        return f"{self.random.choice(_ALPHABET)}{self._names}"

    def type(self) -> tuple[str, int]:
        """Make a type and a number that fits it."""
        name, value = self.integer()
        return f"{'u' if name[0] == 'u' else ''}int{name[1:]}", value

    def integer(self) -> tuple[str, int]:
        """Choose an integer type and a number that fits it."""
        name = self.random.choice(list(INTEGERS))
        bits, signed = INTEGERS[name]
        value = self.random.choice((0, 1, self.random.getrandbits(bits)))
        return name, value - (1 << bits) if signed and value >> (bits - 1) else value

    def number(self, depth: int) -> Line:
        kind, value = self.type()
        name = self.name()
        return f"{kind} {name};", {name: value}

    def octets(self, depth: int) -> Line:
        name, size = self.name(), self.random.randint(0, 9)
        kind = self.random.choice(("char", "uint8"))
        return f"{kind} {name}[{size}];", {name: self.random.randbytes(size)}

    def counted(self, depth: int) -> Line:
        count, name = self.name(), self.name()
        more = self.random.choice(("", " * 2", " + 3"))
        size = self.random.randint(0, 5)
        full = size * 2 if more == " * 2" else size + 3 if more else size
        line = f"uint8 {count}; char {name}[{count}{more}];"
        return line, {count: size, name: self.random.randbytes(full)}

    def letters(self) -> str:
        return "".join(self.random.choices(_ALPHABET, k=self.random.randint(0, 6)))

    def text(self, depth: int) -> Line:
        name = self.name()
        return f"char {name}[];", {name: self.letters().encode()}

    def numbers(self, depth: int) -> Line:
        name = self.name()
        kind = self.random.choice(("uint16", "int32", "uint24"))
        values = [self.random.getrandbits(15) for _ in range(self.random.randint(0, 4))]
        return f"{kind} {name}[{len(values)}];", {name: values}

    def struct(self, depth: int) -> Line:
        body, values = self.body(depth + 1)
        name = self.name()
        return f"struct {{\n{body}}} {name};", {name: values}

    def structs(self, depth: int) -> Line:
        """An array, whose elements have fields of fixed sizes."""
        count, name = self.name(), self.name()
        inner = self.number(depth), self.octets(depth)
        body = " ".join(line for line, _ in inner)
        values: Made = {key: value for _, made in inner for key, value in made.items()}
        size = self.random.randint(0, 3)
        line = f"uint8 {count}; struct {{ {body} }} {name}[{count}];"
        return line, {count: size, name: [values] * size}
