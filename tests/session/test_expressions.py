from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.session.finding.expression import Expression, compiled
from sockplay.session.finding.pattern import parse_pattern
from sockplay.session.finding.required import required
from sockplay.values.errors import ValuesError
from tests.session.expressions import EXPRESSIONS

DATA = st.text("ab\n", max_size=30).map(str.encode)


@given(EXPRESSIONS, st.booleans(), DATA, st.integers(0, 30))
def test_re2_finds_what_python_finds(source: str, any_case: bool, data: bytes, start: int) -> None:
    flags = re.MULTILINE | (re.IGNORECASE if any_case else 0)
    theirs = re.compile(source.encode(), flags)
    ours = compiled(source.encode(), any_case)
    from_start = [match.span() for match in theirs.finditer(data) if match[0]]
    assert list(ours.spans(data)) == from_start
    assert ours.is_in(data) == (theirs.search(data) is not None)
    assert compiled(source.encode(), any_case, as_text=True).is_in(data) == ours.is_in(data)
    after = [span for span in from_start if span[1] > start]
    if not any(first < start for first, _ in after):
        assert list(ours.spans(data, start)) == after or start > len(data)


@given(
    st.one_of(EXPRESSIONS, st.text("ab|()[]^+?*{1}\\$.:", max_size=12)),
    DATA,
)
def test_what_is_required_stands_in_all_that_is_found(source: str, data: bytes) -> None:
    try:
        found = list(compiled(source.encode(), any_case=False).spans(data))
    except ValuesError:
        return
    assert all(required(source).encode() in data[first:end] for first, end in found)


def test_what_is_required_is_the_longest_text_that_nothing_leaves_out() -> None:
    expected = {
        "needle-[a-z]+-the": "needle-",
        "(hay|stack)-in": "-in",
        "abcd?ef|ghi": "",
        "abcd?e": "abc",
        "x{2}abc\\.+": "abc.",
        "\\x41abc": "",
        "(?i)abc": "",
        "[]abc]d[^]e]fgh": "fgh",
    }
    assert {source: required(source) for source in expected} == expected


def test_any_case_is_that_of_a_to_z_in_bytes_and_of_all_letters_in_text() -> None:
    every = [bytes([byte]) for byte in range(256)]
    for byte in every[128:]:
        for source in (byte, b"[%b]" % byte, b"\\x%02x" % byte[0], b"(?:%b|%b)" % (byte, byte)):
            finder = Expression(source, any_case=True, as_text=False)
            assert [each for each in every if finder.is_in(each)] == [byte]
    assert Expression(b"k", any_case=True, as_text=False).is_in(b"K")
    assert Expression("é".encode(), any_case=True, as_text=True).is_in("É".encode())
    assert not Expression("é".encode(), any_case=True, as_text=False).is_in("É".encode())


@pytest.mark.parametrize("hostile", ["(a|aa)+x", "(a+)+x", "(.*)*x", "a?" * 40 + "a" * 40 + "x"])
def test_no_expression_takes_longer_than_its_data_are_long(hostile: str) -> None:
    began = time.process_time()
    assert not list(compiled(hostile.encode(), any_case=False).spans(b"a" * 20_000))
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("source", "column", "said"),
    [
        ("/ab(?=c)/", 4, "Looking ahead"),
        ("/é(?<!c)/", 3, "Looking behind"),
        ("/(a)\\1/", 5, "\\\\1, what a group has found"),
        ("/(?>a)/", 2, "\\(\\?> is not known"),
        ("/ab**/", 4, "repetition"),
        ("/a[b/", 3, "missing \\]"),
        ("/(ab/", 2, "missing \\)"),
        ("/a{1001}/", 3, "repetition size"),
        ("/\\/\\q/", 4, "escape"),
        ("/a\udcff/", 2, "such a byte"),
        ("/(\\pL{30}){33}/", 2, "too large"),
    ],
)
def test_what_is_no_expression_is_pointed_at(source: str, column: int, said: str) -> None:
    with pytest.raises(ValuesError, match=said) as caught:
        parse_pattern(source)
    assert caught.value.column == column


@given(st.text("ab|()[]^+?*{1,}\\$.:<=!Pixz\xe9\udcff-", max_size=20))
def test_any_text_is_an_expression_or_is_refused_in_a_column_of_it(source: str) -> None:
    columns: list[int | None] = []
    try:
        list(parse_pattern(f"/{source}/").spans(b"ab1\xff\n"))
    except ValuesError as error:
        columns.append(error.column)
    assert all(column is not None and 1 <= column <= len(source) + 2 for column in columns)
