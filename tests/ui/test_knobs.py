"""Knobs, the rest of a short send, and reading exactly so many bytes, as a person does it."""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from textual.widgets import Button, Input, Static

from sockplay.engine.knobs import turn_knobs
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.knobs import Knobs
from sockplay.model.spec import Target
from sockplay.session.reader import Reader
from sockplay.ui.screens.knob_values import KnobValues, knobs_python
from sockplay.ui.screens.knobs import KnobsForm
from sockplay.ui.screens.prompt import Prompt
from sockplay.ui.screens.recv_wish import RecvWish, recv_wish
from sockplay.ui.screens.rest import Rest
from sockplay.ui.widgets.choice import Choice
from tests.ui.desk import Desk, at_work
from tests.waiting import wait_until

TURNED = Knobs(3, 50, True, 100, 4096, 8192, "nodelay")
INFO = SocketInfo("cli1", "tcp", "client", "open", "127.0.0.1:1", "127.0.0.1:2")


async def opened(desk: Desk, name: str) -> KnobsForm:
    """The form of a socket's knobs, opened by its key."""
    await desk.pick(name)
    await desk.press("b")
    await desk.until(lambda: isinstance(desk.app.screen, KnobsForm))
    form = desk.app.screen
    assert isinstance(form, KnobsForm)
    return form


def fill(form: KnobsForm, values: KnobValues) -> None:
    for name in ("slice", "gap", "rate", "sndbuf", "rcvbuf"):
        for field in form.query(f"#{name}").results(Input):
            field.value = getattr(values, name)
    for name in ("reading", "writes"):
        for choice in form.query(f"#{name}").results(Choice):
            choice.value = getattr(values, name)


def shown(desk: Desk, name: str) -> str:
    return str(desk.app.screen.query_one(f"#{name}", Static).content)


async def turn(desk: Desk, name: str, knobs: Knobs) -> None:
    await desk.bench.ask(lambda: turn_knobs(desk.engine.sockets, name, knobs))
    await desk.until(lambda: desk.info(name).knobs == knobs)


# the form


