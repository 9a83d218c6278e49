from __future__ import annotations

import errno
import os
import socket

import pytest

from sockplay.engine.explain import errno_name, explain
from sockplay.model.info import State


def sentence(code: int, op: str, place: str) -> str:
    return str(explain(OSError(code, os.strerror(code)), op, place))


def test_a_privileged_port_says_what_it_needs() -> None:
    assert sentence(errno.EACCES, "bind", "127.0.0.1:80") == (
        "Port 80 needs administrator rights here. Choose one from 1024 up, or 0 for any free one. "
        "(EACCES)"
    )


def test_a_path_that_is_forbidden_speaks_of_permissions() -> None:
    assert "no right to use /root/s" in sentence(errno.EACCES, "bind", "/root/s")
    assert "no right to use /tmp/s:80" in sentence(errno.EACCES, "connect", "/tmp/s:80")


def test_a_forbidden_destination_speaks_of_broadcasts() -> None:
    assert "broadcast" in sentence(errno.EACCES, "sendto", "10.255.255.255:9")


def test_a_refusal_says_whether_it_was_an_earlier_datagrams() -> None:
    assert sentence(errno.ECONNREFUSED, "connect", "h:1").startswith("Nothing listens on h:1.")
    assert sentence(errno.ECONNREFUSED, "send", "h:1").startswith("An earlier datagram")
    assert sentence(errno.ECONNREFUSED, "sendto", "/tmp/s").startswith("Nothing listens on /tmp/s")


def test_a_reset_is_one_of_tcp_only() -> None:
    assert "(RST)" in sentence(errno.ECONNRESET, "recv", "127.0.0.1:1")
    assert "(RST)" not in sentence(errno.ECONNRESET, "recv", "(unnamed)")


def test_a_socket_that_has_an_address_or_no_connection_is_told_so() -> None:
    def told(code: int, op: str, state: State) -> str:
        return explain(OSError(code, os.strerror(code)), op, "127.0.0.1:9", state=state).sentence

    assert told(errno.EINVAL, "bind", "bound").startswith("It has an address already")
    assert told(errno.EINVAL, "bind", "new").startswith("The system does not accept 127.0.0.1:9")
    assert told(errno.EPIPE, "sendto", "new").startswith("It was never connected.")
    assert told(errno.EPIPE, "send", "open").startswith("The peer ended the connection")
    assert told(errno.EPIPE, "send", "we finished").startswith("The connection is closed for")


@pytest.mark.parametrize("op", ["bind", "connect", "send", "recv"])
def test_every_errno_has_a_sentence_and_its_name(op: str) -> None:
    for code, name in errno.errorcode.items():
        error = explain(OSError(code, os.strerror(code)), op, "127.0.0.1:9")
        assert error.sentence.endswith("."), name
        assert error.code, name
        assert error.code.isupper(), name
        assert "{" not in error.sentence, name


def test_windows_names_are_written_as_everywhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(errno.errorcode, 10061, "WSAECONNREFUSED")
    assert errno_name(OSError(10061, "refused")) == "ECONNREFUSED"


def test_names_that_cannot_be_looked_up() -> None:
    unknown = explain(socket.gaierror(socket.EAI_NONAME, "Name unknown"), "getaddrinfo", "x")
    assert str(unknown) == (
        "No computer is known as 'x'. Check the spelling, or use an address. (EAI_NONAME)"
    )
    later = explain(socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "getaddrinfo", "x")
    assert "could not be looked up: Temporary failure." in str(later)
    assert "No computer" in explain(UnicodeError("label too long"), "getaddrinfo", "x").sentence


def test_a_time_out_of_python_itself_counts_as_one() -> None:
    assert errno_name(TimeoutError()) == "ETIMEDOUT"
