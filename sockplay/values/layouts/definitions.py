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
one of `#pragma order big`. `long` is refused: its size depends on the machine.

Arrays are `[N]` elements, `[N bytes]`, `[NULL]` or `[]` up to an element of nothing but zeros, and
`[EOF]`. N is an expression over earlier fields, such as `header.length * 4 - sizeof(header)`, with
C's signs and precedence; a field that a condition left out counts as 0. Arrays of `char` and `u8`
are bytes.

A field with `=` is computed when a message is encoded, and checked when one is decoded. There
`sizeof(a..b)` and `crc("name", a..b)` may name later fields, too; `a..` reaches to the end of the
struct, `..b` from its start, and a checksum's own bytes count as zeros. A field that alone says
how long an array is needs none: it follows the array when that changes.

A bit field takes the highest bits first where its byte order is big and the lowest first where it
is little, as C compilers do; `#pragma bits high` or `low` decides it. `u8 : 3;` are bits without a
name. Fields stand close together; after `#pragma pack(8)` they stand at multiples of their sizes,
up to 8. What has no name is not read, and is written as zeros.
"""

from __future__ import annotations

from itertools import pairwise

import msgspec

from sockplay.values.errors import ValuesError, did_you_mean
from sockplay.values.layouts.arithmetic import Frame
from sockplay.values.layouts.directives import Directives
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
    cursor = Cursor(found)
    table = Table(cursor, Directives(), codec(encoding))
    members = Members(cursor, table, _spanned(found))
    structs: dict[str, StructType] = {}
    while not cursor.ended():
        _take(cursor, table, members, structs)
    if not structs:
        raise cursor.next.wrong("There is no struct here: write struct name { u16be field; };")
    return Definitions(structs)


def parse_layout(source: str, *, encoding: str = "utf-8") -> Definitions:
    """Read definitions, or a line of types such as `u16be u8 name=u32le text=char[EOF]`.

    A type without a name is called after its place: `field1`.

    Raises:
        ValuesError: Something is wrong with it. It names the column in the whole source.
    """
    if any(sign in source for sign in "{};#"):
        return parse_definitions(source, encoding=encoding)
    cursor = Cursor(tokens(source))
    table = Table(cursor, Directives(), codec(encoding))
    reader = Members(cursor, table, frozenset())
    frame = Frame()
    members: list[Member] = []
    while not cursor.ended():
        token = cursor.next
        name = f"field{len(members) + 1}"
        if cursor.after().text == "=":
            name = cursor.name("a field").text
            cursor.take()
        reader.check_new({name}, frame, token)
        kind = reader.dimensions(reader.type(frame), frame)
        frame.fields[name] = kind
        members.append(Member(name, kind))
    if not members:
        raise cursor.next.wrong("There is no type here: write one such as u16be or name=char[4]")
    kind = struct_type("message", members, union=False, align=1, high_bits_first=None)
    return Definitions({"message": kind})


def _take(cursor: Cursor, table: Table, members: Members, structs: dict[str, StructType]) -> None:
    """Take one definition."""
    token = cursor.next
    if token.kind == "directive":
        table.directives.take(cursor.take())
    elif cursor.word("typedef"):
        kind = members.type(Frame())
        name = cursor.name("the new type")
        kind = members.dimensions(kind, Frame())
        if not (isinstance(kind, StructType) and table.types.get(name.text) is kind):
            table.define(name, kind)  # typedef struct a { ... } a; says nothing new
        if isinstance(kind, StructType):
            structs[name.text] = kind
        cursor.need(";", "after this type")
    elif token.text in ("enum", "flags", "flag"):
        table.enumeration()
        cursor.sign(";")
    elif token.text in ("struct", "union"):
        kind = members.struct()
        structs[kind.name or "message"] = kind
        cursor.sign(";")
    elif not cursor.sign(";"):
        cursor.unexpected("struct name { ... }, or one such as enum or #define")


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
