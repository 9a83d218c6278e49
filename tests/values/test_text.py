from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.errors import ValuesError
from sockplay.values.text import COMMON_ENCODINGS, codec, encode_text, unescape


@pytest.mark.parametrize(
    ("name", "canonical"),
    [("UTF8", "utf-8"), ("latin-1", "iso8859-1"), ("euckr", "euc_kr"), ("utf-16", "utf-16")],
)
def test_an_encoding_has_one_canonical_name(name: str, canonical: str) -> None:
    assert codec(name) == canonical
    assert codec(canonical) == canonical


@pytest.mark.parametrize("name", COMMON_ENCODINGS)
def test_the_common_encodings_are_known(name: str) -> None:
    assert encode_text("abc", name) == "abc".encode(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("utf9", "I know no encoding 'utf9'. Did you mean utf-8?"),
        ("cp94", "I know no encoding 'cp94'. Did you mean cp949?"),
        ("shift-jiss", "I know no encoding 'shift-jiss'. Did you mean shift-jis?"),
        ("hex", "I know no encoding 'hex'. Use one of Python's, such as utf-8."),
        ("rot13", "I know no encoding 'rot13'. Use one of Python's, such as utf-8."),
        ("", "I know no encoding ''. Use one of Python's, such as utf-8."),
        ("\0", r"I know no encoding '\x00'. Use one of Python's, such as utf-8."),
    ],
)
def test_an_unknown_encoding_is_refused_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(ValuesError) as caught:
        codec(name)
    assert caught.value.message == message


@pytest.mark.parametrize("name", ["base64", "zlib", "bz2", "uu", "quopri", "undefined"])
def test_a_codec_that_encodes_no_text_is_refused(name: str) -> None:
    with pytest.raises(ValuesError):
        codec(name)


@given(st.text())
def test_any_name_is_an_encoding_or_a_plain_error(name: str) -> None:
    with contextlib.suppress(ValuesError):
        codec(name)


@given(st.text())
def test_escapes_mean_what_they_mean_in_python(text: str) -> None:
    assert unescape(text.encode("unicode_escape").decode()) == text
    assert unescape(text.replace("\\", "\\\\")) == text


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (r"\n\r\t\a\b\f\v", "\n\r\t\a\b\f\v"),
        (r"\\ \" \'", "\\ \" '"),
        (r"\0 \12 \377 \08", "\0 \12 \377 \08"),
        (r"\x41\u00e9\U0001f600\N{BULLET}", "A\u00e9\U0001f600\N{BULLET}"),
        ("안녕 \\n", "안녕 \n"),
    ],
)
def test_each_escape_is_known(text: str, meaning: str) -> None:
    assert unescape(text) == meaning


KNOWN = r"write \n \r \t \0 \xNN \uNNNN, or \\ for a backslash"


@pytest.mark.parametrize(
    ("text", "message", "column", "span"),
    [
        (r"ab\q", rf"\q is not an escape: {KNOWN}", 3, 2),
        (r"\x4", rf"\x4 is not an escape: {KNOWN}", 1, 3),
        (r"\u12g", rf"\u12 is not an escape: {KNOWN}", 1, 4),
        (r"\UFFFFFFFF", rf"\UFFFFFFFF is not an escape: {KNOWN}", 1, 10),
        (r"\777", rf"\777 is not an escape: {KNOWN}", 1, 4),
        (r"\N{NO SUCH}", rf"\N{{NO SUCH}} is not an escape: {KNOWN}", 1, 11),
        ("a\\", "A backslash at the end escapes nothing: write two for one", 2, 1),
    ],
)
def test_a_wrong_escape_is_refused_at_its_column(
    text: str, message: str, column: int, span: int
) -> None:
    with pytest.raises(ValuesError) as caught:
        unescape(text)
    assert (caught.value.message, caught.value.column, caught.value.span) == (message, column, span)


@given(st.text(), st.sampled_from(["utf-8", "utf-16", "utf-32-be", "utf-7", "gb18030"]))
def test_text_without_escapes_is_encoded_as_python_does(text: str, encoding: str) -> None:
    assert encode_text(text, encoding, escapes=False) == text.encode(encoding)
    assert encode_text(text.replace("\\", "\\\\"), encoding) == text.encode(encoding)


@pytest.mark.parametrize(
    ("text", "encoding", "data"),
    [
        (r"\xff", "utf-8", b"\xff"),
        (r"\377\0", "utf-16-le", b"\xff\0"),
        (r"\u00ff", "utf-8", b"\xc3\xbf"),
        (r"\N{LATIN SMALL LETTER Y WITH DIAERESIS}", "latin-1", b"\xff"),
        (r"a\xffb", "utf-16-be", b"\0a\xff\0b"),
        (r"a\x00b", "utf-16", "ab".encode("utf-16")[:4] + b"\0" + "ab".encode("utf-16")[4:]),
        (r"안\n", "cp949", "안\n".encode("cp949")),
        ("", "utf-16", "".encode("utf-16")),
    ],
)
def test_an_escaped_byte_is_that_byte_in_every_encoding(
    text: str, encoding: str, data: bytes
) -> None:
    assert encode_text(text, encoding) == data


@pytest.mark.parametrize(
    ("text", "char", "column", "span"),
    [
        ("ab안", "'안' (U+C548)", 3, 1),
        (r"a\u00e9", "'é' (U+00E9)", 2, 6),
        (r"\xff\n안", "'안' (U+C548)", 7, 1),
        ("\\ud800", r"'\ud800' (U+D800)", 1, 6),
    ],
)
def test_a_character_that_the_encoding_lacks_is_refused_at_its_column(
    text: str, char: str, column: int, span: int
) -> None:
    with pytest.raises(ValuesError) as caught:
        encode_text(text, "ascii")
    assert caught.value.message == (
        f"{char} is not in ascii: use an encoding that has it, such as utf-8"
    )
    assert (caught.value.column, caught.value.span) == (column, span)


def test_an_encoding_with_rules_of_its_own_says_them() -> None:
    with pytest.raises(ValuesError, match="This text has no such encoding: "):
        encode_text("a" * 70, "idna")
