from __future__ import annotations

import pytest

from sockplay.values.errors import ValuesError
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_definitions
from sockplay.values.layouts.encoder import encode
from sockplay.values.order import ByteOrder

# include/uapi/linux/ip.h
IPHDR = """
#ifndef _LINUX_IP_H
#define _LINUX_IP_H
#include <linux/types.h>
#define IPTOS_TOS(tos)\t\t((tos)&IPTOS_TOS_MASK)
struct iphdr {
#if defined(__LITTLE_ENDIAN_BITFIELD)
\t__u8\tihl:4,
\t\tversion:4;
#elif defined (__BIG_ENDIAN_BITFIELD)
\t__u8\tversion:4,
  \t\tihl:4;
#else
#error\t"Please fix <asm/byteorder.h>"
#endif
\t__u8\ttos;
\t__be16\ttot_len;
\t__be16\tid;
\t__be16\tfrag_off;
\t__u8\tttl;
\t__u8\tprotocol;
\t__sum16\tcheck;
\t__struct_group(/* no tag */, addrs, /* no attrs */,
\t\t__be32\tsaddr;
\t\t__be32\tdaddr;
\t);
\t/*The options start here. */
};
#endif /* _LINUX_IP_H */
"""
# include/uapi/linux/tcp.h
TCPHDR = """
struct tcphdr {
\t__be16\tsource;
\t__be16\tdest;
\t__be32\tseq;
\t__be32\tack_seq;
#if defined(__LITTLE_ENDIAN_BITFIELD)
\t__u16\tres1:4, doff:4, fin:1, syn:1, rst:1, psh:1, ack:1, urg:1, ece:1, cwr:1;
#elif defined(__BIG_ENDIAN_BITFIELD)
\t__u16\tdoff:4, res1:4, cwr:1, ece:1, urg:1, ack:1, psh:1, rst:1, syn:1, fin:1;
#else
#error\t"Adjust your <asm/byteorder.h> defines"
#endif
\t__be16\twindow;
\t__sum16\tcheck;
\t__be16\turg_ptr;
};
"""
# netinet/tcp.h of glibc
BSD_TCPHDR = """
typedef\tuint32_t tcp_seq;
struct tcphdr
  {
    __extension__ union
    {
      struct
      {
\tuint16_t th_sport;\t/* source port */
\tuint16_t th_dport;\t/* destination port */
\ttcp_seq th_seq;\t\t/* sequence number */
\ttcp_seq th_ack;\t\t/* acknowledgement number */
# if __BYTE_ORDER == __LITTLE_ENDIAN
\tuint8_t th_x2:4;\t/* (unused) */
\tuint8_t th_off:4;\t/* data offset */
# endif
# if __BYTE_ORDER == __BIG_ENDIAN
\tuint8_t th_off:4;\t/* data offset */
\tuint8_t th_x2:4;\t/* (unused) */
# endif
\tuint8_t th_flags;
# define TH_FIN\t0x01
# define TH_SYN\t0x02
\tuint16_t th_win;\t/* window */
\tuint16_t th_sum;\t/* checksum */
\tuint16_t th_urp;\t/* urgent pointer */
      };
      uint8_t octets[20];
    };
};
"""
# include/uapi/linux/if_ether.h
ETHHDR = """
#define ETH_ALEN\t6\t\t/* Octets in one ethernet addr\t */
#ifndef __UAPI_DEF_ETHHDR
#define __UAPI_DEF_ETHHDR\t\t1
#endif
#if __UAPI_DEF_ETHHDR
struct ethhdr {
\tunsigned char\th_dest[ETH_ALEN];\t/* destination eth addr\t*/
\tunsigned char\th_source[ETH_ALEN];\t/* source ether addr\t*/
\t__be16\t\th_proto;\t\t/* packet type ID field\t*/
} __attribute__((packed));
#endif
"""
# wingdi.h
BITMAP = """
#pragma once
#include <pshpack2.h>
#pragma pack(push, bitmap, 2)
typedef struct tagBITMAPFILEHEADER {
    WORD    bfType;
    DWORD   bfSize;
    WORD    bfReserved1;
    WORD    bfReserved2;
    DWORD   bfOffBits;
} BITMAPFILEHEADER, FAR *LPBITMAPFILEHEADER, *PBITMAPFILEHEADER;
#pragma pack(pop)
"""
# elf.h of glibc
ELF = """
#ifndef _ELF_H
#define\t_ELF_H 1
__BEGIN_DECLS
typedef uint16_t Elf64_Half;
typedef uint32_t Elf64_Word;
typedef uint64_t Elf64_Addr;
typedef uint64_t Elf64_Off;
#define EI_NIDENT (16)
typedef struct
{
  unsigned char\te_ident[EI_NIDENT];\t/* Magic number and other info */
  Elf64_Half\te_type;\t\t\t/* Object file type */
  Elf64_Half\te_machine;\t\t/* Architecture */
  Elf64_Word\te_version;\t\t/* Object file version */
  Elf64_Addr\te_entry;\t\t/* Entry point virtual address */
  Elf64_Off\te_phoff;\t\t/* Program header table file offset */
  Elf64_Off\te_shoff;\t\t/* Section header table file offset */
  Elf64_Word\te_flags;\t\t/* Processor-specific flags */
  Elf64_Half\te_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx;
} Elf64_Ehdr;
#define ELFMAG0\t\t0x7f\t\t/* Magic number byte 0, over
\t\t\t\t\t   two lines */
#define\tELFMAG\t\t"\\177ELF"
__END_DECLS
#endif\t/* elf.h */
"""
# A protocol's own header, shared with C++ and other compilers.
SHARED = """
#ifndef WIRE_H_
#define WIRE_H_ 1
#ifdef __cplusplus
#include <cstdint>
extern "C" {
#endif
#if defined(_MSC_VER) && _MSC_VER >= 1900 || __has_include(<packed.h>)
#error Not here, it doesn't work
#elif !defined WIRE_VERSION
#define WIRE_VERSION 2
#endif
typedef unsigned char uint8_t;
typedef unsigned int u32, *pu32;
struct later;
enum { WIRE_A = 1,
#define WIRE_A WIRE_A
       WIRE_B
#define WIRE_B WIRE_B
};
struct wire {
    uint8_t kind;
#if WIRE_VERSION >= 2
    u32 token;
# if WIRE_VERSION > 2
    u32 more;
# endif
#else
    uint8_t token;
#endif
};
extern "C" { struct last { struct wire wire; uint8_t end[WIRE_B]; }; }
#undef WIRE_VERSION
#ifndef WIRE_VERSION
#pragma GCC diagnostic ignored "-Wpadded"
#endif
#ifdef __cplusplus
}
#endif
#endif
"""
ORDERS: tuple[ByteOrder, ...] = ("big", "little")


