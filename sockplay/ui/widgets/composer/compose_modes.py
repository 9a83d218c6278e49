"""The forms in which a payload is written: what each hints at, and which options it has."""

from __future__ import annotations

from typing import Final

from sockplay.values.composing.draft import Mode

MODES: Final[tuple[tuple[Mode, str], ...]] = (
    ("text", "text"),
    ("integers", "integers"),
    ("hex", "hex"),
    ("line", "fields"),
    ("message", "message"),
)
TYPES: Final = ("u8", "i8", "u16", "i16", "u24", "u32", "i32", "u64", "i64")
FIELD_TYPES: Final = (*TYPES, "f16", "f32", "f64", "text", "utf-8", "cp949", "hex", "b64", "file",
                      "dec")  # fmt: skip
HINTS: Final[dict[Mode, str]] = {
    "text": "text to send; Enter sends it",
    "integers": "integers, such as 513 -1 0x1f 'A'; Enter sends them",
    "hex": "bytes in hex, such as de ad be ef; Enter sends them",
    "line": 'items, such as u16be:513 len:u8("hello") "text\\n"; Enter sends them',
    "message": "a message: Shift+Tab goes to its definition, Up and Down choose one",
}
USES: Final[dict[Mode, tuple[str, ...]]] = {
    "text": ("encoding-label", "encoding", "ending", "escapes"),
    "integers": ("integer-label", "integer", "order"),
    "hex": (),
    "line": ("order", "encoding-label", "encoding"),
    "message": ("definition-label", "definition", "order", "encoding-label", "encoding"),
}
