"""Makes definitions, and values for them."""

from __future__ import annotations

import random

INTEGERS = {
    f"{letter}{bits}": (bits, letter == "i") for letter in "ui" for bits in (8, 16, 24, 32, 64)
}
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
Made = dict[str, object]


class Maker:
    """Makes one definition after another, and a message's values along with each.

    Args:
        seed: What the choices follow from.
        common: Make only what dissect.cstruct 4.7 reads in the same way, too.
    """

    def __init__(self, seed: int, *, common: bool = False) -> None:
        self._random = random.Random(seed)
        self._common = common
        self._names = 0

    def definition(self) -> tuple[str, Made]:
        """Make a definition and values."""
        body, values = self._body(0)
        return f"struct message {{\n{body}}};", values

    def _body(self, depth: int) -> tuple[str, Made]:
        lines = ""
        values: Made = {}
        choices = [self._number, self._number, self._bytes, self._counted, self._text, self._list]
        if depth < 3:
            choices += [self._struct, self._structs]
        if not self._common:
            choices += [self._real, self._bits, self._condition, self._sized]
        elif depth == 0:
            lines, values = self._common_bits()
        for _ in range(self._random.randint(1, 5)):
            line, made = self._random.choice(choices)(depth)
            lines += f"  {line}\n"
            values |= made
        return lines, values

    def _name(self) -> str:
        self._names += 1
        return f"{self._random.choice(_ALPHABET)}{self._names}"

    def _type(self) -> tuple[str, int]:
        name = self._random.choice(list(INTEGERS))
        bits, signed = INTEGERS[name]
        value = self._random.choice((0, 1, self._random.getrandbits(bits)))
        if signed and value >> (bits - 1):
            value -= 1 << bits
        if self._common:
            return f"{'' if signed else 'u'}int{bits}", value
        return name + self._random.choice(("", "be", "le")), value

    def _number(self, depth: int) -> tuple[str, Made]:
        kind, value = self._type()
        name = self._name()
        return f"{kind} {name};", {name: value}

    def _real(self, depth: int) -> tuple[str, Made]:
        name = self._name()
        return f"{self._random.choice(('f16', 'f32', 'double'))} {name};", {name: 1.5}

    def _bytes(self, depth: int) -> tuple[str, Made]:
        name, size = self._name(), self._random.randint(0, 9)
        kind = self._random.choice(("char", "uint8"))
        return f"{kind} {name}[{size}];", {name: self._random.randbytes(size)}

    def _counted(self, depth: int) -> tuple[str, Made]:
        count, name = self._name(), self._name()
        more = self._random.choice(("", " * 2", " + 3"))
        size = self._random.randint(0, 5)
        full = size * 2 if more == " * 2" else size + 3 if more else size
        line = f"uint8 {count}; char {name}[{count}{more}];"
        return line, {count: size, name: self._random.randbytes(full)}

    def _text(self, depth: int) -> tuple[str, Made]:
        name = self._name()
        text = "".join(self._random.choices(_ALPHABET, k=self._random.randint(0, 6)))
        return f"char {name}[{self._random.choice(('', 'NULL')) if not self._common else ''}];", {
            name: text.encode()
        }

    def _list(self, depth: int) -> tuple[str, Made]:
        name = self._name()
        kind = self._random.choice(("uint16", "int32", "uint24"))
        values = [self._random.getrandbits(15) for _ in range(self._random.randint(0, 4))]
        return f"{kind} {name}[{len(values)}];", {name: values}

    def _struct(self, depth: int) -> tuple[str, Made]:
        body, values = self._body(depth + 1)
        name = self._name()
        if self._random.random() < 0.2 and not self._common:
            return f"struct {{\n{body}}};", values
        return f"struct {{\n{body}}} {name};", {name: values}

    def _structs(self, depth: int) -> tuple[str, Made]:
        """An array, whose elements have fields of fixed sizes."""
        count, name = self._name(), self._name()
        inner = self._number(depth), self._bytes(depth)
        body = " ".join(line for line, _ in inner)
        values: Made = {key: value for _, made in inner for key, value in made.items()}
        size = self._random.randint(0, 3)
        line = f"uint8 {count}; struct {{ {body} }} {name}[{count}];"
        return line, {count: size, name: [values] * size}

    def _bits(self, depth: int) -> tuple[str, Made]:
        kind = self._random.choice(("u8", "u16", "u16le", "u24", "u32be", "i16"))
        line = ""
        values: Made = {}
        for _ in range(self._random.randint(1, 5)):
            bits, name = self._random.randint(1, 8), self._name()
            line += f"{kind} {name} : {bits}; "
            values[name] = self._random.getrandbits(bits - (kind == "i16")) if bits > 1 else 0
        return line, values

    def _common_bits(self) -> tuple[str, Made]:
        # dissect.cstruct 4.7 cannot load two bit fields after a field of variable size, and lets
        # none go beyond its number.
        first, second, third = self._name(), self._name(), self._name()
        line = f"uint16 {first} : 4; uint16 {second} : 9; uint16 {third} : 3;\n"
        return line, {first: self._random.getrandbits(4), second: 300, third: 5}

    def _condition(self, depth: int) -> tuple[str, Made]:
        flag, extra, other = self._name(), self._name(), self._name()
        value = self._random.randint(0, 3)
        line = f"u8 {flag}; if ({flag} & 1) {{ u16 {extra}; }} else u24 {other};"
        return line, {flag: value, extra if value & 1 else other: 258}

    def _sized(self, depth: int) -> tuple[str, Made]:
        count, name = self._name(), self._name()
        values: list[object] = [self._random.getrandbits(16) for _ in range(3)]
        line = f"u16 {count}; u16 {name}[{count} bytes];"
        return line, {count: 6, name: values}
