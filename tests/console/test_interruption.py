from __future__ import annotations

import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from sockplay.console.standard.waits import Waits
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


def test_a_connection_that_an_interruption_keeps_from_the_program_is_closed(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interruption comes when the engine has accepted and the program has nothing of it."""
    waited = Waits.result

    def late(waits: Waits, host: Any, work: Any, call: str, waits_for: str) -> object:  # noqa: ANN401
        result = waited(waits, host, work, call, waits_for)
        if call == "srv.accept()":
            raise KeyboardInterrupt
        return result

    talk.enter("srv = create_server(('127.0.0.1', 0)); cli = create_connection(srv.getsockname())")
    with monkeypatch.context() as patched:
        patched.setattr(Waits, "result", late)
        assert talk.enter("conn, addr = srv.accept()")[-1] == "KeyboardInterrupt"
    assert talk.enter("cli.recv(1)") == ["b''"]
    (closed,) = (info for info in talk.engine.snapshot() if info.name == "conn")
    assert closed.state == "closed"
    talk.enter("cli2 = create_connection(srv.getsockname()); conn2, addr = srv.accept()")
    assert talk.enter("conn2.getpeername() == cli2.getsockname()") == ["True"]


def test_shutting_a_listening_socket_down_ends_its_accept_as_linux_does(talk: Talk) -> None:
    talk.begin("srv = create_server(('127.0.0.1', 0))\nsrv.accept()")
    talk.until("blocked")
    program = talk.program("import socket\nsrv.shutdown(socket.SHUT_RD)")
    program.namespace.names["srv"] = talk.prompt.namespace.names["srv"]
    program.run()
    until(program, "ended")
    talk.until("ready")
    assert said(talk.prompt)[-1] == "OSError: [Errno 22] Invalid argument"


def test_a_socket_of_pythons_own_hears_an_interruption_only_when_its_call_comes_back(
    talk: Talk,
) -> None:
    talk.enter(
        "import socketserver\n"
        "own = socketserver.TCPServer(('127.0.0.1', 0), socketserver.BaseRequestHandler)\n"
    )
    place = eval(talk.enter("own.server_address")[0])
    talk.begin("got = own.socket.accept()")
    wait_here_until(lambda: talk.prompt.state().waits_outside)
    assert not talk.prompt.state().is_heard
    talk.prompt.interrupt()
    assert talk.prompt.state().is_heard
    with socket.create_connection(place):
        talk.until("ready")
    assert said(talk.prompt)[-1] == "KeyboardInterrupt"
    assert not talk.prompt.state().is_heard
    talk.enter("own.server_close()")


def test_a_finalizer_that_the_engines_thread_runs_does_not_have_it_wait_for_itself(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    talk.enter("class Last:\n    def __del__(self): socket.socket()\n")
    kept = [talk.prompt.namespace.names["Last"]()]
    talk.host.ask(kept.clear).result(10)
    assert [str(args.exc_value) for args in unraisable] == [
        "socket() was left out: nothing can wait where garbage is collected"
    ]
    assert talk.enter("1 + 1") == ["2"]


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
    assert time.monotonic() - began < 10
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
