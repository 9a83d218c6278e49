"""Captures of others become sessions."""

from __future__ import annotations

import shutil
import struct
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.model.call import Call
from sockplay.model.errors import SockplayError
from sockplay.session.capture.conversations import Conversations
from sockplay.session.capture.headers import ACK, FIN, SYN, Place, tcp_segment, udp_datagram
from sockplay.session.capture.packet import StopsHereError
from sockplay.session.capture.read import is_capture
from sockplay.session.forms.forms import FORMS
from sockplay.session.jsonl import call_json
from sockplay.session.reader import Reader
from tests.session.calls import recorded
from tests.session.capture.captures import (
    NS,
    US,
    calls_in,
    imported,
    packets_in,
    packets_of,
    pcap,
    streams,
)

CLIENT, SERVER = Place(b"\x0a\0\0\1", 40_000), Place(b"\x0a\0\0\2", 80)
CLIENT6 = Place(b"\xfd" + bytes(14) + b"\1", 40_000)
SERVER6 = Place(b"\xfd" + bytes(14) + b"\2", 80)


def hello(client: Place = CLIENT, server: Place = SERVER) -> list[bytes]:
    """A connection: hello, bye, and an orderly end."""
    there, back = (client, server), (server, client)
    return [
        tcp_segment(*there, 100, 0, SYN),
        tcp_segment(*back, 900, 101, SYN | ACK),
        tcp_segment(*there, 101, 901, ACK, b"hello"),
        tcp_segment(*back, 901, 106, ACK, b"bye"),
        tcp_segment(*there, 106, 904, FIN | ACK),
        tcp_segment(*back, 904, 107, FIN | ACK),
    ]


def said(calls: list[Call]) -> list[tuple[str, str, bytes]]:
    return [(call.socket, call.op, call.data) for call in calls]


HELLO = [
    ("cli1", "socket", b""),
    ("cli1", "connect", b""),
    ("cli1", "send", b"hello"),
    ("cli1", "recv", b"bye"),
    ("cli1", "shutdown", b""),
    ("cli1", "recv", b""),
    ("cli1", "close", b""),
]

ETHERNET = bytes(12)
LINKS = {
    "ethernet": (1, ETHERNET, b"\x08\x00", b"\x86\xdd"),
    "vlan": (1, ETHERNET + b"\x81\x00\0\x05", b"\x08\x00", b"\x86\xdd"),
    "two vlans": (1, ETHERNET + b"\x88\xa8\0\x05\x81\x00\0\x06", b"\x08\x00", b"\x86\xdd"),
    "raw": (101, b"", b"", b""),
    "raw of BSD": (12, b"", b"", b""),
    "ipv4 or ipv6": (228, b"", b"", b""),
    "null, little": (0, b"", b"\x02\0\0\0", b"\x1e\0\0\0"),
    "null, big": (0, b"", b"\0\0\0\x02", b"\0\0\0\x18"),
    "loop": (108, b"", b"\0\0\0\x02", b"\0\0\0\x1e"),
    "cooked": (113, bytes(14), b"\x08\x00", b"\x86\xdd"),
    "cooked 2": (276, b"", b"\x08\x00" + bytes(18), b"\x86\xdd" + bytes(18)),
}


@pytest.mark.parametrize("name", LINKS)
def test_every_link_type_leads_to_the_same_calls(tmp_path: Path, name: str) -> None:
    link, head, four, six = LINKS[name]
    capture = tmp_path / "a.pcap"
    padding = bytes(9)  # short frames of Ethernet are filled up
    capture.write_bytes(pcap([head + four + frame + padding for frame in hello()], link))
    assert said(imported(capture)[0]) == HELLO
    capture.write_bytes(pcap([head + six + frame for frame in hello(CLIENT6, SERVER6)], link))
    calls, summary = imported(capture)
    assert (said(calls), summary.sentence) == (HELLO, "")
    assert (calls[1].args, calls[2].local) == ("('fd00::2', 80)", "[fd00::1]:40000")


def test_every_kind_of_pcap_tells_the_same_times(tmp_path: Path) -> None:
    capture = tmp_path / "a.pcap"
    times = {}
    orders: tuple[Literal["<", ">"], ...] = ("<", ">")
    for order in orders:
        for magic in (US, NS):
            capture.write_bytes(pcap(hello(), 101, order, magic))
            assert is_capture(capture)
            times[order, magic] = [
                call.time_ns - 1_700_000_000 * 10**9 for call in imported(capture)[0]
            ]
    assert times["<", US] == times[">", US]
    assert times["<", NS] == times[">", NS]
    assert (times["<", US][2], times["<", NS][2]) == (2 * 10**9 + 5000, 2 * 10**9 + 5)
    call = imported(capture)[0][1]
    assert (call.op, call.took_ns) == ("connect", 10**9), "from the SYN to what it was answered"


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(f"{order}I", 12 + len(body))
    return struct.pack(f"{order}I", kind) + length + body + length


