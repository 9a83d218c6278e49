from __future__ import annotations

import json

import pytest

from tests.cli.running import here


def printed(*args: str) -> dict[str, list[str]]:
    """What is printed, by the first word of each line."""
    ended = here("inspect", *args)
    assert ended.returncode == 0
    lines = [line.split("  ") for line in ended.stdout.decode().splitlines()]
    return {line[0].strip(): [cell.strip() for cell in line[1:] if cell] for line in lines}


def test_inspect_prints_every_reading_in_both_orders() -> None:
    found = printed("01 02 ec 95")
    assert found["u16"] == ["258", "513"]
    assert found["u64"] == ["-", "-", "-", "-"]
    assert found["utf-8"] == ['"\\x01\\x02" cut inside ec 95']
    assert found["bits"] == ["00000001 00000010 11101100 10010101"]


def test_four_bytes_are_read_with_their_words_swapped_too() -> None:
    assert printed("01 02")[""] == ["big", "little"]
    found = printed("00 00 42 48")
    assert found[""] == ["big", "little", "big swapped", "little swapped"]
    assert found["f32"][2] == "50.0"
    assert found["unix32"][2] == "2005-03-28T13:00:48Z"


def test_values_stand_below_the_names_of_their_orders() -> None:
    lines = here("inspect", "66 5f 1c 00 00 00 01 00").stdout.decode().splitlines()
    column = lines[0].index("little")
    ordered = [line for line in lines if line.split()[0] in ("u16", "u64", "f64", "unix32", "ntp")]
    assert len(ordered) == 5
    assert all(line[column - 1] == " " != line[column] for line in ordered)


@pytest.mark.parametrize("encoding", ["cp949", "utf-16-le"])
def test_the_chosen_encoding_is_the_first_of_the_texts(encoding: str) -> None:
    lines = here("inspect", "--encoding", encoding, "b0a1").stdout.decode().splitlines()
    after = lines[[line.split()[0] for line in lines].index("bits") + 1]
    assert after.split()[0] == encoding


def test_inspect_prints_json() -> None:
    made = json.loads(here("inspect", "--json", "-", stdin=b"0102").stdout)
    readings = {reading.pop("type"): reading for reading in made["readings"]}
    assert readings["u16"] == {
        "size": 2,
        "big": "258",
        "little": "513",
        "orders": 2,
        "big_swapped": None,
        "little_swapped": None,
    }
    assert readings["ipv4"]["big"] is None
    assert (made["size"], made["bits"]) == (2, "00000001 00000010")
    assert made["text"] == made["texts"]["utf-8"] == '"\\x01\\x02"'


def test_no_bytes_have_no_readings() -> None:
    assert printed("")["u8"] == ["-"]


def test_of_a_long_input_the_beginning_is_read_as_text() -> None:
    ended = here("inspect", "--raw", stdin=b"a" * 100_000)
    lines = ended.stdout.decode().splitlines()
    assert lines[-1].strip() == "as text the first 4,096 of 100,000 bytes"
    assert max(map(len, lines)) < 5000
