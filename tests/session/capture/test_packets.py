"""What tshark and tcpdump's kin find in the packets of a session."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.model.call import Call
from sockplay.model.spec import Behaviour, ServerSpec, Target
from sockplay.session.capture.comments import comment_of
from sockplay.session.capture.export import write_packets
from sockplay.session.capture.headers import FIN, RST, SYN
from sockplay.session.forms.progress import GivenUpError
from sockplay.session.gap import Gap
from sockplay.session.reader import Reader
from tests.cli.conversations import ECHO, HAND, Talk, had
from tests.cli.talks import a_half_close, a_refused_connection, a_reset, unix
from tests.engine.world import has_ipv6
from tests.session.calls import ANY_TEXT, calls, numbered, recorded
from tests.session.capture.captures import (
    calls_in,
    exported,
    followed,
    needs_tshark,
    packets_in,
    packets_of,
    tshark,
)
from tests.session.capture.test_reading import one

ADDRESSES = (
    *("127.0.0.1:5", "127.0.0.1:9", "0.0.0.0:5", "10.0.0.1:5", "[::1]:5", "[::ffff:127.0.0.1]:9"),
    *("[::]:9", "[fe80::1%eth0]:5", "/tmp/x", "@x", "(unnamed)", "127.0.0.1:99999", ":", "[]:5"),
)
LARGE = random.Random(1).randbytes(1_000_000)


async def a_day(talk: Talk) -> None:
    """Much of what sockets do, in one session."""
    conn, cli = await talk.pair(HAND)
    await talk.engine.send(Target(cli), b"hello worl")
    for _ in range(3):
        await talk.engine.recv(conn, 4)
    await talk.engine.send(Target(conn), b"bye")
    await talk.has_read(cli, 3)
    _, cli = await talk.another("srv1", ECHO)
    talk.engine.set_behaviour(talk.accepted("srv1")[-1], ECHO)
    sending = asyncio.ensure_future(talk.engine.send(Target(cli), LARGE))
    conn = talk.accepted("srv1")[-1]
    talk.engine.set_behaviour(cli, Behaviour(65_536))
    await talk.has_read(cli, len(LARGE))
    await sending
    await talk.engine.shutdown(cli, "SHUT_WR")
    await talk.until(lambda: talk.info(conn).ended and talk.info(cli).ended)
    _, cli = await talk.pair(spec=ServerSpec("udp", behaviour=ECHO))
    for count, data in enumerate((b"one", b"", b"x" * 5000), 1):
        await talk.engine.send(Target(cli), data)
        await talk.answered(cli, count)
    if has_ipv6():
        _, cli = await talk.pair(spec=ServerSpec(family="ipv6", host="::1", behaviour=ECHO))
        await talk.engine.send(Target(cli), b"over six")
        await talk.has_read(cli, 8)
    await a_half_close(talk)
    await unix(talk)


@pytest.fixture(scope="module")
def day() -> Iterator[Path]:
    """The session of a day; a short path, since a Unix socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="sp") as path:
        session = had(Path(path), a_day)
        exported(session)
        yield session


@needs_tshark
def test_tshark_reads_a_session_without_a_warning(day: Path) -> None:
    capture = day.with_suffix(".pcapng")
    expert = [line for line in tshark(capture, "-q", "-z", "expert") if line]
    groups = [line.split()[0] for line in expert if line.endswith(")") and "(" in line]
    assert not {"Errors", "Warns"} & set(groups), "\n".join(expert)
    assert {"Comments", "Chats"} <= set(groups)
    assert followed(capture, 0) == (b"hello worl", b"bye")
    client, server = followed(capture, 1)
    assert (client == LARGE, server == LARGE) == (True, True)


@needs_tshark
def test_each_call_is_said_once_beside_its_packet(day: Path) -> None:
    fields = ("frame.comment", "tcp.len", "udp.length", "frame.packet_flags_direction")
    options = ["-T", "fields", "-E", "aggregator=|", "-E", "separator=\t"]
    for field in fields:
        options += ["-e", field]
    rows = [line.split("\t") for line in tshark(day.with_suffix(".pcapng"), *options)]
    comments = [comment for row in rows for comment in row[0].split("|") if comment]
    with closing(Reader(day, ours=False)) as reader:
        made = Counter(call.socket for call in reader.calls())
    assert Counter(comment.partition(".")[0] for comment in comments) == made
    assert sum("conn1.recv(4) returned 4, 6 left, cut by bufsize" in row[0] for row in rows) == 1
    beside = next(row[0] for row in rows if "cli1.connect(" in row[0])
    assert beside.startswith("cli1.socket(AF_INET, SOCK_STREAM)|cli1.connect("), "its own packet"
    sent = next(row for row in rows if "cli1.sendall(b'hello worl') sent 10" in row[0])
    assert sent[1:3] == ["10", ""]
    assert int(sent[3], 16) == 2, "outbound"
    datagrams = [int(row[2]) - 8 for row in rows if row[2]]
    assert datagrams == [3, 3, 0, 0, 5000, 4096], "each is there once, though both ends are here"


