from __future__ import annotations

import pytest

from sockplay.console.checking import ENTRY_CHARS
from sockplay.console.prompt import RIGHTS
from sockplay.model.errors import SockplayError
from sockplay.model.spec import ServerSpec
from tests.console.talking import Talk, said, until
from tests.engine.world import MANUAL
from tests.waiting import wait_here_until


def test_the_first_thing_said_is_whose_rights_the_code_has(talk: Talk) -> None:
    assert said(talk.prompt, kind="note") == [RIGHTS]


def test_an_expression_prints_its_value_and_keeps_it(talk: Talk) -> None:
    assert talk.enter("(513).to_bytes(2, 'big')") == [r"b'\x02\x01'"]
    assert talk.enter("_ + b'!'") == [r"b'\x02\x01!'"]
    assert talk.enter("None") == []
    assert talk.enter("x = 5") == []
    assert talk.enter("_") == [r"b'\x02\x01!'"]


def test_a_compound_statement_needs_an_empty_line(talk: Talk) -> None:
    assert talk.prompt.enter("for n in range(2):").kind == "incomplete"
    assert talk.prompt.enter("for n in range(2):\n    print(n)").kind == "incomplete"
    assert talk.enter("for n in range(2):\n    print(n)\n") == ["0", "1"]


def test_several_statements_run_one_after_the_other(talk: Talk) -> None:
    assert talk.enter("x = 2\nx * 3\n@staticmethod\ndef f(): return x\nf()") == ["6", "2"]
    assert said(talk.prompt, kind="entered") == [
        ">>> x = 2",
        ">>> x * 3",
        ">>> @staticmethod",
        "... def f(): return x",
        ">>> f()",
    ]


def test_what_is_no_python_says_where_and_runs_nothing(talk: Talk) -> None:
    verdict = talk.prompt.enter("x = 1\ny = = 2")
    assert (verdict.kind, verdict.line, verdict.column) == ("mistake", 2, 5)
    assert verdict.sentence == "invalid syntax"
    assert "NameError" in talk.enter("x")[-1]


@pytest.mark.parametrize("source", ["x" * (ENTRY_CHARS + 1), "(" * 5000, "-" * 50000 + "1", "\0"])
def test_what_python_cannot_read_is_a_mistake(talk: Talk, source: str) -> None:
    verdict = talk.prompt.check(source)
    assert verdict.kind == "mistake"
    assert verdict.sentence


def test_a_traceback_shows_the_persons_frames_alone(talk: Talk) -> None:
    talk.enter("def f(): return 1 / 0\n")
    shown = talk.enter("f()")
    assert shown[0] == "Traceback (most recent call last):"
    assert shown[-1] == "ZeroDivisionError: division by zero"
    assert [line.split(",")[0] for line in shown if "File" in line] == [
        '  File "<console-2>"',
        '  File "<console-1>"',
    ]


def test_an_error_that_came_of_another_shows_both(talk: Talk) -> None:
    shown = talk.enter("try: 1 / 0\nexcept ZeroDivisionError: [][0]\n")
    assert "ZeroDivisionError: division by zero" in shown
    assert shown[-1] == "IndexError: list index out of range"


def test_an_error_of_sendfile_tells_nothing_of_sockplay(talk: Talk) -> None:
    talk.enter("import io\nu = socket.socket(type=SOCK_DGRAM)\n")
    shown = talk.enter("u.sendfile(io.BytesIO(b'x'))")
    assert shown[-1] == "ValueError: only SOCK_STREAM type sockets are supported"
    assert "sockplay" not in "".join(shown)
    assert not any("another exception" in line for line in shown)


def test_the_socket_api_is_there_without_an_import(talk: Talk) -> None:
    assert talk.enter("SHUT_WR, socket.SHUT_WR") == ["(1, 1)"]
    assert talk.enter("create_server is socket.create_server") == ["True"]
    assert talk.enter("import socket as s\ns is socket") == ["True"]
    talk.enter("from socket import *")
    assert talk.enter("socket is s.socket") == ["True"]


def test_exit_says_how_to_leave(talk: Talk) -> None:
    talk.enter("exit()")
    assert said(talk.prompt, kind="note")[-1] == "Esc leaves the console, Ctrl+Q sockplay."
    assert talk.enter("1") == ["1"]


