"""What a stream map is drawn from: lanes of calls, two ends, datagrams laid under each other."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sockplay.model.call import Call
from sockplay.model.info import Role, SocketInfo, State
from sockplay.model.lane import Lane, Span
from sockplay.model.spec import Protocol
from sockplay.session.reader import Reader
from sockplay.session.stream_map import StreamMap
from sockplay.session.stream_map_ends import Conversation, conversations
from tests.session.calls import numbered, recorded

CLIENT, SERVER = "127.0.0.1:40000", "127.0.0.1:9000"
STREAM = Conversation("cli1", CLIENT, SERVER, "conn1", datagrams=False)
DATAGRAMS = Conversation("udp2", CLIENT, SERVER, "udp1", datagrams=True)
SIZES = st.lists(st.integers(1, 40), max_size=30)


def call(socket: str, op: str, data: bytes = b"", **fields: object) -> Call:
    ours = socket in ("cli1", "udp2")
    given: dict[str, object] = {
        "seq": 0,
        "time_ns": 1,
        "took_ns": 1,
        "socket": socket,
        "op": op,
        "requested": 100,
        "moved": len(data),
        "data": data,
        "local": CLIENT if ours else SERVER,
        "peer": SERVER if ours else CLIENT,
    }
    return Call(**{**given, **fields})  # type: ignore[arg-type]


OPENED = [call("udp1", "socket", moved=None), call("udp2", "socket", moved=None)]


def cut(data: bytes, sizes: Sequence[int], socket: str, op: str) -> list[Call]:
    """A stream in calls of these sizes."""
    made, at = [], 0
    for size in sizes:
        part = data[at : at + size]
        made.append(call(socket, op, part, offset=at))
        at += len(part)
    return [one for one in made if one.moved]


def mapped(conversation: Conversation, made: list[Call]) -> StreamMap:
    """The map of a session of these calls."""
    with tempfile.TemporaryDirectory() as folder:
        path = recorded(Path(folder, "a.session"), numbered(made))
        with closing(Reader(path, ours=True)) as reader:
            found = StreamMap(conversation)
            while found.read_to < len(made):
                found.read_on(reader, len(made))
            return found


def spans(lane: Lane | None) -> list[Span]:
    assert lane is not None
    return [lane[number] for number in range(len(lane))]


@given(SIZES, SIZES)
def test_calls_of_a_direction_tile_its_stream_and_what_is_in_flight_is_sent_less_read(
    sends: list[int], reads: list[int]
) -> None:
    data = bytes(sum(sends))
    sent = cut(data, sends, "cli1", "send")
    read = cut(data, reads, "conn1", "recv")
    flow = mapped(STREAM, [*sent, *read]).out
    for lane, made in ((flow.sent, sent), (flow.read, read)):
        found = spans(lane)
        assert [span.size for span in found] == [len(one.data) for one in made]
        assert [span.start for span in found[:1]] == [0] * len(found[:1])
        assert all(before.end == after.start for before, after in pairwise(found))
    assert flow.sent is not None
    assert flow.read is not None
    assert flow.sent.end - flow.read.end == len(data) - sum(len(one.data) for one in read)


@given(SIZES, SIZES)
def test_calls_that_hold_the_same_bytes_are_found_from_both_ends(
    sends: list[int], reads: list[int]
) -> None:
    data = bytes(sum(sends))
    flow = mapped(
        STREAM, [*cut(data, sends, "cli1", "send"), *cut(data, reads, "conn1", "recv")]
    ).out
    assert flow.sent is not None
    assert flow.read is not None
    for span in spans(flow.sent):
        shared = {
            number
            for number, other in enumerate(spans(flow.read))
            if max(span.start, other.start) < min(span.end, other.end)
        }
        assert set(flow.read.over(span.start, span.end)) == shared


def test_three_sends_and_two_recvs_keep_their_numbers_and_badges() -> None:
    made = [
        call("cli1", "send", b"abc", offset=0),
        call("cli1", "send", b"de", offset=3),
        call("cli1", "send", b"f", offset=5),
        call("conn1", "recv", b"abcd", offset=0, badges=("cut by bufsize",), left=2),
        call("conn1", "recv", b"ef", offset=4),
    ]
    flow = mapped(STREAM, made).out
    assert [span.seq for span in spans(flow.sent)] == [1, 2, 3]
    assert [(span.seq, span.op, span.tag, span.start, span.end) for span in spans(flow.read)] == [
        (4, "recv", "cut by bufsize", 0, 4),
        (5, "recv", "", 4, 6),
    ]


def test_a_peek_a_failed_call_and_another_socket_move_nothing() -> None:
    made = [
        call("conn1", "recv", b"ab", offset=0, args="MSG_PEEK"),
        call("conn1", "recv", moved=None, error="EAGAIN", badges=("would block",)),
        call("conn2", "recv", b"xyz", offset=0),
        call("conn1", "recv", b"ab", offset=0),
    ]
    assert [span.seq for span in spans(mapped(STREAM, made).out.read)] == [4]


def test_what_is_read_again_counts_once_and_what_nobody_read_is_a_part_without_a_call() -> None:
    made = [
        call("conn1", "recv", b"abcd", offset=0),
        call("conn1", "recv", b"cdef", offset=2),
        call("conn1", "recv", b"ij", offset=8),
    ]
    found = spans(mapped(STREAM, made).out.read)
    assert [(span.seq, span.start, span.end) for span in found] == [
        (1, 0, 4),
        (2, 4, 6),
        (0, 6, 8),
        (3, 8, 10),
    ]


def test_eof_and_reset_are_no_calls_but_ends() -> None:
    eof = [
        call("cli1", "send", b"abc", offset=0),
        call("cli1", "shutdown", args="SHUT_WR", moved=None),
        call("conn1", "recv", b"abc", offset=0),
        call("conn1", "recv", b"", offset=3, badges=("EOF",)),
        call("conn1", "close", moved=None),
    ]
    flow = mapped(STREAM, eof).out
    assert flow.sent is not None
    assert flow.read is not None
    assert [(end.kind, end.at, end.seq) for end in flow.sent.ended] == [("EOF", 3, 2)]
    assert [(end.kind, end.at, end.seq) for end in flow.read.ended] == [
        ("EOF", 3, 4),
        ("closed", 3, 5),
    ]
    reset = [
        call("cli1", "close", moved=None, note="Closed with a reset (RST): all is dropped."),
        call("conn1", "recv", moved=None, error="ECONNRESET"),
    ]
    flow = mapped(STREAM, reset).out
    assert flow.sent is not None
    assert flow.read is not None
    assert [end.kind for end in flow.sent.ended] == ["reset"]
    assert [end.kind for end in flow.read.ended] == ["reset"]


def test_of_a_remote_peer_nothing_is_known() -> None:
    remote = Conversation("cli1", CLIENT, "192.0.2.1:80", None, datagrams=False)
    flows = mapped(remote, [call("cli1", "send", b"abc", offset=0)]).flows
    assert flows[0].read is None
    assert flows[1].sent is None
    assert flows[0].sink == flows[1].source == "192.0.2.1:80"


FATES = st.lists(st.sampled_from(["read", "lost", "cut"]), max_size=40)


@given(FATES, st.data())
def test_datagrams_are_laid_under_those_that_were_sent(
    fates: list[str], draw: st.DataObject
) -> None:
    """Whatever is lost or cut, and however sends and reads are mixed in the record."""
    sends = [bytes([number, 0, 0, 0]) * (number % 5 + 1) for number in range(len(fates))]
    made = [call("udp2", "send", data) for data in sends]
    reads = {}
    for number, fate in enumerate(fates):
        data = sends[number]
        if fate == "read":
            reads[number] = call("udp1", "recvfrom", data, size=len(data))
        elif fate == "cut":
            reads[number] = call(
                "udp1", "recvfrom", data[:2], size=len(data), badges=("truncated",)
            )
    # Of datagrams that were cut only the length is left to compare, so equal ones are ambiguous.
    early = "cut" not in fates and draw.draw(st.booleans())
    order = [*reads.values(), *made] if early else [*made, *reads.values()]
    found = mapped(DATAGRAMS, [*OPENED, *order])
    seqs = {id(one): seq for seq, one in enumerate(order, len(OPENED) + 1)}
    flow = found.out
    assert flow.sent is not None
    assert flow.read is not None
    assert found.unexplained == 0
    assert [span.seq for span in spans(flow.sent)] == [seqs[id(one)] for one in made]
    assert [span.end - span.start for span in spans(flow.read)] == [1] * len(flow.read)
    if "cut" not in fates:
        last = max(reads, default=-1)
        wanted = [seqs[id(reads[n])] if n in reads else 0 for n in range(last + 1)]
        assert [span.seq for span in spans(flow.read)] == wanted
        assert flow.read.absent == sum(fate == "lost" for fate in fates[: last + 1])


def test_a_truncated_datagram_is_known_by_its_real_length() -> None:
    made = [
        *OPENED,
        call("udp2", "send", b"aaaa"),
        call("udp2", "send", b"bbbbbb"),
        call("udp1", "recvfrom", b"bb", size=6, badges=("truncated",)),
    ]
    flow = mapped(DATAGRAMS, made).out
    assert [(span.seq, span.tag, span.size) for span in spans(flow.read)] == [
        (0, "", 0),
        (5, "truncated", 2),
    ]


def test_datagrams_of_other_peers_are_left_out_and_unsent_ones_are_counted() -> None:
    made = [
        *OPENED,
        call("udp1", "recvfrom", b"from another", peer="127.0.0.1:5"),
        call("udp1", "recvfrom", b"from nowhere"),
        call("udp2", "send", b"x"),
        call("udp1", "recvfrom", b"x"),
    ]
    found = mapped(DATAGRAMS, made)
    assert [span.seq for span in spans(found.out.read)] == [6]
    assert found.unexplained == 1


def info(
    name: str,
    local: str,
    peer: str = "",
    role: Role = "client",
    protocol: Protocol = "tcp",
    parent: str | None = None,
    peers: tuple[str, ...] = (),
    twin: str = "",
    state: State = "open",
) -> SocketInfo:
    return SocketInfo(
        name, protocol, role, state, local, peer, parent=parent, peers=peers, twin=twin
    )


def test_the_other_end_is_the_one_that_the_engine_tells_of() -> None:
    infos = [
        info("srv1", SERVER, role="server"),
        info("conn1", SERVER, CLIENT, "connection", parent="srv1", twin="cli1"),
        info("cli1", CLIENT, SERVER),  # it closed before its connection was accepted
        info("cli2", CLIENT, SERVER),  # the same address again, and nobody has accepted it yet
        info("cli3", "127.0.0.1:7", "192.0.2.1:80"),
        info("conn4", "/tmp/a", "(unnamed)", "connection", "unix", twin="cli4"),
    ]
    found = {one.name: conversations(one.name, infos) for one in infos if one.role != "server"}
    assert {name: [one.twin for one in ends] for name, ends in found.items()} == {
        "conn1": ["cli1"],
        "cli1": ["conn1"],
        "cli2": [None],
        "cli3": [None],
        "conn4": ["cli4"],  # which has left the list
    }
    assert [(one.name, one.twin) for one in conversations("srv1", infos)] == [("conn1", "cli1")]
    assert conversations("gone", infos) == []
    untold = [info("conn1", SERVER, CLIENT, "connection"), info("cli1", CLIENT, SERVER)]
    assert [one.twin for one in conversations("cli1", untold)] == ["conn1"]


def test_an_urgent_byte_is_beside_the_stream_unless_it_is_read_in_line() -> None:
    made = [
        call("cli1", "send", b"ab", offset=0),
        call("cli1", "send", b"cd!", offset=2, args="MSG_OOB"),
        call("cli1", "send", b"ef", offset=5),
        call("conn1", "recv", b"abcd", offset=0),
        call("conn1", "recv", b"!", offset=4, args="MSG_OOB"),
        call("conn1", "recv", b"ef", offset=5),
    ]
    flow = mapped(STREAM, made).out
    assert [(span.seq, span.start, span.end) for span in spans(flow.sent)] == [
        (1, 0, 2),
        (2, 2, 4),
        (3, 4, 6),
    ]
    assert [(span.seq, span.start, span.end) for span in spans(flow.read)] == [(4, 0, 4), (6, 4, 6)]
    assert [(mark.at, mark.seq) for mark in (flow.sent or Lane()).urgent] == [(4, 2)]
    assert [(mark.at, mark.seq) for mark in (flow.read or Lane()).urgent] == [(4, 5)]

    option = call("conn1", "setsockopt", args="SOL_SOCKET, SO_OOBINLINE, 1", moved=None)
    inline = [option, *made[:3], call("conn1", "recv", b"abcd!ef", offset=0)]
    flow = mapped(STREAM, inline).out
    assert [lane.end for lane in (flow.sent, flow.read) if lane] == [7, 7]
    assert not (flow.sent or Lane()).urgent


def test_datagrams_of_an_earlier_socket_with_the_same_address_are_not_mixed_in() -> None:
    made = [
        call("udp1", "recvfrom", b"of another life"),
        call("udp2", "socket", moved=None),
        call("udp2", "send", b"x"),
        call("udp1", "recvfrom", b"x"),
    ]
    found = mapped(DATAGRAMS, made)
    assert [span.seq for span in spans(found.out.read)] == [4]
    assert found.unexplained == 0
    infos = [
        info("udp1", SERVER, role="datagram", protocol="udp"),
        info("udp2", CLIENT, SERVER, "datagram", "udp", state="closed"),
        info("udp3", "127.0.0.1:7", role="datagram", protocol="udp"),
        info("udp4", CLIENT, SERVER, "datagram", "udp"),
    ]
    assert [one.twin for one in conversations("udp1", infos)] == ["udp4"]
    assert [one.twin for one in conversations("udp2", infos)] == ["udp1"]


def test_a_datagram_socket_has_a_conversation_with_each_peer() -> None:
    infos = [
        info("udp1", "0.0.0.0:9000", "", "datagram", "udp", peers=("127.0.0.1:5",)),
        info("udp2", CLIENT, SERVER, "datagram", "udp"),
    ]
    found = conversations("udp1", infos, ["192.0.2.1:7"])
    assert [(one.peer, one.twin) for one in found] == [
        ("127.0.0.1:5", None),
        ("192.0.2.1:7", None),
        (CLIENT, "udp2"),
    ]
    assert [one.twin for one in conversations("udp2", infos)] == ["udp1"]
