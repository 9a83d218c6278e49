from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sockplay.console.program_file import read_program
from sockplay.model.errors import SockplayError
from tests.console.course import client, free_port, server
from tests.console.talking import Talk, said, until
from tests.waiting import wait_here_until


def test_a_server_and_a_client_of_a_textbook_run_at_once(talk: Talk) -> None:
    port = free_port()
    serving = talk.program(server(port), "server.py")
    asking = talk.program(client(port), "client.py")
    serving.run()
    until(serving, "blocked")
    asking.run()
    until(serving, "ended")
    until(asking, "ended")
    assert said(serving) == ["listening", "accepted", "heard: 안녕", "closed"]
    assert said(asking) == ["connected", "heard: 안녕"]
    wait_here_until(lambda: not talk.host.ask(lambda: talk.engine.hand.names()).result())
    assert [call.op for call in talk.kept.calls if call.socket == "sock"][-1] == "close"


def test_it_runs_as_a_main_program_with_its_arguments(talk: Talk) -> None:
    source = "import sys\nif __name__ == '__main__': print(sys.argv, len(sys.argv), sys.argv[1:])"
    assert talk.run(source, "one 'two three'") == [
        "['play.py', 'one', 'two three'] 3 ['one', 'two three']"
    ]
    assert sys.argv[0] != "play.py"


def test_what_argparse_refuses_is_said_where_the_program_speaks(talk: Talk) -> None:
    source = (
        "import argparse\np = argparse.ArgumentParser()\n"
        "p.add_argument('port', type=int)\np.parse_args()"
    )
    assert talk.run(source, "x") == [
        "usage: play.py [-h] port",
        "play.py: error: argument port: invalid int value: 'x'",
    ]
    assert talk.run(source, "--help")[0] == "usage: play.py 2 [-h] port"


def test_two_programs_at_once_have_arguments_and_answers_of_their_own(talk: Talk) -> None:
    source = "import sys\nprint(input(sys.argv[1] + '? '), sys.argv[1])"
    one = talk.program(source, arguments="one")
    two = talk.program(source, arguments="two")
    one.run()
    two.run()
    until(one, "input")
    until(two, "input")
    two.answer("2")
    one.answer("1")
    until(one, "ended")
    until(two, "ended")
    assert said(one) == ["one? 1", "1 one"]
    assert said(two) == ["two? 2", "2 two"]


def test_the_end_waits_for_threads_but_not_for_daemons(talk: Talk) -> None:
    source = """\
import threading, time
def say(words, when):
    time.sleep(when)
    print(words)
threading.Thread(target=say, args=('thread', 0.05)).start()
threading.Timer(0.1, print, ('timer',)).start()
threading.Thread(target=say, args=('daemon', 1000), daemon=True).start()
print('main')
"""
    assert talk.run(source) == ["main", "thread", "timer"]


def test_a_thread_pool_prints_where_its_program_does(talk: Talk) -> None:
    source = """\
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as pool:
    print(sum(pool.map(lambda n: print('working') or n, range(3))))
"""
    assert talk.run(source) == ["working", "working", "working", "3"]


def test_a_thread_pool_that_nobody_shut_down_ends_with_its_program(talk: Talk) -> None:
    source = """\
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
pool.submit(print, 'worked')
"""
    assert talk.run(source) == ["worked"]


def test_an_error_in_a_thread_is_shown_and_the_program_goes_on(talk: Talk) -> None:
    shown = talk.run(
        "import threading\nt = threading.Thread(target=lambda: 1 / 0, name='T')\nt.start()\n"
        "t.join()\nprint('on')"
    )
    assert shown[0] == "Exception in thread T:"
    assert shown[-2:] == ["ZeroDivisionError: division by zero", "on"]
    assert not [line for line in shown if "sockplay" in line]


@pytest.mark.parametrize(
    ("code", "notes", "errors"),
    [
        ("0", [], []),
        ("3", ["It ended with the exit code 3."], []),
        ("'no port'", [], ["no port"]),
    ],
)
def test_exit_ends_it(talk: Talk, code: str, notes: list[str], errors: list[str]) -> None:
    program = talk.program(f"import sys\nsys.exit({code})")
    program.run()
    until(program, "ended")
    assert said(program, kind="note") == notes
    assert said(program, kind="error") == errors


def test_exit_without_an_import_ends_it_too(talk: Talk) -> None:
    assert talk.run("print('a')\nexit()\nprint('b')") == ["a"]