@pytest.mark.parametrize("order", ORDERS)
def test_the_kernels_ip_header_reads_a_packet_in_either_order(order: ByteOrder) -> None:
    message = parse_definitions(IPHDR).message()
    data = bytes.fromhex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7")
    decoded = decode(message, data, order)
    assert decoded.stop is None
    assert (decoded.values["version"], decoded.values["ihl"]) == (4, 5)
    assert (decoded.values["tot_len"], decoded.values["check"]) == (0x73, 0xB861)
    assert decoded.values["daddr"] == 0xC0A800C7
    assert encode(message, decoded.values, order) == data


@pytest.mark.parametrize("order", ORDERS)
def test_the_kernels_tcp_header_reads_a_segment_in_either_order(order: ByteOrder) -> None:
    message = parse_definitions(TCPHDR).message()
    data = bytes.fromhex("01bb c001 00000001 00000002 5012 7210 abcd 0000")
    decoded = decode(message, data, order)
    names = ("source", "doff", "syn", "ack", "fin", "cwr", "window")
    assert [decoded.values[name] for name in names] == [443, 5, 1, 1, 0, 0, 0x7210]
    assert encode(message, decoded.values, order) == data


@pytest.mark.parametrize("order", ORDERS)
def test_glibcs_tcp_header_finds_its_offset_in_either_order(order: ByteOrder) -> None:
    message = parse_definitions(BSD_TCPHDR).message()
    decoded = decode(
        message, bytes.fromhex("01bb c001 00000001 00000002 5012 7210 abcd 0000"), order
    )
    assert (decoded.values["th_off"], decoded.values["th_flags"]) == (5, 0x12)
    assert decoded.size == 20


