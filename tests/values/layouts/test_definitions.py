from __future__ import annotations

import pytest

from sockplay.values.errors import ValuesError
from sockplay.values.layouts import definitions
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions, parse_layout
from sockplay.values.layouts.encoder import encode


@pytest.mark.parametrize(
    ("body", "data", "expected"),
    [
        ("u16 a; u16le b; le16 c; be16 d; __le16 e;", "0102" * 5, [258, 513, 513, 258, 513]),
        ("uint8_t a; int16_t b; WORD c; unsigned short int d;", "01ffff00020003", [1, -1, 2, 3]),
        ("const unsigned char a; long long b;", "01" + "00" * 7 + "02", [1, 2]),
        ("u8 a, b; u8 c[2];", "01020304", [1, 2, b"\3\4"]),
        ("u8 n; u16 a[n - 1];", "03 0001 0002", [3, [1, 2]]),
        ("u8 g[2][3];", "010203040506", [[b"\1\2\3", b"\4\5\6"]]),
        ("struct { u8 len; } h; char s[h.len * 2];", "01 6162", [{"len": 1}, b"ab"]),
        ("u8 n; struct { char s[n]; } x;", "02 6162", [2, {"s": b"ab"}]),
        ("struct { u8 a; struct { u8 b; }; };", "0102", [1, 2]),
        ("u8 n; struct { char s[n]; };", "02 6162", [2, b"ab"]),
        ("u8 n; struct { u8 m; struct { char s[n + m]; }; };", "01 01 6162", [1, 1, b"ab"]),
        ("u8 n; union { char s[n]; u8 f; }; char t[f - 96];", "01 61 62", [1, b"a", 97, b"b"]),
        ("char s[]; char t[NULL];", "616200 6300", [b"ab", b"c"]),
        ("u16 s[];", "00010002 0000", [[1, 2]]),
        ("u8 n; u16 a[n bytes]; u8 z;", "04 00010002 05", [4, [1, 2], 5]),
        ("u16 a[EOF]; u8 z;", "00010002 05", [[1, 2], 5]),
        ("u8 f; if (f & 1) u16 a; else { u8 b; }", "01 0002", [1, 2]),
        ("u8 f; if (f & 1) u16 a; else { u8 a; }", "02 03", [2, 3]),
        ("u8 f; if (f == 2 && !(f > 2)) u8 a; u8 z[a + 1];", "01 05", [1, b"\5"]),
        ("union { u16 w; u8 b[2]; }; u8 z;", "0102 03", [258, b"\1\2", 3]),
        ("u8 a : 3, b : 5;", "b1", [5, 17]),
        ("u16le a : 4; u16le b : 12;", "34 12", [4, 0x123]),
        ("u16 a : 4; u16 : 4; u16 b : 8;", "1234", [1, 0x34]),
        ("u8 a : 4; u8 : 0; u8 b : 4;", "12 34", [1, 3]),
        ("u8 a : 6; u8 b : 6;", "fc 08", [63, 2]),
        ("i8 a : 4; u8 b;", "f0 01", [-1, 1]),
        ("i8 a : 4; u8 b : 4;", "fe", [-1, 14]),  # each has its own sign
        ("u8 a : 4; i8 b : 4;", "fe", [15, -2]),
        ("\n#pragma bits low\nu8 a : 3, b : 5;", "b1", [17 & 7, 0xB1 >> 3]),
        ("\n#pragma order little\nu16 a; u16be b;", "01000001", [1, 1]),
        (
            "\n#pragma pack(4)\nu8 a; u32 b; u8 c; u64 d;",
            "01000000 00000002 03000000" + "00" * 7 + "04",
            [1, 2, 3, 4],
        ),
        ("\n#define N (1 + 1)\nu8 a[N];", "0102", [b"\1\2"]),
        ("enum { A = 2, B } e; u8 x[B];", "00000002 010203", [2, b"\1\2\3"]),
        ("char c; f32 f;", "41 3fc00000", [65, 1.5]),
        ("u8 n; char s[n - sizeof(n) - sizeof(struct t) - sizeof(u16)];", "08 616263", [8, b"abc"]),
        ("u8 flags; u8 bytes; u8 crc; u8 order[bytes];", "00 01 02 03", [0, 1, 2, b"\3"]),
    ],
)
def test_each_notation_reads_its_bytes(body: str, data: str, expected: list[object]) -> None:
    source = f"struct t {{ u16 x; }}; struct m {{ {body} }}"
    message = parse_definitions(source).message()
    decoded = decode(message, bytes.fromhex(data))
    assert list(decoded.values.values()) == expected
    assert decoded.stop is None


def test_the_manual_is_a_definition() -> None:
    source = (definitions.__doc__ or "").partition("::\n")[2].partition("\nTypes are")[0]
    message = parse_definitions(source).message()
    data = encode(message, {"kind": "DATA", "options": "URGENT|SIGNED", "name": "hi", "host": "x"})
    decoded = decode(message, data)
    shown = {field.path: field.shown for field in decoded.fields}
    assert decoded.stop is None
    assert (shown["kind"], shown["options"], shown["count"]) == (
        "DATA (2)",
        "URGENT|SIGNED (3)",
        "2",
    )


