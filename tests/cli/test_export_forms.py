"""A session as text, as a table, as bytes; and captures of others at the command line."""

from __future__ import annotations

import csv
import io
import shutil
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from sockplay.cli.progress import Progress
from sockplay.model.errors import SockplayError
from sockplay.session.forms.file import written
from sockplay.session.forms.forms import FORMS, Form
from sockplay.session.forms.progress import GivenUpError
from sockplay.session.reader import Reader
from tests.cli.conversations import had
from tests.cli.running import here
from tests.cli.talks import an_echo, partial_reads
from tests.session.calls import numbered, plain, recorded
from tests.session.capture.captures import imported, pcap
from tests.session.capture.test_reading import hello


def test_the_bytes_of_one_direction_alone(folder: Path) -> None:
    session = had(folder, partial_reads)
    told = here("export", session, "--raw", "conn1:in", "-o", "-")
    assert (told.returncode, told.stdout, told.stderr) == (0, b"hello worl", b"")
    target = folder / "sent"
    assert here("export", session, "--raw", "cli1:out", "-o", target).returncode == 0
    assert target.read_bytes() == b"hello worl"
    again = here("export", session, "--raw", "cli1:out", "-o", target)
    assert (again.returncode, b"exists already" in again.stderr) == (1, True)
    none = here("export", session, "--raw", "cli1:in", "-o", target, "--force")
    assert b"has no bytes that cli1 received. There are: cli1:out, conn1:in." in none.stderr
    assert target.read_bytes() == b"hello worl", "a failed export replaces nothing"
    wrong = here("export", session, "--raw", "conn1", "-o", "-")
    assert (wrong.returncode, b"Use a socket and a way" in wrong.stderr) == (2, True)


def test_the_text_for_people_is_what_show_prints(folder: Path) -> None:
    session = had(folder, partial_reads)
    target = folder / "talk.txt"
    assert here("export", session, "-o", target).returncode == 0
    assert target.read_bytes() == here("show", "--hex", session).stdout


@pytest.mark.skipif(shutil.which("text2pcap") is None, reason="text2pcap is not here")
def test_text2pcap_makes_packets_of_the_dump(folder: Path) -> None:
    session = had(folder, an_echo)
    dump, capture = folder / "talk.hex", folder / "made.pcapng"
    assert here("export", session, "-o", dump).returncode == 0
    subprocess.run(
        ["text2pcap", "-q", "-D", "-t", "ISO", "-u", "7,8", dump, capture], check=True, timeout=30
    )
    with closing(Reader(session, ours=False)) as reader:
        moved = [call for call in reader.calls() if call.data]
    made = [call for call in imported(capture)[0] if call.data]
    assert [call.data for call in made] == [call.data for call in moved]
    assert [call.time_ns for call in made] == [call.time_ns for call in moved]


def test_a_cell_that_would_be_a_formula_is_text(folder: Path) -> None:
    evil = '=HYPERLINK("http://x","y")'
    made = [
        replace(plain(1, b"-1"), peer="@abstract", note=evil),
        replace(plain(1, b""), args="+1", local=' =1,"\n', socket="-a"),
    ]
    session = recorded(folder / "a.session", numbered(made))
    assert here("export", session, "-o", folder / "a.csv").returncode == 0
    text = (folder / "a.csv").read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n") == 3
    first, second = csv.DictReader(text.decode().splitlines())
    assert (first["note"], first["peer"]) == (f"'{evil}", "'@abstract")
    assert (first["time"], first["data"]) == ("2026-01-02T03:04:05.678901234Z", "2d 31")
    assert (second["args"], second["socket"], second["local"]) == ("'+1", "'-a", "' =1,\"\\n")
    for row in (first, second):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.suffix)
def test_a_form_that_is_given_up_leaves_no_file(folder: Path, form: Form, late: bool) -> None:
    session = recorded(folder / "a.session", [plain(1)])
    target = folder / f"a{form.suffix}"
    target.write_text("mine")
    with closing(Reader(session, ours=False)) as reader, pytest.raises(GivenUpError):
        form.write(reader, target, tell=lambda done, total: late and done < total, over=True)
    assert {path.name for path in folder.iterdir()} == {"a.session", target.name}
    assert target.read_text() == "mine"


def test_a_capture_of_others_is_exported_and_shown_as_a_session(folder: Path) -> None:
    capture = folder / "others.pcap"
    capture.write_bytes(pcap([*hello(), b"\0" * 20], 101))
    told = here("export", capture, "--raw", "cli1:in", "-o", "-")
    assert (told.returncode, told.stdout) == (0, b"bye")
    assert b"1 of 7 packets are left out" in told.stderr
    shown = here("show", "--json", capture)
    assert (shown.returncode, shown.stdout.count(b"\n")) == (0, 7)


def test_a_replaced_file_keeps_who_may_read_it_and_a_link_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "a", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    with written(link, over=True) as file:
        file.write(b"new")
        assert target.read_text() == "old", "until all is written"
    assert (target.read_text(), stat.S_IMODE(target.stat().st_mode)) == ("new", 0o600)
    assert link.is_symlink()
    with written(Path("/dev/null"), over=False) as file:
        file.write(b"a device is written as it is")
    nowhere = written(tmp_path / "no" / "a", over=False)
    with pytest.raises(SockplayError, match="cannot be written: No such file"), nowhere:
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "link"]


def test_on_a_terminal_the_share_is_shown_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sockplay.cli.progress._PATIENCE_S", 0)
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    progress = Progress("writing")
    assert progress(500, 1000)
    assert terminal.getvalue().endswith("writing 50%, Ctrl-C gives up")
    assert progress(1000, 1000)
    assert terminal.getvalue().endswith("\x1b[K")
