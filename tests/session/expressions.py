"""Expressions that mean the same to RE2 and to Python, over a, b and a line's end."""

from __future__ import annotations

from hypothesis import strategies as st

_ATOMS = st.sampled_from(["a", "b", "ab", "[ab]", "[^a]", ".", "\\n", "\\x61", "\\w", "aab"])
_REPEATS = st.sampled_from(["", "", "+", "*", "?", "+?", "{2}", "{1,3}"])
_EDGES = st.sampled_from(["", "", "", "^", "$", "\\b", "\\B"])


def _repeated(atom: str, repeat: str) -> str:
    return f"(?:{atom}){repeat}" if repeat else atom


_PARTS = st.builds(_repeated, _ATOMS, _REPEATS)
_ROWS = st.builds(
    lambda before, parts, after: before + "".join(parts) + after,
    _EDGES,
    # It begins with what takes a byte: what may take none is gone on from in another way.
    st.tuples(_ATOMS, st.lists(_PARTS, max_size=3).map("".join)),
    _EDGES,
)
_EITHER = st.lists(_ROWS, min_size=1, max_size=3).map("|".join)
EXPRESSIONS = st.one_of(
    _EITHER,
    st.builds(
        lambda one, repeat, other: f"({one}){repeat}{other}",
        _EITHER,
        st.sampled_from(["", "+", "{2}"]),
        _PARTS,
    ),
)