async def test_the_keyboard_alone_slices_sends_and_sets_all_back(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await opened(desk, "cli1")
        await desk.press("3", "tab", "5")
        await desk.sees("for at in range(0, len(data), 3):")
        await desk.sees("time.sleep(0.005)")
        await desk.press("enter")
        await desk.until(lambda: desk.is_home and desk.info("cli1").knobs.slice == 3)
        await desk.sees("≋ sends 3 B / 5 ms")
        await desk.send("hello worl")
        await desk.until(lambda: desk.came("conn1") == b"hello worl")
        assert [c.data for c in desk.calls("cli1", "sendall")] == [b"hel", b"lo ", b"wor", b"l"]
        await desk.press("escape", "1", "B")
        await desk.until(lambda: desk.info("cli1").knobs == Knobs())
        await desk.until(lambda: "≋" not in desk.seen)
        await desk.is_sound()


async def test_the_form_opens_with_what_is_turned_and_with_what_was_granted(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await turn(desk, "cli1", TURNED)
        form = await opened(desk, "cli1")
        assert form.values == KnobValues.of(TURNED)
        sock = desk.engine.sockets.get("cli1").sock
        granted = sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        await desk.sees(f"bytes; granted now: {granted:,}")
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        assert desk.info("cli1").knobs == TURNED
        await desk.is_sound()


async def test_what_cannot_be_is_said_and_stays_as_it_was_typed(folder: Path) -> None:
    values = KnobValues()
    cases = [
        (replace(values, slice="0"), "'0' is no number of bytes for a slice"),
        (replace(values, slice="-3"), "'-3' is no number"),
        (replace(values, slice="three"), "Type 1 to 67,108,864, or nothing."),
        (replace(values, slice="9" * 4000), "is no number of bytes"),
        (replace(values, slice="٣"), "is no number of bytes"),
        (replace(values, gap="50"), "A pause stands between slices"),
        (replace(values, slice="1", gap="60001"), "0 to 60,000"),
        (replace(values, rate="0"), "bytes per second"),
        (replace(values, sndbuf="1e6"), "is no size for a buffer"),
        (replace(values, rcvbuf=str(1 << 30)), "1 to 1,073,741,823"),
        (replace(values, rcvbuf="\x1b[31m\udc80"), "is no size for a buffer"),
    ]
    async with at_work(folder) as desk:
        await desk.pair()
        form = await opened(desk, "cli1")
        for case, said in cases:
            fill(form, case)
            await desk.pilot.pause()
            form.action_apply()
            await desk.until(lambda said=said: said in shown(desk, "problem"))  # type: ignore[misc]
            assert shown(desk, "problem").startswith("✕ ")
            assert shown(desk, "problem").isprintable()
            assert form.values == case
            assert shown(desk, "python") == "…"
            assert desk.app.screen is form
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        assert desk.info("cli1").knobs == Knobs()
        await desk.is_sound()


async def test_a_form_offers_only_the_knobs_that_its_socket_has(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.run("pair('tcp')")
        await desk.run("pair('udp')")
        await desk.run("pair('unix')")
        seen = {}
        for name in ("cli1", "srv1", "udp1", "cli2"):
            form = await opened(desk, name)
            fields = ("slice", "gap", "reading", "rate", "sndbuf", "rcvbuf", "writes")
            buttons = ("apply", "off", "half", "reset", "cancel")
            seen[name] = [f for f in (*fields, *buttons) if form.query(f"#{f}")]
            await desk.press("escape")
            await desk.until(lambda: desk.is_home)
        every = ["slice", "gap", "reading", "rate", "sndbuf", "rcvbuf", "writes"]
        assert seen["cli1"] == [*every, "apply", "off", "half", "reset", "cancel"]
        assert seen["srv1"] == [*every, "apply", "off", "reset", "cancel"]
        assert seen["udp1"] == [*every[2:6], "apply", "off", "cancel"]
        assert seen["cli2"] == [*every[:6], "apply", "off", "half", "cancel"]
        await desk.is_sound()


async def test_each_knob_says_which_bug_it_shows(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        form = await opened(desk, "cli1")
        told: set[str] = set()
        for name in ("slice", "gap", "reading", "rate", "sndbuf", "rcvbuf", "writes"):
            form.query_one(f"#{name}").focus()
            await desk.until(lambda: shown(desk, "shows") not in {"", *told})
            told.add(shown(desk, "shows"))
        assert len(told) == 7
        assert all(sentence.endswith(".") for sentence in told)


async def test_a_server_passes_a_stall_on_and_the_button_sets_all_off(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        form = await opened(desk, "srv1")
        form.query_one("#reading", Choice).focus()
        await desk.press("right", "enter")
        await desk.until(lambda: desk.is_home and desk.info("conn1").knobs.stalled)
        await desk.pick("cli1")
        await desk.send("hello")
        await desk.until(lambda: desk.info("conn1").recv_queue == 5)
        await desk.sees("‖ reading stalled")
        assert desk.calls("conn1", "recv") == []
        form = await opened(desk, "srv1")
        form.query_one("#off", Button).press()
        await desk.until(lambda: desk.came("conn1") == b"hello")
        await desk.until(lambda: "‖" not in desk.seen)
        await desk.is_sound()


async def test_the_form_can_end_sending_and_reset(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await desk.by_hand("conn1")
        form = await opened(desk, "cli1")
        form.query_one("#half", Button).press()
        await desk.until(lambda: desk.is_home and desk.info("cli1").state == "we finished")
        form = await opened(desk, "cli1")
        form.query_one("#reset", Button).press()
        await desk.until(lambda: desk.is_home and desk.info("cli1").ended)
        assert [c.args for c in desk.calls("cli1", "shutdown")] == ["SHUT_WR"]
        assert any("SO_LINGER" in c.args for c in desk.calls("cli1", "setsockopt"))
        await desk.is_sound()


async def test_a_socket_that_ended_meanwhile_is_said_in_the_form(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        form = await opened(desk, "cli1")
        await desk.bench.ask(lambda: desk.engine.close("cli1"))
        form.action_apply()
        await desk.until(lambda: "cli1 has ended" in shown(desk, "problem"))
        await desk.is_sound()


# what is typed, and the Python of it


@given(
    st.builds(
        Knobs,
        st.integers(1, 1 << 26),
        st.integers(0, 60_000),
        st.booleans(),
        st.none() | st.integers(1, 10**12),
        st.none() | st.integers(1, (1 << 30) - 1),
        st.none() | st.integers(1, (1 << 30) - 1),
        st.sampled_from(["nagle", "nodelay", "cork"]),
    )
)
def test_the_fields_of_any_knobs_mean_these_knobs(knobs: Knobs) -> None:
    assert KnobValues.of(knobs).knobs() == knobs
    compile(knobs_python(INFO, knobs), "form", "exec")


def test_the_forms_python_hinders_a_real_socket_in_the_same_way() -> None:
    knobs = replace(TURNED, gap_ms=1, rate=100_000)
    with socket.create_server(("127.0.0.1", 0)) as server:
        cli1 = socket.create_connection(server.getsockname())
        conn = server.accept()[0]
        names = {"cli1": cli1, "data": b"hello worl", "part": b"", "socket": socket, "time": time}
        exec(knobs_python(INFO, knobs), names)
        assert cli1.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert cli1.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) in (8192, 16384)
        cli1.close()
        conn.close()


def test_what_is_typed_to_read_is_one_recv_or_a_loop() -> None:
    cases = {
        "4": RecvWish(4),
        " 4096 ": RecvWish(4096),
        "exactly 10": RecvWish(10, 10),
        "=10": RecvWish(10, 10),
        "= 10": RecvWish(10, 10),
        "exactly 10 by 4": RecvWish(4, 10),
        "=10 by 4": RecvWish(4, 10),
        "exactly 100000": RecvWish(4096, 100_000),
        "exactly 3 by 100": RecvWish(100, 3),
    }
    assert {text: recv_wish(text, stream=True) for text in cases} == cases
    for wrong in ("", "exactly", "exactly ten", "=0", "=-1", "=10 by", "=10 by 0", "10 by 4", "=٣"):
        with pytest.raises(SockplayError):
            recv_wish(wrong, stream=True)
    assert recv_wish("4", stream=False) == RecvWish(4)
    with pytest.raises(SockplayError, match="one datagram"):
        recv_wish("=10", stream=False)


def test_the_loops_python_reads_exactly_and_tells_of_an_eof() -> None:
    for wish in (recv_wish("=10 by 4", True), recv_wish("=10", True)):
        near, far = socket.socketpair()
        with near, far:
            names: dict[str, object] = {"conn1": near}
            far.sendall(b"hello world")
            exec(wish.python("conn1", True), names)
            assert names["data"] == b"hello worl"
            far.close()
            with pytest.raises(EOFError, match="EOF after 1 of 10 bytes"):
                exec(wish.python("conn1", True), names)


# reading exactly so many bytes


async def asked(desk: Desk, name: str) -> Prompt:
    await desk.pick(name)
    await desk.press("f6")
    await desk.until(lambda: isinstance(desk.app.screen, Prompt))
    prompt = desk.app.screen
    assert isinstance(prompt, Prompt)
    return prompt


async def test_f6_reads_exactly_and_shows_the_loop_and_how_far_it_is(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await asked(desk, "conn1")
        await desk.sees("data = conn1.recv(4)")
        await desk.type("exactly 10 by 4")
        await desk.sees("part = conn1.recv(min(4, 10 - len(data)))")
        await desk.press("f8")
        await desk.until(lambda: "while len(data) < 10:" in desk.app.copied)
        await desk.press("enter")
        await desk.until(lambda: desk.is_home)
        await desk.bench.do(desk.engine.send(Target("cli1"), b"hello "))
        await desk.sees("████░░░░ 6 B of 10 B")
        await desk.sees("waits in recv(4) …")
        await desk.bench.do(desk.engine.send(Target("cli1"), b"world"))
        await desk.hears("conn1 has its 10 bytes, in 3 recvs.")
        assert [c.moved for c in desk.calls("conn1", "recv")] == [4, 2, 4]
        await desk.until(lambda: "░" not in desk.seen)
        await desk.is_sound()


async def test_an_exact_read_that_meets_eof_or_is_given_up_tells_how_far_it_came(
    folder: Path,
) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        for goes in ("stop_waiting", "shut"):
            await asked(desk, "conn1")
            await desk.type("=10")
            await desk.press("enter")
            await desk.until(lambda: desk.info("conn1").waiting)
            if goes == "stop_waiting":
                await desk.run("stop_waiting")
                await desk.hears("given up. It had 0 of 10 bytes.")
            else:
                await desk.bench.do(desk.engine.send(Target("cli1"), b"hello "))
                await desk.bench.do(desk.engine.shutdown("cli1", "SHUT_WR"))
                await desk.hears("EOF after 6 of 10 bytes.")
        await desk.is_sound()


async def test_leaving_while_slices_and_a_loop_wait_leaves_nothing_behind(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await turn(desk, "cli1", Knobs(slice=1, gap_ms=60_000))
        await asked(desk, "conn1")
        await desk.type("=10")
        await desk.press("enter")
        await desk.until(lambda: desk.info("conn1").waiting)
        await desk.pick("cli1")
        desk.editor.text = "hello"
        await desk.run("send")
        await desk.until(lambda: desk.came("conn1") == b"h")
        closes = desk.bench.path
    with contextlib.closing(Reader(closes, ours=True)) as record:
        notes = {call.socket: call.note for call in record.calls() if call.op == "close"}
    assert notes["cli1"] == "4 bytes were never sent."


async def test_the_prompt_keeps_what_it_cannot_read(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        prompt = await asked(desk, "conn1")
        for typed in ("exactly ten", "=10 by x", "\x1b]0;x\x07", "="):
            await desk.type(typed)
            await desk.press("enter")
            await desk.until(lambda: shown(desk, "problem").startswith("✕ "))
            assert shown(desk, "python") == ""
            assert prompt.query_one(Input).value == typed
        await desk.is_sound()


# the rest of a short send


@pytest.mark.skipif(sys.platform != "linux", reason="how much a send takes is the kernel's")
async def test_the_rest_of_a_servers_connection_is_found_at_the_server(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await turn(desk, "srv1", Knobs(sndbuf=1))
        await turn(desk, "cli1", Knobs(stalled=True))
        await desk.pick("srv1")
        await desk.bench.do(desk.engine.send(Target("srv1"), bytes(1 << 20), "send"))
        await desk.press("ctrl+n")
        await desk.until(lambda: isinstance(desk.app.screen, Rest))
        await desk.sees("conn1: the rest of a short send")
        await desk.is_sound()


@pytest.mark.skipif(sys.platform != "linux", reason="how much a send takes is the kernel's")
async def test_the_rest_of_a_short_send_is_kept_and_sent_bit_by_bit(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await turn(desk, "cli1", Knobs(sndbuf=1))
        await turn(desk, "conn1", Knobs(stalled=True))
        await desk.pick("cli1")
        data = b"0123456789" * 6000
        await desk.run("how")
        await desk.send(data.decode())
        await desk.hears("cli1: send took")
        await desk.until(lambda: desk.info("cli1").tail)
        await desk.sees("not sent: Ctrl+N")
        await desk.press("ctrl+n")
        await desk.until(lambda: isinstance(desk.app.screen, Rest))
        await desk.sees("sent += cli1.send(data[sent:])")
        await turn(desk, "conn1", Knobs())
        while isinstance(desk.app.screen, Rest):
            went = len(desk.calls("cli1", "send"))
            await desk.press("enter")
            await wait_until(lambda went=went: len(desk.calls("cli1", "send")) > went)  # type: ignore[misc]
            await desk.pilot.pause()
        await desk.until(lambda: desk.came("conn1") == data)
        assert b"".join(c.data for c in desk.calls("cli1", "send")) == data
        await desk.until(lambda: "not sent" not in desk.seen)
        await desk.is_sound()


@pytest.mark.skipif(sys.platform != "linux", reason="how much a send takes is the kernel's")
async def test_a_rest_that_must_wait_for_room_can_be_left_or_forgotten(folder: Path) -> None:
    async with at_work(folder) as desk:
        await desk.pair()
        await turn(desk, "cli1", Knobs(sndbuf=1))
        await turn(desk, "conn1", Knobs(stalled=True, rcvbuf=1))
        await desk.pick("cli1")
        sent = await desk.bench.do(desk.engine.send(Target("cli1"), bytes(1 << 20), "send"))
        await desk.until(lambda: desk.info("cli1").tail == (1 << 20) - sent)
        await desk.press("ctrl+n")
        await desk.until(lambda: isinstance(desk.app.screen, Rest))
        while "It waits for room" not in shown(desk, "problem"):
            await desk.press("enter")
            await desk.pilot.pause(0.1)
        await desk.press("escape")
        await desk.until(lambda: desk.is_home)
        await turn(desk, "conn1", Knobs())
        await desk.until(lambda: desk.info("cli1").tail)
        await desk.press("ctrl+n")
        await desk.until(lambda: isinstance(desk.app.screen, Rest))
        desk.app.screen.query_one("#forget", Button).press()
        await desk.until(lambda: desk.is_home and desk.info("cli1").tail == 0)
        await desk.press("ctrl+n")
        await desk.hears("there is no rest")
        await desk.is_sound()
