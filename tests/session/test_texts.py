from __future__ import annotations

import json

from hypothesis import given

from sockplay.model.call import Call
from sockplay.session.jsonl import call_json
from sockplay.session.lines import call_lines
from tests.session.calls import calls, plain

KEYS = (
    *("seq", "time", "took_ns", "socket", "call", "requested", "moved", "left", "data"),
    *("local", "peer", "error", "badges"),
)


def test_a_call_as_json_has_the_promised_keys_and_values() -> None:
    shown = json.loads(call_json(plain(7)))
    assert tuple(shown)[: len(KEYS)] == KEYS
    assert {key: shown[key] for key in KEYS} == {
        "seq": 7,
        "time": "2026-01-02T03:04:05.678901Z",
        "took_ns": 5100,
        "socket": "conn1",
        "call": "recv",
        "requested": 4096,
        "moved": 5,
        "left": 0,
        "data": "68656c6c6f",
        "local": "127.0.0.1:9000",
        "peer": "127.0.0.1:50312",
        "error": None,
        "badges": [],
    }


def test_a_key_that_does_not_apply_is_null() -> None:
    shown = json.loads(call_json(Call(1, 0, 0, "srv1", "close")))
    absent = {key for key, value in shown.items() if value is None}
    assert absent >= {"requested", "moved", "left", "data", "local", "peer", "error"}


@given(calls())
def test_any_call_is_one_printable_line_of_json(made: list[Call]) -> None:
    for call in made:
        line = call_json(call)
        assert line.isprintable()
        assert json.loads(line)["data"] in (call.data.hex(), None)


@given(calls())
def test_any_call_is_printable_lines(made: list[Call]) -> None:
    for call in made:
        assert len(call_lines(call)) == 1
        assert all(line.isprintable() for line in call_lines(call, hex_rows=True))


def test_a_line_says_what_was_asked_and_what_came() -> None:
    line = call_lines(plain(1))[0]
    assert line.endswith("conn1  ← recv(4096) b'hello'  5/4,096 bytes  0 left")


def test_a_failed_recv_shows_no_bytes_as_if_it_were_an_eof() -> None:
    failed = Call(1, 0, 0, "cli1", "recv", requested=4, error="ECONNRESET", badges=("error",))
    assert call_lines(failed)[0].endswith("recv(4)  ECONNRESET")


def test_hex_rows_stand_below_the_line() -> None:
    lines = call_lines(plain(1), hex_rows=True)
    assert lines[1].split() == ["0000", "68", "65", "6c", "6c", "6f", "hello"]
