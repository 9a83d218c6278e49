"""What a program's socket module does beyond plain Python's: names, the list, the record."""

from __future__ import annotations

import errno
import gc
import linecache
import os
import socket
import struct
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sockplay.console.standard.module import SocketModule
from sockplay.engine.hand import sends
from sockplay.model.errors import SockplayError
from sockplay.model.spec import Behaviour, ClientSpec, ServerSpec
from tests.console.by_hand import Bench
from tests.engine.world import has_ipv6, open_files
from tests.waiting import wait_here_until

LOOPBACK = ("127.0.0.1", 0)


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A module over an engine; a thread or a file descriptor left over fails the test."""
    threads, files = threading.active_count(), open_files()
    bench = Bench()
    yield bench
    bench.close()
    assert threading.active_count() == threads
    assert open_files() == files


def run(bench: Bench, source: str) -> dict[str, Any]:
    """Run a program as the console does, and give its variables."""
    name = f"<program {len(linecache.cache)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    names: dict[str, Any] = {"socket": bench.module, "__name__": "__main__"}
    exec(compile(source, name, "exec"), names)
    return names


def pair(bench: Bench) -> tuple[Any, Any]:
    """A client and the connection that was accepted from it."""
    made = run(
        bench,
        "srv = socket.create_server(('127.0.0.1', 0))\n"
        "cli = socket.create_connection(srv.getsockname())\n"
        "conn, addr = srv.accept()\n",
    )
    bench.kept_alive = made  # type: ignore[attr-defined]
    return made["cli"], made["conn"]


# one world


def test_a_name_given_in_a_program_is_the_name_shown(bench: Bench) -> None:
    run_names = (
        "srv = socket.create_server(('127.0.0.1', 0))\n"
        "class Client:\n"
        "    def __init__(self):\n"
        "        self._sock = socket.create_connection(srv.getsockname())\n"
        "client = Client()\n"
        "conn, addr = srv.accept()\n"
        "def make():\n"
        "    return socket.socket()\n"
        "made = make()\n"
        "a, b = socket.socketpair()\n"
        "one, two = socket.socket(), socket.socket()\n"
        "with socket.socket() as within: pass\n"
        "if (found := socket.socket()): pass\n"
        "many = [socket.socket()\n"
        "        for _ in range(2)]\n"
        "socket.socket()\n"
        "소켓 = socket.socket()\n"
        "d = {}\n"
        "d['key'] = socket.socket()\n"
        "later = lambda: d.update(key2=socket.socket())\n"
        "later()\n"
    )
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        kept = run(bench, run_names)
        assert bench.names() == [
            *("srv", "sock", "conn", "made", "a", "b", "one", "two", "within", "found"),
            *("many", "many2", "sock1", "소켓", "sock2", "sock3"),
        ]
        kept.clear()
        gc.collect()


def test_a_name_that_was_used_gets_the_next_number(bench: Bench) -> None:
    program = "for _ in range(3):\n    s = socket.socket()\n    s.close()\n"
    run(bench, program)
    run(bench, program)
    assert bench.names() == ["s", "s2", "s3", "s4", "s5", "s6"]


def test_a_program_does_not_take_the_name_of_a_pane_nor_a_pane_that_of_a_program(
    bench: Bench,
) -> None:
    start = bench.engine.start_server
    assert bench.host.submit(start(ServerSpec())).result(10) == "srv1"
    kept = run(bench, "srv1 = socket.socket()\nsrv3 = socket.socket()\n")
    assert bench.host.submit(start(ServerSpec())).result(10) == "srv4"
    assert bench.names() == ["srv1", "srv2", "srv3", "srv4"]
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        kept.clear()


def test_create_connection_has_one_name_however_many_addresses_it_tries(bench: Bench) -> None:
    module = bench.module
    srv = module.create_server(LOOPBACK)
    port = srv.getsockname()[1]
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))
        for host in ("127.0.0.2", "127.0.0.1")
    ]
    module.getaddrinfo = lambda *_: found
    for _ in range(2):
        cli = module.create_connection(("localhost", port))
        cli.close()
    tried = [c.error for c in bench.calls("cli", "connect")]
    assert tried == ["ECONNREFUSED", None]
    assert bench.names() == ["srv", "cli", "cli2"]
    srv.close()


def test_what_create_server_only_tries_out_does_not_take_its_name(bench: Bench) -> None:
    if not has_ipv6():
        pytest.skip("this computer has no ::1")
    module = bench.module
    both = module.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    assert bench.names() == ["probe", "both"]
    both.close()


def test_a_socket_of_a_program_stands_in_the_list_like_any_other(bench: Bench) -> None:
    module = bench.module
    srv = module.socket()
    assert (bench.info("srv").state, bench.info("srv").local) == ("new", "")
    srv.bind(LOOPBACK)
    host, port = srv.getsockname()
    assert (bench.info("srv").state, bench.info("srv").local) == ("bound", f"{host}:{port}")
    srv.listen()
    info = bench.info("srv")
    assert (info.role, info.state, info.accepts) == ("server", "listening", False)
    cli = module.socket()
    cli.connect((host, port))
    conn, (_, back) = srv.accept()
    info = bench.info("conn")
    assert (info.role, info.state, info.parent) == ("connection", "open", "srv")
    assert (bench.info("cli").state, bench.info("cli").local) == ("open", f"{host}:{back}")
    cli.send(b"hello")
    assert conn.recv(2) == b"he"
    info = bench.info("conn")
    assert (info.bytes_in, info.recv_queue, bench.info("cli").bytes_out) == (2, 3, 5)
    cli.shutdown(socket.SHUT_WR)
    assert (conn.recv(9), conn.recv(9)) == (b"llo", b"")
    assert (bench.info("conn").state, bench.info("cli").state) == ("peer finished", "we finished")
    for sock in (cli, conn, srv):
        sock.close()
    assert {bench.info(name).state for name in ("srv", "cli", "conn")} == {"closed"}


def test_sockets_of_the_panes_are_there_by_name(bench: Bench) -> None:
    by_hand = ServerSpec(behaviour=Behaviour(None))
    names = bench.host.submit(bench.engine.start_pair(by_hand, Behaviour(None))).result(10)
    wait_here_until(lambda: "conn1" in bench.made.names())
    assert names == ("srv1", "cli1")
    cli, conn = bench.made.attach("cli1"), bench.made.attach("conn1")
    assert cli is not None
    cli.sendall(b"from the console")  # type: ignore[attr-defined]
    assert conn.recv(100) == b"from the console"  # type: ignore[union-attr]
    assert bench.last("conn1").data == b"from the console"
    del conn, cli
    gc.collect()
    assert bench.info("conn1").state == "open"
    assert bench.made.attach("nobody") is None


def test_who_reads_a_socket_that_reads_by_itself_is_told_what_to_do(bench: Bench) -> None:
    spec = ServerSpec(behaviour=Behaviour(4096))
    bench.host.submit(bench.engine.start_pair(spec, Behaviour(4096))).result(10)
    cli, srv = bench.made.attach("cli1"), bench.made.attach("srv1")
    with pytest.raises(OSError, match="cli1 reads by itself"):
        cli.recv(4)  # type: ignore[union-attr]
    with pytest.raises(OSError, match="srv1 accepts by itself"):
        srv.accept()  # type: ignore[union-attr]


def test_a_read_that_waits_is_told_when_the_socket_begins_to_read_by_itself(bench: Bench) -> None:
    _, conn = pair(bench)
    failures: list[OSError] = []

    def read() -> None:
        try:
            conn.recv(4)
        except OSError as error:
            failures.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    bench.waiting("conn.recv(4)")
    wait_here_until(lambda: bench.info("conn").waiting == "recv(4)")
    bench.host.ask(lambda: bench.engine.set_behaviour("conn", Behaviour(16))).result(10)
    thread.join(10)
    assert "conn reads by itself" in str(failures[0])


def test_the_commands_of_the_panes_work_on_sockets_of_programs(bench: Bench) -> None:
    cli, _ = pair(bench)
    engine, host = bench.engine, bench.host
    lone = bench.module.socket()
    with pytest.raises(SockplayError, match="not connected yet"):
        host.submit(engine.recv("lone", 4)).result(10)
    cli.send(b"abcdef")
    assert host.submit(engine.recv("conn", 4)).result(10).data == b"abcd"
    host.ask(lambda: engine.set_behaviour("conn", Behaviour(16))).result(10)
    wait_here_until(lambda: bench.info("conn").bytes_in == 6)
    host.ask(lambda: engine.abort("conn")).result(10)
    with pytest.raises(ConnectionResetError):
        cli.recv(4)
    assert bench.info("cli").state == "failed"
    assert bench.info("cli").problem == "conn reset the connection (RST)."
    lone.close()


def test_a_server_of_a_program_can_be_set_to_accept_by_itself(bench: Bench) -> None:
    srv = bench.module.create_server(LOOPBACK)
    bench.host.ask(lambda: bench.engine.set_behaviour("srv", Behaviour(16))).result(10)
    with socket.create_connection(srv.getsockname()) as plain:
        plain.sendall(b"hello")
        wait_here_until(lambda: bench.calls("conn1", "recv"))
    assert bench.info("srv").accepts
    bench.host.ask(lambda: bench.engine.set_behaviour("srv", Behaviour(None))).result(10)
    with socket.create_connection(srv.getsockname()):
        accepted, _ = srv.accept()
    accepted.close()
    srv.close()


# the record


def test_every_call_is_in_the_record_as_python_writes_it(bench: Bench) -> None:
    cli, conn = pair(bench)
    cli.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    assert bench.last("cli").args == "IPPROTO_TCP, TCP_NODELAY, 1"
    cli.sendmsg([b"hello", b"worl"])
    call = bench.last("cli")
    assert (call.data, call.note) == (b"helloworl", "From buffers of 5, 4 bytes.")
    conn.recv(4, socket.MSG_PEEK)
    call = bench.last("conn")
    assert (call.args, call.data, call.offset) == ("MSG_PEEK", b"hell", None)
    assert "stay queued" in call.note
    buffer = bytearray(64)
    conn.recv_into(buffer, 5)
    call = bench.last("conn")
    assert (call.requested, call.moved, call.left, call.offset) == (5, 5, 4, 0)
    assert call.note == "5 of 64 bytes of the buffer overwritten; 59 are as before."
    conn.recv(100)
    assert bench.last("conn").offset == 5
    assert bench.info("conn").bytes_in == 9
    conn.settimeout(0.001)
    with pytest.raises(TimeoutError, match="timed out"):
        conn.recv(1)
    call = bench.last("conn")
    assert (call.error, call.note) == (
        "TimeoutError",
        "It waited 0.001 s for data, then gave up (settimeout).",
    )


def test_a_look_at_a_socket_is_no_call_of_it(bench: Bench) -> None:
    cli, _ = pair(bench)
    before = len(bench.calls())
    assert "raddr=" in repr(cli)
    assert (cli.fileno() > 0, cli.family.name, cli.gettimeout()) == (True, "AF_INET", None)
    assert len(bench.calls()) == before
    cli.getsockname()
    assert bench.last("cli").op == "getsockname"


def test_a_buffer_tells_which_part_of_it_was_overwritten(bench: Bench) -> None:
    cli, conn = pair(bench)
    cli.sendall(b"abcdef")
    buffer = bytearray(b"." * 10)
    conn.recv_into(buffer, 2)
    conn.recv_into(memoryview(buffer)[4:], 3)
    assert buffer == bytearray(b"ab..cde...")
    fills = [(fill.start, fill.count) for fill in bench.made.fills if fill.target is buffer]
    assert fills == [(0, 2), (4, 3)]


def test_the_bytes_that_a_file_sends_are_seen(bench: Bench, tmp_path: Path) -> None:
    cli, conn = pair(bench)
    path = tmp_path / "file"
    path.write_bytes(b"of a file")
    with path.open("rb") as file:
        assert cli.sendfile(file) == 9
    assert (bench.last("cli").data, conn.recv(99)) == (b"of a file", b"of a file")


def test_a_blocking_send_that_needs_room_is_one_call_and_moves_all(bench: Bench) -> None:
    cli, conn = pair(bench)
    data = bytes(range(256)) * 40_000
    got = bytearray()

    def read() -> None:
        while len(got) < len(data):
            got.extend(conn.recv(1 << 16))

    thread = threading.Thread(target=read)
    thread.start()
    assert cli.send(data) == len(data)
    thread.join(10)
    assert got == data
    (call,) = bench.calls("cli", "send")
    assert call.moved == len(data)
    assert "steps, as room came" in call.note


def test_a_large_blocking_send_is_written_down_in_parts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sends, "PART_MOST", 1 << 20)
    cli, conn = pair(bench)
    data = bytes(16 << 20)
    sender = threading.Thread(target=cli.send, args=(data,))
    sender.start()
    got = 0
    while got < len(data):
        got += len(conn.recv(1 << 22))
    sender.join()
    calls = bench.calls("cli", "send")
    assert sum(call.moved or 0 for call in calls) == len(data)
    assert [call.offset for call in calls[1:]] == [
        sum(c.moved or 0 for c in calls[:n]) for n in range(1, len(calls))
    ]
    assert max(len(call.data) for call in calls) < 8 << 20
    assert calls[1].note.startswith("Part 2 of one send of 16,777,216 bytes")
    assert not any(call.badges for call in calls)


def test_what_a_program_wrote_into_its_arguments_runs_in_its_own_thread(bench: Bench) -> None:
    threads = set()

    class Four:
        def __index__(self) -> int:
            threads.add(threading.current_thread())
            return 4

    cli, conn = pair(bench)
    cli.send(b"hello worl")
    assert conn.recv(Four()) == b"hell"
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, Four())
    with pytest.raises(TypeError, match="not 'Four'"):
        cli.send(Four())
    assert threads == {threading.current_thread()}


def test_waitall_waits_for_all_of_it(bench: Bench) -> None:
    cli, conn = pair(bench)
    buffer = bytearray(6)
    came: list[object] = []
    thread = threading.Thread(
        target=lambda: came.extend(
            [conn.recv(6, socket.MSG_WAITALL), conn.recv_into(buffer, 6, socket.MSG_WAITALL)]
        )
    )
    thread.start()
    for part in (b"abc", b"defgh", b"ijkl"):
        wait_here_until(lambda: bench.info("conn").waiting)
        cli.send(part)
    thread.join(10)
    assert (came, buffer) == ([b"abcdef", 6], bytearray(b"ghijkl"))
    assert [c.moved for c in bench.calls("conn", "recv", "recv_into")] == [6, 6]


def test_waitall_that_is_closed_meanwhile_gives_what_came(bench: Bench) -> None:
    cli, conn = pair(bench)
    cli.send(b"abc")
    came: list[bytes] = []
    thread = threading.Thread(target=lambda: came.append(conn.recv(6, socket.MSG_WAITALL)))
    thread.start()
    wait_here_until(lambda: bench.info("conn").waiting)
    bench.host.ask(lambda: bench.engine.close("conn")).result(10)
    thread.join(10)
    assert came == [b"abc"]


def test_urgent_data_comes_as_in_plain_python(bench: Bench) -> None:
    cli, conn = pair(bench)
    cli.send(b"ab!", socket.MSG_OOB)
    assert conn.recv(10) == b"ab"
    assert conn.recv(1, socket.MSG_OOB) == b"!"


# ending


BLOCKING = {
    "srv.accept()": lambda m, s: s["srv"].accept(),
    "conn.recv(4)": lambda m, s: s["conn"].recv(4),
    "conn.recv_into(buf)": lambda m, s: s["conn"].recv_into(bytearray(9)),
    "conn.recvmsg(4)": lambda m, s: s["conn"].recvmsg(4),
    "cli.sendall(100,000,000 bytes)": lambda m, s: s["cli"].sendall(b"x" * 10**8),
    "cli.send(100,000,000 bytes)": lambda m, s: s["cli"].send(b"x" * 10**8),
    "full.connect(": lambda m, s: s["full"].connect(s["busy"]),
}


def _blocked(bench: Bench) -> dict[str, Any]:
    """Sockets that block in each of those calls."""
    cli, conn = pair(bench)
    made: dict[str, Any] = bench.kept_alive  # type: ignore[attr-defined]
    made.update(cli=cli, conn=conn)
    run_more = (
        "busy_server = socket.socket(socket.AF_UNIX)\n"
        "busy_server.bind(busy)\n"
        "busy_server.listen(0)\n"
        "first = socket.socket(socket.AF_UNIX)\n"
        "first.connect(busy)\n"
        "full = socket.socket(socket.AF_UNIX)\n"
    )
    name = "<blocked>"
    linecache.cache[name] = (len(run_more), None, run_more.splitlines(True), name)
    made["busy"] = f"\0sockplay-test-{id(bench)}"
    exec(compile(run_more, name, "exec"), made)
    return made


@pytest.mark.skipif(sys.platform != "linux", reason="uses an abstract Unix name")
@pytest.mark.parametrize("call", BLOCKING)
def test_a_call_that_blocks_is_interrupted_as_by_ctrl_c(bench: Bench, call: str) -> None:
    made = _blocked(bench)
    seen: list[Any] = []

    def interrupt() -> None:
        wait_here_until(lambda: any(w.call.startswith(call) for w in bench.waits.current()))
        seen.extend(bench.waits.current())
        if not call.startswith("full"):  # nothing tells of room in a queue: it only looks again
            wait_here_until(lambda: any(info.waiting for info in bench.snapshot()))
        assert bench.waits.interrupt() == {threading.main_thread().ident}

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        BLOCKING[call](bench.module, made)
    thread.join(10)
    assert seen[0].waits_for in ("data", "a client", "room to send", "the connection")
    assert bench.waits.current() == ()
    wait_here_until(lambda: bench.last(call.partition(".")[0]).note.startswith("Interrupted"))


def test_a_call_that_blocks_can_be_given_up_in_the_workbench(bench: Bench) -> None:
    _, conn = pair(bench)
    ended: list[str] = []

    def read() -> None:
        with pytest.raises(InterruptedError) as caught:
            conn.recv(4)
        ended.append(str(caught.value))

    thread = threading.Thread(target=read)
    thread.start()
    wait_here_until(lambda: bench.info("conn").waiting == "recv(4)")
    bench.host.ask(lambda: bench.engine.stop_waiting("conn")).result(10)
    thread.join(10)
    assert ended == ["[Errno 4] It was given up in the workbench"]
    assert bench.last("conn").note == "Interrupted while it waited for data."


def test_when_the_app_closes_a_blocked_call_ends_its_thread(bench: Bench) -> None:
    _, conn = pair(bench)
    ended: list[bool] = []

    def read() -> None:
        with pytest.raises(SystemExit):
            conn.recv(4)
        ended.append(True)

    thread = threading.Thread(target=read)
    thread.start()
    bench.waiting("conn.recv(4)")
    bench.waits.close()
    thread.join(10)
    assert ended
    with pytest.raises(SystemExit):
        conn.recv(4)


def test_when_the_engine_ends_first_a_blocked_call_ends_too(bench: Bench) -> None:
    _, conn = pair(bench)
    ended: list[BaseException] = []

    def read() -> None:
        try:
            conn.recv(4)
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    bench.waiting("conn.recv(4)")
    wait_here_until(lambda: bench.info("conn").waiting)
    bench.host.ask(lambda: bench.engine.close("conn")).result(10)
    thread.join(10)
    assert [getattr(error, "errno", None) for error in ended] == [9]


def test_two_threads_use_one_socket_in_both_directions(bench: Bench) -> None:
    cli, conn = pair(bench)
    data = bytes(range(256)) * 8_000

    def echo() -> None:
        total = 0
        while total < len(data):
            part = conn.recv(1 << 16)
            conn.sendall(part)
            total += len(part)

    back = bytearray()

    def read_back() -> None:
        while len(back) < len(data):
            back.extend(cli.recv(1 << 16))

    threads = [threading.Thread(target=work) for work in (echo, read_back)]
    for thread in threads:
        thread.start()
    cli.sendall(data)
    for thread in threads:
        thread.join(20)
    assert back == data


def test_a_socket_that_nobody_holds_is_closed_as_python_closes_it(bench: Bench) -> None:
    held = [bench.module.socket()]
    with pytest.warns(ResourceWarning, match="unclosed"):
        held.clear()
    wait_here_until(lambda: bench.info("held").state == "closed")
    assert bench.last("held").note == "Its last reference went away, so Python closed it."


def test_when_a_program_ends_the_system_closes_what_it_left_open(bench: Bench) -> None:
    left = bench.module.socket()
    bench.made.close()
    wait_here_until(lambda: bench.info("left").state == "closed")
    assert bench.last("left").note == "Its program ended, so the system closed it."
    assert left.fileno() == -1


def test_a_duplicate_is_another_socket_of_the_same_connection(bench: Bench) -> None:
    cli, conn = pair(bench)
    copy = cli.dup()
    cli.close()
    copy.sendall(b"through the copy")
    assert conn.recv(99) == b"through the copy"
    assert bench.info("copy").peer == bench.info("cli").peer
    copy.close()


def test_a_detached_descriptor_lives_on_and_can_come_back(bench: Bench) -> None:
    cli, conn = pair(bench)
    fd = cli.detach()
    assert bench.info("cli").state == "closed"
    assert bench.last("cli").op == "detach"
    again = bench.module.socket(fileno=fd)
    again.sendall(b"again")
    assert conn.recv(9) == b"again"
    with pytest.raises(OSError, match="again has the descriptor"):
        bench.module.socket(fileno=fd)
    again.close()


def test_a_duplicate_still_waits_without_the_engine_when_the_other_is_detached(
    bench: Bench,
) -> None:
    cli, conn = pair(bench)
    copy = conn.dup()
    fd = conn.detach()
    came: list[bytes] = []
    thread = threading.Thread(target=lambda: came.append(copy.recv(4)))
    thread.start()
    bench.waiting("copy.recv(4)")
    cli.send(b"late")  # the engine must be there for it
    thread.join(10)
    assert came == [b"late"]
    os.close(fd)
    copy.close()


def test_a_stream_goes_on_where_it_was_under_another_descriptor(bench: Bench) -> None:
    cli, conn = pair(bench)
    cli.sendall(b"hello")
    conn.recv(2)
    copy = conn.dup()
    again = bench.module.socket(fileno=cli.detach())
    again.sendall(b"more")
    copy.recv(9)
    assert (bench.last("again").offset, bench.last("copy").offset) == (5, 2)
    for sock in (conn, copy, again):
        sock.close()


def test_a_recv_of_the_panes_ends_when_the_socket_is_detached(bench: Bench) -> None:
    _, conn = pair(bench)
    waits = bench.host.submit(bench.engine.recv("conn", 4))
    wait_here_until(lambda: bench.info("conn").waiting)
    os.close(conn.detach())
    with pytest.raises(SockplayError, match="conn was detached"):
        waits.result(10)


def test_a_connection_whose_program_gave_up_is_shown_as_soon_as_it_stands(bench: Bench) -> None:
    server = bench.module.create_server(LOOPBACK, backlog=0)
    first = bench.module.create_connection(server.getsockname())
    late = bench.module.socket()
    late.settimeout(0.05)
    with pytest.raises(TimeoutError):
        late.connect(server.getsockname())  # the queue is full, so that nobody answers
    assert bench.info("late").state == "connecting"
    conn, _ = server.accept()
    wait_here_until(lambda: bench.info("late").state == "open")
    for sock in (first, conn, late, server):
        sock.close()


def test_a_connection_outlives_the_sockets_that_were_tried_before_it(bench: Bench) -> None:
    made = run(
        bench,
        "srv = socket.create_server(('127.0.0.1', 0))\n"
        "place = srv.getsockname()\n"
        "refused = ('127.0.0.1', 1)\n"
        "tcp = (socket.AF_INET, socket.SOCK_STREAM, 6, '')\n"
        "socket.getaddrinfo = lambda *_: [(*tcp, refused), (*tcp, place)]\n"
        "cli = socket.create_connection(place)\n",
    )
    gc.collect()
    assert [call.op for call in bench.calls("cli")] == [
        *("socket", "connect", "close"),
        *("socket", "connect"),
    ]
    assert made["cli"].send(b"still there") == 11


def test_a_socket_that_failed_to_connect_goes_with_its_last_name(bench: Bench) -> None:
    tried = bench.module.socket()
    gc.disable()
    try:
        with pytest.raises(ConnectionRefusedError):
            tried.connect(("127.0.0.1", 1))
        with pytest.warns(ResourceWarning, match="unclosed"):
            del tried
    finally:
        gc.enable()
    wait_here_until(lambda: bench.info("tried").state == "closed")


def test_all_objects_of_a_socket_have_its_one_timeout(bench: Bench) -> None:
    cli, conn = pair(bench)
    other = SocketModule(bench.host, bench.engine, bench.waits)
    same: Any = other.attach("conn")
    conn.settimeout(0.05)
    assert (same.gettimeout(), same.timeout, same.getblocking()) == (0.05, 0.05, True)
    with pytest.raises(TimeoutError):
        same.recv(1)
    same.setblocking(False)
    with pytest.raises(BlockingIOError):
        conn.recv(1)
    copy = conn.dup()
    assert copy.gettimeout() == 0.0
    copy.settimeout(3)
    assert (conn.gettimeout(), cli.gettimeout()) == (0.0, None)
    conn.close()
    assert (conn.gettimeout(), same.gettimeout()) == (0.0, 0.0)
    server = bench.module.socket()
    server.settimeout(2)
    server.bind(LOOPBACK)
    server.listen()
    attached: Any = other.attach("server")
    assert attached.gettimeout() == 2.0
    late = bench.module.create_connection(server.getsockname())
    accepted, _ = attached.accept()
    assert accepted.gettimeout() is None
    for sock in (copy, server, late, accepted):
        sock.close()


def test_what_was_made_and_never_had_is_closed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli, conn = pair(bench)
    server = bench.kept_alive["srv"]  # type: ignore[attr-defined]
    other = bench.module.create_connection(server.getsockname())
    before = open_files()

    def torn(wait: Callable[[], object]) -> None:
        wait()
        raise KeyboardInterrupt  # when the engine is done, and the program has nothing of it yet

    for make in (cli.dup, server.accept, bench.module.socketpair, bench.module.socket):
        with monkeypatch.context() as patched:
            patched.setattr(bench.waits, "_shelter", torn)
            with pytest.raises(KeyboardInterrupt):
                make()
        wait_here_until(lambda: open_files() <= before)
    for sock in (cli, conn, server, other):
        sock.close()


def test_an_array_that_can_be_an_index_is_a_buffer_all_the_same(bench: Bench) -> None:
    class Array(bytearray):
        def __index__(self) -> int:
            raise TypeError("only one of length 1 is a number")

    cli, conn = pair(bench)
    cli.send(b"abcd")
    room, other = Array(2), Array(2)
    assert conn.recv_into(room) == conn.recv_into(buffer=other) == 2
    assert bytes(room + other) == b"abcd"
    cli.close()
    conn.close()


def test_who_is_told_to_reset_at_its_close_is_said_to(bench: Bench) -> None:
    cli, conn = pair(bench)
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()
    assert "(RST)" in bench.last("conn").note
    with pytest.raises(ConnectionResetError):
        cli.recv(1)
    cli.close()


def test_a_client_of_the_panes_is_as_connected_as_one_that_waited(bench: Bench) -> None:
    plain = socket.create_server(LOOPBACK)
    port = plain.getsockname()[1]
    spec = ClientSpec(host="127.0.0.1", port=port, behaviour=Behaviour(None))
    name = bench.host.submit(bench.engine.start_client(spec)).result(10)
    cli: Any = bench.made.attach(name)
    assert cli.connect_ex(("127.0.0.1", port)) == errno.EISCONN
    with pytest.raises(OSError, match="already connected"):
        cli.connect(("127.0.0.1", port))
    assert bench.info(name).state == "open"
    cli.close()
    plain.close()


def test_the_real_module_is_as_it_was(bench: Bench) -> None:
    assert socket.socket.__module__ == "socket"
    assert bench.module.socket is not socket.socket
    assert not [name for name in sys.modules if name.startswith("sockplay.console.standard.socket")]
    bench.module.setdefaulttimeout(3)
    assert (bench.module.getdefaulttimeout(), socket.getdefaulttimeout()) == (3.0, None)
    timed = bench.module.socket()
    assert timed.gettimeout() == 3.0
    timed.close()
