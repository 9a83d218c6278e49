from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sockplay.values.composing.payload import Payload, Span, compose
from sockplay.values.errors import ValuesError
from sockplay.values.integers import IntegerType
from sockplay.values.order import ByteOrder

ORDERS: st.SearchStrategy[ByteOrder] = st.sampled_from(["big", "little"])


def assert_spans_cover(payload: Payload) -> None:
    ends = [0, *(span.offset + span.size for span in payload.spans)]
    assert [span.offset for span in payload.spans] == ends[:-1]
    assert ends[-1] == len(payload.data)


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("", b""),
        ("  \n ", b""),
        ("u16:513", b"\x02\x01"),
        ("u16be:513 u16le:513", b"\x02\x01\x01\x02"),
        ("i32le:-1", b"\xff\xff\xff\xff"),
        ("u24:0x010203", b"\x01\x02\x03"),
        ("u8:0b11 u8:0o17 u16:1_000 u8:'A'", b"\x03\x0f\x03\xe8A"),
        ("u8:'(' u8:' ' u8:'\"' u8:'\\'' u8:':'", b"( \"':"),
        ("uint16:1 int8:-1 uint16_t:2", b"\x00\x01\xff\x00\x02"),
        ("f16:1.5", struct.pack(">e", 1.5)),
        ("f32le:1.5 f64be:nan", struct.pack("<f", 1.5) + struct.pack(">d", float("nan"))),
        ('"hello\\n"', b"hello\n"),
        (r'"\x00\xff\u00e9"', b"\x00\xff\xc3\xa9"),
        (r'"say \"(hi)\" "', b'say "(hi)" '),
        ('cp949"안녕"', "안녕".encode("cp949")),
        ('utf-16-le"hi"', b"h\0i\0"),
        ('hex"de ad be ef" hex"de:ad,0xbe\\xef"', b"\xde\xad\xbe\xef" * 2),
        ('b64"3q2+7w==" b64"3q2+\n7w=="', b"\xde\xad\xbe\xef" * 2),
        ("dec:513 dec:0x10", b"51316"),
        ("name=u16:513", b"\x02\x01"),
        ('len:u16be("hello")', b"\x00\x05hello"),
        ('len:u16le(u8:1 len:u8("ab"))', b"\x04\x00\x01\x02ab"),
        ("len:u8()", b"\x00"),
        ('crc:crc-32("123456789")', b"123456789\xcb\xf4\x39\x26"),
        ('crc:crc-32:be("123456789")', b"123456789\xcb\xf4\x39\x26"),
        ('crc:CRC-32:little("123456789")', b"123456789\x26\x39\xf4\xcb"),
        ('crc:crc-16/modbus:le("123456789")', b"123456789\x37\x4b"),
        ('("ab" u8:1)*3', b"ab\x01" * 3),
        ('(("a")*2 "b")*2 ("c")', b"aabaabc"),
        ('("x")*0 u8:1', b"\x01"),
        ('( len:u8( "a" ) )', b"\x01a"),
        ("()*999999999999", b""),
    ],
)
def test_each_item_makes_its_bytes(source: str, data: bytes) -> None:
    payload = compose(source)
    assert payload.data == data
    assert_spans_cover(payload)


def test_the_default_order_is_for_items_that_name_none() -> None:
    source = 'u16:1 u16be:1 f32:1.5 len:u16("a") crc:sum8("a") crc:crc-16/modbus("123456789")'
    assert compose(source, order="little").data == (
        b"\x01\0\0\x01" + struct.pack("<f", 1.5) + b"\x01\0a" + b"aa" + b"123456789\x37\x4b"
    )


def test_the_encoding_is_for_text_that_names_none() -> None:
    payload = compose('"안" utf-8"안"', encoding="cp949")
    assert payload.data == "안".encode("cp949") + "안".encode()
    with pytest.raises(ValuesError, match="I know no encoding 'nope'"):
        compose("", encoding="nope")


def test_files_are_read_through_the_reader_that_is_given() -> None:
    payload = compose(r'file"C:\new \"x\""', read_file=lambda path: path.encode())
    assert payload.data == rb'C:\new "x"'
    assert payload.spans[0].kind == "file"


