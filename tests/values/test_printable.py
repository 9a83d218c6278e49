from __future__ import annotations

import encodings.aliases
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.printable import ascii_cells, byte_class, visible, visible_bytes

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
ALL_CODECS = sorted({*encodings.aliases.aliases.values(), "idna", "punycode", "undefined"})


@given(ANY_TEXT)
def test_visible_text_is_printable_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown


def test_no_character_of_unicode_makes_visible_text_unprintable() -> None:
    # Planes 4 to 13 have no character, 15 and 16 private ones alone: some of them stand for all.
    for code in (*range(0x40000), *range(0xE0000, 0xE1000), *range(0x40000, sys.maxunicode, 97)):
        shown = visible(chr(code))
        assert shown.isprintable(), hex(code)
        assert not unicodedata.category(shown[0]).startswith(("M", "C")), hex(code)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("hello, world", "hello, world"),
        ("안녕 é Ω", "안녕 é Ω"),
        ("a\r\n\tb", r"a\r\n\tb"),
        ("\x1b]52;c;\x07", r"\x1b]52;c;\x07"),
        ("\x9b\x7f\x00", r"\x9b\x7f\x00"),
        ("\u202eabc", r"\u{202e}abc"),
        ("a\u200db\u00adc", r"a\u{200d}b\xadc"),
        ("\U0001f600\ufe0f", "\U0001f600\\u{fe0f}"),
        ("\U000e0100", r"\u{e0100}"),
        ("\u115f\u1160\u3164\uffa0", r"\u{115f}\u{1160}\u{3164}\u{ffa0}"),
        ("\u2800", "\u2800"),
        ("e\u0301", "e\u0301"),
        ("\u0301\u0301e", r"\u{301}\u{301}e"),
        ("\n\u0301", r"\n\u{301}"),
        ("\ue000\u0378", r"\u{e000}\u{378}"),
        ("\udcff\ud800", r"\xff\u{d800}"),
        ("C:\\new", "C:\\new"),
        ("\u00a0", r"\xa0"),
    ],
)
def test_visible_shows_what_is_no_cell_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.binary(max_size=40), st.sampled_from(ALL_CODECS))
def test_visible_bytes_never_raises_for_any_codec(data: bytes, encoding: str) -> None:
    assert visible_bytes(data, encoding).isprintable()


@given(st.binary(max_size=20), ANY_TEXT)
def test_visible_bytes_never_raises_for_any_codec_name(data: bytes, encoding: str) -> None:
    assert visible_bytes(data, encoding).isprintable()


@pytest.mark.parametrize(
    ("data", "encoding", "shown"),
    [
        (b"a\xffb", "utf-8", r"a\xffb"),
        ("안녕".encode("cp949") + b"\x80", "cp949", r"안녕\x80"),
        (b"h\0i\0!", "utf-16-le", r"hi\x21"),
        (b"a\xff", "idna", r"a\xff"),
        (b"a\xff", "hex", r"a\xff"),
        (b"a\xff", "no such codec", r"a\xff"),
        (b"a\\q\xff", "unicode_escape", r"a\q\xff"),
        (b"a\\b", "utf-8", r"a\b"),
    ],
)
def test_visible_bytes_shows_bytes_that_do_not_decode(
    data: bytes, encoding: str, shown: str
) -> None:
    assert visible_bytes(data, encoding) == shown


@given(st.binary())
def test_ascii_cells_are_one_for_each_byte(data: bytes) -> None:
    cells = ascii_cells(data)
    assert len(cells) == len(data)
    for byte, cell in zip(data, cells, strict=True):
        assert cell == (chr(byte) if 0x20 <= byte <= 0x7E else ".")


def test_every_byte_has_a_class() -> None:
    classes = [byte_class(byte) for byte in range(256)]
    assert classes[0] == "nul"
    assert classes[0xFF] == "ff"
    assert {classes[byte] for byte in b" \t\n\v\f\r"} == {"whitespace"}
    assert {classes[byte] for byte in range(0x21, 0x7F)} == {"printable"}
    assert {classes[byte] for byte in (0x01, 0x08, 0x0E, 0x1B, 0x1F, 0x7F)} == {"control"}
    assert {classes[byte] for byte in range(0x80, 0xFF)} == {"high"}