def test_an_order_that_the_source_says_is_the_machines() -> None:
    source = "#ifdef __LITTLE_ENDIAN__\nstruct a { u8 x; };\n#else\nstruct b { u8 x; };\n#endif"
    assert parse_definitions("#pragma order little\n" + source).names == ("a",)
    assert parse_definitions("#pragma order big\n" + source).names == ("b",)


def test_an_ethernet_header_a_bitmap_header_and_an_elf_header_have_their_sizes() -> None:
    for source, name, size in (
        (ETHHDR, "ethhdr", 14),
        (BITMAP, "BITMAPFILEHEADER", 14),
        (ELF, "Elf64_Ehdr", 64),
    ):
        found = parse_definitions(source)
        assert found.names[-1] == name
        assert found.message().size == size


def test_a_header_that_is_shared_reads_as_in_c() -> None:
    found = parse_definitions(SHARED)
    assert found.names == ("wire", "last")
    decoded = decode(found.message(), b"\1\0\0\0\2\3\4")
    assert decoded.values == {"wire": {"kind": 1, "token": 2}, "end": b"\3\4"}


def test_what_a_condition_leaves_out_may_be_anything() -> None:
    source = (
        "#if 0\n#elif 1 - 1\nno { thing\n#if 1\n#else\n#endif\n#else\nstruct a { u8 x; };\n#endif"
    )
    assert parse_definitions(source).names == ("a",)


@pytest.mark.parametrize(
    ("source", "message", "line", "column"),
    [
        ("#if 1\nstruct a { u8 x; };", "This condition is not closed: end it with #endif", 1, 1),
        ("struct a { u8 x; };\n#endif", "#endif has no #if: remove it", 2, 1),
        ("#if 1\n#else\n#elif 1\n#endif", "#elif stands after #else: put it before, or", 3, 1),
        ("#if\n#endif", "the end cannot stand here: write a number", 1, 4),
        ("#if 1 +\n#endif", "the end cannot stand here: write a number", 1, 8),
        ("#if 1 1\n#endif", "1 cannot stand here: write a sign such as &&", 1, 7),
        ("#if defined(\n#endif", "The name of a constant is missing at the end", 1, 13),
        ("#if 1 / 0\n#endif", "1 / 0 divides by zero", 1, 5),
        (
            "\n#error This isn't for you\n",
            "The definition refuses this itself: This isn't for you",
            2,
            1,
        ),
        ("#endfi", "#endfi is not followed here. Did you mean #endif?", 1, 2),
        ("#pragma pakc(1)", "I know no pragma pakc. Did you mean pack?", 1, 9),
        ("#define X 1 /* never closed\n", "This comment is not closed: end it with */", 1, 13),
        ("enum { A = htons(1) };", "There is no constant htons here.", 1, 12),
        ("struct a {\n  struct in6_addr x;\n};", "I know no type in6_addr. Define it above", 2, 10),
        ("struct a {\n\tu8 x[ETH_ALEN];\n}", "There is no constant ETH_ALEN here.", 2, 7),
        (
            "#define ETH_ALEN 6\nstruct a { u8 y; u8 x[ETH_ALN];\n}",
            "There is no field ETH_ALN here. Did you mean ETH_ALEN?",
            2,
            23,
        ),
    ],
)
def test_a_mistake_is_said_at_its_line(source: str, message: str, line: int, column: int) -> None:
    with pytest.raises(ValuesError) as caught:
        parse_definitions(source)
    assert caught.value.message.startswith(message)
    assert caught.value.column is not None
    before = source[: caught.value.column - 1]
    assert (before.count("\n") + 1, len(before) - before.rfind("\n")) == (line, column)