def test_spans_say_what_the_bytes_are_for() -> None:
    source = 'size=len:u16be(body="hi" u8:7) crc:crc-32(x=hex"ab cd") cp949"안" dec:-5 f32le:1.5'
    assert compose(source).spans == (
        Span("size", "len:u16be", 0, 2, "3", 1, 15),
        Span("body", "text", 2, 2, "hi", 16, 25),
        Span(None, "u8", 4, 1, "7", 26, 30),
        Span("x", "hex", 5, 2, "ab cd", 43, 55),
        Span(None, "crc-32", 7, 4, f"0x{zlib.crc32(bytes([0xAB, 0xCD])):08x}", 32, 42),
        Span(None, "cp949", 11, 2, "안", 57, 65),
        Span(None, "dec", 13, 2, "-5", 66, 72),
        Span(None, "f32le", 15, 4, "1.5", 73, 82),
    )


def test_a_groups_name_stands_before_those_of_its_items() -> None:
    payload = compose("h=(a=u8:1 u8:2 b=(c=u8:3)) d=(n=len:u8(e=u8:4))*2")
    names = ["h.a", "h", "h.b.c", "d.n", "d.e", "d.n", "d.e"]
    assert [span.name for span in payload.spans] == names
    assert_spans_cover(payload)


def test_a_long_value_is_cut_in_its_span() -> None:
    (span,) = compose('"' + "\x1b" * 100 + '"').spans
    assert span.value == r"\x1b" * 9 + r"\x1…"


def test_past_ten_thousand_spans_a_repeated_group_is_one() -> None:
    assert len(compose("(u8:1 u8:2)*5000").spans) == 10_000
    payload = compose("u8:0 many=(u8:1 u8:2)*5000 (u8:3)*2")
    assert payload.spans[1:2] == (Span("many", "repeat", 1, 10_000, "5000 times 01 02", 6, 27),)
    assert len(payload.spans) == 4
    assert_spans_cover(payload)
    nested = compose("((u8:1)*9000)*9")
    assert [(span.offset, span.size) for span in nested.spans] == [(0, 81_000)]


@pytest.mark.parametrize(
    "source",
    [
        '("x")*1000000000000',
        '(("x")*60000000)*2',
        '(((("x")*10000)*10000)*10000)*10000',
        '("x")*60000000 ("x")*60000000',
        f'("x")*0x{"f" * 1000}',
    ],
)
def test_a_payload_past_the_limit_is_refused_before_it_is_made(source: str) -> None:
    with pytest.raises(ValuesError) as caught:
        compose(source)
    message = "The payload would be more than 67,108,864 bytes: make it shorter"
    assert caught.value.message == message


def test_the_limit_is_a_number_of_bytes() -> None:
    assert len(compose('("x")*10', limit=10).data) == 10
    for source in ('("x")*11', '"12345678901"', 'len:u8("1234567890")', 'crc:sum8("1234567890")'):
        with pytest.raises(ValuesError, match="more than 10 bytes"):
            compose(source, limit=10)


def test_empty_items_repeat_any_number_of_times() -> None:
    payload = compose('("")*1000000000000')
    assert payload.data == b""
    assert [span.value for span in payload.spans] == ["1000000000000 times nothing"]


NO_ESCAPE = r"\q is not an escape: write \n \r \t \0 \xNN \uNNNN, or \\ for a backslash"
NOT_ASCII = "'안' (U+C548) is not in ascii: use an encoding that has it, such as utf-8"
APART = "Items stand apart, and only (ITEMS) is repeated: put a space here"
TEXT_HINT = "is not an item I know. Text goes in double quotes:"