@needs_tshark
def test_a_reset_and_a_refusal_are_what_tshark_calls_so(folder: Path) -> None:
    async def both(talk: Talk) -> None:
        await a_reset(talk)
        await a_refused_connection(talk)

    capture = exported(had(folder, both))
    fields = ["-e", "tcp.stream", "-e", "tcp.flags.syn", "-e", "tcp.flags.reset"]
    options = ["-E", "aggregator=|", *fields, "-e", "_ws.expert.message"]
    rows = [line.split("\t") for line in tshark(capture, "-T", "fields", *options)]
    ends = {row[0]: row[1:3] for row in rows}
    assert ends == {"0": ["0", "1"], "1": ["0", "1"]}, "each ends in an RST"
    assert [row[1:3] for row in rows if row[0] == "1"] == [["1", "0"], ["0", "1"]]
    assert [row[2] for row in rows] == [
        str(int("Connection reset (RST)" in row[3])) for row in rows
    ]


@needs_tshark
def test_a_truncated_datagram_has_its_real_length(tmp_path: Path) -> None:
    cut = Call(
        *(1, 10**18, 0, "udp1", "recvfrom"),
        requested=4,
        moved=4,
        data=b"hell",
        size=1000,
        local="[::1]:9",
        peer="[::1]:5",
        badges=("truncated",),
    )
    capture = exported(recorded(tmp_path / "a.session", [cut]))
    fields = ["-e", "udp.length", "-e", "frame.cap_len", "-e", "frame.len"]
    (told,) = tshark(capture, "-T", "fields", *fields, "-e", "_ws.expert.message")
    assert told.split("\t") == ["1008", "52", "1048", "udp1.recvfrom(4) returned 4, truncated"]


@given(calls(ANY_TEXT | st.sampled_from(ADDRESSES)))
def test_any_calls_make_a_sound_capture(made: list[Call]) -> None:
    packets = list(packets_in(packets_of(numbered(made))))
    times = [packet.time_ns for packet in packets]
    assert times == sorted(times)


def test_an_export_that_is_given_up_leaves_nothing(folder: Path) -> None:
    session = recorded(
        folder / "a.session", [Call(seq, 0, 0, "srv1", "listen") for seq in range(1, 1202)]
    )
    heard: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> bool:
        heard.append((done, total))
        return done < 1000

    with closing(Reader(session, ours=False)) as reader, pytest.raises(GivenUpError):
        write_packets(reader, folder / "a.pcapng", tell, over=False)
    assert heard == [(0, 1201), (500, 1201), (1000, 1201)]
    assert [path.name for path in folder.iterdir()] == ["a.session"]


def test_each_use_of_the_same_addresses_is_a_connection_of_its_own() -> None:
    there, back = ("127.0.0.1:5", "127.0.0.1:9"), ("127.0.0.1:9", "127.0.0.1:5")
    made = [
        Call(0, 0, 0, "cli1", "connect", local=there[0], peer=there[1], error="ECONNREFUSED"),
        one("cli1", "close", ends=there),
        one("cli2", "connect", ends=there),
        one("cli2", "send", data=b"a", offset=0, ends=there),
        one("cli2", "close", ends=there),
        Call(0, 0, 0, "srv1", "accept", peer=there[0], note="conn1, ('127.0.0.1', 5)"),
        one("conn1", "recv", data=b"a", offset=0, ends=back),
        one("conn1", "close", ends=back),
        one("cli3", "connect", ends=there),
        one("cli3", "send", data=b"b", offset=0, ends=there),
        Call(0, 0, 0, "srv1", "accept", peer=there[0], note="conn2, ('127.0.0.1', 5)"),
        one("conn2", "send", data=b"c", offset=0, ends=back),
    ]
    opens = [
        one(call.socket, "socket", "AF_INET, SOCK_STREAM") for call in made if call.op == "connect"
    ]
    flags = [packet.data[33] & (SYN | RST | FIN) for packet in packets_in(packets_of(opens + made))]
    ends = [flag for flag in flags if flag]
    assert ends == [SYN, RST, SYN, SYN, FIN, FIN, SYN, SYN]
    assert [call.data for call in calls_in(packets_of(opens + made)) if call.data] == [
        b"a",
        b"b",
        b"c",
    ]


