"""Opens the workbench: wires the engine to the record, and both to the screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sockplay.cli.pace import begin_to_rest, share_time
from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from sockplay.model.spec import ClientSpec, ServerSpec
from sockplay.session import folder
from sockplay.session.reader import Reader
from sockplay.session.recorder import Recorder
from sockplay.ui.app import SockplayApp
from sockplay.ui.bench import Bench
from sockplay.ui.screens.workbench import Workbench
from sockplay.values.printable import visible

_CLOSING_S: Final = 5.0


def open_workbench(
    starts: Sequence[ServerSpec | ClientSpec] = (),
    sends: Sequence[bytes] = (),
    record: Path | None = None,
) -> int:
    """Show the workbench until the person leaves it; returns the exit code.

    Args:
        starts: servers and clients to start at once.
        sends: payloads that the first of them sends.
        record: where to keep the session; unsaved, and removed at the end, when None.

    Raises:
        SockplayError: the session cannot be recorded there.
    """
    share_time()
    path = record or folder.new_path()
    recorder = Recorder(path)
    engine = Engine(recorder)
    apps: list[SockplayApp] = []
    host = Host(lambda error: apps[0].report_engine_bug(error))
    reader = Reader(path, ours=True)
    bench = Bench(host, engine, recorder, reader, saved=record is not None)

    def begin(workbench: Workbench) -> None:
        workbench.begin(starts, sends)
        workbench.offer_leftovers()
        begin_to_rest(workbench)

    app = SockplayApp(bench, begin)
    apps.append(app)
    with ExitStack() as ending:  # whatever fails, the rest is still done, the last one first
        ending.callback(recorder.close)
        ending.callback(host.stop)
        host.start()
        ending.callback(lambda: host.ask(engine.close_all).result(_CLOSING_S))
        ending.callback(bench.detach)
        app.run()
    app.ended()
    for problem in (recorder.problem, bench.left_behind):
        if problem:
            print(f"sockplay: {visible(problem)}", file=sys.stderr)
    if record is None and app.bug is None and not app.interrupted:
        folder.remove(path)  # not one that the person chose to go on in
    return app.return_code or 0
