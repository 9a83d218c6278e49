"""A widget that draws its lines itself, at the least that a line and a change of them cost."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class LineView(ScrollView):
    """Looks its own style up once for all the lines that it draws at a time.

    Textual goes through all ancestors for it, which takes as long as a line does.
    """

    _own: Style | None = None

    @property
    def rich_style(self) -> Style:
        """The style of what has none of its own."""
        if self._own is None:
            self._own = super().rich_style
        return self._own

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some lines, in the style of now."""
        self._own = None
        return super().render_lines(crop)

    def settle(self, size: Size) -> None:
        """Take another virtual size.

        The reactive would have the whole screen laid out again, at 20 ms a time; where there is
        more than is seen before and after, only the scrollbar depends on it.
        """
        if self.virtual_size.height > self.size.height < size.height:
            self.set_reactive(LineView.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size


def line_strip(segments: Iterable[Segment], base: Style, width: int) -> Strip:
    """A line of exactly ``width`` cells; ``base`` lies under each segment's own style."""
    styled = list(Segment.apply_style(segments, base))
    length = Segment.get_line_length(styled)
    if length < width:
        styled.append(Segment(" " * (width - length), base))
    strip = Strip(styled, max(length, width))
    return strip if length <= width else strip.crop(0, width)