@pytest.mark.parametrize(
    ("source", "message", "column", "span"),
    [
        ("length=u8:300", "length=u8:300: 300 does not fit u8 (0 to 255)", 8, 6),
        ("u8:1 i8:-129", "i8:-129: -129 does not fit i8 (-128 to 127)", 6, 7),
        ('n=len:u8(("x")*300)', "n=len:u8: 300 does not fit u8 (0 to 255)", 1, 8),
        ("t=f16:1e9", "t=f16:1e9: 1000000000.0 does not fit f16 (-65504.0 to 65504.0)", 3, 7),
        ("hello", f'hello {TEXT_HINT} "hello"', 1, 5),
        ('"안" hello', f'hello {TEXT_HINT} "hello"', 5, 5),
        ("'hello'", f"'hello' {TEXT_HINT} \"hello\"", 1, 7),
        ("http://x", f'http://x {TEXT_HINT} "http://x"', 1, 8),
        ("fx32:1", "fx32:1 is not an item I know. Did you mean f32?", 1, 6),
        ("513", "513 needs a type, such as u16:513", 1, 3),
        ("u16", "u16 needs a value: write u16:1", 1, 3),
        ("u16: 5", "u16 needs a value: write u16:1", 1, 4),
        ("dec", "dec needs a value: write dec:1", 1, 3),
        ("u8:abc", "'abc' is not an integer: write 513, 0x201, 0b11, -1 or 'A'", 4, 3),
        ("f32:abc", "'abc' is not a number: write 1.5, -2e-3, 0x1.8p3, nan or inf", 5, 3),
        ("u8:'\\q'", NO_ESCAPE, 5, 2),
        ("u12:3", "u12 is not a whole number of bytes: use u8, u16, u24 ... up to u1024", 1, 3),
        ("f12:3", "'f12' is not a float type: use f16, f32 or f64", 1, 3),
        ("x=", "x= needs an item after it, such as x=u16:1", 1, 2),
        ("(x=)", "x= needs an item after it, such as x=u16:1", 2, 2),
        ('u8:1 "abc', "This text is not closed: end it with a double quote", 6, 1),
        ('u8:1 ("a"', "This group is not closed: end it with a parenthesis", 6, 1),
        ('"a")', "This parenthesis closes nothing: remove it, or open one before it", 4, 1),
        ('"a""b"', APART, 4, 1),
        ('len:u8("a")*3', APART, 12, 1),
        ('utf9"x"', "I know no encoding 'utf9'. Did you mean utf-8?", 1, 4),
        ('n=base64"x"', 'base64"..." is not an item I know. Did you mean b64?', 3, 6),
        ('u8"x"', 'u8 takes no text in double quotes: write "text", or an item like u16:1', 1, 2),
        ('u8:"x"', 'u8: takes no text in double quotes: write "text", or an item like u16:1', 1, 3),
        ('"ab\\q"', NO_ESCAPE, 4, 2),
        ('ascii"안"', NOT_ASCII, 7, 1),
        ('hex"ab zz"', "z is not a hex digit: use 0-9 and a-f, two for each byte", 8, 1),
        ('hex"abc"', "abc has an odd number of digits: write two for each byte", 5, 3),
        ('b64"3q*="', "* is not Base64: use A-Z a-z 0-9 + / and = at the end", 7, 1),
        (
            'b64"3q2"',
            "This Base64 is incomplete: write groups of four, the last filled up with =",
            5,
            3,
        ),
        ('file"x"', 'Files cannot be read here: write the bytes as hex"..."', 6, 1),
        ("hex", 'hex needs its text in double quotes: hex"..."', 1, 3),
        ("len:u16", "len needs its items in parentheses, such as len:u16(ITEMS)", 1, 7),
        ("crc", "crc needs its items in parentheses, such as crc:crc-32(ITEMS)", 1, 3),
        ('len("x")', "len needs to know of what kind: write len:u16(ITEMS)", 1, 3),
        ('crc("x")', "crc needs to know of what kind: write crc:crc-32(ITEMS)", 1, 3),
        ('len:f32("x")', "A length is an integer, not f32: write len:u16(ITEMS)", 5, 3),
        ('length:u16("x")', "length:u16(...) is not an item I know. Did you mean len?", 1, 10),
        (
            'foo("x")',
            "foo(...) is not an item I know. "
            "Items in parentheses stand alone, or after one like len:u16 or crc:crc-32",
            1,
            3,
        ),
        ('crc:crc-33("x")', "I know no checksum 'crc-33'. Did you mean crc-32?", 5, 6),
        (
            'crc:crc-32:xx("x")',
            "'xx' is not a byte order: use big be network net > ! or little le <",
            12,
            2,
        ),
        ('("x")*1e9', "'1e9' is not an integer: write 513, 0x201, 0b11, -1 or 'A'", 7, 3),
        ('("x")*', "'' is not an integer: write 513, 0x201, 0b11, -1 or 'A'", 7, 1),
        ('("x")*-1', "-1 is no number of times: write 0 or more", 7, 2),
        ("(" * 33 + ")" * 33, "Groups stand in at most 32 others: take one out", 33, 1),
    ],
)  # fmt: skip
def test_each_mistake_is_one_sentence_at_its_column(
    source: str, message: str, column: int, span: int
) -> None:
    with pytest.raises(ValuesError) as caught:
        compose(source)
    assert (caught.value.message, caught.value.column, caught.value.span) == (message, column, span)