def test_a_duplicate_is_the_same_socket_and_the_last_one_ends_it() -> None:
    made = [
        one("cli1", "socket", "AF_INET, SOCK_STREAM", ends=("", "")),
        one("cli1", "connect"),
        Call(0, 0, 0, "cli1", "dup", "7", note="8"),
        one("copy", "socket", "AF_INET, SOCK_STREAM, fileno=8", ends=("", "")),
        one("cli1", "close"),
        one("copy", "send", data=b"a", offset=0),
        one("copy", "close"),
    ]
    flags = [packet.data[33] & (SYN | RST | FIN) for packet in packets_in(packets_of(made))]
    assert flags == [SYN, SYN, 0, 0, FIN]
    (sent,) = [call for call in calls_in(packets_of(made)) if call.data]
    assert (sent.socket, sent.data) == ("cli1", b"a")


def over_unix(*clients: str) -> list[Call]:
    """What opens a path and connects clients to it, each with a connection."""
    path, met = ("/tmp/s", ""), ("(unnamed)", "/tmp/s")
    made = [one("srv1", "bind", ends=path)]
    made += [one(name, "connect", ends=met) for name in clients]
    accepts = [f"conn{number}, ''" for number in range(1, len(clients) + 1)]
    return made + [
        Call(0, 0, 0, "srv1", "accept", local="/tmp/s", peer="(unnamed)", note=note)
        for note in accepts
    ]


def shown(made: list[Call]) -> list[bytes]:
    """The bytes of a Unix socket in each packet, behind what says that they are that."""
    return [packet.data[20:] for packet in packets_in(packets_of(made))]


def test_what_both_ends_of_a_unix_connection_show_is_there_once_however_it_was_cut() -> None:
    there = partial(one, ends=("(unnamed)", "/tmp/s"))
    back = partial(one, ends=("/tmp/s", "(unnamed)"))
    made = [
        *over_unix("cli1", "cli2"),
        there("cli1", "send", data=b"hello"),
        there("cli2", "send", data=b"hello"),
        back("conn1", "recv", data=b"hel"),
        back("conn2", "recv", data=b"hello, you", offset=0),
        back("conn1", "recv", data=b"lo"),
        there("cli2", "send", data=b", you"),
        back("conn1", "send", data=b"bye"),
    ]
    assert shown(made) == [b"hello", b"hello", b", you", b"bye"]
    stranger = [
        *over_unix("cli1", "cli2")[:-1],
        back("conn1", "recv", data=b"who?"),
        there("cli1", "send", data=b"hello"),
        back("conn1", "recv", data=b"hello"),
    ]
    assert shown(stranger) == [b"who?", b"hello", b"hello"], "not the end of cli1 at all"


def test_a_recv_of_nothing_acknowledges_nothing() -> None:
    made = [
        one("cli1", "socket", "AF_INET, SOCK_STREAM", ends=("", "")),
        one("cli1", "connect"),
        one("cli1", "recv", offset=5000),
        one("cli1", "send", data=b"a", offset=0),
    ]
    (*_, last) = packets_in(packets_of(made))
    (_, answer, *_) = packets_in(packets_of(made))
    first = int.from_bytes(answer.data[24:28])
    assert int.from_bytes(last.data[28:32]) == first + 1


def test_a_call_of_no_socket_is_said_in_pythons_words() -> None:
    asked = Call(0, 0, 0, "", "getaddrinfo", "'localhost', 9", note="127.0.0.1:9")
    assert comment_of(asked) == "getaddrinfo('localhost', 9). 127.0.0.1:9"
    lost = Gap(one("cli1", "recv", data=b"ab"), "No space left on device", "ENOSPC")
    assert comment_of(lost.call()).startswith("0 calls (0 bytes) not recorded")


def test_the_longest_datagram_of_ipv6_is_whole() -> None:
    data = bytes(65_527)
    ends = ("[fd00::1]:5", "[fd00::2]:9")
    made = [one("udp1", "send", data=data, ends=ends)]
    (packet,) = packets_in(packets_of(made))
    assert len(packet.data) == 40 + 8 + len(data)


@pytest.mark.parametrize("finished", [True, False])
def test_a_broken_pipe_tells_of_a_reset_unless_we_had_finished_ourselves(finished: bool) -> None:
    ends = ("10.0.0.1:5", "10.0.0.2:9")
    made = [
        one("cli1", "socket", "AF_INET, SOCK_STREAM", ends=("", "")),
        one("cli1", "connect"),
        *([one("cli1", "shutdown", "SHUT_WR")] if finished else []),
        Call(0, 0, 0, "cli1", "send", local=ends[0], peer=ends[1], error="EPIPE"),
        one("cli1", "recv", data=b"left over", offset=0),
        one("cli1", "close"),
    ]
    flags = [packet.data[33] & (SYN | RST | FIN) for packet in packets_in(packets_of(made))]
    assert [flag for flag in flags if flag] == [SYN, SYN, FIN if finished else RST]
    assert [call.data for call in calls_in(packets_of(made)) if call.data] == [b"left over"]
