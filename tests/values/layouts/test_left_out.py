"""Ranges of fields of which a condition left some out."""

from __future__ import annotations

import zlib

import pytest

from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions, parse_layout
from sockplay.values.layouts.encoder import encode
from sockplay.values.layouts.types import StructType

PACKET = """
struct packet {
    u16be magic = 0xCAFE;
    u16be length = sizeof(kind..body);
    u8 kind;
    u8 count;
    char name[count];
    if (kind == 2) { varint id; u8 body[EOF]; }
    u32be sum = crc("crc-32", ..body);
};
"""


def struct(body: str, head: str = "") -> StructType:
    return parse_definitions(f"{head}\nstruct m {{ {body} }};").message()


def reread(message: StructType, data: bytes) -> dict[str, object]:
    """Read data in which everything is right, and that is written again as it was."""
    decoded = decode(message, data)
    assert decoded.stop is None, decoded.stop
    assert [field.problem for field in decoded.fields if field.problem] == []
    assert encode(message, decoded.values) == data
    return decoded.values


def test_a_packet_without_its_body() -> None:
    message = struct(PACKET.partition("{")[2].rpartition("}")[0])
    covered = bytes.fromhex("cafe 0004 01 02 6162")
    data = encode(message, {"kind": 1, "count": 2, "name": "ab"})
    assert data == covered + zlib.crc32(covered).to_bytes(4, "big")
    assert reread(message, data)["length"] == 4


def test_a_packet_with_its_body() -> None:
    message = struct(PACKET.partition("{")[2].rpartition("}")[0])
    covered = bytes.fromhex("cafe 0009 02 02 6162 8101 78797a")
    data = encode(message, {"kind": 2, "count": 2, "name": "ab", "id": 129, "body": b"xyz"})
    assert data == covered + zlib.crc32(covered).to_bytes(4, "big")
    assert reread(message, data)["body"] == b"xyz"
    wrong = decode(message, data[:3] + b"\0" + data[4:])
    assert [field.path for field in wrong.fields if field.problem] == ["length", "sum"]


@pytest.mark.parametrize("checksum", [False, True])
@pytest.mark.parametrize(
    ("body", "data", "covered"),
    [
        # The last is not there.
        ("u8 k; = a..b; u8 a; if (k) u8 b; u8 z;", "00 # 05 09", "05"),
        ("u8 k; = a..b; u8 a; if (k) u8 b; u8 z;", "01 # 05 06 09", "05 06"),
        ("u8 k; = ..b; u8 a; if (k) u8 b; u8 z;", "00 # 05 09", "00 # 05"),
        # The first is not there.
        ("u8 k; = a..b; if (k) u8 a; u8 b; u8 z;", "00 # 05 09", "05"),
        ("u8 k; = a..; if (k) u8 a; u8 b; u8 z;", "00 # 05 09", "05 09"),
        # Neither is, and what is between them is or is not.
        ("u8 k; = a..c; if (k) u8 a; u8 b; if (k) u8 c; u8 z;", "00 # 05 09", "05"),
        ("u8 k; = a..c; if (k) u8 a; if (k == 2) u8 b; if (k) u8 c; u8 z;", "00 # 09", ""),
        ("u8 k; = a..c; if (k) { u8 a; u8 b; u8 c; } u8 z;", "00 # 09", ""),
        ("u8 k; = a; if (k) u8 a; u8 z;", "00 # 09", ""),
        # Several in a row, and one in the other.
        ("u8 k; = a..c; u8 a; if (k == 1) u8 b; if (k == 2) u8 c; u8 z;", "01 # 05 06 09", "05 06"),
        ("u8 k; = a..c; u8 a; if (k) { u8 b; if (k == 2) u8 c; } u8 z;", "01 # 05 06 09", "05 06"),
        ("u8 k; = a..c; u8 a; if (k) { u8 b; if (k == 2) u8 c; } u8 z;", "00 # 05 09", "05"),
        # Both branches have it.
        ("u8 k; = a..b; u8 a; if (k) u8 b; else u16 b; u8 z;", "01 # 05 06 09", "05 06"),
        ("u8 k; = a..b; u8 a; if (k) u8 b; else u16 b; u8 z;", "00 # 05 0006 09", "05 0006"),
        # In structs.
        ("u8 k; = a..h.b; u8 a; struct { u8 x; if (k) u8 b; } h; u8 z;", "00 # 05 06 09", "05 06"),
        ("u8 k; = a..h.b; u8 a; if (k) { struct { u8 x; u8 b; } h; } u8 z;", "00 # 05 09", "05"),
        ("u8 k; = h.a..z; u8 x; if (k) { struct { u8 a; } h; } u8 z;", "00 # 05 09", "09"),
        ("u8 k; = h.b; struct { u8 a; if (k) u8 b; } h; u8 z;", "00 # 05 09", ""),
        ("u8 k; = a..b; u8 a; struct { u8 x; if (k) u8 b; }; u8 z;", "00 # 05 06 09", "05 06"),
        ("u8 k; struct { = a..b; } h; u8 a; if (k) u8 b; u8 z;", "00 # 05 09", "05"),
        (
            "u8 k; = a..h.z; u8 a; if (k) { struct { u8 y; } h; } else struct { u8 z; } h; u8 q;",
            "01 # 05 06 09",
            "05 06",
        ),
        # In a union.
        ("u8 k; = a..b; u8 a; union { if (k) u16 b; u8 c; }; u8 z;", "00 # 05 06 09", "05"),
        ("u8 k; = b..z; u8 a; union { if (k) u16 b; u8 c; }; u8 z;", "00 # 05 06 09", "06 09"),
        ("u8 k; = b..z; union { struct { u8 a; if (k) u8 b; }; u8 c[3]; }; u8 z;", "00 # 050607 09",
         "06 07 09"),
    ],
)  # fmt: skip
def test_a_range_is_of_the_fields_that_are_there(
    body: str, data: str, covered: str, *, checksum: bool
) -> None:
    # The mark is where the range is computed: a length of one byte or a checksum of four.
    before, _, after = data.partition("#")
    within = bytes.fromhex(covered.replace("#", "00000000" if checksum else "00"))
    range_ = body.partition("= ")[2].partition(";")[0]
    field = f'u32 n = crc("crc-32", {range_})' if checksum else f"u8 n = sizeof({range_})"
    message = struct(body.replace(f"= {range_}", field))
    due = zlib.crc32(within).to_bytes(4, "big") if checksum else bytes([len(within)])
    whole = bytes.fromhex(before) + due + bytes.fromhex(after)
    values = reread(message, whole)
    inner = values.get("h")
    given = dict(values)
    given.pop("n", None)
    if isinstance(inner, dict):
        given["h"] = {name: value for name, value in inner.items() if name != "n"}
    assert encode(message, given) == whole


