from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import SOCKPLAY, here, run
from tests.session.calls import plain, recorded


@pytest.mark.parametrize("program", ["run(['--help'])", "run(['encode', 'u8:1'])", "0"])
def test_what_needs_no_screen_and_no_record_loads_none(program: str) -> None:
    source = f"""
import sys
from sockplay.cli.main import run
try:
    {program}
except SystemExit:
    pass
heavy = {{"textual", "rich", "sqlite3", "asyncio"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", source], check=True, capture_output=True, timeout=15)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["sever"], "'sever' is no command. Did you mean server?"),
        (["server", "--replay", "echo"], "no option '--replay'. Did you mean --reply?"),
        (["client", "--rec=x"], "no option '--rec'"),
        (["server", "70000"], "'70000' is no port. Use 0 to 65535"),
        (["server", "http"], "'http' is no port."),
        (["client", "0"], "'0' is no port. Use 1 to 65535."),
        (["client", "-p", "x"], "'x' is no port."),
        (["client", "localhost", "1", "2"], "'2' is one argument too many"),
        (["server", "1", "-p", "2"], "PORT is given twice"),
        (["server", "--dgram"], "--dgram goes with --unix"),
        (["server", "--unix", "/tmp/x", "-p", "1"], "takes neither HOST nor PORT"),
        (["server", "--bufsize", "0"], "'0' is no bufsize. Use 1 to 67,108,864."),
        (["server", "--bufsize", "1", "--manual"], "not allowed with"),
        (["client", "--wait", "nan"], "'nan' is no time."),
        (["server", "--encoding", "utf9"], "I know no encoding 'utf9'."),
        (["encode", "--order", "bug", "u8:1"], "'bug' is no choice here. Did you mean big?"),
        (["encode", "u8:1", "u8:2"], "'u8:2' is one argument too many."),
        (["encode"], "required: PAYLOAD"),
        (["--record", "x", "show", "y"], "--record goes with"),
        ([], "the workbench needs a terminal"),
        (["\x1b]52;c;\x07"], r"\x1b"),
    ],
)
def test_wrong_usage_is_said_in_a_sentence_and_ends_with_2(args: list[str], sentence: str) -> None:
    ended = here(*args)
    assert (ended.returncode, ended.stdout) == (2, b"")
    error = ended.stderr.decode()
    assert sentence in error
    assert error.startswith("sockplay")
    assert all(line.isprintable() for line in error.split("\n"))


def test_help_and_version_go_to_standard_output() -> None:
    assert b"A lone number is a port on localhost" in run("client", "--help").stdout
    assert run("--version").stdout.startswith(b"sockplay")


def test_encode_prints_hexadecimal() -> None:
    ended = run("encode", "--order", "little", "--encoding", "cp949", 'u16:513 "안"')
    assert (ended.returncode, ended.stdout) == (0, b"01 02 be c8\n")


def test_a_process_that_was_given_no_output_needs_none() -> None:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", *SOCKPLAY, "encode", "u8:1"]
    if sys.platform == "win32":
        pytest.skip("Windows has no sh")
    assert subprocess.run(command, timeout=15, check=False).returncode == 0


def test_encode_raw_prints_the_bytes() -> None:
    assert here("encode", "--raw", 'hex"00ff"').stdout == b"\x00\xff"


def test_a_file_is_a_payload(tmp_path: Path) -> None:
    path = tmp_path / "bytes"
    path.write_bytes(b"\x01\x02")
    assert here("encode", f'file"{path}"').stdout == b"01 02\n"
    missing = here("encode", f'file"{path}2"')
    assert missing.returncode == 2
    assert b"cannot be read: No such file or directory" in missing.stderr


def test_a_mistake_in_a_payload_is_pointed_at() -> None:
    ended = here("encode", "u8:1 u8:300")
    assert ended.returncode == 2
    lines = ended.stderr.decode().splitlines()
    assert lines[0] == "sockplay encode: u8:300: 300 does not fit u8 (0 to 255)"
    assert lines[1:3] == ["u8:1 u8:300", "     ^^^^^^"]


def test_show_prints_a_session_in_each_form(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.session", [plain(1), plain(2, b"\x1b[31m")])
    assert here("show", path).stdout.decode().count("\n") == 2
    assert b"0000  68 65 6c 6c 6f" in here("show", "--hex", path).stdout
    assert here("show", "--json", path).stdout.count(b'"seq"') == 2


def test_show_of_what_is_no_session_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("hello")
    ended = here("show", path)
    assert ended.returncode == 1
    assert ended.stderr.startswith(b"sockplay: ")
    assert here("show", tmp_path / "none").returncode == 1


def test_a_reader_who_leaves_ends_show_quietly(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.session", [plain(seq, bytes(9000)) for seq in range(1, 300)])
    show = subprocess.Popen(
        [*SOCKPLAY, "show", "--hex", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert show.stdout is not None
    show.stdout.read(10)
    show.stdout.close()
    assert show.wait(10) == 0
    assert show.stderr is not None
    assert show.stderr.read() == b""
    show.stderr.close()
