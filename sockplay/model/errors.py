"""The one error that reaches a person: a plain sentence and, where there is one, its errno."""

from __future__ import annotations


class SockplayError(Exception):
    """Something could not be done, said in one sentence with what to do about it.

    Args:
        sentence: what happened and what to do, ending in a full stop.
        code: the errno's name, such as ``EADDRINUSE``, or None where no system call failed.
    """

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code

    def __str__(self) -> str:
        return f"{self.sentence} ({self.code})" if self.code else self.sentence
