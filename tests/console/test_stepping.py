from __future__ import annotations

import pytest

from sockplay.model.errors import SockplayError
from tests.console.course import client, free_port, server
from tests.console.talking import Talk, said, step, until, until_stop
from tests.waiting import wait_here_until

CALLING = """\
def double(n):
    twice = n * 2
    return twice

x = double(4)
y = sum(n for n in [x, x])
z = (lambda n: n)(y)
"""


def test_a_program_is_run_line_by_line(talk: Talk) -> None:
    program = talk.program(CALLING)
    lines = []
    while (state := step(program)).doing == "paused":
        lines.append(state.line)
    assert lines == [1, 5, 2, 3, 6, 7]
    assert state.doing == "ended"


def test_a_line_is_run_with_all_that_it_calls(talk: Talk) -> None:
    program = talk.program(CALLING)
    program.step_over()
    lines = []
    while (state := until_stop(program)).doing == "paused":
        lines.append(state.line)
        program.step_over()
    assert lines == [1, 5, 6, 7]


def test_what_changed_since_the_last_stop_is_marked(talk: Talk) -> None:
    program = talk.program("a = 1\nb = 2\na = 3\nc = b\n")
    marked = []
    while (state := step(program)).doing == "paused":
        marked.append({v.name: v.text for v in state.variables if v.changed})
    assert marked == [{}, {"a": "1"}, {"b": "2"}, {"a": "3"}]
    assert [(v.name, v.changed) for v in state.variables] == [
        ("a", False),
        ("b", False),
        ("c", True),
    ]


def test_the_caller_is_compared_with_how_it_was(talk: Talk) -> None:
    program = talk.program("def f():\n    return 7\nkept = 1\nx = f()\nend = 0\n")
    states = [step(program) for _ in range(5)]
    assert [s.line for s in states] == [1, 3, 4, 2, 5]
    assert [(v.name, v.changed) for v in states[-1].variables] == [("kept", False), ("x", True)]


def test_it_runs_to_a_breakpoint_and_on_to_its_end(talk: Talk) -> None:
    program = talk.program("for n in range(3):\n    m = n\nprint('end')\n")
    program.toggle_breakpoint(2)
    for _ in range(3):
        program.run()
        assert until(program, "paused").line == 2
    program.toggle_breakpoint(2)
    program.run()
    until(program, "ended")
    assert said(program) == ["end"]
    assert program.breakpoints == frozenset()


def test_a_running_program_is_paused_where_it_is(talk: Talk) -> None:
    program = talk.program("def spin():\n    n = 0\n    while True:\n        n += 1\nspin()\n")
    program.run()
    wait_here_until(lambda: len(program.state().place) == 2)
    program.pause()
    state = until(program, "paused")
    assert state.line in (3, 4)
    assert [v.name for v in state.variables] == ["n"]
    program.run()
    wait_here_until(lambda: program.state().doing == "running")
    program.toggle_breakpoint(4)
    assert until(program, "paused").line == 4
    program.interrupt()
    until(program, "interrupted")


def test_a_server_and_a_client_are_stepped_in_turn(talk: Talk) -> None:
    port = free_port()
    serving, asking = (
        talk.program(server(port), "server.py"),
        talk.program(client(port), "client.py"),
    )
    while "listening" not in said(serving):
        step(serving)
    serving.step()
    (blocked,) = until(serving, "blocked").blocked
    assert blocked.call == "listening.accept()"
    assert serving.state().line == 8
    while "connected" not in said(asking):
        step(asking)
    assert until(serving, "paused").line == 9
    assert step(serving).line == 11

    serving.step()
    assert until(serving, "blocked").blocked[0].call == "conn.recv(65535)"
    assert step(asking).line == 7
    state = until(serving, "paused")
    assert state.line == 12
    heard = next(v for v in state.variables if v.name == "data")
    assert (heard.text, heard.changed) == (repr("안녕".encode()), True)
    assert next(v.text for v in state.variables if v.name == "conn") == "<socket conn>"

    asking.step()
    assert until(asking, "blocked").blocked[0].call == "sock.recv(65535)"
    assert [step(serving).line, step(serving).line] == [13, 14]
    assert until(asking, "paused").line == 8
    assert [step(serving).line, step(serving).doing] == [15, "ended"]
    assert step(asking).doing == "ended"
    assert said(asking)[-1] == "heard: 안녕"


def test_a_buffer_shows_what_the_last_call_overwrote(talk: Talk) -> None:
    program = talk.program(
        "from socket import *\na, b = socketpair()\nbuf = bytearray(b'........')\n"
        "view = memoryview(buf)\na.sendall(b'hello')\nn = b.recv_into(view[2:], 3)\nend = 0\n"
    )
    program.toggle_breakpoint(7)
    program.run()
    state = until(program, "paused")
    buf = next(v for v in state.variables if v.name == "buf")
    assert (buf.data, buf.fresh) == (b"..hel...", (2, 5))
    program.run()
    until(program, "ended")


def test_what_a_variable_says_of_itself_is_bounded_and_never_run(talk: Talk) -> None:
    program = talk.program("""\
class Odd:
    def __init__(self): self.n = 5
    def __repr__(self): raise SystemExit("it was run")
odd = Odd()
huge = 10 ** 100000
long = 'x' * 10 ** 7
many = [odd] * 10 ** 6
data = bytes(10 ** 7)
circle = []
circle.append(circle)
end = 0
""")
    program.toggle_breakpoint(11)
    program.run()
    shown = {v.name: v.text for v in until(program, "paused").variables}
    assert shown["odd"] == "Odd(n=5)"
    assert shown["huge"] == "<int: its repr raised ValueError>"
    assert shown["data"].endswith("… 10,000,000 bytes")
    assert list(shown) == ["odd", "huge", "long", "many", "data", "circle"]
    assert all(len(text) <= 200 for text in shown.values())
    program.run()
    until(program, "ended")


def test_a_paused_program_is_interrupted_at_its_line(talk: Talk) -> None:
    program = talk.program("try:\n    a = 1\nfinally:\n    print('done')\n")
    step(program)
    step(program)
    program.interrupt()
    until(program, "interrupted")
    assert said(program, kind="output") == ["done"]
    assert said(program, kind="error")[-1] == "KeyboardInterrupt"


def test_wishes_that_do_not_fit_are_refused(talk: Talk) -> None:
    program = talk.program("input()")
    with pytest.raises(SockplayError, match="does not run"):
        program.pause()
    program.run()
    until(program, "input")
    with pytest.raises(SockplayError, match="still runs"):
        program.step()
    program.answer("")
    until(program, "ended")


def test_a_program_that_steps_leaves_another_alone(talk: Talk) -> None:
    paused = talk.program("x = 1\ny = 2\n")
    step(paused)
    assert talk.run("print('on')") == ["on"]
    assert talk.enter("1 + 1") == ["2"]
    assert paused.state().doing == "paused"


def test_an_interrupted_step_shows_the_program_alone(talk: Talk) -> None:
    program = talk.program("x = 1\ny = 2\n")
    assert step(program).doing == "paused"
    program.interrupt()
    wait_here_until(lambda: program.state().doing == "interrupted")
    frames = [line for line in said(program) if line.lstrip().startswith("File ")]
    assert len(frames) == 1