@pytest.mark.parametrize("last_first", [False, True])
def test_a_union_is_of_the_same_bytes_whichever_field_is_written_last(*, last_first: bool) -> None:
    message = struct(
        "u8 k; u8 n = sizeof(b..z); union { struct { u8 a; if (k) u8 b; }; u8 c[3]; }; u8 z;"
    )
    values: dict[str, object] = {"c": b"\5\6\7", "a": 5}
    if last_first:
        values = dict(reversed(values.items()))
    data = encode(message, {"z": 9, **values})
    assert data == bytes.fromhex("00 03 050607 09")
    assert reread(message, data)["n"] == 3


@pytest.mark.parametrize(
    ("range_", "covered"), [("a..b", "0000 0007"), ("x..a", "05"), ("x..b", "05 000000 00000007")]
)
def test_padding_beside_what_was_left_out_is_not_covered(range_: str, covered: str) -> None:
    body = f"u32 n = sizeof({range_}); u8 k; u8 y; u8 w; u8 v; u8 x; if (k) u8 a; u32 b; u8 z;"
    message = struct(body, "#pragma pack(4)")
    data = encode(message, {"x": 5, "b": 7, "z": 9})
    size = len(bytes.fromhex(covered))
    assert data == bytes.fromhex(f"{size:08x} 00000000 05 000000 00000007 09 000000")
    assert reread(message, data)["n"] == size


def test_lengths_of_arrays_are_of_the_fields_that_are_there() -> None:
    message = struct("u8 k; u16 a; if (k) u8 b; u8 c[sizeof(a..b)]; u8 d[sizeof(b)];")
    assert reread(message, bytes.fromhex("00 0102 0304")) == {
        "k": 0,
        "a": 258,
        "c": b"\3\4",
        "d": b"",
    }
    assert reread(message, bytes.fromhex("01 0102 ff 030405 06"))["d"] == b"\6"


def test_in_an_array_each_element_has_its_own() -> None:
    message = struct("struct { u8 k; u8 n = sizeof(a..b); u8 a; if (k) u8 b; } x[2]; u8 z;")
    values = reread(message, bytes.fromhex("01 02 0506 00 01 07 09"))
    assert values["x"] == [{"k": 1, "n": 2, "a": 5, "b": 6}, {"k": 0, "n": 1, "a": 7}]


def test_data_that_ends_early_is_not_checked_where_the_end_has_not_come() -> None:
    message = struct("u8 k; u8 n = sizeof(a..c); if (k) u8 a; u16 b; if (k) u8 c; u8 z;")
    whole = bytes.fromhex("00 07 0506 09")
    assert decode(message, whole).fields[1].problem == "n is 7, but should be 2"
    for size, problem in ((2, ""), (3, ""), (4, "n is 7, but should be 2")):
        decoded = decode(message, whole[:size])
        assert decoded.fields[1].problem == problem
        assert decoded.stop is not None
        assert decoded.stop.needed == (4 - size if size < 4 else 1)


def test_the_size_of_a_field_is_known_in_a_line_of_types() -> None:
    message = parse_layout("n=u16be x=char[sizeof(n)]").message()
    assert reread(message, b"\0\1ab") == {"n": 1, "x": b"ab"}
