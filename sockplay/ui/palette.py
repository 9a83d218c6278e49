"""The command palette's entries, made from the table of actions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from sockplay.ui.actions import ACTIONS, Action
from sockplay.ui.screens.workbench import Workbench


class ActionProvider(Provider):
    """Every action by its title and its sentence."""

    async def discover(self) -> Hits:
        """All of them, when nothing is typed yet."""
        for action in self._available():
            yield DiscoveryHit(action.title, self._run(action), help=action.help)

    async def search(self, query: str) -> Hits:
        """Those that match what is typed."""
        matcher = self.matcher(query)
        for action in self._available():
            score = max(matcher.match(action.title), matcher.match(action.help) * 0.6)
            if score > 0:
                title = matcher.highlight(action.title)
                yield Hit(score, title, self._run(action), help=action.help)

    def _available(self) -> Iterable[Action]:
        # Over a form the workbench's actions would find nobody to run them.
        return ACTIONS if isinstance(self.screen, Workbench) else ()

    def _run(self, action: Action) -> Callable[[], Awaitable[None]]:
        return partial(self.screen.run_action, action.run)
