from __future__ import annotations

import zlib

from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions
from sockplay.values.layouts.encoder import encode
from sockplay.values.layouts.fields import Decoded
from sockplay.values.order import ByteOrder

# RFC 1035, 4.1
DNS = """
enum type : u16 { A = 1, NS = 2, CNAME = 5, MX = 15, TXT = 16, AAAA = 28 };
enum rcode : u16 { NOERROR, FORMERR, SERVFAIL, NXDOMAIN };
struct label { u8 length; char text[length]; };
struct question { label name[NULL]; type qtype; u16 qclass; };
struct record {
    u16 pointer : 2, name : 14;           // 4.1.4: a compressed name
    type rtype; u16 rclass; u32 ttl; u16 rdlength; u8 rdata[rdlength];
};
struct dns {
    u16 id;
    u16 qr : 1, opcode : 4, aa : 1, tc : 1, rd : 1, ra : 1, z : 3;
    rcode rcode : 4;
    u16 qdcount, ancount, nscount, arcount;
    question questions[qdcount];
    record answers[ancount];
};
"""
# RFC 5905, 7.3
NTP = """
enum mode : u8 { CLIENT = 3, SERVER = 4 };
struct stamp { u32 seconds; u32 fraction; };
struct ntp {
    u8 leap : 2, version : 3; mode mode : 3;
    u8 stratum; i8 poll; i8 precision;
    u32 root_delay, root_dispersion; char refid[4];
    stamp reference, origin, receive, transmit;
};
"""
# RFC 8446, 4.1.2 and 5.1
TLS = """
enum content : u8 { CHANGE_CIPHER_SPEC = 20, ALERT, HANDSHAKE, APPLICATION_DATA };
enum handshake : u8 { CLIENT_HELLO = 1, SERVER_HELLO };
struct extension { u16 type; u16 length; u8 data[length]; };
struct record {
    content type; u16 version; u16 length = sizeof(msg_type..extensions);
    handshake msg_type; u24 size = sizeof(legacy_version..extensions);
    u16 legacy_version; u8 random[32];
    u8 session_id_length; u8 session_id[session_id_length];
    u16 suites_length; u16 suites[suites_length bytes];
    u8 methods_length; u8 methods[methods_length];
    u16 extensions_length; extension extensions[extensions_length bytes];
};
"""
# MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3; Application Protocol V1.1b3, 6.16
MODBUS = """
struct modbus {
    u16 transaction; u16 protocol = 0; u16 length = sizeof(unit..); u8 unit;
    u8 function;
    if (function == 16) { u16 address; u16 quantity; u8 count; u16 registers[count bytes]; }
    else u8 data[EOF];
};
"""
# MQTT Version 3.1.1, 3.1
MQTT = """
enum packet : u8 { CONNECT = 1, CONNACK };
struct text { u16 length; char text[length]; };
struct connect {
    packet packet : 4; u8 reserved : 4;
    u8 remaining = sizeof(protocol_length..);    // below 128
    u16 protocol_length; char protocol[protocol_length]; u8 level;
    u8 username : 1, password : 1, will_retain : 1, will_qos : 2, will : 1, clean : 1; u8 : 1;
    u16 keep_alive;
    text client;
    if (will) { text topic; text message; }
    if (username) text user;
    if (password) text secret;
};
"""
# Microsoft: BITMAPFILEHEADER and BITMAPINFOHEADER
BMP = """
#pragma order little
typedef struct tagBITMAPFILEHEADER {
    char bfType[2] = "BM"; DWORD bfSize; WORD bfReserved1; WORD bfReserved2; DWORD bfOffBits;
} BITMAPFILEHEADER;
struct bmp {
    BITMAPFILEHEADER file;
    DWORD biSize = 40; int biWidth; int biHeight; WORD biPlanes; WORD biBitCount;
    DWORD biCompression, biSizeImage; int biXPelsPerMeter, biYPelsPerMeter; DWORD used, important;
    u8 pixels[EOF];
};
"""
# System V ABI, "ELF Header"
ELF = r"""
#define ELFCLASS64 2
enum class : u8 { CLASS32 = 1, CLASS64 = ELFCLASS64 };
enum machine : u16 { EM_386 = 3, EM_X86_64 = 62, EM_AARCH64 = 183 };
struct elf {
    char magic[4] = "\x7fELF"; class class; u8 data; u8 version; u8 osabi; u8 pad[8];
    u16 type; machine machine; uint32_t e_version;
    if (class == ELFCLASS64) { u64 entry, phoff, shoff; } else { u32 entry, phoff, shoff; }
    u32 flags; u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
"""


def read(source: str, data: bytes, order: ByteOrder = "big") -> Decoded:
    """Decode a whole message in which everything is right, and that is encoded to the same."""
    message = parse_definitions(source).message()
    decoded = decode(message, data, order)
    assert decoded.stop is None, decoded.stop
    assert decoded.size == len(data)
    assert not [field.problem for field in decoded.fields if field.problem]
    assert encode(message, decoded.values, order) == data
    return decoded


def shown(decoded: Decoded) -> dict[str, str]:
    return {field.path: field.shown for field in decoded.fields}


