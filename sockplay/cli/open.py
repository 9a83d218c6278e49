"""``sockplay open``: the workbench on a recorded session."""

from __future__ import annotations

from argparse import Namespace
from contextlib import ExitStack

from sockplay.cli.pace import begin_to_rest, share_time
from sockplay.ui.app import SockplayApp
from sockplay.ui.opened_bench import OpenedBench


def open_recorded(args: Namespace) -> int:
    """Show a recorded session until the person leaves it; returns the exit code.

    Raises:
        SockplayError: it is no session, or cannot be read.
    """
    share_time()
    bench = OpenedBench(args.session)
    app = SockplayApp(bench, begin_to_rest)
    with ExitStack() as ending:
        ending.callback(bench.detach)
        app.run()
    app.ended()
    return app.return_code or 0
