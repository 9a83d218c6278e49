from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from msgspec.structs import replace

from sockplay.library.definition_text import EXAMPLE, structs_of
from sockplay.library.files import typed_path
from sockplay.library.kept import KeptDefinition
from sockplay.library.library import Library, library_folder
from sockplay.library.payload_text import parse_payload
from sockplay.model.errors import SockplayError
from sockplay.values.composing.draft import Draft

HEADER = "struct first { u8 x; };\nstruct header { u16be n; };\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "kept" / "sockplay")


def own(library: Library) -> dict[str, KeptDefinition]:
    return {kept.name: kept for kept in library.definitions() if not kept.shipped}


def names(library: Library) -> list[str]:
    return [kept.name for kept in library.payloads()]


def refusal(doing: Callable[[], object]) -> str:
    with pytest.raises(SockplayError) as caught:
        doing()
    return str(caught.value)


def test_a_library_is_empty_until_something_is_kept_and_makes_no_folder(library: Library) -> None:
    assert (library.payloads(), own(library)) == ([], {})
    assert not library.folder.exists()


def test_what_was_kept_is_there_in_another_run(library: Library) -> None:
    draft = Draft("hello\n", "text", ending=r"\r\n")
    assert library.keep_payload(" hello world ", draft) == "hello world"
    library.keep_payload("a", replace(draft, mode="line"))
    library.keep_definition("header", HEADER)
    again = Library(library.folder)
    assert [(kept.name, kept.draft) for kept in again.payloads()] == [
        ("a", replace(draft, mode="line")),
        ("hello world", draft),
    ]
    assert own(again) == {"header": KeptDefinition("header", HEADER, ("first", "header"))}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_nobody_else_may_read_it(library: Library) -> None:
    library.keep_payload("a", Draft("secret"))
    library.keep_payload("a", Draft("another"))
    for folder in (library.folder, library.folder / "payloads"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list((library.folder / "payloads").iterdir())
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "A name is missing."),
        (" \t", "A name is missing."),
        ("../a", "does not begin with a dot"),
        (".a", "does not begin with a dot"),
        ("a/b", "is no name here. Use letters"),
        ("a\\b", "is no name here."),
        ("dns:header", "is no name here."),
        ("a\nb", r"a\nb is no name here."),
        ("a\x1b]0;x\x07", r"\x1b]0;x\x07 is no name here."),
        ("a\u202eb", "is no name here."),
        ("a\ud800", "is no name here."),
        ("\u0301a", "is no name here."),
        ("NUL", "Windows does not allow"),
        ("com1.x", "Windows does not allow"),
        ("a.", "Windows does not allow"),
        ("x" * 61, "at most 60 characters"),
    ],
)
def test_a_name_that_some_system_refuses_is_refused_everywhere(
    library: Library, name: str, sentence: str
) -> None:
    assert sentence in refusal(lambda: library.keep_payload(name, Draft()))
    assert sentence in refusal(lambda: library.keep_definition(name, HEADER))
    library.keep_definition("a", HEADER)
    assert sentence in refusal(lambda: library.rename("definition", "a", name))
    assert list(own(library)) == ["a"]


def test_the_longest_name_is_a_file_name_in_every_script(library: Library) -> None:
    for name in ("x" * 60, "안" * 60, "😀" * 60):
        library.keep_payload(name, Draft(name))
    assert [kept.draft.source for kept in library.payloads()] == names(library)


def test_half_a_character_is_refused_and_what_was_there_stays(library: Library) -> None:
    library.keep_payload("a", Draft("before"))
    library.keep_definition("a", HEADER)
    for draft in (Draft("\ud800"), Draft("x", encoding="\ud800")):
        sentence = refusal(lambda draft=draft: library.keep_payload("a", draft))  # type: ignore[misc]
        assert "half a character" in sentence
    assert "half a character" in refusal(lambda: library.keep_definition("a", "// \ud800"))
    assert library.payloads()[0].draft == Draft("before")
    assert own(library)["a"].source == HEADER