def test_a_future_import_holds_for_what_follows(talk: Talk) -> None:
    talk.enter("from __future__ import annotations")
    assert talk.enter("def f(x: nowhere): pass\n\nf.__annotations__") == ["{'x': 'nowhere'}"]


def test_our_own_future_imports_are_nobodys(talk: Talk) -> None:
    assert talk.enter("def f(x: int): pass\n\nf.__annotations__") == ["{'x': <class 'int'>}"]


def test_input_asks_and_is_answered(talk: Talk) -> None:
    talk.begin("name = input('who? ')")
    assert talk.until("input").question == "who? "
    talk.prompt.answer("anna")
    talk.until("ready")
    assert said(talk.prompt) == ["who? anna"]
    assert talk.enter("name") == ["'anna'"]


def test_the_end_of_input_is_an_eof_error(talk: Talk) -> None:
    talk.begin("input()")
    talk.until("input")
    talk.prompt.answer(None)
    talk.until("ready")
    assert said(talk.prompt)[-1] == "EOFError: EOF when reading a line"


def test_nothing_is_entered_while_something_runs(talk: Talk) -> None:
    talk.begin("input()")
    talk.until("input")
    with pytest.raises(SockplayError, match="still runs"):
        talk.prompt.enter("1")
    talk.prompt.answer("")
    talk.until("ready")


def test_variables_are_those_that_the_person_made(talk: Talk) -> None:
    talk.enter("import struct\nx = 1\nbuf = bytearray(b'abc')")
    assert [v.name for v in talk.prompt.state().variables] == ["x", "buf"]
    talk.enter("x += 1")
    assert talk.variable("x").changed
    assert not talk.variable("buf").changed
    assert talk.variable("buf").data == b"abc"


def test_what_was_entered_is_kept(talk: Talk) -> None:
    talk.enter("x = 1")
    talk.enter("x = 1")
    talk.enter("for n in range(2):\n    n\n")
    assert talk.console.history == ("x = 1", "for n in range(2):\n    n")


def a_pair_in_the_panes(talk: Talk) -> None:
    spec = ServerSpec(behaviour=MANUAL)
    talk.host.submit(talk.engine.start_pair(spec, MANUAL)).result(10)
    wait_here_until(lambda: "conn1" in talk.prompt.sockets.names())


def test_the_sockets_of_the_panes_are_there_by_name(talk: Talk) -> None:
    a_pair_in_the_panes(talk)
    assert talk.enter("cli1.send(b'hello')\nconn1.recv(4)") == ["5", "b'hell'"]
    assert talk.prompt.state().variables == ()


def test_what_a_person_named_is_never_overwritten(talk: Talk) -> None:
    talk.enter("cli1 = 5")
    a_pair_in_the_panes(talk)
    assert talk.enter("cli1") == ["5"]
    assert talk.enter("conn1.fileno() > 0") == ["True"]


def test_a_socket_of_a_program_takes_no_name_of_pythons_own(talk: Talk) -> None:
    program = talk.program("import socket\nlen = socket.socket()\ninput()")
    program.run()
    wait_here_until(lambda: program.state().doing == "input")
    assert talk.enter("len('abc')") == ["3"]


def test_a_socket_of_the_console_is_called_as_its_variable(talk: Talk) -> None:
    talk.enter("srv = create_server(('127.0.0.1', 0))\ncli = create_connection(srv.getsockname())")
    talk.enter("conn, addr = srv.accept()")
    names = {info.name for info in talk.host.ask(talk.engine.snapshot).result()}
    assert {"srv", "cli", "conn"} <= names
    talk.enter("cli.sendall(b'hello')\nbuf = bytearray(b'........')")
    assert talk.enter("conn.recv_into(buf)") == ["5"]
    assert talk.variable("buf").data == b"hello..."
    assert talk.variable("buf").fresh == (0, 5)


def test_a_second_program_may_use_what_the_prompt_made(talk: Talk) -> None:
    program = talk.program("import socket\nmine = socket.create_server(('127.0.0.1', 0))\ninput()")
    program.run()
    until(program, "input")
    assert talk.enter("mine.listen(5)") == []
    program.answer("")
    until(program, "ended")


def test_a_forgotten_program_is_stopped(talk: Talk) -> None:
    program = talk.program("while True: pass\n")
    program.run()
    wait_here_until(lambda: program.state().place)
    talk.console.remove_program(program)
    assert talk.console.programs == ()
    until(program, "interrupted")
