from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sockplay.values.checksums import checksum, checksum_names
from sockplay.values.errors import ValuesError

CHECK = b"123456789"  # the input for which CRC catalogues list the value


@pytest.mark.parametrize(
    ("name", "value", "size"),
    [
        ("crc-32", 0xCBF43926, 4),
        ("crc-32/iso-hdlc", 0xCBF43926, 4),
        ("CRC32", 0xCBF43926, 4),
        ("crc-16/modbus", 0x4B37, 2),
        ("crc_16/modbus", 0x4B37, 2),
        ("crc-16/xmodem", 0x31C3, 2),
        ("crc-8", 0xF4, 1),
        ("crc-64/xz", 0x995DC9BBDF1939FA, 8),
        ("crc-5/usb", 0x19, 1),
        ("adler-32", 0x091E01DE, 4),
        ("sum8", 0xDD, 1),
        ("xor8", 0x31, 1),
    ],
)
def test_checksums_are_those_of_the_catalogue(name: str, value: int, size: int) -> None:
    assert checksum(name, CHECK) == (value, size)


def test_the_internet_checksum_is_that_of_rfc_1071() -> None:
    # Section 3 sums these to ddf2.
    assert checksum("internet", bytes.fromhex("0001f203f4f5f6f7")) == (0xDDF2 ^ 0xFFFF, 2)
    assert checksum("internet", b"") == (0xFFFF, 2)
    assert checksum("internet", b"\xff\xff") == (0, 2)


@given(st.binary())
def test_the_internet_checksum_makes_the_whole_sum_up(data: bytes) -> None:
    data += b"\0" * (len(data) % 2)
    value, _ = checksum("internet", data)
    assert checksum("internet", data + value.to_bytes(2, "big")) == (0, 2)


@given(st.binary())
def test_crc_32_is_zlibs(data: bytes) -> None:
    assert checksum("crc-32", data) == (zlib.crc32(data), 4)


def test_every_listed_checksum_can_be_calculated() -> None:
    names = checksum_names()
    assert {"crc-32", "crc-16/modbus", "adler-32", "sum8", "xor8", "internet"} <= set(names)
    assert list(names) == sorted(names)
    for name in names:
        value, size = checksum(name, CHECK)
        assert 0 <= value < 256**size


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("crc-33", "I know no checksum 'crc-33'. Did you mean crc-32?"),
        ("crc16modbus", "I know no checksum 'crc16modbus'. Did you mean crc-16/modbus?"),
        ("zzz", "I know no checksum 'zzz'. Use one such as crc-32 or crc-16/modbus."),
    ],
)
def test_an_unknown_checksum_is_refused_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(ValuesError) as caught:
        checksum(name, b"")
    assert caught.value.message == message
