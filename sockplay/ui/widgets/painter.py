"""Styles from the theme's variables, for widgets that draw their lines themselves.

Component classes would do the same through the style sheet, at a millisecond a rule before the
first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color
from textual.widget import Widget

Painter = Callable[[str], Style]
"""Gives the style of a part of a widget, told the part's name."""


def painter(widget: Widget, parts: Mapping[str, str]) -> Painter:
    """Styles for the parts of a widget, in the theme that is in force now.

    Args:
        widget: asked for its app's theme.
        parts: for each part its style, such as ``bold sock-sent`` or ``on panel``: words of
            decoration, a theme variable for the colour, ``on`` before one for the background.
    """
    variables = widget.app.theme_variables

    @lru_cache(None)
    def style(part: str) -> Style:
        words = parts[part].split()
        front = back = None
        for place, word in enumerate(words):
            if word in variables:
                colour = _colour(variables[word], variables["background"])
                if place and words[place - 1] == "on":
                    back = colour
                else:
                    front = colour
        return Style(
            color=front,
            bgcolor=back,
            bold="bold" in words or None,
            italic="italic" in words or None,
            underline="underline" in words or None,
        )

    return style


def _colour(value: str, background: str) -> RichColor:
    """A theme's colour, which may be partly transparent: ``#81a1c1 35%``."""
    name, _, percent = value.partition(" ")
    colour = Color.parse(name)
    if percent.endswith("%"):
        colour = Color.parse(background).blend(colour, float(percent[:-1]) / 100)
    return colour.rich_color


def no_style(part: str) -> Style:
    """The style of every part before the theme is known."""
    del part
    return Style()
