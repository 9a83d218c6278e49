"""Makes definitions with fields of every kind, and values for them."""

from __future__ import annotations

from collections.abc import Callable

from tests.values.layouts.making import Line, Made, Maker

_VARINTS = {"varint": False, "uleb128": False, "svarint": True, "sleb128": True}


class MakerOfAll(Maker):
    """Makes every kind of field.

    Args:
        seed: What the choices follow from.
        ended: Make no array that goes on to the end of the data.
    """

    def __init__(self, seed: int, *, ended: bool = False) -> None:
        super().__init__(seed)
        self._ended = ended
        self.follows: set[str] = set()
        """The names of fields that follow from others, for which values are left out."""
        self.aligned = self.random.random() < 0.1

    def definition(self) -> tuple[str, Made]:
        body, values = self.body(0)
        if not self._ended and self.random.random() < 0.4:
            self.kinds.add("end")
            line, made = self._end()
            body += f"  {line}\n"
            values |= made
        head = "#pragma pack(4)\n" if self.aligned else ""
        head += f"#pragma bits {self.random.choice(('high', 'low', 'order'))}\n"
        return f"{head}#define TWO 2\nstruct message {{\n{body}}};", values

    def choices(self, depth: int) -> list[Callable[[int], Line]]:
        return [
            *super().choices(depth),
            *(self.varint, self.varints, self.real, self.bits, self.condition, self.sized),
            *(self.choice, self.index, self.member, self.enumeration, self.flags, self.union),
            *(self.length, self.checksum, self.nested, self.zeros, self.directive, self.unnamed),
            self.range,
        ]

    def type(self) -> tuple[str, int]:
        name, value = self.integer()
        return name + self.random.choice(("", "be", "le")), value

    def _varint(self) -> tuple[str, int]:
        kind = self.random.choice(list(_VARINTS))
        value = self.random.getrandbits(self.random.randint(1, 63))
        return kind, ~value if _VARINTS[kind] and value & 1 else value

    def varint(self, depth: int) -> Line:
        (kind, value), name = self._varint(), self.name()
        return f"{kind} {name};", {name: value}

    def varints(self, depth: int) -> Line:
        """An array as long as a varint says."""
        count, name = self.name(), self.name()
        values = [self.random.getrandbits(20) for _ in range(self.random.randint(0, 3))]
        kind = self.random.choice((*_VARINTS, "u16"))
        values = [value & 0xFFFF for value in values]
        line = f"{self.random.choice(list(_VARINTS))} {count}; {kind} {name}[{count}];"
        return line, {count: len(values), name: values}

    def real(self, depth: int) -> Line:
        name = self.name()
        return f"{self.random.choice(('f16', 'f32', 'double'))} {name};", {name: 1.5}

    def bits(self, depth: int) -> Line:
        kind = self.random.choice(("u8", "u16", "u16le", "u24", "u32be", "i16"))
        line = ""
        values: Made = {}
        for _ in range(self.random.randint(1, 5)):
            bits, name = self.random.randint(1, 8), self.name()
            line += f"{kind} {name} : {bits}; "
            values[name] = self.random.getrandbits(bits - (kind == "i16")) if bits > 1 else 0
        return line, values

    def condition(self, depth: int) -> Line:
        flag, extra, other = self.name(), self.name(), self.name()
        value = self.random.randint(0, 3)
        line = f"u8 {flag}; if ({flag} & 1) {{ u16 {extra}; }} else u24 {other};"
        return line, {flag: value, extra if value & 1 else other: 258}

    def sized(self, depth: int) -> Line:
        count, name = self.name(), self.name()
        values = [self.random.getrandbits(16) for _ in range(3)]
        return f"u16 {count}; u16 {name}[{count} bytes];", {count: 6, name: values}

    def choice(self, depth: int) -> Line:
        flag, name = self.name(), self.name()
        value = self.random.randint(0, 2)
        line = f"u8 {flag}; u8 {name}[{flag} == 1 ? 4 / {flag} : !{flag} || {flag} % 3 ? TWO : 0];"
        return line, {flag: value, name: self.random.randbytes(4 if value == 1 else 2)}

    def index(self, depth: int) -> Line:
        """Lengths in an array before what they measure."""
        sizes, first, second = self.name(), self.name(), self.name()
        values = [self.random.randint(0, 3) for _ in range(2)]
        kind = self.random.choice(("u16", "varint", "struct { u8 n; }"))
        field = ".n" if kind.startswith("struct") else ""
        line = f"{kind} {sizes}[2]; u8 {first}[{sizes}[0]{field}]; "
        line += f"u16 {second}[{sizes}[TWO - 1]{field}];"
        given = [{"n": value} for value in values] if field else values
        return line, {sizes: given, first: bytes(values[0]), second: [7] * values[1]}

    def member(self, depth: int) -> Line:
        """An array as long as a field of a field."""
        name, text, other, rest = self.name(), self.name(), self.name(), self.name()
        data = self.letters().encode()
        line = f"struct {{ char {text}[]; u8 {other}; }} {name}; u8 {rest}[sizeof({name}.{text})];"
        values: Made = {name: {text: data, other: 1}, rest: bytes(len(data) + 1)}
        return line, values

    def enumeration(self, depth: int) -> Line:
        kind, name, first = f"kind_{self.name()}", self.name(), self.name().upper()
        number = self.random.choice(("u8", "i16le", "varint"))
        line = f"enum {kind} : {number} {{ {first} = 3, {first}B }}; {kind} {name};"
        return line, {name: self.random.choice((3, 4, 99))}

    def flags(self, depth: int) -> Line:
        name, first = self.name(), self.name().upper()
        line = f"flags : u16 {{ {first}, {first}B, {first}C = 0x40 }} {name};"
        return line, {name: self.random.getrandbits(16)}

    def union(self, depth: int) -> Line:
        whole, parts, first, second = self.name(), self.name(), self.name(), self.name()
        line = f"u32 {whole}; u8 {parts}[4]; struct {{ u16 {first}, {second}; }};"
        options: list[Made] = [{whole: 70000}, {parts: b"abcd"}, {first: 5, second: 6}]
        values = self.random.choice(options)
        self.follows |= {whole, parts, first, second} - set(values)
        if self.random.random() < 0.5:
            return f"union {{ {line} }};", values
        name = self.name()
        return f"union {{ {line} }} {name};", {name: values}

    def length(self, depth: int) -> Line:
        count, first, last = self.name(), self.name(), self.name()
        self.follows.add(count)
        kind = self.random.choice(("u16", "u32le", "varint", "sleb128"))
        line = f"{kind} {count} = sizeof({first}..{last}); char {first}[]; varint {last};"
        return line, {first: self.letters().encode() * 30, last: self.random.getrandbits(30)}

    def range(self, depth: int) -> Line:
        """The length of fields of which a condition may leave out the first or the last."""
        flag, count, first, inner, last = (self.name() for _ in range(5))
        value, text = self.random.randint(0, 3), self.letters().encode()
        given: Made = {first: 7} if value & 1 else {}
        given |= {last: text} if value & 2 else {}
        total = (value & 1) + 3 + (len(text) + 1) * (value >> 1)
        line = f"u8 {flag}; u16 {count} = sizeof({first}..{last}); if ({flag} & 1) u8 {first}; "
        line += f"u8 {inner}[3]; if ({flag} & 2) char {last}[];"
        return line, {flag: value, count: total, inner: b"abc", **given}

    def checksum(self, depth: int) -> Line:
        name, text, algorithm = self.name(), self.name(), self.random.choice(("32", "16/modbus"))
        self.follows.add(name)
        line = f'char {text}[]; u32 {name} = crc("crc-{algorithm}", ..{name});'
        return line, {text: self.letters().encode()}

    def nested(self, depth: int) -> Line:
        """An array as long as fields of structs around it, and in it, say."""
        count, name, own, data = self.name(), self.name(), self.name(), self.name()
        outer, inner = self.random.randint(0, 3), self.random.randint(0, 3)
        values: Made = {own: inner, data: self.random.randbytes(outer + inner * 2)}
        line = f"u8 {count}; struct {{ u8 {own}; u8 {data}[{count} + {own} * TWO]; }} {name};"
        return line, {count: outer, name: values}

    def zeros(self, depth: int) -> Line:
        """An array up to an element of zeros."""
        name = self.name()
        kind = self.random.choice(("u16", "varint", "u24le", 'char("utf-16-le")'))
        if kind.startswith("char"):
            return f"{kind} {name}[NULL];", {name: self.letters().encode("utf-16-le")}
        values = [self.random.randint(1, 999) for _ in range(self.random.randint(0, 3))]
        return f"{kind} {name}[NULL];", {name: values}

    def directive(self, depth: int) -> Line:
        name = self.name()
        test = self.random.choice(("#ifdef TWO", "#if TWO > 1 && !defined(ONE)", "#ifndef ONE"))
        return f"\n{test}\nu16 {name};\n#else\nno such\n#endif", {name: 3}

    def unnamed(self, depth: int) -> Line:
        body, values = self.body(depth + 1) if depth < 3 else self.number(depth)
        return f"struct {{\n{body}}};", values

    def _end(self) -> Line:
        """An array up to the end of the data, with room for a checksum."""
        name, total = self.name(), self.name()
        data = self.random.randbytes(self.random.randint(0, 20))
        kind = self.random.choice(("u8", "u16", "varint", "struct { u8 n; u8 d[n]; }"))
        given: object = data
        if kind.startswith("struct"):
            given = [{"n": len(data), "d": data}, {"n": 0, "d": b""}]
        elif kind != "u8":
            given = list(data)
        line = f"{kind} {name}[EOF];"
        values: Made = {name: given}
        for _ in range(self.random.randint(0, 2)):
            line, values, name = self._around(line, values, name)
        if self.random.random() < 0.5 and not self.aligned:
            self.follows.add(total)
            line += f' u32 {total} = crc("crc-32", ..{name});'
        return line, values

    def _around(self, line: str, values: Made, name: str) -> tuple[str, Made, str]:
        """Put a struct or a condition around a line; tell what that is called then."""
        extra, outer = self.name(), self.name()
        line = f"u8 {extra}; {line}"
        values = {extra: 3, **values}
        kind = self.random.randint(0, 3)
        if kind == 0:
            return f"struct {{ {line} }} {outer};", {outer: values}, outer
        if kind == 1:
            return f"struct {{ {line} }};", values, name
        choice = f"u8 {outer}; if ({outer}) {{ {line} }} else u16 {outer}b;"
        if kind == 2:
            choice = f"u8 {outer}; if (!{outer}) {{ varint {outer}b; }} else {{ {line} }}"
        return choice, {outer: 1, **values}, name
