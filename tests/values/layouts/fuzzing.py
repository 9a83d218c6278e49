"""Broken definitions and hostile data: `python -m tests.values.layouts.fuzzing 100000`."""

from __future__ import annotations

import random
import re
import sys
import time

from sockplay.values.errors import ValuesError
from sockplay.values.layouts import definitions
from sockplay.values.layouts.decoder import decode
from sockplay.values.layouts.definitions import parse_layout
from sockplay.values.layouts.encoder import encode
from tests.values.layouts.making import Maker

_MANUAL = (definitions.__doc__ or "").partition("::\n")[2].partition("\nTypes are")[0]
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
_SPARE = [
    *"{}[]();:,=+-*/%&|^~!<>.#\"'\\\0\u202e안", "..", "<<", ">>", "==", "struct", "union", "enum",
    "flags", "if", "else", "typedef", "sizeof", "crc", "NULL", "EOF", "bytes", "char", "unsigned",
    "long", "const", "u8", "u16le", "i1024", "u7", "f32", "0", "1", "-1", "4096", "0xffffffff",
    "99999999999999999999", "a", "length", "#define A 1", "#define B A << 1000", "#pragma pack(4)",
    "#pragma bits low", "#pragma order little", '"crc-16/modbus"', '"crc-32"', "u8 x[EOF];",
    "u16 y[];", "struct {} z[];", "u8 n = sizeof(..);", "u32 s = crc(\"crc-32\", ..);", "/*", "//",
]  # fmt: skip


def broken(source: str, choose: random.Random) -> str:
    """Break a definition in a few places."""
    pieces = _PIECES.findall(source)
    for _ in range(choose.choice((1, 1, 1, 4))):
        at = choose.randrange(len(pieces))
        what = choose.randint(0, 4)
        if what == 0:
            pieces.insert(at, choose.choice(_SPARE))
        elif what == 1:
            pieces[at] = choose.choice(_SPARE)
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
    source = _MANUAL if choose.random() < 0.3 else Maker(seed).definition()[0]
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


def main(count: int) -> None:
    """Say how many were definitions all the same, and what the slowest took."""
    definitions_left = 0
    slowest = 0.0
    for seed in range(count):
        start = time.perf_counter()
        try:
            definitions_left += attempt(seed)
        except Exception:
            print(f"seed {seed}")
            raise
        took = time.perf_counter() - start
        if took > slowest:
            slowest = took
            print(f"seed {seed} took {took * 1000:.1f} ms", flush=True)
    print(f"{count:,} attempts, {definitions_left:,} of them with a definition that could be used")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