def test_what_is_removed_can_be_brought_back(library: Library) -> None:
    library.keep_payload("a", Draft("one"))
    removed = library.remove("payload", "a")
    assert names(library) == []
    library.restore(removed)
    assert library.payloads()[0].draft == Draft("one")


def test_what_is_brought_back_takes_nobodys_place(library: Library) -> None:
    library.keep_definition("a", HEADER)
    removed = library.remove("definition", "a")
    library.keep_definition("a", EXAMPLE)
    assert refusal(lambda: library.restore(removed)) == (
        "There is another definition a now. Rename that first, then bring this back."
    )
    assert own(library)["a"].source == EXAMPLE
    library.rename("definition", "a", "b")
    library.restore(removed)
    assert (own(library)["a"].source, own(library)["b"].source) == (HEADER, EXAMPLE)
    library.remove("definition", "a")
    (library.folder / "definitions" / "a.layout~").unlink()
    assert "cannot be brought back: No such file" in refusal(lambda: library.restore(removed))


def test_what_was_removed_comes_back_and_no_older_file_of_that_name(library: Library) -> None:
    library.keep_definition("q", EXAMPLE)
    library.remove("definition", "q")
    (library.folder / "definitions" / "q.h").write_text(HEADER)
    library.restore(library.remove("definition", "q"))
    assert own(library)["q"].source == HEADER


