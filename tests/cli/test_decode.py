from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import here

HEADER = "struct header { u16be magic; u16 length; u8 kind : 4, flags : 4; char name[length]; }"


def test_decode_prints_a_line_for_each_field() -> None:
    ended = here("decode", HEADER, "cafe0003 21 61621b ff")
    assert ended.returncode == 0
    assert ended.stdout.decode().splitlines() == [
        "0000  ca fe                        magic   u16be    51966",
        "0002  00 03                        length  u16be    3",
        "0004  21                           kind    u8 : 4   2",
        "0004  21                           flags   u8 : 4   1",
        '0005  61 62 1b                     name    char[3]  "ab\\x1b"',
        "0008  1 byte after the message",
    ]


def test_decode_takes_a_line_of_types_in_an_order() -> None:
    ended = here("decode", "--order", "little", "u16 u16be name=u8", "01", "02", "01", "02", "03")
    assert [line.split()[-1] for line in ended.stdout.decode().splitlines()] == ["513", "258", "3"]
    assert "name" in ended.stdout.decode()


def test_short_data_is_shown_as_far_as_it_goes() -> None:
    ended = here("decode", HEADER, "cafe0003 21 61")
    assert ended.returncode == 1
    assert ended.stdout.decode().count("\n") == 4
    assert ended.stderr == b"name is missing: at offset 5 it needs 2 more bytes\n"


def test_decode_prints_json() -> None:
    ended = here("decode", "--json", HEADER, "cafe0003 21 61")
    made = json.loads(ended.stdout)
    assert made["fields"][2]["bits"] == [4, 4]
    assert made["fields"][0]["value"] == 51966
    assert made["missing"] == {
        "path": "name",
        "offset": 5,
        "needed": 2,
        "message": "name is missing: at offset 5 it needs 2 more bytes",
    }


def test_what_is_not_as_computed_is_said() -> None:
    ended = here("decode", "struct a { u8 n = sizeof(x); u16 x; }", "030102")
    assert ended.returncode == 1
    assert b"      n is 3, but should be 2" in ended.stdout


def test_a_file_holds_definitions_of_which_one_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "all.h"
    path.write_text("#pragma once\nstruct a { u8 x; };\nstruct b { u16 y; };\n")
    assert b"y " in here("decode", path, "-", stdin=b"01 02\n").stdout
    assert b"x " in here("decode", "--struct", "a", "--raw", path, stdin=b"\x01").stdout
    missing = here("decode", tmp_path / "none.layout", "00")
    assert missing.returncode == 2
    assert b"cannot be read: No such file or directory" in missing.stderr


def test_a_mistake_in_a_definition_is_pointed_at(tmp_path: Path) -> None:
    path = tmp_path / "wrong.layout"
    path.write_text("struct a {\n  u16 n;\n  char x[m];\n};\n")
    ended = here("decode", path, "00")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.decode().splitlines()[:3] == [
        "sockplay decode: Line 3, column 10: There is no field m here.",
        "  char x[m];",
        "         ^",
    ]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["u17", "00"], "u17 is not a whole number of bytes"),
        (["u16", "01g0"], "g is not a hex digit"),
        (["u16x", "00"], "I know no type u16x. Did you mean u16?"),
        (["--struct", "b", "struct a { u8 x; }", "00"], "There is no struct b."),
        (["--order", "middle", "u16", "00"], "'middle' is no choice here."),
        ([], "required: LAYOUT"),
    ],
)
def test_wrong_usage_of_decode_ends_with_2(args: list[str], sentence: str) -> None:
    ended = here("decode", *args)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert sentence in ended.stderr.decode()
