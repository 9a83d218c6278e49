"""What was sent before, walked through with the arrow keys."""

from __future__ import annotations

from sockplay.values.composing.draft import Draft


class Recall:
    """A place among the drafts that were sent, or behind them at the one being typed.

    Args:
        sent: what was sent, the newest last; it is added to.
    """

    def __init__(self, sent: list[Draft]) -> None:
        self._sent = sent
        self._place = 0
        self._typed = Draft()

    def keep(self, draft: Draft) -> None:
        """Add what was sent, unless it was sent just before, and go behind it."""
        if not self._sent or self._sent[-1] != draft:
            self._sent.append(draft)
        self._place = len(self._sent)

    def step(self, by: int, now: Draft) -> Draft | None:
        """Go to an earlier draft (-1) or a later one (1); None when there is none.

        Args:
            by: how far.
            now: what is being typed, which is come back to.
        """
        place = max(0, min(self._place + by, len(self._sent)))
        if place == self._place:
            return None
        if self._place == len(self._sent):
            self._typed = now
        self._place = place
        return self._sent[place] if place < len(self._sent) else self._typed
