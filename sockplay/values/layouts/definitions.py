r"""Message definitions, as C headers have them: what the bytes of a message mean.

A source has one or more structs, of which the last is the message unless another is named::

    #define MAGIC 0xCAFE
    enum kind : u8 { HELLO = 1, DATA };
    flags option : u8 { URGENT, SIGNED };

    struct packet {
        u16be magic = MAGIC;                  // a value that it must have
        u16 length = sizeof(name..rest);      // from a field through another, or of a single one
        kind kind;                            // shown by name
        option options;
        u8 version : 4, reserved : 4;
        u8 count;
        char name[count];                     // as long as an earlier field says
        struct { u16 x; u16 y; } points[count / 2];
        if (options & URGENT) u32 deadline; else u8 delay;
        union { u32 number; u8 octets[4]; };
        char host[];                          // up to a NUL; also written char host[NULL]
        u8 rest[EOF];                         // up to the end of the data
        u32 sum = crc("crc-32", ..rest);      // room for which [EOF] leaves
    };

Types are `u8` to `u1024` and `i8` to `i1024`, `f16` `f32` `f64`, `char` (text; `char("cp949")` in
an encoding of its own), C's own and the names of stdint.h. A type that ends in `be` or `le`
(`u16le`), or starts so (`be16`, `__le32`), has that byte order; others have the message's, or the
one of `#pragma order big`. `long` is refused: its size depends on the machine. `varint` or
`uleb128`, `svarint` (protobuf's zigzag) and `sleb128` take 1 to 10 bytes, for up to 64 bits.

Arrays are `[N]` elements, `[N bytes]`, `[NULL]` or `[]` up to an element of nothing but zeros, and
`[EOF]`, which leaves room for fields of fixed sizes behind it, and behind the `if` or struct that
it ends. N is an expression over earlier fields, such as `header.length * 4 - sizeof(header)`,
`items[n - 1].size` or `wide ? 4 : 2`, with C's signs and precedence; a field that a condition left
out counts as 0. `sizeof` is of a type, a field, or a field of one (`sizeof(header.options)`).
Arrays of `char` and `u8` are bytes.

A field with `=` is computed when a message is encoded, and checked when one is decoded. There
`sizeof(a..b)` and `crc("name", a..b)` may name later fields, too; `a..` reaches to the end of the
struct, `..b` from its start, and a checksum's own bytes count as zeros. Where a condition left
`a` or `b` out, those of the fields from one to the other count that are there. A field that alone
says how long an array is needs none: it follows the array when that changes.

A bit field takes the highest bits first where its byte order is big and the lowest first where it
is little, as C compilers do; `#pragma bits high` or `low` decides it. `u8 : 3;` are bits without a
name. Fields stand close together; after `#pragma pack(8)` they stand at multiples of their sizes,
up to 8. What has no name is not read, and is written as zeros.

A header is read as C reads it: `#if`, `#ifdef`, `#elif` and so on leave out what they must, by the
constants of `#define` and `defined(NAME)`; macros that are no constants are passed over, as are
`#include`, `extern "C"` and attributes. A header that asks for the machine's byte order is read
for the message's, whichever that is.
"""

from __future__ import annotations

from itertools import pairwise

import msgspec
from msgspec.structs import replace

from sockplay.values.errors import ValuesError, did_you_mean
from sockplay.values.layouts.amounts import Amounts
from sockplay.values.layouts.conditions import Conditions
from sockplay.values.layouts.directives import Directives
from sockplay.values.layouts.frames import Frame
from sockplay.values.layouts.lexer import Cursor, Token, tokens
from sockplay.values.layouts.members import Members
from sockplay.values.layouts.plans import struct_type
from sockplay.values.layouts.table import Table
from sockplay.values.layouts.types import Member, StructType
from sockplay.values.text import codec

_LONGEST = 256 * 1024


class Definitions(msgspec.Struct, frozen=True):
    """The structs of a source."""

    structs: dict[str, StructType]
    """By name, in the order of the source."""

    @property
    def names(self) -> tuple[str, ...]:
        """The structs' names, in the order of the source; the last is the message."""
        return tuple(self.structs)

    def message(self, name: str = "") -> StructType:
        """Find the struct that is the message.

        Args:
            name: Its name; empty for the last one.

        Raises:
            ValuesError: There is none of that name. It suggests the nearest.
        """
        if not name:
            return next(reversed(self.structs.values()))
        if name not in self.structs:
            hint = did_you_mean(name, {each.lower(): each for each in self.structs})
            raise ValuesError(f"There is no struct {name}.{hint}")
        return self.structs[name]


