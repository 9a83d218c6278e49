from __future__ import annotations

import ssl
import struct
import zlib
from pathlib import Path

import pytest

from sockplay.library.library import Library
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions
from sockplay.values.layouts.encoder import encode
from sockplay.values.order import ByteOrder


def client_hello() -> bytes:
    """What Python's own TLS says first."""
    out = ssl.MemoryBIO()
    side = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname="a.example")
    with pytest.raises(ssl.SSLWantReadError):
        side.do_handshake()
    return out.read()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# A query for www.example.com, as dig writes it, and its answer.
DNS_QUERY = bytes.fromhex(
    "1234 0120 0001 0000 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001"
)
DNS_ANSWER = bytes.fromhex(
    "1234 8183 0001 0001 0000 0000 076578616d706c65 00 001c 0001"
    "c00c 0001 0001 00000e10 0004 5db8d822"
)
# A client of NTP version 4; stratum, poll and precision as chrony sends them.
NTP = bytes.fromhex("23 00 06 20") + bytes(36) + bytes.fromhex("e8f1a2b3 80000000")
# Write two registers from 1 on: MODBUS Application Protocol V1.1b3, 6.12, under an MBAP header.
MODBUS = bytes.fromhex("0001 0000 000b 11 10 0001 0002 04 000a 0102")
REFUSED = bytes.fromhex("0001 0000 0003 11 90 02")
MQTT = bytes.fromhex("10 12 0004 4d515454 04 82 003c 0001 61 0003 626f62")
PUBLISH = bytes.fromhex("3d c1 02") + bytes(321)  # the 321 of MQTT 3.1.1, 2.2.3
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 2, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(bytes(8)))
    + chunk(b"IEND", b"")
)
BMP = bytes.fromhex(
    "424d 3a000000 0000 0000 36000000 28000000 01000000 ffffffff 0100 1800"
    "00000000 04000000 130b0000 130b0000 00000000 00000000 0000ff00"
)


@pytest.mark.parametrize("order", ["big", "little"])
@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        (
            "dns",
            DNS_QUERY,
            {
                "response": "0",
                "recursion_desired": "1",
                "authentic_data": "1",
                "rcode": "NOERROR (0)",
                "questions_count": "1",
                "questions[0].name[1].text": '"example"',
                "questions[0].type": "A (1)",
                "questions[0].class": "IN (1)",
            },
        ),
        (
            "dns",
            DNS_ANSWER,
            {
                "response": "1",
                "opcode": "QUERY (0)",
                "rcode": "NXDOMAIN (3)",
                "questions[0].type": "AAAA (28)",
                "records": DNS_ANSWER[-16:].hex(" "),
            },
        ),
        (
            "ntp",
            NTP,
            {
                "leap": "NONE (0)",
                "version": "4",
                "mode": "CLIENT (3)",
                "precision": "32",
                "transmit.seconds": str(0xE8F1A2B3),
                "transmit.fraction": str(1 << 31),
            },
        ),
        ("modbus", MODBUS, {"unit": "17", "function": "WRITE_MULTIPLE_REGISTERS (16)"}),
        (
            "modbus",
            REFUSED,
            {"exception": "1", "function": "WRITE_MULTIPLE_REGISTERS (16)", "data": "02"},
        ),
        ("mqtt", MQTT, {"packet": "CONNECT (1)", "length1": "18", "body": MQTT[2:].hex(" ")}),
        (
            "mqtt",
            PUBLISH,
            {"packet": "PUBLISH (3)", "duplicate": "1", "qos": "2", "retain": "1", "length2": "2"},
        ),
        (
            "png",
            PNG,
            {
                "width": "1",
                "height": "2",
                "colour": "RGB (2)",
                "chunks[0].type": '"IDAT"',
                "chunks[1].length": "0",
            },
        ),
        (
            "bmp",
            BMP,
            {
                "width": "1",
                "height": "-1",
                "bits_per_pixel": "24",
                "compression": "RGB (0)",
                "rest": "00 00 ff 00",
            },
        ),
    ],
)
def test_a_shipped_definition_reads_real_bytes_whatever_order_is_chosen(
    tmp_path: Path, name: str, data: bytes, expected: dict[str, str], order: ByteOrder
) -> None:
    source, struct_name = Library(tmp_path).find(name)
    message = parse_definitions(source).message(struct_name)
    decoded = decode(message, data, order)
    assert (decoded.stop, decoded.size) == (None, len(data))
    assert [field.problem for field in decoded.fields if field.problem] == []
    shown = {field.path: field.shown for field in decoded.fields}
    assert {path: shown[path] for path in expected} == expected
    assert encode(message, decoded.values, order) == data


def test_tls_records_are_read_as_they_come(tmp_path: Path) -> None:
    data = client_hello() + bytes.fromhex("15 0303 0002 02 28")
    message = parse_definitions(Library(tmp_path).find("tls")[0]).message()
    decoded = decode(message, data)
    shown = {field.path: field.shown for field in decoded.fields}
    assert (decoded.stop, decoded.size) == (None, len(data))
    assert shown["records[0].type"] == "HANDSHAKE (22)"
    assert shown["records[0].version"] == "TLS_1_0 (769)"
    assert shown["records[0].fragment"].startswith("01 ")
    assert shown["records[1].type"] == "ALERT (21)"
    assert shown["records[1].fragment"] == "02 28"


def test_all_that_is_shipped_is_read_here_and_can_be_found_by_a_struct(tmp_path: Path) -> None:
    library = Library(tmp_path)
    kept = library.definitions()
    assert all(each.shipped and not each.problem for each in kept)
    assert {each.name for each in kept} == {"bmp", "dns", "modbus", "mqtt", "ntp", "png", "tls"}
    for each in kept:
        assert each.structs[-1] == each.name
        assert library.find(each.name) == (each.source, "")
    assert library.find("question")[1] == "question"
    assert library.find("png:chunk")[1] == "chunk"
