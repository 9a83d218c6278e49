"""The room that an array up to the end of the data leaves for the fields behind it."""

from __future__ import annotations

import pytest

from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.encoder import encode
from tests.values.layouts.test_left_out import reread, struct


@pytest.mark.parametrize(
    ("body", "data", "expected"),
    [
        # A condition with one member, or several.
        ("u8 k; if (k) u8 a[EOF]; u16 z;", "01 0506 0009", {"k": 1, "a": b"\5\6", "z": 9}),
        ("u8 k; if (k) u8 a[EOF]; u16 z;", "01 0009", {"k": 1, "a": b"", "z": 9}),
        ("u8 k; if (k) u8 a[EOF]; u16 z;", "00 0009", {"k": 0, "z": 9}),
        (
            "u8 k; if (k) { varint i; u8 a[EOF]; } u8 y; u8 z;",
            "01 8101 0506 08 09",
            {"k": 1, "i": 129, "a": b"\5\6", "y": 8, "z": 9},
        ),
        (
            "u8 k; if (k) { u8 a[EOF]; u8 y; } u16 z;",
            "01 0506 08 0009",
            {"k": 1, "a": b"\5\6", "y": 8, "z": 9},
        ),
        # Either branch, and a chain of them.
        (
            "u8 k; if (k) u8 a[EOF]; else u8 b[2]; u8 z;",
            "01 050607 09",
            {"k": 1, "a": b"\5\6\7", "z": 9},
        ),
        (
            "u8 k; if (k) u8 a[EOF]; else u8 b[2]; u8 z;",
            "00 0506 09",
            {"k": 0, "b": b"\5\6", "z": 9},
        ),
        (
            "u8 k; if (k) { u8 b; } else u8 a[EOF]; u8 z;",
            "00 050607 09",
            {"k": 0, "a": b"\5\6\7", "z": 9},
        ),
        *(
            (
                "u8 k; if (k == 1) u8 a[EOF]; else if (k == 2) u16 b[EOF]; else u8 c[EOF]; u8 z;",
                f"0{kind} 0506 09",
                {"k": kind, name: value, "z": 9},
            )
            for kind, name, value in ((1, "a", b"\5\6"), (2, "b", [0x506]), (3, "c", b"\5\6"))
        ),
        # Structs, without a name and with one.
        ("struct { u8 k; u8 a[EOF]; }; u8 z;", "01 0506 09", {"k": 1, "a": b"\5\6", "z": 9}),
        ("struct { u8 k; u8 a[EOF]; } h; u8 z;", "01 05 09", {"h": {"k": 1, "a": b"\5"}, "z": 9}),
        (
            "struct { u8 k; if (k) { struct { u8 a[EOF]; u8 x; } g; } u8 y; } h; u8 z;",
            "01 0506 07 08 09",
            {"h": {"k": 1, "g": {"a": b"\5\6", "x": 7}, "y": 8}, "z": 9},
        ),
        (
            "u8 k; if (k) { if (k == 1) { struct { u8 a[EOF]; }; } u8 y; } u8 z;",
            "01 0506 08 09",
            {"k": 1, "a": b"\5\6", "y": 8, "z": 9},
        ),
        ("union { u8 a[EOF]; u16 b; }; u8 z;", "050607 09", {"a": b"\5\6\7", "b": 0x506, "z": 9}),
        # Elements of every kind.
        ("u8 k; if (k) char a[EOF]; u8 z;", "01 6162 09", {"k": 1, "a": b"ab", "z": 9}),
        ("u8 k; if (k) varint a[EOF]; u8 z;", "01 8101 05 09", {"k": 1, "a": [129, 5], "z": 9}),
        (
            "u8 k; if (k) { struct { u8 n; u8 d[n]; } a[EOF]; } u8 z;",
            "01 0105 00 09",
            {"k": 1, "a": [{"n": 1, "d": b"\5"}, {"n": 0, "d": b""}], "z": 9},
        ),
        # One that is measured in bytes has an end of its own.
        (
            "u8 n; struct { struct { u8 d[n bytes]; u8 a[EOF]; } x; } h; u8 z;",
            "02 0506 0708 09",
            {"n": 2, "h": {"x": {"d": b"\5\6", "a": b"\7\10"}}, "z": 9},
        ),
    ],
)
def test_room_is_left_behind(body: str, data: str, expected: dict[str, object]) -> None:
    assert reread(struct(body), bytes.fromhex(data)) == expected


def test_elements_in_a_number_of_bytes_leave_no_room_in_it() -> None:
    message = struct("u8 n; struct { struct { u8 a[EOF]; } x[n bytes]; u8 b[EOF]; } h; u8 z;")
    assert reread(message, bytes.fromhex("02 0506 07 09")) == {
        "n": 2,
        "h": {"x": [{"a": b"\5\6"}], "b": b"\7"},
        "z": 9,
    }


@pytest.mark.parametrize(
    "body",
    [
        "u8 k; if (k) u8 a[EOF]; if (k == 2) u8 y; u8 z;",
        "u8 k; if (k) u8 a[EOF]; varint y; u8 z;",
        "u8 k; if (k) { u8 a[EOF]; varint y; } u8 z;",
        "u8 k; struct { u8 a[EOF]; struct { varint y; } g; } h; u8 z;",
    ],
)
def test_before_what_has_no_fixed_size_everything_is_read(body: str) -> None:
    decoded = decode(struct(body), bytes.fromhex("01 0506 09"))
    assert decoded.fields[1].raw == b"\5\6\t"
    assert decoded.stop is not None
    assert decoded.stop.needed == 1


@pytest.mark.parametrize("kind", ["u8", "u16", "char", "varint", "struct { u8 x; }"])
@pytest.mark.parametrize("body", ["{} a[EOF]; u32 z;", "if (1) {{ {} a[EOF]; }} u32 z;"])
def test_data_that_ends_early_lacks_what_is_behind(body: str, kind: str) -> None:
    message = struct(body.format(kind))
    for size in range(4):
        decoded = decode(message, bytes(size))
        assert decoded.stop is not None
        assert (decoded.stop.path, decoded.stop.offset) == ("z", 0)
        assert decoded.stop.needed == 4 - size
    assert decode(message, bytes(4)).stop is None


def test_data_that_ends_before_the_array_lacks_what_is_before() -> None:
    message = struct("u8 k; if (k) { u16 i; u8 a[EOF]; } u32 z;")
    decoded = decode(message, b"\1\0")
    assert decoded.values == {"k": 1}
    assert decoded.stop is not None
    assert (decoded.stop.path, decoded.stop.needed) == ("i", 1)


def test_nothing_is_filled_up_behind_it() -> None:
    message = struct(
        "u8 k; if (k) { u8 a[EOF]; } u32 y; u8 z;", "#pragma pack(4)"
    )  # what follows starts at a multiple of 4, as the array ends at one
    data = encode(message, {"k": 1, "a": b"\5\6\7", "y": 8, "z": 9})
    assert data == bytes.fromhex("01 050607 00000008 09")
    assert reread(message, data)["a"] == b"\5\6\7"
