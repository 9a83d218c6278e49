from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from sockplay.model.call import Call, call_text
from sockplay.model.errors import SockplayError
from sockplay.model.info import SocketInfo
from sockplay.model.spec import Behaviour, ClientSpec, Reply, ServerSpec

CALL: Final = Call(seq=1, time_ns=0, took_ns=0, socket="cli1", op="send")


def test_the_direction_follows_from_the_calls_name() -> None:
    assert [replace(CALL, op=op).direction for op in ("send", "sendall", "sendto")] == ["out"] * 3
    assert [replace(CALL, op=op).direction for op in ("recv", "recvfrom")] == ["in"] * 2
    into = ("recv_into", "recvfrom_into", "recvmsg", "recvmsg_into")
    assert [replace(CALL, op=op).direction for op in into] == ["in"] * 4
    assert replace(CALL, op="sendmsg").direction == "out"
    assert [replace(CALL, op=op).direction for op in ("connect", "close", "bind")] == [None] * 3


def test_a_read_is_written_with_its_bufsize() -> None:
    assert call_text(replace(CALL, op="recv", requested=4, moved=2, data=b"hi")) == "recv(4)"
    assert call_text(replace(CALL, op="recvfrom", requested=65535)) == "recvfrom(65535)"


def test_a_send_shows_its_bytes_when_all_moved_and_they_fit() -> None:
    assert call_text(replace(CALL, requested=2, moved=2, data=b"hi")) == "send(b'hi')"
    whole = replace(CALL, op="sendto", requested=2, moved=2, data=b"hi", args="('::1', 9)")
    assert call_text(whole) == "sendto(b'hi', ('::1', 9))"
    assert call_text(replace(CALL, requested=0, moved=0)) == "send(b'')"


def test_a_send_that_moved_less_claims_no_bytes_that_were_not_offered() -> None:
    assert call_text(replace(CALL, requested=9, moved=2, data=b"hi")) == "send(9 bytes)"
    assert call_text(replace(CALL, requested=1, error="EAGAIN")) == "send(1 byte)"
    long = replace(CALL, requested=5000, moved=5000, data=bytes(5000))
    assert call_text(long) == "send(5,000 bytes)"
    beginning = replace(CALL, requested=9, moved=9, data=b"hi")
    assert call_text(beginning, data_length=9) == "send(9 bytes)"
    assert len(call_text(replace(CALL, requested=20, moved=20, data=b"x" * 20), room=20)) <= 20


def test_a_call_that_fills_a_buffer_or_takes_several_is_written_as_python_takes_it() -> None:
    into = replace(CALL, op="recv_into", requested=64, moved=2, data=b"hi", args="MSG_PEEK")
    assert call_text(into) == "recv_into(buf, 64, MSG_PEEK)"
    assert call_text(replace(into, op="recvmsg_into", args="16")) == "recvmsg_into([buf], 16)"
    whole = replace(CALL, op="sendmsg", requested=2, moved=2, data=b"hi")
    assert call_text(whole) == "sendmsg([b'hi'])"


def test_a_call_without_bytes_is_written_with_its_arguments() -> None:
    assert call_text(replace(CALL, op="listen", args="128")) == "listen(128)"
    assert call_text(replace(CALL, op="close")) == "close()"


def test_an_error_says_its_sentence_and_its_errno() -> None:
    assert str(SockplayError("It failed.", "EPIPE")) == "It failed. (EPIPE)"
    assert str(SockplayError("It failed.")) == "It failed."


def test_a_socket_tells_whether_it_ended_and_what_it_carries() -> None:
    stream = SocketInfo("cli1", "tcp", "client", "open", "", "")
    assert stream.stream
    assert not stream.ended
    datagram = SocketInfo("udp1", "udp", "datagram", "failed", "", "")
    assert not datagram.stream
    assert datagram.ended


def test_servers_bind_loopback_and_read_by_hand_unless_told_otherwise() -> None:
    assert ServerSpec().host == "127.0.0.1"
    assert ServerSpec().behaviour == Behaviour(None, Reply("nothing"), False)
    assert ClientSpec().port == 2500
