"""A reader of messages with a length before them, right or wrong about the length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.counted import counted
from sockplay.values.errors import ValuesError
from sockplay.values.integers import IntegerType
from sockplay.values.lab.length_prefix import Prefix, read_messages


def prefix(bits: int, order: str = "big") -> Prefix:
    return Prefix(IntegerType(bits, signed=False), order)  # type: ignore[arg-type]


prefixes = st.builds(
    prefix, st.sampled_from([8, 16, 24, 32, 64]), st.sampled_from(["big", "little"])
)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4), prefixes)
def test_a_right_reader_reads_what_was_framed_and_waits_for_nothing(
    bodies: list[bytes], framing: Prefix
) -> None:
    belief = read_messages(b"".join(framing.frame(body) for body in bodies), framing)
    assert [message.body for message in belief.messages] == bodies
    assert (belief.rest, belief.waits) == (b"", 0)


@given(st.binary(max_size=80), prefixes)
def test_what_is_believed_is_every_byte_once_and_the_wait_would_end_with_the_bytes_it_asks_for(
    data: bytes, believed: Prefix
) -> None:
    belief = read_messages(data, believed)
    again = b"".join(
        message.length.to_bytes(believed.size, believed.order) + message.body
        for message in belief.messages
    )
    assert again + belief.rest == data
    assert all(not message.missing for message in belief.messages[:-1])
    if not data:
        assert belief.waits == believed.size
    elif belief.waits and belief.waits < 1000:
        more = read_messages(data + bytes(belief.waits - 1), believed)
        assert more.waits == 1
        fed = read_messages(data + bytes(belief.waits), believed)
        assert fed.rest == b""
        if belief.messages and belief.messages[-1].missing:
            assert fed.waits == 0


MESSAGE = prefix(16).frame(b"hi")


@pytest.mark.parametrize(
    ("believed", "does"),
    [
        (prefix(16), ("hands on a complete message",)),
        (prefix(16, "little"), ("waits for 510 more bytes, for ever",)),
        (prefix(8), ("takes 02 as the next length", "believes in 2 messages, not 1")),
        (prefix(32), ("waits for 157,801 more bytes, for ever",)),
        (prefix(64), ("has 4 bytes of a length", "waits for 4 more bytes, for ever")),
    ],
)
def test_each_reader_does_what_its_belief_makes_it_do(
    believed: Prefix, does: tuple[str, ...]
) -> None:
    assert bytes.fromhex("00 02 68 69") == MESSAGE
    assert read_messages(MESSAGE, believed).does == does


def test_bytes_left_over_become_the_next_length() -> None:
    belief = read_messages(prefix(16, "little").frame(b"hello"), prefix(8))
    assert [m.body for m in belief.messages] == [b"\0hell", b""]
    assert belief.does == (
        "takes 6f as the next length",
        "then waits for 111 more bytes, for ever",
    )
    short = read_messages(b"\0\0\x01", prefix(16))
    assert short.does == ("takes 01 as the next length", "then waits for 1 more byte, for ever")


def test_a_body_too_long_for_its_length_is_refused() -> None:
    with pytest.raises(ValuesError, match=r"^The length 256 does not fit u8 \(0 to 255\): shorten"):
        prefix(8).frame(bytes(256))


def test_one_thing_is_one_and_many_are_grouped() -> None:
    assert (counted(1, "byte"), counted(0, "byte")) == ("1 byte", "0 bytes")
    assert counted(33_554_432, "byte") == "33,554,432 bytes"
