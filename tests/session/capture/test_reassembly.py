"""TCP segments, however they came, are the stream that was sent; what is missing is told."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sockplay.session.capture.fragments import Fragments
from sockplay.session.capture.headers import ACK, FIN, RST, SYN, Place, tcp_segment, udp_datagram
from sockplay.session.capture.ip_layer import Carried
from sockplay.session.capture.reassembly import Held, Piece, TcpStream
from tests.session.capture.captures import imported, pcap
from tests.session.capture.test_reading import CLIENT, SERVER

TEXT = bytes(range(256)) * 4


@given(
    first=st.integers(0, (1 << 32) - 1),
    cuts=st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 300)), max_size=25),
    seed=st.integers(0, 1000),
)
def test_retransmits_and_overlaps_in_any_order_make_the_stream(
    first: int, cuts: list[tuple[int, int]], seed: int
) -> None:
    parts = [(at, 100) for at in range(0, len(TEXT), 100)] + cuts
    random.Random(seed).shuffle(parts)
    held = Held()
    stream = TcpStream(held)
    stream.begin(first)
    pieces: list[Piece] = []
    for at, size in parts:
        pieces += stream.take((first + at) % (1 << 32), TEXT[at : at + size], False, 0)
    assert b"".join(piece.data for piece in pieces) == TEXT
    assert [piece.lost for piece in pieces] == [0] * len(pieces)
    assert (stream.position, held.bytes) == (len(TEXT), 0)


@given(
    kept=st.lists(st.booleans(), min_size=5, max_size=20),
    acknowledged=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_what_is_missing_is_told_where_it_is(
    kept: list[bool], acknowledged: bool, seed: int
) -> None:
    stream = TcpStream(Held())
    stream.begin(7)
    parts = [(at, TEXT[at : at + 10]) for at in range(0, len(kept) * 10, 10) if kept[at // 10]]
    random.Random(seed).shuffle(parts)
    pieces: list[Piece] = []
    for at, data in parts:
        pieces += stream.take(7 + at, data, False, 0)
    if acknowledged:
        pieces += stream.acknowledge(7 + len(kept) * 10)
    pieces += stream.close()
    position = 0
    for piece in pieces:
        position += piece.lost
        assert (piece.offset, piece.data) == (position, TEXT[position:][: len(piece.data)])
        position += len(piece.data)
    assert sum(piece.lost for piece in pieces) + sum(len(piece.data) for piece in pieces) == (
        max((at + 10 for at, _ in parts), default=0)
    )


def test_a_gap_is_told_beside_the_bytes_that_follow_it(tmp_path: Path) -> None:
    there, back = (CLIENT, SERVER), (SERVER, CLIENT)
    capture = tmp_path / "a.pcap"
    frames = [
        tcp_segment(*there, 100, 0, SYN),
        tcp_segment(*back, 900, 101, SYN | ACK),
        tcp_segment(*there, 111, 901, ACK, b"second"),
        tcp_segment(*there, 111, 901, ACK, b"second"),
        tcp_segment(*back, 901, 117, ACK, b"got it"),
        tcp_segment(*there, 120, 907, FIN | ACK),
    ]
    capture.write_bytes(pcap(frames, 101))
    calls, summary = imported(capture)
    sent = next(call for call in calls if call.op == "send")
    assert (sent.data, sent.offset) == (b"second", 10)
    assert sent.note == "The capture lacks 10 bytes before this."
    assert [call.data for call in calls if call.op == "recv"] == [b"got it"]
    assert calls[-1].op == "shutdown"
    assert calls[-1].note == "The capture lacks 3 bytes before this."
    assert summary.left_out == {}


def test_a_connection_that_had_begun_before_says_so(tmp_path: Path) -> None:
    capture = tmp_path / "a.pcap"
    frames = [
        tcp_segment(SERVER, CLIENT, 50_000, 70_000, ACK, b"news"),
        tcp_segment(CLIENT, SERVER, 70_000, 50_004, ACK, b"thanks"),
        tcp_segment(SERVER, CLIENT, 50_004, 70_006, RST | ACK),
    ]
    capture.write_bytes(pcap(frames, 101))
    calls, _ = imported(capture)
    assert "begins in the middle of this connection" in calls[1].note
    assert [(call.op, call.data, call.error) for call in calls[2:]] == [
        ("recv", b"news", None),
        ("send", b"thanks", None),
        ("recv", b"", "ECONNRESET"),
        ("close", b"", None),
    ], "a service's port is the server's, whoever speaks first"


def test_a_refusal_and_a_reused_port_are_connections_of_their_own(tmp_path: Path) -> None:
    there, back = (CLIENT, SERVER), (SERVER, CLIENT)
    capture = tmp_path / "a.pcap"
    frames = [
        tcp_segment(*there, 100, 0, SYN),
        tcp_segment(*back, 0, 101, RST | ACK),
        tcp_segment(*there, 5_000, 0, SYN),
        tcp_segment(*back, 900, 5_001, SYN | ACK),
        tcp_segment(*there, 5_001, 901, ACK, b"now"),
        tcp_segment(*there, 5_004, 901, RST | ACK),
        tcp_segment(*there, 9_000, 0, SYN),
    ]
    capture.write_bytes(pcap(frames, 101))
    calls, _ = imported(capture)
    assert [(call.socket, call.op, call.error) for call in calls] == [
        ("cli1", "socket", None),
        ("cli1", "connect", "ECONNREFUSED"),
        ("cli1", "close", None),
        ("cli2", "socket", None),
        ("cli2", "connect", None),
        ("cli2", "send", None),
        ("cli2", "setsockopt", None),
        ("cli2", "close", None),
        ("cli3", "socket", None),
        ("cli3", "connect", "EINPROGRESS"),
    ]
    assert "(RST)" in calls[7].note


def test_fragments_become_the_datagram_that_they_were(tmp_path: Path) -> None:
    capture = tmp_path / "a.pcap"
    whole = udp_datagram(CLIENT, SERVER, TEXT, len(TEXT))

    def fragment(start: int, size: int) -> bytes:
        payload = whole[20:][start : start + size]
        more = 0x2000 if start + size < len(whole) - 20 else 0
        header = bytearray(whole[:20])
        header[2:4] = (20 + len(payload)).to_bytes(2)
        header[6:8] = (start // 8 | more).to_bytes(2)
        return bytes(header) + payload

    frames = [fragment(800, 800), fragment(0, 400), fragment(400, 400)]
    capture.write_bytes(pcap(frames, 101))
    calls, summary = imported(capture)
    assert [call.data for call in calls if call.op == "send"] == [TEXT]
    assert summary.sentence == ""
    capture.write_bytes(pcap(frames[:2], 101))
    calls, summary = imported(capture)
    assert calls == []
    assert summary.sentence == (
        "2 of 2 packets are left out: 2 fragments of packets that are not whole."
    )


def test_fragments_that_overlap_again_and_again_are_not_kept() -> None:
    fragments = Fragments()
    for place in range(1, 6):
        part = Carried(b"", b"", 17, bytes(20_000), number=1, start=place * 8, more=True)
        assert fragments.add(part) is None
    assert fragments.lost == 4  # more than a packet can hold
    fragments.close()
    assert fragments.lost == 5


def test_a_datagram_that_was_cut_has_its_real_length(tmp_path: Path) -> None:
    capture = tmp_path / "a.pcap"
    asked = udp_datagram(Place(CLIENT.host, 5353), Place(SERVER.host, 53), b"who", 3)
    answer = udp_datagram(Place(SERVER.host, 53), Place(CLIENT.host, 5353), b"me", 200)
    capture.write_bytes(pcap([asked, answer], 101))
    call = imported(capture)[0][-1]
    assert (call.op, call.data, call.size, call.badges) == ("recvfrom", b"me", 200, ("truncated",))