def test_a_file_that_cannot_be_read_is_named() -> None:
    def refuse(path: str) -> bytes:
        raise FileNotFoundError(2, "No such file or directory", path)

    with pytest.raises(ValuesError) as caught:
        compose('file"gone.bin"', read_file=refuse)
    message = "gone.bin cannot be read: No such file or directory. Check the path"
    assert (caught.value.message, caught.value.column) == (message, 6)


@given(st.integers(1, 128), st.booleans(), ORDERS, st.data())
def test_integers_of_every_size_and_order_are_composed(
    size: int, signed: bool, order: ByteOrder, data: st.DataObject
) -> None:
    integer = IntegerType(size * 8, signed)
    value = data.draw(st.integers(integer.low, integer.high))
    expected = value.to_bytes(size, order, signed=signed)
    assert compose(f"{integer.name}:{value}", order=order).data == expected
    suffix = "be" if order == "big" else "le"
    assert compose(f"{integer.name}{suffix}:{value:#x}").data == expected


@given(st.binary())
def test_any_bytes_can_be_written_as_hex_and_as_escapes(data: bytes) -> None:
    escapes = "".join(f"\\x{byte:02x}" for byte in data)
    assert compose(f'hex"{data.hex()}" utf-16-le"{escapes}"').data == data + data


PIECES = st.sampled_from(
    [
        *("u8:", "u16", "i32le:-1", "f32:", "1.5", "nan", "dec:7", "x=", "len:u8", "crc:sum8"),
        *("crc:crc-32:le", "(", "(", ")", ")", ")*3", ")*99999", "*", "=", ":", '"', '"ab"'),
        *('hex"', 'b64"AA=="', 'file"x"', "\\", "\\x4", "\\N{", "'", "'a'", " ", " ", " ", "\n"),
        *("안", "\ud800", 'utf-16"a"', 'idna"..\u00e9"', 'punycode"\u00e9\\xff"', "\x1b"),
        *('iso2022_kr"안"', "9" * 50),
    ]
)


@settings(max_examples=6 * settings().max_examples)
@given(st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=30)), ORDERS)
def test_any_source_is_a_covered_payload_or_a_placed_error(source: str, order: ByteOrder) -> None:
    try:
        payload = compose(source, order=order, read_file=str.encode, limit=100_000)
    except ValuesError as error:
        check_placed(error, source)
    else:
        assert_spans_cover(payload)
        for span in payload.spans:
            assert 1 <= span.column < span.end <= len(source) + 1
            assert span.value.isprintable()


def check_placed(error: ValuesError, source: str) -> None:
    assert error.column is not None
    assert error.span >= 1
    assert error.column + error.span <= len(source) + 2
    assert all(line.isprintable() for line in error.pointed(source).split("\n"))


@given(st.text(max_size=20))
def test_any_encoding_prefix_is_an_encoding_or_an_error(prefix: str) -> None:
    with contextlib.suppress(ValuesError):
        compose(f'{prefix}"a"', read_file=str.encode)


def test_importing_the_language_does_not_load_the_checksum_catalogue() -> None:
    code = "import sys, sockplay.values.composing.payload; sys.exit('crccheck' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
