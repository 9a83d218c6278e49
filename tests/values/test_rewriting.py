from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.composing.draft import Draft
from sockplay.values.composing.payload import compose
from sockplay.values.composing.proposals import MOST_FIELDS, proposals
from sockplay.values.composing.rewriting import rewritten
from sockplay.values.text import encode_text
from sockplay.values.written_text import written_text
from tests.values.lines import LINES, ORDERS

DRAFTS = st.one_of(
    st.builds(Draft, LINES, st.just("line"), ORDERS),
    st.builds(Draft, st.sampled_from(["hello", "안녕 \\n", ""]), ending=st.just("\\n")),
    st.builds(Draft, st.sampled_from(["1 2 3", "513"]), st.just("integers"), ORDERS),
    st.builds(Draft, st.sampled_from(["de ad", ""]), st.just("hex")),
)


@given(DRAFTS, st.data())
def test_a_rewritten_draft_makes_exactly_the_bytes(draft: Draft, data: st.DataObject) -> None:
    payload = draft.payload()
    changed = bytearray(payload.data)
    for _ in range(data.draw(st.integers(0, 3))):
        if changed:
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    goal = data.draw(st.sampled_from([bytes(changed), payload.data + b"x", payload.data[1:]]))
    assert rewritten(draft, payload, goal).payload().data == goal


@pytest.mark.parametrize(
    ("line", "data", "after"),
    [
        ("a=u16be:1 b=u16le:2", b"\x00\x01\x03\x00", "a=u16be:1 b=u16le:3"),
        ("i8:-1 f32:1.5", b"\x01\x3f\x80\x00\x00", "i8:1 f32:1.0"),
        ('len:u8("hey") u8:1', b"\x03h\xffy\x01", 'len:u8("h\\xffy") u8:1'),
        ('cp949"ab" dec:12', b"ab42", 'cp949"ab" dec:42'),
        ('b64"3q0="', b"\x01\x02", 'hex"01 02"'),
    ],
)
def test_only_the_items_whose_bytes_differ_are_written_anew(
    line: str, data: bytes, after: str
) -> None:
    draft = Draft(line, "line")
    assert rewritten(draft, draft.payload(), data).source == after


def test_a_wrong_checksum_and_another_length_become_hex() -> None:
    for line in ("crc:crc-32(u8:1)", "len:u16(u8:1)"):
        draft = Draft(line, "line")
        payload = draft.payload()
        wrong = bytes([payload.data[0] ^ 1]) + payload.data[1:-1] + bytes([payload.data[-1] ^ 1])
        assert rewritten(draft, payload, wrong).mode == "hex"


@given(st.binary(max_size=80))
def test_every_proposal_makes_exactly_the_bytes(data: bytes) -> None:
    for proposal in proposals(data):
        assert compose(proposal.source).data == data


def test_a_proposal_has_a_bounded_number_of_fields() -> None:
    for proposal in proposals(b"text\0" * 1000):
        assert MOST_FIELDS <= len(compose(proposal.source).spans) <= MOST_FIELDS + 2


def test_what_is_printable_is_proposed_as_text() -> None:
    assert proposals(b'\0\1say "hi"\xff')[0].source == 'hex"00 01" ascii"say \\"hi\\"" hex"ff"'


@given(
    st.binary(min_size=1, max_size=12),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp949", "latin-1", "utf-7", "idna", "cp500"]),
)
def test_written_text_is_exactly_the_bytes(data: bytes, encoding: str) -> None:
    assert encode_text(written_text(data, encoding), encoding) == data


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b'hi\n\t\\ "', "utf-8", 'hi\\n\\t\\\\ \\"'),
        (b"h\xffi\0", "utf-8", "h\\xffi\\x00"),
        ("안".encode("cp949"), "cp949", "안"),
        ("\u202e".encode(), "utf-8", "\\u202e"),
    ],
)
def test_text_is_written_as_a_person_would(data: bytes, encoding: str, text: str) -> None:
    assert written_text(data, encoding) == text
