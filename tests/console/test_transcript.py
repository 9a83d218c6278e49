from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sockplay.console.state import Kind, Line
from sockplay.console.transcript import CHARS, LINE_CHARS, LINES, Transcript

PIECES = st.lists(st.text("ab\n", max_size=8), max_size=12)


def a_transcript() -> Transcript:
    return Transcript(lambda: None)


@given(PIECES)
def test_what_is_written_in_pieces_reads_as_what_is_written_at_once(pieces: list[str]) -> None:
    one, other = a_transcript(), a_transcript()
    for piece in pieces:
        one.write("output", piece)
    other.write("output", "".join(pieces))
    assert one.lines(0, one.end) == other.lines(0, other.end)
    lines = "".join(pieces).split("\n")
    assert [line.text for line in one.lines(0, one.end)] == lines[: len(lines) - (not lines[-1])]


def test_another_kind_begins_a_line_of_its_own() -> None:
    transcript = a_transcript()
    transcript.write("output", "a")
    transcript.write("error", "b")
    assert transcript.lines(0, 9) == (Line("output", "a"), Line("error", "b"))


def test_the_oldest_lines_go_and_are_counted() -> None:
    transcript = a_transcript()
    for number in range(LINES + 5):
        transcript.write("output", f"{number}\n")
    assert (transcript.first, transcript.end) == (5, LINES + 5)
    assert transcript.lines(0, 6) == (Line("output", "5"),)


def test_long_lines_are_bounded_too() -> None:
    transcript = a_transcript()
    for kind in ("output", "error", "output"):
        shown: Kind = "error" if kind == "error" else "output"
        transcript.write(shown, "x" * 3 * CHARS)
    lines = transcript.lines(0, transcript.end)
    assert all(len(line.text) <= LINE_CHARS for line in lines)
    assert sum(len(line.text) + 1 for line in lines) <= CHARS


def test_what_ends_no_line_is_what_is_asked() -> None:
    transcript = a_transcript()
    transcript.write("output", "one\nname? ")
    assert transcript.last_open() == "name? "
    transcript.write("output", "\n")
    assert transcript.last_open() == ""


def test_a_cleared_one_numbers_on() -> None:
    transcript = a_transcript()
    transcript.write("output", "a\nb")
    transcript.clear()
    transcript.write("output", "c")
    assert (transcript.first, transcript.end) == (2, 3)
    assert transcript.lines(0, 9) == (Line("output", "c"),)


def test_what_is_printed_in_the_midst_of_a_write_comes_after_it() -> None:
    transcript = a_transcript()

    class Torn(str):
        """Prints where collecting garbage might."""

        __slots__ = ()

        def __getitem__(self, _: object) -> Torn:
            return self

        def split(self, *_: object) -> list[str]:
            transcript.say("error", "in the midst")
            return ["whole", ""]

    transcript.write("output", Torn("whole"))
    assert [line.text for line in transcript.lines(0, 9)] == ["whole", "in the midst"]
