from __future__ import annotations

import pytest

from sockplay.console.completion import COUNT, HELP_CHARS, complete
from sockplay.console.socket_help import METHODS, NAMES
from sockplay.console.standard.module import SocketModule
from tests.console.talking import Talk


def texts(talk: Talk, source: str) -> list[str]:
    return [item.text for item in talk.prompt.complete(source, len(source)).items]


def help_of(talk: Talk, source: str) -> str:
    (item,) = talk.prompt.complete(source, len(source)).items
    return item.help


def test_names_are_completed_where_they_stand(talk: Talk) -> None:
    source = "s = create_ser + 1"
    found = talk.prompt.complete(source, 14)
    assert (found.start, [item.text for item in found.items]) == (4, ["create_server"])
    assert found.items[0].help.startswith("A TCP server in one call")
    assert texts(talk, "whi") == ["while"]
    assert texts(talk, "prin") == ["print"]


def test_constants_say_their_value_and_what_they_are_for(talk: Talk) -> None:
    assert help_of(talk, "AF_INET6") == f"{talk_value(talk)}: IPv6: an address is " + (
        "(host, port, flow, scope)."
    )
    assert texts(talk, "socket.SHUT_") == ["SHUT_RD", "SHUT_RDWR", "SHUT_WR"]


def talk_value(talk: Talk) -> int:
    return int(talk.enter("int(AF_INET6)")[0])


def test_methods_of_a_socket_say_what_they_do(talk: Talk) -> None:
    talk.enter("a, b = socketpair()")
    assert texts(talk, "a.recv_") == ["recv_into"]
    assert help_of(talk, "x = a.setb") == METHODS["setblocking"]
    assert {"accept", "makefile", "type"} <= set(texts(talk, "a."))
    talk.enter("a.close()\nb.close()")


def test_what_was_made_is_completed_with_its_first_line_of_help(talk: Talk) -> None:
    talk.enter('def serve():\n    """Serve for ever.\n\n    More.\n    """\n')
    assert help_of(talk, "serv") == "Serve for ever."
    talk.enter("class Peer:\n    def ask(self): 'Ask it.'\n\npeer = Peer()\npeer.age = 3")
    assert texts(talk, "peer.a") == ["age", "ask"]
    assert help_of(talk, "peer.age") == "3"
    assert help_of(talk, "peer.ask") == "Ask it."


def test_nothing_is_run_to_complete(talk: Talk) -> None:
    talk.enter("""\
ran = []
class Trap:
    deep = property(lambda self: ran.append('property'))
    def __getattr__(self, name): ran.append('getattr')
    def __dir__(self): ran.append('dir')
    def __repr__(self): ran.append('repr')
    __class__ = property(lambda self: ran.append('class'))

trap = Trap()
""")
    assert texts(talk, "trap.d") == ["deep"]
    assert texts(talk, "trap.deep.") == []
    assert texts(talk, "trap.nothing.") == []
    assert texts(talk, "trap") == ["trap"]
    assert talk.enter("ran") == ["[]"]


@pytest.mark.parametrize("source", ["", "x = ", "f().", "1.", "'abc'.", "nowhere."])
def test_where_no_name_stands_nothing_is_offered(talk: Talk, source: str) -> None:
    assert texts(talk, source) == []


def test_hidden_names_come_when_they_are_asked_for(talk: Talk) -> None:
    assert "__name__" not in texts(talk, "n")
    assert texts(talk, "__name") == ["__name__"]


def test_a_flood_of_names_is_bounded() -> None:
    names = {f"name_{number}": number for number in range(5000)}
    found = complete("name", names, {}, lambda _: None)
    assert len(found.items) == COUNT


def test_every_line_of_help_is_about_something_that_is_there(talk: Talk) -> None:
    made: SocketModule = talk.prompt.sockets
    kind = made.module.socket
    assert [name for name in METHODS if not hasattr(kind, name)] == []
    missing = [name for name in NAMES if not hasattr(made.module, name)]
    assert missing in ([], ["socket"])
    assert all(len(line) <= HELP_CHARS for line in (*METHODS.values(), *NAMES.values()))