def test_a_failure_shows_where(talk: Talk) -> None:
    program = talk.program("def f(n):\n    return 1 / n\nf(0)\n")
    program.run()
    state = until(program, "failed")
    assert (state.line, [place.function for place in state.place]) == (2, ["<module>", "f"])
    assert [(v.name, v.text) for v in state.variables] == [("n", "0")]
    assert said(program)[1] == '  File "<play.py>", line 3, in <module>'


def test_what_is_no_python_fails_as_python_says(talk: Talk) -> None:
    program = talk.program("x = = 1")
    program.run()
    until(program, "failed")
    assert said(program)[0] == '  File "<play.py>", line 1'
    assert said(program)[-1] == "SyntaxError: invalid syntax"


def test_what_a_program_reads_and_writes_by_the_streams_themselves(talk: Talk) -> None:
    program = talk.program(
        "import sys\nfor line in sys.stdin: sys.stdout.write(line.upper())\n"
        "sys.stdout.buffer.write(b'\\xff\\n')\nsys.stderr.write('oh\\n')"
    )
    program.run()
    until(program, "input")
    program.answer("abc")
    program.answer(None)
    until(program, "ended")
    assert said(program, kind="output") == ["ABC", "\\xff"]
    assert said(program, kind="error") == ["oh"]


def test_selectors_and_struct_and_files_over_sockets_work(talk: Talk) -> None:
    source = """\
import selectors, struct
from socket import *
a, b = socketpair()
with selectors.DefaultSelector() as waiting:
    waiting.register(b, selectors.EVENT_READ)
    a.sendall(struct.pack('!H', 513))
    (key, mask), = waiting.select()
    print(struct.unpack('!H', key.fileobj.recv(2)))
with a, b, b.makefile('r') as lines:
    a.sendall(b'one\\ntwo\\n')
    a.shutdown(SHUT_WR)
    print([line.strip() for line in lines])
"""
    assert talk.run(source) == ["(513,)", "['one', 'two']"]


def test_a_program_runs_again_from_the_start(talk: Talk) -> None:
    program = talk.program("try: n += 1\nexcept NameError: n = 1\nprint(n)")
    for _ in range(2):
        program.run()
        until(program, "ended")
    assert said(program) == ["1", "1"]
    assert said(program, kind="note") == ["play.py begins again, at its first line."]
    program.restart("print('new')")
    assert said(program) == []
    program.run()
    until(program, "ended")
    assert said(program) == ["new"]


def test_what_a_program_said_stays_when_its_source_is_changed(talk: Talk) -> None:
    program = talk.program("print(1)\nn = 1 / 0")
    program.run()
    until(program, "failed")
    program.change("print(2)", "")
    assert (program.state().doing, program.state().line) == ("ready", None)
    program.run()
    until(program, "ended")
    assert [line for line in said(program) if line in "12"] == ["1", "2"]
    assert said(program, kind="note") == ["play.py has changed since. It begins anew."]


def test_one_that_runs_is_stopped_to_begin_anew(talk: Talk) -> None:
    program = talk.program("while True: pass\n")
    program.run()
    program.restart("print(1)")
    assert program.state().doing == "ready"


def test_names_are_never_the_same(talk: Talk) -> None:
    names = [talk.program("", "a.py").name for _ in range(3)]
    assert names == ["a.py", "a.py 2", "a.py 3"]


def test_what_cannot_be_run_is_refused(talk: Talk) -> None:
    with pytest.raises(SockplayError, match="1 MiB"):
        talk.program("#" * ((1 << 20) + 1))
    with pytest.raises(SockplayError, match="quote"):
        talk.program("", arguments="'a")


def test_a_program_is_read_in_its_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "hello.py"
    path.write_bytes("# -*- coding: cp949 -*-\r\nprint('안녕')\r\n".encode("cp949"))
    assert read_program(str(path)) == ("hello.py", "# -*- coding: cp949 -*-\nprint('안녕')\n")


@pytest.mark.parametrize("data", [b"\xff\xfe\0", b"# coding: nonsense\n", b"#" * (5 << 20)])
def test_what_is_no_program_is_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd.py"
    path.write_bytes(data)
    with pytest.raises(SockplayError, match=r"odd\.py"):
        read_program(str(path))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SockplayError, match="No such file"):
        read_program(str(tmp_path / "none.py"))


def test_a_wait_hears_what_is_told_whenever_it_is_told(talk: Talk) -> None:
    source = """\
import threading, time
room = threading.Condition()
def tell():
    with room:
        time.sleep(0.3)
        room.notify()
with room:
    threading.Thread(target=tell).start()
    print(room.wait())
    print(room.wait(0.15), room.wait(0), room.wait(-1))
event = threading.Event()
threading.Timer(0.25, event.set).start()
print(event.wait(), event.wait(5))
"""
    assert talk.run(source) == ["True", "False False False", "True True"]
