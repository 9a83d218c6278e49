from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from sockplay.console.threads import Threads
from tests.console.talking import Talk, said, until
from tests.waiting import wait_here_until

ENDLESS = {
    "a loop": "while True: pass\n",
    "a loop that prints": "while True: print('x')\n",
    "a loop that catches errors": ("while True:\n    try: 1 / 0\n    except Exception: pass\n"),
    "a sleep": "import time\ntime.sleep(1000)",
    "a question": "input()",
    "a queue": "import queue\nqueue.Queue().get()",
    "an event": "import threading\nthreading.Event().wait()",
    "a thread": (
        "import threading\nt = threading.Thread(target=threading.Event().wait)\nt.start()\nt.join()"
    ),
    "a select": "import select\na, b = socket.socketpair()\nselect.select([a], [], [])",
    "a selector": (
        "import selectors\na, b = socket.socketpair()\ns = selectors.DefaultSelector()\n"
        "_ = s.register(a, selectors.EVENT_READ)\ns.select()"
    ),
    "an accept": "srv = create_server(('127.0.0.1', 0))\nsrv.accept()",
    "a recv": "a, b = socketpair()\na.recv(4)",
    "a repr": ("class Long:\n    def __repr__(self):\n        while True: pass\n\nx = Long()\nx"),
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=list(ENDLESS))
def test_what_has_no_end_is_interrupted(talk: Talk, source: str) -> None:
    talk.begin(source)
    spins = "while" in source
    doing = "running" if spins else "input" if "input" in source else "blocked"
    wait_here_until(lambda: talk.prompt.state().doing == doing and talk.prompt.state().place)
    talk.prompt.interrupt()
    talk.until("ready")
    assert said(talk.prompt)[-1] == "KeyboardInterrupt"
    assert talk.enter("1 + 1") == ["2"]


def test_a_call_that_blocks_says_what_it_waits_for(talk: Talk) -> None:
    talk.begin("srv = create_server(('127.0.0.1', 0))\nconn, addr = srv.accept()")
    (blocked,) = talk.until("blocked").blocked
    assert (blocked.call, blocked.waits_for, blocked.thread) == ("srv.accept()", "a client", "")
    assert blocked.since_ns <= time.monotonic_ns()
    talk.prompt.interrupt()
    talk.until("ready")


def test_a_sleep_says_that_it_waits_for_the_time(talk: Talk) -> None:
    talk.begin("import time\ntime.sleep(1000)")
    (blocked,) = talk.until("blocked").blocked
    assert (blocked.call, blocked.waits_for) == ("sleep(1000)", "the time")
    talk.prompt.interrupt()
    talk.until("ready")


def test_a_program_may_answer_to_an_interruption(talk: Talk) -> None:
    program = talk.program(
        "import time\ntry: time.sleep(1000)\nexcept KeyboardInterrupt: print('bye')"
    )
    program.run()
    until(program, "blocked")
    program.interrupt()
    until(program, "ended")
    assert said(program) == ["bye"]


def test_the_threads_of_a_program_stop_with_it(talk: Talk) -> None:
    program = talk.program(
        "import threading, _thread\n"
        "def spin():\n"
        "    while True: pass\n"
        "for n in range(2): threading.Thread(target=spin).start()\n"
        "_thread.start_new_thread(spin, ())\n"
    )
    program.run()
    wait_here_until(lambda: program.state().threads == 3)
    program.interrupt()
    until(program, "interrupted")
    assert program.state().threads == 0


def test_a_wait_within_a_wait_needs_nothing_that_an_interruption_holds() -> None:
    errors: list[BaseException | None] = []
    threads = Threads("play", lambda: None, lambda error, _: None, lambda: None)
    is_waiting, may_wait_again, is_over = (threading.Event() for _ in range(3))

    def wait() -> None:
        is_waiting.set()
        may_wait_again.wait(10)
        threads.sheltered(is_over.set)

    def end_calls() -> frozenset[int]:
        may_wait_again.set()
        assert is_over.wait(5)
        return frozenset()

    threads.begin(lambda: errors.append(threads.guarded(lambda: threads.sheltered(wait))))
    assert is_waiting.wait(10)
    threads.interrupt(end_calls)
    wait_here_until(lambda: not threads.others())
    assert [type(error) for error in errors] == [KeyboardInterrupt]


def test_closing_ends_everything_and_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    streams = sys.stdin, sys.stdout, sys.stderr, sys.argv, sys.displayhook, time.sleep
    talk = Talk(tmp_path)
    talk.begin("a, b = socketpair()\na.recv(4)")
    spinning = talk.program(
        "import threading\ndef f():\n  while True: pass\nthreading.Thread(target=f).start()\nf()"
    )
    spinning.run()
    asking = talk.program("input()")
    asking.run()
    paused = talk.program("x = 1")
    paused.step()
    until(paused, "paused")
    until(asking, "input")
    talk.until("blocked")
    began = time.monotonic()
    assert talk.close() == ""
    assert time.monotonic() - began < 2
    assert set(threading.enumerate()) == before
    assert (sys.stdin, sys.stdout, sys.stderr, sys.argv, sys.displayhook, time.sleep) == streams


def test_what_resists_is_left_behind_and_said(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    gate = threading.Event()
    program = talk.program(
        """\
def hold(depth):
    while not gate():
        try: hold(depth - 1) if depth else None
        except BaseException: pass
hold(3)
""",
        "stubborn.py",
    )
    program.namespace.builtins["gate"] = gate.is_set
    program.run()
    wait_here_until(lambda: program.state().place)
    sentence = talk.close()
    gate.set()
    assert sentence == "stubborn.py did not let itself be interrupted and was left behind."
    wait_here_until(lambda: not any("stubborn" in t.name for t in threading.enumerate()))


def test_other_threads_sleep_and_print_as_ever(
    talk: Talk, capsys: pytest.CaptureFixture[str]
) -> None:
    talk.begin("import time\ntime.sleep(1000)")
    talk.until("blocked")
    time.sleep(0.12)
    print("ours")
    assert capsys.readouterr().out == "ours\n"
    talk.prompt.interrupt()
    talk.until("ready")
    assert "ours" not in said(talk.prompt)
