"""What a person does with whole sessions: open one, go to a call of it."""

from __future__ import annotations

import asyncio
from array import array
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.screen import Screen

from sockplay.library.files import typed_path
from sockplay.model.errors import SockplayError
from sockplay.session.finding.filter import Filter
from sockplay.ui.screens.play_actions import PlayActions
from sockplay.ui.screens.record_actions import INSPECTED
from sockplay.ui.screens.reported import reported
from sockplay.ui.widgets.socket_list import SocketList
from sockplay.ui.widgets.timeline.timeline import Timeline

if TYPE_CHECKING:
    from sockplay.session.forms.forms import Form
    from sockplay.session.forms.progress import Tell
    from sockplay.session.reader import Reader
    from sockplay.session.replay.side import Side
    from sockplay.ui.screens.export_form import Part
    from sockplay.ui.screens.replay_form import ReplayWish
    from sockplay.values.reading.field_pairs import Meaning


class SessionActions(PlayActions):
    """The half of the workbench that works with sessions as a whole."""

    def action_go_to_call(self) -> None:
        """Ask for a call's number, and go there."""
        from sockplay.ui.screens.prompt import Prompt

        async def act(typed: str) -> None:
            await self._until_shown(_number(typed))
            self._go_to_call(self._call_number(typed))

        now = str(self.query_one(Timeline).selected or 1)
        self.app.push_screen(Prompt("Go to call", now, "The number of a call.", act))

    async def _until_shown(self, seq: int) -> None:
        """Wait until the timeline has a call that is still to come; a live one is there at once."""
        del seq
        await asyncio.sleep(0)

    def _call_number(self, typed: str) -> int:
        seq, newest = _number(typed), len(self.bench.recorder.index)
        if not 1 <= seq <= newest:
            raise SockplayError(f"There is no call #{seq:,}. There are 1 to {newest:,}.")
        return seq

    def action_open(self) -> None:
        """Ask for a recorded session, and open it over this one."""
        from sockplay.ui.screens.prompt import Prompt

        async def act(typed: str) -> None:
            await self._open(typed_path(typed))

        hint = "A .session, .pcap or .pcapng file. It opens over this one; Ctrl+Q closes it again."
        self.app.push_screen(Prompt("Open a session", "", hint, act))

    def action_record_elsewhere(self) -> None:
        """Ask for a file, and go on recording there."""
        from sockplay.ui.screens.prompt import Prompt

        async def act(typed: str) -> None:
            await self.bench.go_on_in(typed_path(typed))
            self.bench.look_again()

        hint = "A new file. What was recorded is copied there first, and stays where it is too."
        self.app.push_screen(Prompt("Record to another file", "", hint, act))

    def action_export(self) -> None:
        """Write the session, or a part of it, in another form."""
        from sockplay.ui.screens.export_form import ExportForm, Part

        shown = self.query_one(Timeline).seqs
        parts = [Part("all", None)]
        if len(shown) < self.shown:
            parts.append(Part(f"shown ({len(shown):,})", lambda: array("I", shown)))
        if target := self.query_one(SocketList).current:
            wanted = self._family(target.socket)
            parts.append(Part(target.socket, lambda: self._calls_of(wanted)))
        self.app.push_screen(ExportForm(parts, Path(self.bench.name).stem, self._export))

    def _calls_of(self, sockets: frozenset[str]) -> array[int]:
        with closing(self.bench.reader_again()) as reader:
            return reader.matching(Filter(sockets))

    def _export(self, form: Form, path: Path, part: Part, tell: Tell, over: bool) -> str:
        if part.seqs is None:
            reader = self.bench.reader_again()
        elif form.suffix == ".py":
            raise SockplayError("A program needs whole conversations. Choose all calls for it.")
        else:
            reader = self.bench.reader_again(part.seqs())
        with closing(reader):
            return form.write(reader, path, tell=tell, over=over)

    @work(exclusive=True, group="replay", description="look for sides to have again")
    @reported
    async def action_replay(self) -> None:
        """Ask whose part is had again, with whom and how fast."""
        from sockplay.session.replay.side import chosen_side, sides
        from sockplay.ui.screens.replay_form import ReplayForm

        infos = await self.bench.read_apart(sides)
        target = self.query_one(SocketList).current
        names = [info.name for info in infos]
        if target is not None and target.socket in names:
            chosen = target.socket
        else:
            with suppress(SockplayError):
                names = [chosen_side(infos).name, *names]
            chosen = names[0] if names else ""
        if not chosen:
            raise SockplayError("No socket here has sent anything yet, so there is nothing to do.")
        self.app.push_screen(ReplayForm(infos, chosen, self._replay))

    async def _replay(self, wanted: ReplayWish) -> None:
        from sockplay.session.replay.score import Score
        from sockplay.session.replay.side import side, sides
        from sockplay.session.replay.wish import wish
        from sockplay.ui.screens.replay import ReplayScreen

        def read(reader: Reader) -> Side:
            info = next(info for info in sides(reader) if info.name == wanted.socket)
            return side(reader, info)

        played = await self.bench.read_apart(read)
        made = wish(played, wanted.host, wanted.port)
        meaning = self._meaning(wanted.socket)
        pace = (wanted.speed, wanted.by_step, wanted.patience_s)
        self._put_over(ReplayScreen(Score(played), made, *pace, meaning))

    def action_compare(self) -> None:
        """Ask for another call, and lay the chosen one's bytes beside its."""
        from sockplay.ui.screens.prompt import Prompt

        seq = self.query_one(Timeline).selected
        if seq is None:
            self.say(SockplayError("Pick a call to compare first."))
            return

        async def act(typed: str) -> None:
            await self._compare_calls(self._call_number(typed), seq)

        hint = f"The bytes of that call stand at the left, those of #{seq} at the right."
        self.app.push_screen(Prompt(f"Compare #{seq} with call", str(seq - 1), hint, act))

    async def _compare_calls(self, left: int, right: int) -> None:
        from sockplay.ui.screens.compare import CompareScreen

        rows = [(await self.bench.rows(seq, seq, INSPECTED))[0] for seq in (left, right)]
        names = [f"#{row.call.seq} {row.call.socket} {row.call.op}" for row in rows]
        if any(row.length > INSPECTED for row in rows):
            names = [f"{name}, its first {INSPECTED:,} bytes at most" for name in names]
        data = [row.call.data for row in rows]
        meaning = self._meaning(rows[1].call.socket)
        self._put_over(CompareScreen(names[0], data[0], names[1], data[1], meaning))

    def _meaning(self, socket: str) -> Meaning | None:
        from sockplay.values.reading.field_pairs import Meaning

        name = self._meaning_of(socket)
        layout = self._layouts.get(name)
        return None if layout is None else Meaning(name, layout, self.composer.draft.order)

    def action_compare_session(self) -> None:
        """Ask for another session, and lay this one beside it."""
        from sockplay.session.schema import check_is_file
        from sockplay.ui.screens.compare_sessions import CompareSessions
        from sockplay.ui.screens.prompt import Prompt

        async def act(typed: str) -> None:
            path = typed_path(typed)
            await asyncio.to_thread(check_is_file, path)
            self._put_over(CompareSessions(self.bench, path, self._meaning))

        hint = "What its sockets said stands at the right, what was said here at the left."
        self.app.push_screen(Prompt("Compare with another session", "", hint, act))

    @work(group="open", description="open a session")
    @reported
    async def open_session(self, path: Path) -> None:
        """Open a recorded session over this one."""
        await self._open(path)

    async def _open(self, path: Path) -> None:
        from sockplay.ui.opened_bench import OpenedBench
        from sockplay.ui.screens.recorded_workbench import RecordedWorkbench

        bench = await asyncio.to_thread(OpenedBench, path)
        self._put_over(RecordedWorkbench(bench, owns=True))

    def _put_over(self, screen: Screen[None]) -> None:
        # Once the form has closed that asked for it: it closes when this is done.
        self.call_later(self.app.push_screen, screen)


def _number(typed: str) -> int:
    digits = typed.strip().lstrip("#").replace(",", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 12):
        raise SockplayError(f"{typed!r} is no number of a call. Type one, such as 1200.")
    return int(digits)
