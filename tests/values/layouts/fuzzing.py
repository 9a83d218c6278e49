"""Broken definitions and hostile data: `python -m tests.values.layouts.fuzzing 100000`."""

from __future__ import annotations

import random
import re
import resource
import sys
import time

from sockplay.values.errors import ValuesError
from sockplay.values.layouts import definitions
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_layout
from sockplay.values.layouts.encoder import encode
from tests.values.layouts.making_all import MakerOfAll

_MANUAL = (definitions.__doc__ or "").partition("::\n")[2].partition("\nTypes are")[0]
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
_SPARE = [
    *"{}[]();:,=+-*/%&|^~!<>.#\"'\\\0\u202e안", "..", "<<", ">>", "==", "struct", "union", "enum",
    "flags", "if", "else", "typedef", "sizeof", "crc", "NULL", "EOF", "bytes", "char", "unsigned",
    "long", "const", "u8", "u16le", "i1024", "u7", "f32", "0", "1", "-1", "4096", "0xffffffff",
    "99999999999999999999", "a", "length", "#define A 1", "#define B A << 1000", "#pragma pack(4)",
    "#pragma bits low", "#pragma order little", '"crc-16/modbus"', '"crc-32"', "u8 x[EOF];",
    "varint", "svarint", "sleb128", "varint v[EOF];", "sleb128 n = sizeof(..);", "?", "? 1 :",
    "[0]", "[length]", "items[1].x", "a.b", "sizeof(h.x)", "sizeof(struct a)", "#if 1", "#if A > 0",
    "#if", "#ifdef A", "#ifndef A", "#elif defined(A)", "#else", "#endif", "#undef A", "#error no",
    "#",
    "#if __BYTE_ORDER == __BIG_ENDIAN", "typedef", "extern \"C\" {", "__struct_group(,g,,", "\n",
    "#pragma pack(push, 2)", "#pragma pack(pop)", "__attribute__((packed))", "u32 z[70000];",
    "struct { u8 x; varint y; } w[99999];", "char t[40000000];", "u16 v[n * n * n];",
    "u16 y[];", "struct {} z[];", "u8 n = sizeof(..);", "u32 s = crc(\"crc-32\", ..);", "/*", "//",
]  # fmt: skip
MOST_SECONDS = 1.0
MOST_MEMORY = 64 << 20


def _spare(choose: random.Random) -> str:
    piece = choose.choice(_SPARE)
    return f"\n{piece}\n" if piece.startswith("#") else piece


def broken(source: str, choose: random.Random) -> str:
    """Break a definition in a few places."""
    pieces = _PIECES.findall(source)
    for _ in range(choose.choice((1, 1, 1, 4))):
        at = choose.randrange(len(pieces))
        what = choose.randint(0, 4)
        if what == 0:
            pieces.insert(at, _spare(choose))
        elif what == 1:
            pieces[at] = _spare(choose)
        elif what == 2 and len(pieces) > 1:
            del pieces[at]
        elif what == 3:
            other = choose.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
        else:
            start = choose.randrange(len(pieces))
            pieces[at:at] = pieces[start : start + choose.randint(1, 20)]
    return "".join(pieces)


def check_error(error: ValuesError, source: str) -> None:
    """See that an error points at its place."""
    assert error.column is not None, source
    message, line, carets = error.pointed(source).split("\n")
    assert (message + line).isprintable(), source
    assert set(carets) <= set(" ^"), source


def attempt(seed: int) -> bool:
    """Parse, decode and encode once; tell whether the definition was one."""
    choose = random.Random(seed)
    source = _MANUAL if choose.random() < 0.3 else MakerOfAll(seed).definition()[0]
    source = broken(source, choose)
    try:
        message = parse_layout(source).message()
    except ValuesError as error:
        check_error(error, source)
        return False
    decoded = decode(message, choose.randbytes(choose.choice((0, 5, 60, 300))), "little")
    try:
        encode(message, decoded.values, "little")
        encode(message, {}, "little")
    except ValuesError:
        pass
    return True


def bounded(seed: int, enough: float = MOST_SECONDS) -> tuple[bool, float]:
    """Attempt once, and tell the processor's seconds that it took, too.

    Others use the machine at the same time, so that of more than enough the best of three counts.

    Raises:
        AssertionError: It took more than any may.
    """
    took: list[float] = []
    while not took or (took[-1] > enough and len(took) < 3):
        start = time.process_time()
        found = attempt(seed)
        took.append(time.process_time() - start)
    assert min(took) < MOST_SECONDS, seed
    return found, min(took)


def peak() -> int:
    """The most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(count: int) -> None:
    """Say how many were definitions all the same, and what they took at most.

    Raises:
        AssertionError: One took more time or memory than any may.
    """
    definitions_left = 0
    slowest = 0.0
    attempt(0)  # what is imported late is no seed's
    memory = peak()
    for seed in range(count):
        try:
            found, took = bounded(seed, slowest)
        except Exception:
            print(f"seed {seed}")
            raise
        definitions_left += found
        if took > slowest:
            slowest = took
            print(f"seed {seed} took {took * 1000:.1f} ms", flush=True)
        assert peak() - memory < MOST_MEMORY, seed
    print(f"{count:,} attempts, {definitions_left:,} of them with a definition that could be used")
    print(f"at most {slowest * 1000:.0f} ms and {(peak() - memory) / (1 << 20):.1f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
