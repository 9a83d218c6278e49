"""Calls for tests: plain ones, and ones that hypothesis makes up."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from hypothesis import strategies as st
from msgspec.structs import replace

from sockplay.model.call import Badge, Call
from sockplay.session.recorder import Recorder

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
SIZES = st.none() | st.integers(0, 1 << 32)
BADGES = st.lists(st.sampled_from(get_args(Badge)), unique=True).map(tuple)
OPS = ("recv", "recvfrom", "send", "sendall", "sendto", "connect", "close")


def calls(texts: st.SearchStrategy[str] = ANY_TEXT) -> st.SearchStrategy[list[Call]]:
    """Lists of calls with every field filled, numbered from 1."""
    one = st.builds(
        Call,
        seq=st.just(0),
        time_ns=st.integers(0, (1 << 63) - 1),
        took_ns=st.integers(0, (1 << 63) - 1),
        socket=st.sampled_from(["srv1", "conn1", "conn2", "cli1"]),
        op=st.sampled_from(OPS),
        args=texts,
        requested=SIZES,
        moved=SIZES,
        left=SIZES,
        data=st.binary(max_size=50),
        offset=SIZES,
        size=SIZES,
        local=st.none() | texts,
        peer=st.none() | texts,
        error=st.sampled_from([None, "ECONNRESET", "EAGAIN"]),
        note=texts,
        badges=BADGES,
    )
    return st.lists(one, max_size=8).map(numbered)


def numbered(made: list[Call]) -> list[Call]:
    """The same calls with numbers from 1."""
    return [replace(call, seq=seq) for seq, call in enumerate(made, 1)]


def plain(seq: int, data: bytes = b"hello", note: str = "") -> Call:
    """One recv."""
    return Call(
        seq=seq,
        time_ns=1_767_323_045_678_901_234,
        took_ns=5100,
        socket="conn1",
        op="recv",
        requested=4096,
        moved=len(data),
        left=0,
        data=data,
        local="127.0.0.1:9000",
        peer="127.0.0.1:50312",
        note=note,
    )


def recorded(path: Path, made: list[Call]) -> Path:
    """A closed session of these calls."""
    recorder = Recorder(path)
    for call in made:
        recorder.take(call)
    recorder.close()
    return path