def parse_definitions(source: str, *, encoding: str = "utf-8") -> Definitions:
    """Read definitions; see above for how they are written.

    Args:
        source: The definitions, at most 256 Ki characters.
        encoding: Of text in a `char` that names none.

    Raises:
        ValuesError: Something is wrong with them. It names the column in the whole source.
    """
    if len(source) > _LONGEST:
        raise ValuesError(f"Definitions have at most {_LONGEST:,} characters: remove some")
    found = tokens(source)
    big = Conditions("big")
    structs = _structs(big.active(found), codec(encoding))
    if big.asked:
        little = _structs(Conditions("little").active(found), codec(encoding))
        structs = {name: _for_both(kind, little.get(name)) for name, kind in structs.items()}
    return Definitions(structs)


def parse_layout(source: str, *, encoding: str = "utf-8") -> Definitions:
    """Read definitions, or a line of types such as `u16be u8 name=u32le text=char[EOF]`.

    A type without a name is called after its place: `field1`.

    Raises:
        ValuesError: Something is wrong with it. It names the column in the whole source.
    """
    if any(sign in source for sign in "{};#"):
        return parse_definitions(source, encoding=encoding)
    found = tokens(source)
    spanned = _spanned(found)
    cursor = Cursor(found)
    table = Table(cursor, Directives(), codec(encoding))
    reader = Members(cursor, table, Amounts(cursor, table), frozenset())
    frame = Frame()
    members: list[Member] = []
    while not cursor.ended():
        token = cursor.next
        name = f"field{len(members) + 1}"
        if cursor.after().text == "=":
            name = cursor.name("a field").text
            cursor.take()
        reader.check_new({name}, frame, token)
        kind = reader.amounts.dimensions(reader.type(frame), frame)
        frame.fields[name] = kind
        members.append(Member(name, kind, spanned=name in spanned))
    if not members:
        raise cursor.next.wrong("There is no type here: write one such as u16be or name=char[4]")
    kind = struct_type("message", members, union=False, align=1, high_bits_first=None)
    return Definitions({"message": kind})


def _structs(found: list[Token], encoding: str) -> dict[str, StructType]:
    """Read the structs of a source, by name."""
    cursor = Cursor(found)
    table = Table(cursor, Directives(), encoding)
    members = Members(cursor, table, Amounts(cursor, table), _spanned(found))
    structs: dict[str, StructType] = {}
    while not cursor.ended():
        _take(cursor, table, members, structs)
    if not structs:
        raise cursor.next.wrong("There is no struct here: write struct name { u16be field; };")
    return structs


def _for_both(big: StructType, little: StructType | None) -> StructType:
    """Make one struct of what it is on a machine of each byte order."""
    if little is None:
        return big
    parts = {"big": big.parts["big"], "little": little.parts["little"]}
    return replace(big, parts=parts, names=big.names | little.names)


def _take(cursor: Cursor, table: Table, members: Members, structs: dict[str, StructType]) -> None:
    """Take one definition."""
    token = cursor.next
    if token.kind == "directive":
        table.directives.take(cursor.take())
    elif cursor.word("typedef"):
        _take_names(cursor, table, members, structs)
    elif token.text in ("enum", "flags", "flag"):
        table.enumeration()
        cursor.sign(";")
    elif cursor.word("extern"):  # extern "C" { ... }, which says nothing about a layout
        if cursor.next.kind == "text":
            cursor.take()
        cursor.need("{", 'after extern "C"')
        table.open_blocks += 1
    elif table.open_blocks and cursor.sign("}"):
        table.open_blocks -= 1
    elif token.text in ("struct", "union") and cursor.after(2).text == ";":
        cursor.take()  # struct name; says that there will be one
        cursor.take()
    elif token.text in ("struct", "union"):
        kind = members.struct()
        structs[kind.name or "message"] = kind
        cursor.sign(";")
    elif not cursor.sign(";"):
        cursor.unexpected("struct name { ... }, or one such as enum or #define")


def _take_names(
    cursor: Cursor, table: Table, members: Members, structs: dict[str, StructType]
) -> None:
    """Take what stands behind `typedef`: a type and its names."""
    kind = members.type(Frame())
    while True:
        pointer = bool(cursor.word("FAR", "NEAR"))
        while cursor.sign("*"):
            pointer = True
        name = cursor.name("the new type")
        if not pointer:  # a pointer to it is of no use to a peer
            named = members.amounts.dimensions(kind, Frame())
            table.define(name, named)
            if isinstance(named, StructType):
                structs[name.text] = named
        if not cursor.sign(","):
            break
    cursor.need(";", "after this type")


def _spanned(found: list[Token]) -> frozenset[str]:
    """The names in the parentheses of every sizeof() and crc()."""
    names: set[str] = set()
    inside = False
    for token, following in pairwise(found):
        if token.text in ("sizeof", "crc") and following.text == "(":
            inside = True
        elif token.text == ")":
            inside = False
        elif inside and token.kind == "name":
            names.add(token.text)
    return frozenset(names)
