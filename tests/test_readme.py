"""The README says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from sockplay.ui.actions import key_table

README = Path(__file__).parent.parent / "README.md"


def test_the_key_table_is_the_table_of_actions() -> None:
    found = re.search(r"<!-- keys -->\n(.*?)<!-- end -->", README.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found[1].strip() == key_table()


def test_every_picture_shown_is_there() -> None:
    shown = re.findall(r"!\[[^]]*\]\(([^)]*)\)", README.read_text("utf-8"))
    assert shown
    assert [path for path in shown if not (README.parent / path).is_file()] == []