def test_what_is_replaced_stays_beside_it_whole(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.keep_payload("a", Draft("one"))
    library.keep_payload("a", Draft("two"))
    library.keep_payload("a", Draft("two"))
    before = library.folder / "payloads" / "a.payload~"
    assert parse_payload(before.read_text()) == Draft("one")

    def full(source: BinaryIO, goal: BinaryIO) -> None:
        goal.write(source.read(3))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfileobj", full)
    sentence = refusal(lambda: library.keep_payload("a", Draft("three")))
    assert "cannot be replaced: No space left on device." in sentence
    assert parse_payload(before.read_text()) == Draft("one")
    assert library.payloads()[0].draft == Draft("two")
    assert len(list(before.parent.iterdir())) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets not everybody make links")
def test_neither_a_link_nor_what_it_leads_to_is_replaced(library: Library, tmp_path: Path) -> None:
    library.keep_payload("a", Draft("one"))
    target, place = tmp_path / "shared.layout", library.folder / "definitions"
    target.write_text(HEADER)
    place.mkdir()
    for name, goal in (("mine", target), ("dangling", tmp_path / "none")):
        (place / f"{name}.layout").symlink_to(goal)
        sentence = refusal(lambda name=name: library.keep_definition(name, EXAMPLE))  # type: ignore[misc]
        assert "is a link to another file and stays." in sentence
        assert (place / f"{name}.layout").is_symlink()
    assert target.read_text() == HEADER
    assert not (tmp_path / "none").exists()
    (library.folder / "payloads" / "a.payload~").symlink_to(target)
    library.keep_payload("a", Draft("two"))
    assert target.read_text() == HEADER


def test_what_would_not_be_read_again_is_not_written(library: Library, tmp_path: Path) -> None:
    longest = "// " + "안" * ((1 << 20) // 3 - 1)
    library.keep_definition("a", longest)
    assert own(library)["a"].source == longest
    sentence = "This has 1,048,578 bytes, more than 1,048,576. Make it shorter."
    assert refusal(lambda: library.keep_definition("a", longest + "안")) == sentence
    assert own(library)["a"].source == longest
    assert "Make it shorter." in refusal(lambda: library.keep_payload("p", Draft("x" * (1 << 20))))
    assert names(library) == []


def test_another_name_must_be_free(library: Library) -> None:
    for name in ("a", "b"):
        library.keep_definition(name, HEADER)
    assert "a definition b already" in refusal(lambda: library.rename("definition", "a", "b"))
    assert library.rename("definition", "a", "a") == "a"
    assert library.rename("definition", "a", "dns") == "dns"
    assert sorted(own(library)) == ["b", "dns"]
    assert "no definition a any more" in refusal(lambda: library.rename("definition", "a", "c"))
    assert "no payload a any more" in refusal(lambda: library.remove("payload", "a"))


def test_what_is_shipped_stays_and_a_copy_of_that_name_stands_for_it(library: Library) -> None:
    assert "dns is shipped with sockplay" in refusal(lambda: library.remove("definition", "dns"))
    assert "dns is shipped" in refusal(lambda: library.rename("definition", "dns", "mine"))
    library.keep_definition("dns", HEADER)
    assert [kept.source for kept in library.definitions() if kept.name == "dns"] == [HEADER]
    assert library.find("dns") == (HEADER, "")
    library.remove("definition", "dns")
    assert library.find("dns")[0].startswith("// A DNS message")


def test_a_definition_with_a_mistake_is_kept_and_says_where_it_is(library: Library) -> None:
    library.keep_definition("wrong", "struct a {\r\n\tu16 n;\n  char x[m];\n};\n")
    library.keep_definition("right", HEADER)
    kept = own(library)
    assert kept["wrong"].problem == "Line 3, column 10: There is no field m here."
    assert kept["right"].structs == ("first", "header")
    sentence = refusal(lambda: library.find("wrong"))
    assert sentence == f"The definition wrong cannot be used. {kept['wrong'].problem}"


def test_names_lead_to_definitions_and_to_structs(library: Library) -> None:
    library.keep_definition("mine", HEADER)
    assert library.find("mine") == (HEADER, "")
    assert library.find(" mine:first ") == (HEADER, "first")
    assert library.find("header") == (HEADER, "header")
    assert library.find("dns")[1] == ""
    assert refusal(lambda: library.find("heder")) == (
        "There is no definition heder. Did you mean header?"
    )
    assert refusal(lambda: library.find("mine:frst")) == (
        "mine has no struct frst. Did you mean mine:first?"
    )
    assert (
        refusal(lambda: library.find("mine:q7q")) == "mine has no struct q7q. It has first, header."
    )
    assert "Did you mean dns?" in refusal(lambda: library.find("dsn"))
    assert refusal(lambda: library.find("q7q")) == "There is no definition q7q."


def test_damaged_files_hide_no_others(library: Library) -> None:
    library.keep_payload("good", Draft("x"))
    library.keep_definition("good", HEADER)
    for folder, suffix in (("payloads", ".payload"), ("definitions", ".h")):
        place = library.folder / folder
        (place / f"binary{suffix}").write_bytes(bytes(range(256)))
        (place / f"huge{suffix}").write_bytes(b"\n" * (1 << 20) + b"\n")
        (place / f"folder{suffix}").mkdir()
        (place / f"dangling{suffix}").symlink_to(place / "nowhere")
        (place / f"loop{suffix}").symlink_to(place / f"loop{suffix}")
        (place / f"unreadable{suffix}").write_text("struct a { u8 x; };")
        (place / f"unreadable{suffix}").chmod(0)
        (place / f".hidden{suffix}").write_text("x")
        (place / os.fsdecode(b"a\x1b\xff" + suffix.encode())).write_text("x")
        if hasattr(os, "mkfifo"):
            os.mkfifo(place / f"pipe{suffix}")
    for kept in ([*library.payloads()], [*own(library).values()]):
        problems = {each.name: each.problem for each in kept}
        assert problems.pop("good") == ""
        if os.getuid() == 0:  # who may read everything
            problems.pop("unreadable")
        assert {"binary", "huge", "folder", "dangling", "loop", "pipe"} < set(problems)
        assert ".hidden" not in problems
        assert all(problem.endswith((".", "?", ")")) for problem in problems.values()), problems
    library.remove("payload", "folder")
    library.remove("definition", "dangling")
    assert "folder" not in names(library)
    assert "dangling" not in own(library)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    library = Library(tmp_path / "file" / "sockplay")
    assert library.payloads() == []
    sentence = refusal(lambda: library.keep_payload("a", Draft()))
    assert "cannot be made: Not a directory." in sentence
    assert sentence.endswith("(ENOTDIR)")


def test_what_is_exported_is_imported_by_another_person(library: Library, tmp_path: Path) -> None:
    draft = Draft("a\r\nb\n\n", "line", "little")
    library.keep_payload("p", draft)
    library.keep_definition("d", HEADER.replace("\n", "\r\n"))
    written = [library.export("payload", "p", tmp_path / "my payload")]
    written += [library.export("definition", "d", tmp_path)]
    written += [library.export("definition", "dns", tmp_path / "dns.h")]
    assert [path.name for path in written] == ["my payload.payload", "d.layout", "dns.h"]
    other = Library(tmp_path / "other")
    assert [other.import_file(path) for path in written] == [
        ("payload", "my payload"),
        ("definition", "d"),
        ("definition", "dns"),
    ]
    assert other.payloads()[0].draft == draft
    assert own(other)["d"].source == HEADER.replace("\n", "\r\n")


def test_export_writes_over_nothing(library: Library, tmp_path: Path) -> None:
    library.keep_payload("p", Draft("x"))
    path = library.export("payload", "p", tmp_path / "a.txt")
    assert refusal(lambda: library.export("payload", "p", path)) == (
        f"{path} is there already. Type another name, or remove it first. (EEXIST)"
    )
    assert "(ENOENT)" in refusal(lambda: library.export("payload", "p", tmp_path / "b" / "c.txt"))
    assert "no payload q any more" in refusal(lambda: library.export("payload", "q", tmp_path))
    assert "(ENAMETOOLONG)" in refusal(
        lambda: library.export("payload", "p", tmp_path / ("x" * 300))
    )
    assert "(ENAMETOOLONG)" in refusal(lambda: library.import_file(tmp_path / ("x" * 300 + ".h")))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
@pytest.mark.skipif(hasattr(os, "getuid") and os.getuid() == 0, reason="root may do everything")
def test_a_folder_that_may_not_be_looked_into_is_said(library: Library, tmp_path: Path) -> None:
    library.keep_payload("p", Draft("x"))
    (tmp_path / "shut").mkdir(mode=0o000)
    path = tmp_path / "shut" / "a.payload"
    assert "(EACCES)" in refusal(lambda: library.export("payload", "p", path))


def test_a_typed_path_begins_where_the_person_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    assert typed_path(" a b ") == gone / "a b"
    if sys.platform != "win32":  # where nobody removes the folder of a running program
        gone.rmdir()
        assert refusal(lambda: typed_path("a")) == (
            "The folder that sockplay was started in is gone. Type a path that begins with /."
        )
        assert typed_path("/a") == Path("/a")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.txt", b"", "a.txt is neither a definition (.layout or .h) nor a payload (.payload)."),
        ("a.layout", b"struct a {\n  u16 n\n};", "Line 3, column 1: "),
        ("a.payload", b"hello\n\n", "Line 1 is no setting."),
        ("a.payload", b"mode: hex\n\n\xff", "is no UTF-8 text"),
        ("a.h", b"x" * ((1 << 20) + 1), "has more than 1,048,576 bytes"),
        (".layout", b"", "is neither"),
        (" .h", b"struct a { u8 x; };", "A name is missing."),
    ],
)
def test_what_cannot_be_imported_is_refused(
    library: Library, tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert sentence in refusal(lambda: library.import_file(path))
    assert not library.folder.exists()


def test_an_import_replaces_nothing_that_differs(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.h"
    path.write_text(HEADER)
    assert library.import_file(path) == library.import_file(path) == ("definition", "a")
    path.write_text("struct other { u8 x; };")
    assert "a definition a already" in refusal(lambda: library.import_file(path))
    assert own(library)["a"].source == HEADER
    missing = refusal(lambda: library.import_file(tmp_path / "none.h"))
    assert missing.endswith("cannot be read: No such file or directory. Check the path. (ENOENT)")


def test_a_new_definition_begins_with_one_that_is_right() -> None:
    assert structs_of(EXAMPLE) == ("message",)


def test_the_library_is_in_the_persons_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
        assert library_folder() == Path("/somewhere/sockplay")
    assert library_folder().name == "sockplay"
