"""Cells and lines: what makes columns line up and finds a row among a million."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from sockplay.model.call import Badge, Call, Row
from sockplay.ui.widgets.cells import fit, gauge, size_text
from sockplay.ui.widgets.line_view import line_strip
from sockplay.ui.widgets.timeline.line_index import LineIndex
from sockplay.ui.widgets.timeline.time_column import WAYS, TimeColumn
from sockplay.ui.widgets.timeline.timeline_rows import (
    GLYPHS,
    Beside,
    Columns,
    below_segments,
    call_segments,
)
from sockplay.values.hexrows import row_count
from sockplay.values.printable import visible

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
NOW = 1_767_323_045_678_901_234


@given(ANY_TEXT.map(visible), st.integers(0, 80), st.sampled_from(["left", "right"]))
def test_fitted_text_has_exactly_the_width(text: str, width: int, align: str) -> None:
    fitted = fit(text, width, "left" if align == "left" else "right")
    assert cell_len(fitted) == width
    if cell_len(text) <= width:
        assert fitted.strip(" ") == text.strip(" ")
    elif width:
        assert fitted.endswith("…")


@given(st.lists(ANY_TEXT.map(visible), max_size=4), st.integers(1, 80))
def test_a_drawn_line_has_exactly_the_width(texts: list[str], width: int) -> None:
    base, own = Style(bgcolor="blue"), Style(bold=True)
    strip = line_strip([Segment(text, own) for text in texts], base, width)
    assert cell_len(strip.text) == strip.cell_length == width
    if cell_len("".join(texts)) <= width:
        assert strip.text.startswith("".join(texts))
    assert all(part.style is not None and part.style.bgcolor for part in strip if part.text)


@given(st.integers(0, 1 << 60))
def test_a_size_is_short_and_says_its_unit(size: int) -> None:
    number, unit = size_text(size).split(" ")
    assert unit in ("B", "kB", "MB", "GB", "TB")
    assert (number == str(size)) if size < 1000 else ("." in number)
    if size < 999_950_000_000_000:
        assert len(size_text(size)) <= 8


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB")],
)
def test_sizes_change_their_unit_at_a_thousand(size: int, text: str) -> None:
    assert size_text(size) == text


@given(st.integers(0, 1 << 62), st.integers(0, 1 << 62))
def test_a_gauge_never_shrinks_as_the_queue_grows(one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert gauge(less) <= gauge(more)
    assert len(gauge(less)) == 1
    assert (gauge(less) == gauge(0)) == (less == 0)


# the index of lines


@dataclass
class Naive:
    """The same as a list of lists of lines, built anew for every question."""

    folded: int
    opened: int
    tells_more: bool
    rows: list[tuple[int, int, bool]] = field(default_factory=list)
    open: set[int] = field(default_factory=set)
    remarked: set[int] = field(default_factory=set)

    def lines(self) -> list[int]:
        found = []
        for number, (_, size, note) in enumerate(self.rows):
            most = self.opened if number in self.open else self.folded
            hexes = row_count(size)
            below = hexes if hexes <= most else most + self.tells_more
            found += [number] * (1 + note + below + (number in self.remarked))
        return found


ENTRIES = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 300), st.booleans()), max_size=20)


@given(
    ENTRIES,
    st.lists(st.integers(0, 19)),
    st.sets(st.integers(0, 30)),
    st.integers(1, 4),
    st.booleans(),
)
def test_the_line_index_agrees_with_a_plain_list_of_lines(
    entries: list[tuple[int, int, bool]],
    toggles: list[int],
    remarked: set[int],
    folded: int,
    tells_more: bool,
) -> None:
    index, naive, seq = LineIndex(folded, 10, tells_more), Naive(folded, 10, tells_more), 0
    for step, size, note in entries:
        seq += step
        index.extend(([seq], [size], [note]))
        naive.rows.append((seq, size, note))
    for row in toggles:
        if row < len(naive.rows):
            size = naive.rows[row][1]
            index.toggle(row, size)
            if row_count(size) > folded:
                naive.open ^= {row}
    index.remark(remarked)
    naive.remarked = {row for row, (each, _, _) in enumerate(naive.rows) if each in remarked}
    lines = naive.lines()
    assert index.lines == len(lines)
    assert [index.find(line) for line in range(len(lines))] == lines
    for row, (number, _, _) in enumerate(naive.rows):
        assert index.start(row) == lines.index(row)
        assert index.end(row) == index.start(row) + lines.count(row)
        assert index.nearest(number) == row
        assert index.is_open(row) == (row in naive.open)


# a row of the timeline


def plain(_: str) -> Style:
    return Style()


def text_of(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments)


def call(op: str = "recv", **fields: object) -> Call:
    given: dict[str, object] = {"seq": 7, "time_ns": NOW, "took_ns": 5, "socket": "conn1", "op": op}
    return Call(**(given | fields))  # type: ignore[arg-type]


CALLS = {
    "cut": call(requested=4, moved=4, left=6, data=b"hell", offset=0, badges=("cut by bufsize",)),
    "eof": call(requested=4096, moved=0, left=0, badges=("EOF",), note="EOF: finished sending"),
    "send": call("send", requested=5, moved=5, data=b"hello"),
    "short": call("send", requested=1 << 26, moved=12, data=b"x" * 12, badges=("short write",)),
    "truncated": call(
        "recvfrom", requested=4, moved=4, left=0, size=10, data=b"hell", badges=("truncated",)
    ),
    "reset": call(requested=4, error="ECONNRESET", note="The peer reset it.", badges=("error",)),
    "waits": call(requested=4, error="EAGAIN", note="Nothing is queued.", badges=("would block",)),
    "wide": call("sendto", requested=6, moved=6, data="안녕".encode(), args="('::1', 9)"),
}


@pytest.mark.parametrize("narrow", [True, False])
def test_the_columns_of_all_calls_line_up_at_every_width(narrow: bool) -> None:
    for width in range(78, 201):
        columns = Columns(width, TimeColumn(narrow, since=NOW))
        heading = columns.heading()
        assert cell_len(heading) == width
        left_end = heading.index("left") + 4
        moved_end = heading.index("moved/asked") + len("moved/asked")
        for made in CALLS.values():
            line = text_of(call_segments(made, made.stored, columns, plain))
            assert line[:6] == "     7"
            assert line.index("conn1") == heading.index("socket")
            if made.moved is not None:
                assert line[:moved_end].endswith(f"{made.moved:,}/{made.requested:,}")
            assert line[moved_end:left_end].strip() == ("" if made.left is None else str(made.left))
            assert cell_len(line) <= width + 1
            if made.badges and made.badges[0] != "error":
                assert line[left_end + 2 :].startswith(GLYPHS[made.badges[0]])
        queued = text_of(call_segments(replace(CALLS["eof"], left=425_911), 0, columns, plain))
        assert queued[:left_end].endswith(" 0/4,096 425,911")


@pytest.mark.parametrize("width", [78, 120, 200])
def test_a_call_that_moves_no_bytes_fills_its_line_and_shows_its_result(width: int) -> None:
    columns = Columns(width, TimeColumn(width < 100, since=NOW))
    listen = call("bind", args="('127.0.0.1', 9)", note="srv1 listens")
    line = text_of(call_segments(listen, 0, columns, plain))
    assert cell_len(line) == width
    assert "bind(('127.0.0.1', 9))  · srv1 listens" in line
    failed = call("connect", args="(" + "x" * 300 + ")", error="ECONNREFUSED", note="Refused.")
    line = text_of(call_segments(failed, 0, columns, plain))
    assert cell_len(line) == width
    assert line.endswith("✕ ECONNREFUSED")


@pytest.mark.parametrize("badge", GLYPHS)
def test_every_badge_is_a_glyph_and_its_words(badge: Badge) -> None:
    made = call(requested=4, moved=4, left=0, data=b"abcd", badges=(badge,))
    line = text_of(call_segments(made, 4, Columns(120), plain))
    assert f"{GLYPHS[badge]} {badge}" in line


def test_the_error_of_a_call_is_its_badge_and_its_note_is_below() -> None:
    line = text_of(call_segments(CALLS["reset"], 0, Columns(120), plain))
    assert "✕ ECONNRESET" in line
    row = Row(CALLS["reset"], 0)
    below = text_of(below_segments(row, 0, 0, Columns(120), False, plain))
    assert below.strip() == "The peer reset it."


def test_bytes_stand_below_the_note_and_the_last_line_says_what_is_hidden() -> None:
    data = bytes(range(64, 128))
    made = call(requested=4096, moved=200, left=0, data=data, note="Four pieces.")
    row = Row(made, 200)
    columns = Columns(120)
    lines = [text_of(below_segments(row, n, 4, columns, False, plain)) for n in range(6)]
    assert lines[0].strip() == "Four pieces."
    assert lines[1].startswith("        0000  40 41 42 43 44 45 46 47  48")
    assert lines[1].endswith("@ABCDEFGHIJKLMNO")
    assert lines[4].strip().startswith("0030  70")
    assert lines[5].strip() == "… 136 more bytes: Enter opens the row"
    opened = text_of(below_segments(row, 5, 4, columns, True, plain))
    assert opened.strip() == "… 136 more bytes: the inspector shows them"


def test_a_narrow_row_shows_one_line_of_bytes_and_a_mark_for_the_rest() -> None:
    row = Row(call(requested=4096, moved=20, data=b"x" * 20), 20)
    line = text_of(below_segments(row, 0, 1, Columns(79, TimeColumn(True)), False, plain))
    assert line.startswith("  0000  78")
    assert line.endswith(" …")
    assert cell_len(line) <= 79


def test_times_are_shown_in_four_ways_that_keep_the_columns_width() -> None:
    narrow, wide = TimeColumn(narrow=True, since=NOW), TimeColumn(since=NOW)
    assert narrow.text(NOW + 1_204_000_000) == "    1.204"
    assert wide.text(NOW).count(":") == 2
    for column in (narrow, wide):
        for way in WAYS:
            shown = replace(column, way=way)
            assert replace(column, way=shown.next).shown != way
            for from_ns in (None, 0, NOW - 1, NOW, NOW + 5_000_000_000):
                assert len(shown.text(NOW, from_ns)) == len(shown.name) == column.width
    since = replace(wide, way="before")
    assert since.text(NOW + 1_500, NOW) == "    0.000002"
    assert since.text(NOW, None) == "           ·"


def test_a_marked_call_says_so_with_its_note_below_and_found_bytes_stand_out() -> None:
    row = Row(CALLS["send"], CALLS["send"].stored)
    columns, marked = Columns(120), Beside("why?\x1b", ((0, 2),), None)
    assert "⚑" in text_of(call_segments(row.call, row.length, columns, plain, marked))
    assert "•" in text_of(call_segments(row.call, 0, columns, plain, Beside(None, ((0, 2),))))
    note = text_of(below_segments(row, 0, 1, columns, False, plain, marked))
    assert note.strip() == "⚑ why?\\x1b"
    lit = Style(bold=True)
    painted = below_segments(
        row, 1, 1, columns, False, lambda part: lit if part == "found" else Style(), marked
    )
    assert "".join(s.text for s in painted if s.style == lit).replace(" ", "")
