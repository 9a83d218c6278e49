"""What two messages, and two sessions, have in common and where they differ."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.model.alignment import Stretch
from sockplay.model.beside import Beside
from sockplay.session.comparing.aligning import Items, align
from sockplay.session.comparing.lines import byte_lines, field_lines, pair_text
from sockplay.session.comparing.pairs import paired
from sockplay.session.comparing.turns import turn_window, turns
from sockplay.session.comparing.window import HELD, window
from sockplay.session.forms.progress import GivenUpError
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_layout
from sockplay.values.reading.field_pairs import field_pairs
from tests.session.talk import Talk

FEW = st.binary(max_size=40).map(lambda data: bytes(byte % 4 for byte in data))
ROWS = st.lists(st.integers(0, 5), max_size=40).map(tuple)


def check(left: Items, right: Items) -> list[Stretch]:
    """The stretches, once they cover both sides in order and what they call the same is."""
    found = align(left, right).stretches
    at = other = 0
    for stretch in found:
        assert (stretch.left, stretch.right) == (at, other)
        assert stretch.size > 0
        if stretch.likeness == "same":
            same = right[stretch.right : stretch.right_end]
            assert left[stretch.left : stretch.left_end] == same
        at, other = stretch.left_end, stretch.right_end
    assert (at, other) == (len(left), len(right))
    return found


@given(FEW | ROWS, st.data())
def test_an_alignment_covers_both_sides_and_is_true(left: Items, data: st.DataObject) -> None:
    right: Items = data.draw(FEW) if isinstance(left, bytes) else data.draw(ROWS)
    check(left, right)


@given(st.binary(min_size=1, max_size=3000), st.integers(0, 3000), st.binary(max_size=9))
def test_what_was_put_in_is_all_that_differs(data: bytes, place: int, more: bytes) -> None:
    place = min(place, len(data))
    found = check(data, data[:place] + more + data[place:])
    assert sum(s.size for s in found if s.likeness != "same") == len(more)


def test_bytes_that_changed_in_place_stay_where_they_are() -> None:
    left, right = bytes(range(100)), bytearray(range(100))
    right[10], right[50] = 0xFF, 0xFE
    assert [s.likeness for s in check(left, bytes(right))] == ["same", "changed", "same"]
    beside = Beside(left, bytes(right), align(left, bytes(right)).stretches)
    lit = [cell.left for cell in beside.cells(0, 100) if cell.likeness != "same"]
    assert lit == [10, 50]


def test_long_messages_are_aligned_in_bounded_time() -> None:
    dice = random.Random(7)
    noise = dice.randbytes(1 << 17)
    words = [dice.randbytes(8) for _ in range(2500)]
    hostile, other = (b"".join(dice.choices(words, k=1 << 14)) for _ in range(2))
    began = time.process_time()
    moved = check(noise, noise[:1000] + b"put in" + noise[1000:90_000] + noise[91_000:])
    assert not align(noise, noise[1:]).rough
    assert align(hostile, other).rough
    assert [s.likeness for s in moved] == ["same", "right", "same", "left", "same"]
    assert time.process_time() - began < 5


def test_whoever_gives_up_an_alignment_is_obeyed_and_told_how_far_it_came() -> None:
    dice = random.Random(7)
    left, right = dice.randbytes(1 << 16), dice.randbytes(1 << 16)
    shares: list[float] = []

    def tell(done: int, total: int) -> bool:
        shares.append(done / total)
        return len(shares) < 3

    with pytest.raises(GivenUpError):
        align(left, right, tell)
    assert shares == sorted(shares)
    assert len(shares) == 3
    assert 0 < shares[0] <= shares[2] < 1


def test_long_messages_are_shown_from_where_they_differ() -> None:
    same = bytes(3 * HELD)
    part = window(same + b"left" + same, same + b"right" + same)
    assert part.words == f" from byte {3 * HELD - 64:,} on"
    assert (part.left[64:68], part.right[64:69]) == (b"left", b"right")
    assert len(part.left) == HELD
    assert window(b"ab", b"ac").start == 0


def test_cells_of_both_sides_stand_beside_each_other() -> None:
    left, right = b"hello world", b"hello, world!"
    beside = Beside(left, right, align(left, right).stretches)
    whole = beside.cells(0, len(beside))
    assert len(whole) == len(beside) == 13
    assert beside.cells(4, 3) == whole[4:7]
    assert [beside.place_after(-1, 1), beside.place_after(5, 1)] == [5, 12]
    assert [beside.place_after(12, 1), beside.place_after(12, -1)] == [None, 5]
    assert list(byte_lines(left, right)) == [
        "0000  68 65 6c 6c 6f ·· 20 77  hello  w │ 0000  68 65 6c 6c 6f+2c 20 77  hello, w",
        "0007  6f 72 6c 64 ··           orld     │ 0008  6f 72 6c 64+21           orld!",
    ]


def test_what_changed_far_apart_in_one_stretch_is_all_found() -> None:
    left, right = bytes(40), bytes(40)[:3] + b"ab" + bytes(27) + b"c" + bytes(7)
    beside = Beside(left, right, [Stretch("changed", 0, 0, 40)])
    assert beside.places == [3, 32]
    assert [line[:4] for line in byte_lines(left, right)] == ["0000", "0020"]


def test_fields_are_compared_by_their_paths() -> None:
    layout = parse_layout("struct m { u8 n; u8 body[n]; u16be end; }").message("")
    found = field_pairs(
        decode(layout, bytes.fromhex("01 aa 0102"), "big"),
        decode(layout, bytes.fromhex("02 aa bb 0102"), "big"),
    )
    assert [(pair.likeness, pair.path) for pair in found][:1] == [("changed", "n")]
    assert found[-1].likeness == "same"
    long = parse_layout("struct l { u8 body[EOF]; }").message("")
    left, right = bytes(5000), bytes(4000) + b"\1" + bytes(999)
    (line,) = field_lines(field_pairs(decode(long, left, "big"), decode(long, right, "big")))
    assert line.startswith("≠ body  …0 00 00 00 00 00 ")
    assert "0… │ …0 00 00 00 01 00 " in line
    bits = parse_layout("struct b { u8 urgent : 1, version : 7; }").message("")
    found = field_pairs(decode(bits, b"\x81", "big"), decode(bits, b"\x01", "big"))
    assert [pair.likeness for pair in found] == ["changed", "same"]


def test_sessions_are_compared_by_what_was_said_however_it_was_cut(tmp_path: Path) -> None:
    first = Talk().sent(b"hi").read(b"hel").read(b"lo").sent(b"bye").read(b"ok")
    second = Talk().sent(b"hi").read(b"hello").sent(b"bye!").read(b"ok")
    with first.reader(tmp_path / "a.session") as a, second.reader(tmp_path / "b.session") as b:
        found = paired(turns(a), turns(b)).pairs
        assert [pair.likeness for pair in found] == ["same", "same", "changed", "same"]
        part = turn_window(a, found[2].left, b, found[2].right)
        assert (part.start, part.left, part.right) == (0, b"bye", b"bye!")
        assert pair_text(found[1]) == "  cli1     ← 5 bytes  #4 to #5            │ ← 5 bytes  #4"
        assert paired(turns(a), {}).pairs[0].likeness == "left"


def test_datagrams_are_turns_of_their_own(tmp_path: Path) -> None:
    talk = Talk(datagrams=True).sent(b"one").sent(b"two").read(b"").read(b"three")
    with talk.reader(tmp_path / "d.session") as reader:
        assert [turn.size for turn in turns(reader)["cli1"]] == [3, 3, 0, 5]
