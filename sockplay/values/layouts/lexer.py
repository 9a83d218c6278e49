"""The smallest pieces of a definition: names, numbers, texts, signs and directives.

GCC's `__attribute__((packed))` is passed over: being packed is the rule here.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, NoReturn

from sockplay.values.errors import ValuesError
from sockplay.values.items import short

Kind = Literal["name", "number", "text", "sign", "directive", "end"]

_TOKEN = re.compile(
    r"""(?P<gap>\s+|//[^\n]*|/\*.*?\*/|\\\r?\n|__packed\b
        |__attribute__\s*\(\([^()]*(?:\([^()]*\))?[^()]*\)\))
    |(?P<name>[^\W\d]\w*)
    |(?P<number>[0-9]\w*|'(?:\\.[^'\n]*|[^\\'\n])')
    |(?P<text>"(?:[^"\\\n]|\\.)*")
    |(?P<directive>\#(?:\\\r?\n|[^\n])*)
    |(?P<sign>\.\.|<<|>>|[<>=!]=|&&|\|\||[{}\[\]();:,=+\-*%&|^~!<>.]|/(?!\*))""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_KINDS: tuple[Kind, ...] = ("name", "number", "text", "directive", "sign")
_LONGEST_NAME = 64


class Token(NamedTuple):
    """One piece, and where it stands."""

    kind: Kind
    text: str
    column: int
    """Counted through the whole source, from 1."""

    def wrong(self, message: str) -> ValuesError:
        """Make an error that points here."""
        return ValuesError(message, self.column, max(1, len(self.text)))


def tokens(source: str, column: int = 1) -> list[Token]:
    """Cut a source into tokens, of which the last is an empty one that marks the end.

    Args:
        source: The source.
        column: The column of its first character in whatever it is a part of.

    Raises:
        ValuesError: A character does not belong, or a comment or text never ends.
    """
    found = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise _unknown(source, at, column)
        at = match.end()
        for kind in _KINDS:
            if match[kind]:
                found.append(Token(kind, match[kind], column + match.start()))
                if kind == "name" and len(match[kind]) > _LONGEST_NAME:
                    message = f"A name has at most {_LONGEST_NAME} characters: shorten this one"
                    raise found[-1].wrong(message)
    found.append(Token("end", "", column + len(source)))
    return found


def directive(token: Token) -> list[Token]:
    """Cut what stands after a directive's `#` into tokens.

    Raises:
        ValuesError: As for `tokens`.
    """
    text = _COMMENT.sub(lambda comment: " " * len(comment[0]), token.text)
    return tokens(text[1:], token.column + 1)


class Cursor:
    """A place among tokens, and what can be taken from there."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0

    @property
    def next(self) -> Token:
        """The token at the place."""
        return self._tokens[self._at]

    def after(self, count: int = 1) -> Token:
        """The token so many behind that one."""
        return self._tokens[min(self._at + count, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Take one token; the end stays where it is."""
        token = self.next
        self._at += token.kind != "end"
        return token

    def ended(self) -> bool:
        """Whether everything was taken."""
        return self.next.kind == "end"

    def sign(self, text: str) -> bool:
        """Take this sign if it is next, and say whether it was."""
        found = self.next.kind == "sign" and self.next.text == text
        self._at += found
        return found

    def word(self, *texts: str) -> str:
        """Take one of these names if it is next; empty when it is not."""
        if self.next.kind == "name" and self.next.text in texts:
            return self.take().text
        return ""

    def need(self, text: str, where: str) -> Token:
        """Take this sign, which must stand here.

        Raises:
            ValuesError: It does not. The sentence tells where it belongs: `after a field`.
        """
        token = self.next
        if not self.sign(text):
            raise token.wrong(f"{text} is missing {where}{before(token)}")
        return token

    def name(self, what: str) -> Token:
        """Take a name, which must stand here.

        Raises:
            ValuesError: It does not. The sentence tells what it names: `a field`.
        """
        if self.next.kind != "name":
            raise self.next.wrong(f"The name of {what} is missing{before(self.next)}")
        return self.take()

    def unexpected(self, wanted: str) -> NoReturn:
        """Refuse the next token.

        Raises:
            ValuesError: Always. It says what was wanted.
        """
        found = short(self.next.text) or "the end"
        raise self.next.wrong(f"{found} cannot stand here: write {wanted}")


def before(token: Token) -> str:
    """Say before what something is missing: ` before }`."""
    return f" before {short(token.text)}" if token.text else " at the end"


def _unknown(source: str, at: int, column: int) -> ValuesError:
    if source.startswith("/*", at):
        return ValuesError("This comment is not closed: end it with */", column + at, 2)
    if source[at] in "\"'":
        quote = "a double quote" if source[at] == '"' else "a single quote"
        return ValuesError(f"This text is not closed: end it with {quote}", column + at)
    message = f"{source[at]} cannot stand in a definition: remove it"
    return ValuesError(message, column + at)
