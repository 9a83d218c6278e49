from __future__ import annotations

import pytest

from sockplay.values.errors import ValuesError
from sockplay.values.order import parse_order


@pytest.mark.parametrize("text", ["big", "be", "network", "net", ">", "!", "BIG", " Network "])
def test_the_big_end_first_has_many_names(text: str) -> None:
    assert parse_order(text) == "big"


@pytest.mark.parametrize("text", ["little", "le", "<", "LE"])
def test_the_little_end_first_has_many_names(text: str) -> None:
    assert parse_order(text) == "little"


@pytest.mark.parametrize("text", ["", "middle", "@", "="])
def test_any_other_order_is_refused_with_those_accepted(text: str) -> None:
    with pytest.raises(ValuesError) as caught:
        parse_order(text)
    accepted = "use big be network net > ! or little le <"
    assert caught.value.message == f"{text!r} is not a byte order: {accepted}"
