"""A console over a real engine, and ways to talk with it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from sockplay.console.console import Console
from sockplay.console.history import History
from sockplay.console.interpreter import Interpreter
from sockplay.console.program import Program
from sockplay.console.prompt import Prompt
from sockplay.console.state import Doing, InterpreterState, Variable
from sockplay.engine.engine import Engine
from sockplay.engine.host import Host
from tests.engine.world import Kept
from tests.waiting import wait_here_until


class Talk:
    """What a person does at the console."""

    def __init__(self, folder: Path) -> None:
        self.kept = Kept()
        self.engine = Engine(self.kept)
        self.bugs: list[BaseException] = []
        self.host = Host(self.bugs.append)
        self.host.start()
        self._history = History(folder / "history")

    @cached_property
    def console(self) -> Console:
        """Made when the test begins to use it: only then are the streams those of the test."""
        return Console(self.host, self.engine, self._history)

    @property
    def prompt(self) -> Prompt:
        return self.console.prompt

    def close(self) -> str:
        """End all as the app does: the console before the engine."""
        said = self.console.close()
        self.host.ask(self.engine.close_all).result(10)
        self.host.stop()
        return said

    def enter(self, source: str) -> list[str]:
        """Enter something, wait for its end, and give what it said."""
        first = self.prompt.transcript.end
        self.begin(source)
        self.until("ready")
        return said(self.prompt, first)

    def begin(self, source: str) -> None:
        assert self.prompt.enter(source).kind == "complete", self.prompt.check(source)

    def program(self, source: str, name: str = "play.py", arguments: str = "") -> Program:
        return self.console.add_program(name, source, arguments)

    def run(self, source: str, arguments: str = "") -> list[str]:
        """Run a program to its end, and give what it said."""
        program = self.program(source, arguments=arguments)
        program.run()
        until(program, "ended")
        return said(program)

    def until(self, doing: Doing) -> InterpreterState:
        return until(self.prompt, doing)

    def variable(self, name: str) -> Variable:
        return next(v for v in self.prompt.state().variables if v.name == name)

    @property
    def calls(self) -> list[str]:
        return [call.op for call in self.kept.calls]


def until(interpreter: Interpreter, doing: Doing) -> InterpreterState:
    """Wait until an interpreter does something."""
    try:
        wait_here_until(lambda: interpreter.state().doing == doing)
    except AssertionError as error:
        raise AssertionError(f"{interpreter.state()}\n{said(interpreter)}") from error
    return interpreter.state()


def step(program: Program) -> InterpreterState:
    """Run one line of a program to its end."""
    program.step()
    return until_stop(program)


def until_stop(program: Program) -> InterpreterState:
    """Wait until a program is paused or has ended."""
    wait_here_until(lambda: program.state().doing not in ("running", "blocked"))
    return program.state()


def said(interpreter: Interpreter, first: int = 0, kind: str = "") -> list[str]:
    """What stands in a transcript beside what was entered."""
    lines = interpreter.transcript.lines(first, interpreter.transcript.end)
    return [
        line.text
        for line in lines
        if (line.kind == kind if kind else line.kind not in ("entered", "note"))
    ]
