"""Definitions on the command line: in files, and by the names under which they were kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from sockplay.library.library import Library, library_folder
from tests.cli.running import here, run

HEADER = "struct first { u8 x; };\nstruct header { u16be n; };\n"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return Library(library_folder())


def own(library: Library) -> dict[str, str]:
    return {kept.name: kept.source for kept in library.definitions() if not kept.shipped}


@pytest.mark.parametrize(
    ("layout", "data", "line"),
    [
        ("mine", "0201", "0000  02 01                        n  u16be  513"),
        ("mine:first", "07", "0000  07                           x  u8  7"),
        ("first", "07", "0000  07                           x  u8  7"),
        ("two words", "07", "0000  07                           field1  u8  7"),
    ],
)
def test_decode_takes_the_name_of_what_is_kept(
    library: Library, layout: str, data: str, line: str
) -> None:
    library.keep_definition("mine", HEADER)
    library.keep_definition("two words", "u8")
    ended = here("decode", layout, data)
    assert (ended.returncode, ended.stdout.decode()) == (0, line + "\n")


def test_decode_knows_what_is_shipped(library: Library) -> None:
    ended = here("decode", "question", "01 61 00 0001 0001")
    assert ended.returncode == 0
    assert "A (1)" in ended.stdout.decode()
    assert b"NXDOMAIN (3)" in here("decode", "dns", "0001 8183 0000 0000 0000 0000").stdout
    assert not library.folder.exists()


def test_a_type_is_a_type_whatever_is_kept_under_its_name(library: Library) -> None:
    library.keep_definition("u16", HEADER)
    assert b"field1  u16be  513" in here("decode", "u16", "0201").stdout


@pytest.mark.parametrize(
    ("layout", "sentences"),
    [
        ("dsn", ["I know no type dsn.", "There is no definition dsn. Did you mean dns?"]),
        ("dns:qestion", ["dns has no struct qestion. Did you mean dns:question?"]),
        (
            "wrong",
            ["The definition wrong cannot be used. Line 2, column 3: There is no"],
        ),
        ("none.layout", ["none.layout cannot be read: No such file or directory."]),
    ],
)
def test_a_name_that_leads_nowhere_is_wrong_usage(
    library: Library, layout: str, sentences: list[str]
) -> None:
    library.keep_definition("wrong", "struct a { u8 x[\n  m]; };")
    ended = here("decode", layout, "00")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert all(sentence in ended.stderr.decode() for sentence in sentences)


def test_a_file_that_is_decoded_is_not_kept(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "all.h"
    path.write_text(HEADER)
    assert here("decode", path, "0201").returncode == 0
    assert own(library) == {}


def test_layout_keeps_definitions_wherever_it_stands(library: Library, tmp_path: Path) -> None:
    for name in ("a.h", "b.layout", "c.h"):
        (tmp_path / name).write_text(HEADER)
    a, b, c = (tmp_path / name for name in ("a.h", "b.layout", "c.h"))
    ended = run("--layout", a, "client", "1", "--layout", b, "--layout", c, "--quiet")
    assert (ended.returncode, b"ECONNREFUSED" in ended.stderr) == (1, True)
    assert own(library) == {"a": HEADER, "b": HEADER, "c": HEADER}
    a.write_text("struct other { u8 x; };")
    run("client", "1", "--quiet", "--layout", a)
    assert own(library)["a"] == "struct other { u8 x; };"
    assert (library.folder / "definitions" / "a.layout~").read_text() == HEADER


@pytest.mark.parametrize(
    ("name", "text", "sentences"),
    [
        (
            "a.h",
            "struct a {\n  u16 n;\n  char x[m];\n};\n",
            ["Line 3, column 10: There is no field m here.", "  char x[m];\n         ^"],
        ),
        ("a.txt", HEADER, ["a.txt is no definition. Give a file *.h or *.layout."]),
        ("none.h", None, ["none.h cannot be read: No such file or directory."]),
        ("a:b.h", HEADER, ["a:b is no name here."]),
    ],
)
def test_a_wrong_layout_is_wrong_usage_and_keeps_nothing(
    library: Library, tmp_path: Path, name: str, text: str | None, sentences: list[str]
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    ended = here("server", "0", "--quiet", "--layout", path)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert all(sentence in ended.stderr.decode() for sentence in sentences)
    assert own(library) == {}


def test_layout_belongs_to_commands_that_meet_messages() -> None:
    ended = here("--layout", "x.h", "encode", "u8:1")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"--layout goes with server, client, or no command at all." in ended.stderr
