"""The smallest pieces of a definition: names, numbers, texts, signs and directives.

`__attribute__((packed))` and the like are passed over: being packed is the rule here.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, NoReturn

from sockplay.values.errors import ValuesError
from sockplay.values.printable import short

Kind = Literal["name", "number", "text", "sign", "directive", "end"]

_TOKEN = re.compile(
    r"""(?P<gap>\s+|//[^\n]*|/\*.*?\*/|\\\r?\n|__packed\b
        |__extension__\b|__(?:BEGIN|END)_DECLS\b|__declspec\s*\([^()]*(?:\([^()]*\))?[^()]*\)
        |__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\))
    |(?P<name>[^\W\d]\w*)
    |(?P<number>[0-9]\w*|'(?:\\.[^'\n]*|[^\\'\n])')
    |(?P<text>"(?:[^"\\\n]|\\.)*")
    |(?P<directive>\#(?:\\\r?\n|//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"|[^\n])*)
    |(?P<sign>\.\.|<<|>>|[<>=!]=|&&|\|\||[{}\[\]();:,=+\-*%&|^~!<>.?]|/(?!\*))""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r'//[^\n]*|/\*.*?(?P<end>\*/|\Z)|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
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
        if match["directive"] and at == len(source):
            _check_comments(match["directive"], column + match.start())
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

    def blank(found: re.Match[str]) -> str:
        if found[0].startswith('"'):
            return found[0]
        return " " * len(found[0])

    return tokens(_COMMENT.sub(blank, token.text)[1:], token.column + 1)


def directive_name(token: Token) -> str:
    """The word that a directive starts with; empty for none."""
    words = re.findall(r"\w+", token.text[:_LONGEST_NAME])
    return words[0] if words else ""


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


def _check_comments(text: str, column: int) -> None:
    """Refuse a directive in which a comment starts that never ends."""
    for comment in _COMMENT.finditer(text):
        if comment["end"] == "":
            raise _unknown(text, comment.start(), column)


def _unknown(source: str, at: int, column: int) -> ValuesError:
    if source.startswith("/*", at):
        return ValuesError("This comment is not closed: end it with */", column + at, 2)
    if source[at] in "\"'":
        quote = "a double quote" if source[at] == '"' else "a single quote"
        return ValuesError(f"This text is not closed: end it with {quote}", column + at)
    message = f"{source[at]} cannot stand in a definition: remove it"
    return ValuesError(message, column + at)
