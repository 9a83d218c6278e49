from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sockplay.library.payload_text import parse_payload, payload_text
from sockplay.model.errors import SockplayError
from sockplay.values.composing.draft import Draft


@given(st.from_type(Draft))
@example(Draft("\n"))
@example(Draft("\r\n\r\n a: b\n\n", encoding='"', integer="\x7f\r\n", ending=" "))
def test_every_payload_is_read_as_it_was_written(draft: Draft) -> None:
    assert parse_payload(payload_text(draft)) == draft


def test_a_payload_is_text_that_a_person_can_read() -> None:
    text = payload_text(Draft("GET / HTTP/1.1\n", ending=r"\r\n"))
    assert text.startswith("mode: text\norder: big\nencoding: utf-8\nescapes: true\n")
    assert "\nending: \\r\\n\n" in text
    assert text.endswith("\n\nGET / HTTP/1.1\n\n")


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("mode: hex\n\nca fe\n", Draft("ca fe", "hex")),
        ("mode: hex\n\nca fe", Draft("ca fe", "hex")),
        ("mode :line\r\norder:  little\r\n\r\nu16:1\r\n\r\nu8:2\r\n", None),
        ("mode: text\n", Draft()),
    ],
)
def test_a_payload_may_be_written_by_hand(text: str, draft: Draft | None) -> None:
    assert parse_payload(text) == (draft or Draft("u16:1\r\n\r\nu8:2\r", "line", "little"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "An empty line is missing"),
        ("hello\n\n", "Line 1 is no setting."),
        ("mode: hex\nencodign: x\n\n", "Line 2: I know no setting encodign. Did you mean encoding"),
        ("mode: hax\n\n", "The setting mode has a value that it cannot have: hax."),
        ("escapes: perhaps\n\n", "The setting escapes has a value"),
        ('mode: "hex\n\n', "Line 1 is no text in double quotes"),
        ("source: x\n\n", "I know no setting source."),
        ("x:\n" * 5000 + "\n", "I know no setting x."),
        ("mode: " + "[" * 100_000 + "\n\n", "The setting mode"),
        ('integer: "' + "[" * 100_000 + "\n\n", "Line 1 is no text"),
    ],
)
def test_what_is_no_payload_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SockplayError) as caught:
        parse_payload(text)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 200


@given(st.text())
def test_any_text_is_a_payload_or_refused(text: str) -> None:
    with suppress(SockplayError):
        assert isinstance(parse_payload(text), Draft)
