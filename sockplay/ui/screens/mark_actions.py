"""What a person does to remember calls: marks, notes, the way from one to the next; and times."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from textual import work

from sockplay.model.errors import SockplayError
from sockplay.ui.screens.reported import reported
from sockplay.ui.screens.search_actions import SearchActions
from sockplay.ui.widgets.timeline.timeline import Timeline


class MarkActions(SearchActions):
    """The part of the workbench that marks calls, and shows their times in another way."""

    _warned = False
    """Whether it was said that marks are lost."""

    @work(exclusive=True, group="marks", description="read the marks")
    @reported
    async def read_marks(self) -> None:
        """Show the marks that the session has."""
        self.marks.update(await self.bench.read(lambda reader: reader.marks()))
        self.query_one(Timeline).show_marks(self.marks)

    @work(group="marks", description="mark a call")
    @reported
    async def action_mark_call(self) -> None:
        """Mark the selected call, or take its mark away."""
        seq = self._selected_call()
        await self._mark(seq, None if seq in self.marks else "")

    @reported
    async def action_note(self) -> None:
        """Write a note on the selected call."""
        from sockplay.ui.screens.prompt import Prompt

        seq = self._selected_call()

        async def act(typed: str) -> None:
            await self._mark(seq, typed.strip())

        hint = "It stands under the call, and is kept in the session. Enter keeps it."
        self.app.push_screen(Prompt(f"Note on call #{seq}", self.marks.get(seq, ""), hint, act))

    @reported
    async def action_next_mark(self, by: int) -> None:
        """Go to the next marked call, or with -1 to the one before; round the ends."""
        timeline = self.query_one(Timeline)
        marked = [seq for seq in sorted(self.marks) if timeline.shows(seq)]
        if not marked:
            raise SockplayError("No call that is shown is marked. a marks the selected one.")
        now = timeline.selected or 0
        place = bisect_right(marked, now) if by > 0 else bisect_left(marked, now) - 1
        timeline.choose(marked[place % len(marked)])

    def action_time_column(self) -> None:
        """Show the times of the calls in the next way."""
        self.query_one(Timeline).step_time()

    def _selected_call(self) -> int:
        seq = self.query_one(Timeline).selected
        if seq is None:
            raise SockplayError("There is no call to mark yet. Pick one in the timeline first.")
        return seq

    async def _mark(self, seq: int, note: str | None) -> None:
        await self.bench.mark(seq, note)
        if note is None:
            self.marks.pop(seq, None)
        else:
            self.marks[seq] = note
            if not self._warned and (lost := self.bench.marks_are_lost):
                self._warned = True
                self.notify(lost, severity="warning", markup=False, timeout=8)
        if "mark" in self.filter.text or "note" in self.filter.text:
            self.apply_filter()
        self.query_one(Timeline).show_marks(self.marks)