def test_a_header_as_it_is_found_is_read() -> None:
    source = """
    #ifndef HEADER_H
    #define HEADER_H
    #include <stdint.h>
    #define SWAP(x) ((x) << 8)
    #define NAME "text"
    #pragma pack(push, 1)
    typedef uint16_t port_t;
    typedef struct __attribute__((packed)) tag {
        port_t port;   /* in network
                          order */
        struct inner { uint8_t x; } inner; // and this
    } __attribute__((packed)) message_t;
    #pragma pack(pop)
    #endif
    """
    message = parse_definitions(source).message("message_t")
    assert decode(message, b"\1\2\3").values == {"port": 258, "inner": {"x": 3}}


@pytest.mark.parametrize(
    ("source", "message", "column", "span"),
    [
        ("struct a { u16x b; }", "I know no type u16x. Did you mean u16?", 12, 4),
        (
            "struct a { u17 b; }",
            "u17 is not a whole number of bytes: use u8, u16, u24 ... up to u1024",
            12,
            3,
        ),
        (
            "struct a { u8 length; char s[lenght]; }",
            "There is no field lenght here. Did you mean length?",
            30,
            6,
        ),
        ("struct a { u8 x; u8 x; }", "There are two fields x: choose another name", 21, 1),
        ("struct a { u8 x }", "; is missing after this field before }", 17, 1),
        ("struct a { u8 x;", "This struct is not closed: end it with }", 10, 1),
        (
            "struct a { u8 *p; }",
            "A pointer means nothing to a peer: use an integer or an array",
            15,
            1,
        ),
        (
            "struct a { long x; }",
            "long is no type of a known size: use one such as i32, i64 or u8",
            12,
            4,
        ),
        ("struct a { u8 x : 9; }", "9 bits do not fit u8: use 1 to 8", 19, 1),
        (
            "struct a { f32 x : 3; }",
            "Only an integer of a fixed size has bits: remove the colon, or use one such as u8",
            16,
            1,
        ),
        (
            "struct a { u8 x[1/0]; }",
            "1 / 0 divides by zero: change the field or the definition",
            17,
            1,
        ),
        (
            "struct a { char s[3]; u8 x[s]; }",
            "s is no integer: name a field that is one, or an element of it as in [0]",
            28,
            1,
        ),
        (
            "struct a { u8 n = sizeof(bdoy); u8 body; }",
            "There is no field bdoy here. Did you mean body?",
            26,
            4,
        ),
        (
            'struct a { u32 c = crc("crc-33", ..); }',
            "I know no checksum 'crc-33'. Did you mean crc-32?",
            25,
            6,
        ),
        ('struct a { char m[3] = "ab"; }', "This text is 2 bytes: give it to a char[2]", 24, 4),
        ('struct a { char("utf9") s[]; }', "I know no encoding 'utf9'. Did you mean utf-8?", 18, 4),
        (
            "struct a { u8 x; } struct a { u8 y; }",
            "There is a type a already: choose another name",
            27,
            1,
        ),
        (
            "#prgama pack(1)\nstruct a { u8 x; }",
            "#prgama is not followed here. Did you mean #pragma?",
            2,
            6,
        ),
        ("struct a { u8 x @; }", "@ cannot stand in a definition: remove it", 17, 1),
        ("struct a { /* u8 x; }", "This comment is not closed: end it with */", 12, 2),
        ("enum e : u8 { A = 256 };", "A does not fit u8 (0 to 255)", 15, 1),
        ("#define X 1", "There is no struct here: write struct name { u16be field; };", 12, 1),
        (
            "u8 x;",
            "u8 cannot stand here: write struct name { ... }, or one such as enum or #define",
            1,
            2,
        ),
    ],
)
def test_a_mistake_is_said_at_its_column(source: str, message: str, column: int, span: int) -> None:
    with pytest.raises(ValuesError) as caught:
        parse_definitions(source)
    assert (caught.value.message, caught.value.column, caught.value.span) == (message, column, span)


def test_a_mistake_in_several_lines_is_said_with_its_line() -> None:
    source = "struct a {\r\n  u8 안 = 3;\r\n  char s[안 + m];\r\n}"
    with pytest.raises(ValuesError) as caught:
        parse_definitions(source)
    assert caught.value.pointed(source).split("\n") == [
        "Line 3, column 14: There is no field m here.",
        "  char s[안 + m];",
        "              ^",
    ]


def test_a_message_is_found_by_name() -> None:
    found = parse_definitions("struct first { u8 x; }; struct second { u8 y; };")
    assert found.names == ("first", "second")
    assert found.message().name == "second"
    assert found.message("first").name == "first"
    with pytest.raises(ValuesError, match=r"There is no struct frist. Did you mean first\?"):
        found.message("frist")


def test_a_line_of_types_is_a_layout() -> None:
    message = parse_layout("u16be u8 name=u32le text=char[3] rest=u8[EOF]").message()
    decoded = decode(message, bytes.fromhex("0001 02 03000000 616263 ff"))
    assert decoded.values == {"field1": 1, "field2": 2, "name": 3, "text": b"abc", "rest": b"\xff"}
    with pytest.raises(ValuesError, match="There are two fields a"):
        parse_layout("a=u8 a=u8")
    with pytest.raises(ValuesError, match="There is no type here"):
        parse_layout("  ")