def option(order: str, code: int, value: bytes) -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def sections(order: str) -> bytes:
    """Two sections whose interfaces differ in link type and clock, and every kind of packet."""
    frames = hello()
    section = block(order, 0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))
    head = struct.pack(f"{order}HHI", 101, 0, 0)
    raw = block(order, 1, head)
    milli = block(
        order,
        1,
        struct.pack(f"{order}HHI", 1, 0, 0)
        + option(order, 9, b"\x03")
        + option(order, 14, struct.pack(f"{order}q", 1000))
        + option(order, 0, b""),
    )
    binary = block(order, 1, head + option(order, 9, b"\x8a"))  # 2**-10 seconds
    ether = ETHERNET + b"\x08\x00"

    def packet(interface: int, ticks: int, frame: bytes) -> bytes:
        sizes = (ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
        return block(order, 6, struct.pack(f"{order}IIIII", interface, *sizes) + frame)

    old = struct.pack(f"{order}HHIIII", 1, 0, 0, 2_000, len(frames[3]) + 14, len(frames[3]) + 14)
    simple = struct.pack(f"{order}I", len(frames[4])) + frames[4]
    return (
        section
        + raw
        + milli
        + block(order, 5, bytes(12))  # statistics, which say nothing here
        + packet(0, 1_000_000_000, frames[0])
        + packet(1, 1_000, ether + frames[1])
        + packet(1, 1_500, ether + frames[2])
        + block(order, 2, old + ether + frames[3])
        + block(order, 3, simple)
        + section
        + binary
        + packet(0, 3_072 * 1024, frames[5])
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_is_read_with_its_sections_interfaces_and_clocks(tmp_path: Path, order: str) -> None:
    capture = tmp_path / "a.pcapng"
    capture.write_bytes(sections(order))
    calls, summary = imported(capture)
    assert (said(calls), summary.packets, summary.stopped) == (HELLO, 6, "")
    seconds = [(call.time_ns + call.took_ns) / 10**9 for call in calls]
    assert seconds == [1000, 1001, 1001.5, 1002, 1002, 3072, 3072]
    assert [call.took_ns for call in calls if call.took_ns] == [10**9], "of the connect"


@pytest.mark.skipif(shutil.which("editcap") is None, reason="editcap is not here")
@pytest.mark.parametrize("form", ["pcap", "nsecpcap", "pcapng"])
def test_what_editcap_writes_is_read(tmp_path: Path, form: str) -> None:
    ours, theirs = tmp_path / "a.pcap", tmp_path / "b"
    ours.write_bytes(pcap(hello(), 101))
    subprocess.run(["editcap", "-F", form, ours, theirs], check=True, timeout=30)
    assert said(imported(theirs)[0]) == HELLO


def test_a_capture_is_a_session_that_every_form_can_be_made_of(tmp_path: Path) -> None:
    session = tmp_path / "a.session"
    recorded(session, calls_in(packets_of(talk())))
    with closing(Reader(session, ours=False)) as reader:
        for form in FORMS:
            assert form.write(reader, tmp_path / f"a{form.suffix}") == ""
    again = (tmp_path / "a.pcapng").read_bytes()
    assert streams(calls_in(again)) == streams(talk())
    ended = subprocess.run(
        ["python3", tmp_path / "a.py", "--help"], capture_output=True, check=True, timeout=20
    )
    assert b"usage" in ended.stdout


def talk() -> list[Call]:
    """A client that says hello to a stranger over TCP, and over UDP."""
    return [
        one("cli1", "socket", "AF_INET, SOCK_STREAM"),
        one("cli1", "connect", "('10.0.0.2', 9)"),
        one("cli1", "send", data=b"hello", offset=0),
        one("cli1", "recv", data=b"bye", offset=0),
        one("cli1", "close"),
        one("udp1", "socket", "AF_INET, SOCK_DGRAM"),
        one("udp1", "send", data=b"hi"),
        one("udp1", "recvfrom", data=b"ho"),
    ]


def one(
    name: str,
    op: str,
    args: str = "",
    data: bytes = b"",
    offset: int | None = None,
    ends: tuple[str, str] = ("10.0.0.1:5", "10.0.0.2:9"),
    note: str = "",
) -> Call:
    """A call, its number and time left to others."""
    size = len(data) if data else None
    return Call(
        *(0, 10**18, 9, name, op, args),
        requested=size,
        moved=size,
        data=data,
        offset=offset,
        local=ends[0],
        peer=ends[1],
        note=note,
    )


# what goes out and comes in again


@st.composite
def plays(draw: st.DrawFn) -> list[Call]:
    """Two sockets that are both here, or one and a stranger, and what they did in any order."""
    here = ["cli1", "conn1"] if draw(st.booleans()) else ["cli1"]
    there, back = ("127.0.0.1:5000", "127.0.0.1:9000"), ("127.0.0.1:9000", "127.0.0.1:5000")
    ends = {"cli1": there, "conn1": back}
    other = {"cli1": "conn1", "conn1": "cli1"}
    sent = {"cli1": b"", "conn1": b""}
    read = {"cli1": 0, "conn1": 0}
    calls = [one("cli1", "socket", "AF_INET, SOCK_STREAM"), one("cli1", "connect", ends=there)]
    for _ in range(draw(st.integers(0, 12))):
        name = draw(st.sampled_from(here))
        if draw(st.booleans()):
            data = draw(st.binary(min_size=1, max_size=20)) * draw(st.sampled_from([1, 1, 200]))
            calls.append(one(name, "send", data=data, offset=len(sent[name]), ends=ends[name]))
            sent[name] += data
            continue
        if other[name] not in here:
            sent[other[name]] += draw(st.binary(max_size=30))
        data = sent[other[name]][read[name] :][: draw(st.integers(1, 3000))]
        if data:
            calls.append(one(name, "recv", data=data, offset=read[name], ends=ends[name]))
        read[name] += len(data)
    for name in draw(st.lists(st.sampled_from(here), unique=True)):
        note = draw(st.sampled_from(["", "Closed with a reset (RST)."]))
        calls.append(one(name, "close", ends=ends[name], note=note))
    return calls


@given(plays())
def test_what_goes_out_comes_in_again(made: list[Call]) -> None:
    there: dict[tuple[str, str], bytes] = {}
    for call in made:
        if call.data and call.offset is not None:
            ends = (call.local or "", call.peer or "")
            ends = ends if call.op == "send" else ends[::-1]
            before = there.get(ends, b"")
            there[ends] = before[: call.offset] + call.data + before[call.offset + len(call.data) :]
    assert streams(calls_in(packets_of(made))) == there


# what is damaged


@given(
    capture=st.sampled_from([sections("<"), sections(">"), packets_of(talk()), pcap(hello(), 101)]),
    changes=st.lists(st.tuples(st.integers(4, 2000), st.integers(0, 255)), max_size=6),
    length=st.integers(4, 2000),
)
def test_a_damaged_capture_is_read_as_far_as_it_is_sound(
    capture: bytes, changes: list[tuple[int, int]], length: int
) -> None:
    damaged = bytearray(capture[:length])
    for at, byte in changes:
        if at < len(damaged):
            damaged[at] = byte
    calls: list[Call] = []
    conversations = Conversations(calls.append)
    with suppress(StopsHereError):
        for packet in packets_in(bytes(damaged)):
            conversations.take(packet)
    conversations.close()
    assert [call.seq for call in calls] == list(range(1, len(calls) + 1))
    assert all(call_json(call).isprintable() for call in calls)


def test_a_cut_capture_says_where_it_stops(tmp_path: Path) -> None:
    capture = tmp_path / "a.pcap"
    whole = pcap(hello(), 101)
    capture.write_bytes(whole[:-3])
    calls, summary = imported(capture)
    assert said(calls) == HELLO[:5]
    last = len(whole) - 40
    assert summary.sentence == f"The capture is read up to byte {last:,}: a packet is cut off."


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    capture = tmp_path / "a.pcap"
    arp = ETHERNET + b"\x08\x06" + bytes(28)
    icmp = bytearray(udp_datagram(CLIENT, SERVER, b"", 0))
    icmp[9] = 1
    frames = [arp, arp, ETHERNET + b"\x08\x00" + bytes(icmp), ETHERNET + b"\x08\x00E"]
    capture.write_bytes(pcap(frames, 1))
    calls, summary = imported(capture)
    assert (calls, summary.packets) == ([], 4)
    assert summary.sentence == (
        "4 of 4 packets are left out: 2 without IP; 1 neither TCP nor UDP; "
        "1 damaged or cut within their headers."
    )
    capture.write_bytes(pcap([arp], 105))
    assert "1 of link type 105, which is not read" in imported(capture)[1].sentence


def test_a_file_that_is_no_capture_is_said_plainly(tmp_path: Path) -> None:
    other = tmp_path / "a.pcap"
    other.write_bytes(b"GIF89a")
    assert not is_capture(other)
    with pytest.raises(SockplayError, match="is no capture"):
        imported(other)
    assert not is_capture(tmp_path / "none")
    with pytest.raises(SockplayError, match="cannot be read: No such file"):
        imported(tmp_path / "none")