def test_a_dns_query() -> None:
    data = bytes.fromhex(
        "1234 0100 0001 0000 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001"
    )
    fields = shown(read(DNS, data))
    assert fields["rd"] == "1"
    assert fields["rcode"] == "NOERROR (0)"
    assert fields["questions[0].name[1].text"] == '"example"'
    assert fields["questions[0].qtype"] == "A (1)"


def test_a_dns_answer() -> None:
    data = bytes.fromhex(
        "1234 8183 0001 0001 0000 0000 076578616d706c65 00 0001 0001"
        "c00c 0001 0001 00000e10 0004 5db8d822"
    )
    decoded = read(DNS, data)
    fields = shown(decoded)
    assert fields["rcode"] == "NXDOMAIN (3)"
    assert (fields["answers[0].name"], fields["answers[0].ttl"]) == ("12", "3600")
    assert fields["answers[0].rdata"] == "5d b8 d8 22"
    # One field edited, the lengths are right again.
    edited = decoded.edited("answers[0].rdata", bytes(16))
    again = read(DNS, encode(parse_definitions(DNS).message(), edited))
    assert shown(again)["answers[0].rdlength"] == "16"


def test_an_ntp_packet() -> None:
    data = bytes.fromhex("24 02 06 ec 00000a00 00000b00 c0a80001") + bytes(range(32))
    fields = shown(read(NTP, data))
    assert (fields["version"], fields["mode"], fields["precision"]) == ("4", "SERVER (4)", "-20")
    assert fields["transmit.seconds"] == str(0x18191A1B)


def test_a_tls_client_hello() -> None:
    hello = "0303" + "11" * 32 + "00 0004 1301 1302 01 00 0009 0017 0000 0010 0001 61"
    body = bytes.fromhex(hello)
    data = b"\x16\x03\x01" + (len(body) + 4).to_bytes(2, "big") + b"\x01"
    data += len(body).to_bytes(3, "big") + body
    decoded = read(TLS, data)
    assert shown(decoded)["type"] == "HANDSHAKE (22)"
    assert decoded.values["suites"] == [0x1301, 0x1302]
    edited = decoded.edited("suites", [0x1301, 0x1302, 0x1303])
    again = read(TLS, encode(parse_definitions(TLS).message(), edited))
    assert again.values["suites_length"] == 6
    assert again.values["length"] == len(body) + 6


def test_a_modbus_tcp_frame() -> None:
    data = bytes.fromhex("0001 0000 000b 11 10 0001 0002 04 000a 0102")
    decoded = read(MODBUS, data)
    assert decoded.values["registers"] == [10, 258]
    wrong = decode(parse_definitions(MODBUS).message(), data[:5] + b"\x0c" + data[6:])
    assert [field.problem for field in wrong.fields if field.problem] == [
        "length is 12, but should be 11"
    ]


def test_an_mqtt_connect() -> None:
    data = bytes.fromhex("10 12 0004 4d515454 04 82 003c 0001 61 0003 626f62")
    fields = shown(read(MQTT, data))
    assert (fields["packet"], fields["protocol"]) == ("CONNECT (1)", '"MQTT"')
    assert fields["user.text"] == '"bob"'
    assert "secret.text" not in fields


def test_a_bmp_header() -> None:
    data = bytes.fromhex(
        "424d 3a000000 0000 0000 36000000 28000000 01000000 ffffffff 0100 1800"
        "00000000 04000000 130b0000 130b0000 00000000 00000000 0000ff00"
    )
    decoded = read(BMP, data)
    assert shown(decoded)["file.bfType"] == '"BM"'
    assert (decoded.values["biWidth"], decoded.values["biHeight"]) == (1, -1)


def test_an_elf_header() -> None:
    data = bytes.fromhex(
        "7f454c46 02 01 01 00 0000000000000000 0300 3e00 01000000 6010000000000000"
        "4000000000000000 9836000000000000 00000000 4000 3800 0d00 4000 1f00 1e00"
    )
    fields = shown(read(ELF, data, "little"))
    assert fields["machine"] == "EM_X86_64 (62)"
    assert fields["entry"] == "4192"
    assert len(data) == 64


def test_a_png_chunk_has_its_checksum_made_right() -> None:
    # PNG (Third Edition), 5.3: the CRC is over type and data, not over the length.
    message = parse_definitions(
        "struct chunk { u32 length = sizeof(data); char type[4]; u8 data[length]; "
        'u32 crc32 = crc("crc-32", type..data); }'
    ).message()
    data = encode(message, {"type": "tEXt", "data": b"hello"})
    assert data == b"\0\0\0\5tEXthello" + zlib.crc32(b"tEXthello").to_bytes(4, "big")
    broken = decode(message, data[:-1] + b"\0")
    assert "crc32 is " in broken.fields[-1].problem


def test_an_ip_header_covers_itself_with_zeros_for_the_checksum() -> None:
    # RFC 791, 3.1; the example of Wikipedia's "Internet checksum", whose sum is b861.
    message = parse_definitions(
        "struct ip { u8 version : 4, ihl : 4; u8 tos; u16 total; u16 id; u16 flags : 3, at : 13; "
        'u8 ttl; u8 protocol; u16 sum = crc("internet", ..); u8 from[4], to[4]; }'
    ).message()
    data = bytes.fromhex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7")
    decoded = decode(message, data)
    assert not any(field.problem for field in decoded.fields)
    assert encode(message, decoded.edited("sum", 0)) == data
