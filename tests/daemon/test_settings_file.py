from __future__ import annotations

import errno
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from filelock import FileLock

from earmark_daemon import settings_file
from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.settings import Folder, Settings, Tags, Writing
from earmark_daemon.settings_file import TEMPLATE, add_folder, change_value, load, remove_folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def test_without_a_file_the_defaults_hold_and_the_template_says_the_same(path: Path) -> None:
    assert load(path) == Settings()
    path.parent.mkdir()
    path.write_text(TEMPLATE)
    assert load(path) == Settings()


def test_folders_come_and_go_and_comments_stay(path: Path) -> None:
    add_folder(path, Folder("/pack"))
    path.write_text(path.read_text().replace("genre = true", "genre = true # as I like it"))
    add_folder(path, Folder("/other", write_tags=False, exclude=("*.bak",)))
    settings = add_folder(path, Folder("/pack", exclude=("x",)))
    assert set(settings.folders) == {
        Folder("/pack", exclude=("x",)),
        Folder("/other", False, ("*.bak",)),
    }
    settings = remove_folder(path, "/pack")
    assert settings.folders == (Folder("/other", False, ("*.bak",)),)
    text = path.read_text()
    assert "# as I like it" in text
    assert "# Which fields" in text


def test_after_the_last_folder_has_gone_another_can_come(path: Path) -> None:
    add_folder(path, Folder("/pack"))
    assert add_folder(path, Folder("/pack", write_tags=False)).folders == (Folder("/pack", False),)
    assert remove_folder(path, "/pack") == Settings()
    assert "# Which fields" in path.read_text()
    assert add_folder(path, Folder("/other")).folders == (Folder("/other"),)
    assert load(path).folders == (Folder("/other"),)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("[]", ()),
        ('[{path = "/own", write_tags = false}]', (Folder("/own", write_tags=False),)),
    ],
)
def test_folders_that_stand_in_a_plain_list_take_others_beside_them(
    path: Path, written: str, kept: tuple[Folder, ...]
) -> None:
    path.parent.mkdir()
    path.write_text(f"folder = {written}\n{TEMPLATE}")
    assert load(path).folders == kept
    assert add_folder(path, Folder("/pack")).folders == (*kept, Folder("/pack"))
    assert change_value(path, "writing", "genre", False).folders == (*kept, Folder("/pack"))
    for folder in (*kept, Folder("/pack")):
        remove_folder(path, folder.path)
    assert load(path).folders == ()
    assert add_folder(path, Folder("/pack")).folders == (Folder("/pack"),)
    assert "# Which fields" in path.read_text()


def test_what_several_change_at_once_is_all_kept(path: Path) -> None:
    folders = {Folder(f"/pack {number}") for number in range(24)}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda folder: add_folder(path, folder), folders))
    assert set(load(path).folders) == folders


def test_a_value_is_changed_in_place(path: Path) -> None:
    settings = change_value(path, "writing", "genre", False)
    assert settings.writing.genre is False
    assert load(path) == settings


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[writing]\ngenre = 1", "genre in .writing. must be true or false"),
        ("[writing]\ngenres = true", "knows no 'genres'"),
        ("[wrting]\n", "no section .wrting."),
        ("writing = 3", "not a section"),
        ("[watching]\nquiet_seconds = -1", "must be a number from 0 to 86400, not -1"),
        ("[watching]\nquiet_seconds = nan", "must be a number from 0 to 86400, not nan"),
        ("[watching]\nquiet_seconds = inf", "must be a number from 0 to 86400, not inf"),
        (f"[watching]\nquiet_seconds = 1{'0' * 400}", "must be a number from 0 to 86400, not 10"),
        (f"[watching]\nquiet_seconds = 1{'0' * 5000}", "not valid TOML"),
        ("[writing]\nsure_from = nan", "must be a number from 0 to 1, not nan"),
        ("[work]\nprocesses = 100_000", "must be a number from 0 to 1024, not 100000"),
        ("[watching]\nexclude = 'x'", "a list of texts"),
        ("[work]\nprocesses = true", "a whole number"),
        ("[[folder]]\nwrite_tags = true", "has no path"),
        ("[[folder]]\npath = 'relative'", "not a full path"),
        ("[writing\n", "not valid TOML"),
        ("[watching]\nexclude = ['[z-a]']", "“.z-a.” cannot be read: bad .* z-a. Write .a-z. for"),
        ("[[folder]]\npath = '/a'\nexclude = ['[z-a]']", "“.z-a.” cannot be read"),
        ("[tags]\nsure_from = 0.8", "numbers by name, such as { clap = 0.8 }"),
        ("[tags]\nsure_from = { clap = 80 }", "clap in sure_from .* number from 0 to 1, not 80"),
        ("[tags]\nsure_from = { clap = true }", "number from 0 to 1, not True"),
    ],
)
def test_a_mistake_is_named_and_the_file_left_alone(path: Path, text: str, complaint: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(EarmarkError, match=complaint):
        load(path)
    with pytest.raises(EarmarkError, match=complaint):
        add_folder(path, Folder("/pack"))
    assert path.read_text() == text


def test_a_change_that_would_not_validate_is_refused(path: Path) -> None:
    add_folder(path, Folder("/pack"))
    before = path.read_text()
    with pytest.raises(EarmarkError, match="must be true or false"):
        change_value(path, "writing", "genre", "often")
    assert path.read_text() == before
    assert [item.name for item in path.parent.iterdir()] == ["settings.toml"]


def test_a_pattern_that_cannot_be_read_is_refused_before_the_file_changes(path: Path) -> None:
    add_folder(path, Folder("/pack"))
    before = path.read_text()
    with pytest.raises(EarmarkError, match=r"“take.z-a..wav” cannot be read.*alphabetical order"):
        add_folder(path, Folder("/other", exclude=("take[z-a].wav",)))
    assert path.read_text() == before


@pytest.mark.parametrize("written", ["/pack/", "/pack//", "/other/../pack", "/./pack/."])
def test_a_path_may_be_written_in_another_way(path: Path, written: str) -> None:
    path.parent.mkdir()
    path.write_text(f'[[folder]]\npath = "{written}"\n')
    assert load(path).folders == (Folder("/pack"),)
    assert add_folder(path, Folder("/pack", write_tags=False)).folders == (Folder("/pack", False),)
    path.write_text(f'[[folder]]\npath = "{written}"\n')
    assert remove_folder(path, "/pack").folders == ()


def test_of_a_folder_that_stands_there_twice_the_last_counts(path: Path) -> None:
    path.parent.mkdir()
    text = "[[folder]]\npath = '/pack/'\n[[folder]]\npath = '/pack'\nwrite_tags = false\n"
    path.write_text(text)
    assert load(path).folders == (Folder("/pack", write_tags=False),)


def test_the_innermost_folder_decides() -> None:
    settings = Settings(folders=(Folder("/pack"), Folder("/pack/raw", write_tags=False)))
    assert settings.folder_of("/pack/a.wav") == Folder("/pack")
    assert settings.folder_of("/pack/raw/a.wav") == Folder("/pack/raw", write_tags=False)
    assert settings.folder_of("/pack2/a.wav") is None


def test_tags_are_named_however_they_are_typed(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        '[tags]\noff = ["Cafe\u0301", "caf\u00e9"]\nsure_from = { "Deep  House" = 0.8 }\n'
    )
    assert load(path).tags == Tags(off=("caf\u00e9",), sure_from={"deep house": 0.8})


def test_where_nothing_is_to_be_written_no_link_leads_to(tmp_path: Path) -> None:
    free, kept = tmp_path / "free", tmp_path / "kept"
    free.mkdir()
    kept.mkdir()
    (free / "link").symlink_to(kept)
    (kept / "link").symlink_to(free)
    (tmp_path / "out").symlink_to(kept)
    settings = Settings(folders=(Folder(str(free)), Folder(str(kept), write_tags=False)))
    written = {
        name: settings.writes_into(str(tmp_path / name))
        for name in ("free/a.wav", "kept/a.wav", "out/a.wav", "free/link/a.wav", "kept/link/a.wav")
    }
    assert [name for name, wanted in written.items() if wanted] == ["free/a.wav"]
    assert settings.writes_into(str(tmp_path / "a.wav"))
    by_link = Settings(folders=(Folder(str(tmp_path / "out"), write_tags=False),))
    assert not by_link.writes_into(str(kept / "a.wav"))
    assert not replace(settings, writing=Writing(enabled=False)).writes_into("/a.wav")


def test_numbers_by_name_are_kept_in_one_line(path: Path) -> None:
    wanted = {"deep house": 0.85, "clap": 0.7}
    add_folder(path, Folder("/pack"))
    assert change_value(path, "tags", "sure_from", wanted).tags.sure_from == wanted
    assert load(path).tags == Tags(sure_from=wanted)
    assert 'sure_from = {"deep house" = 0.85, clap = 0.7}' in path.read_text().splitlines()
    assert change_value(path, "tags", "sure_from", {}).tags == Tags()
    assert "# How sure a tag must be, from 0 to 1, before it is given" in path.read_text()
    assert load(path).folders == (Folder("/pack"),)


@pytest.mark.parametrize(
    ("path", "watched", "left"),
    [
        ("/mnt/bell/Drums/Kicks/1.wav", ["/mnt/bell/Drums"], "/Drums/Kicks/1.wav"),
        ("/mnt/Drums/Kicks/1.wav", ["/mnt/Drums/Kicks", "/mnt/Drums"], "/Drums/Kicks/1.wav"),
        ("/mnt/Drums 2/1.wav", ["/mnt/Drums"], "/mnt/Drums 2/1.wav"),
        ("/home/tom/Samples/1.wav", [], "/Samples/1.wav"),
        ("/home/tom/Samples/1.wav", ["/home/tom"], "/Samples/1.wav"),
        ("/home/tommy/1.wav", ["/"], "/home/tommy/1.wav"),
    ],
)
def test_what_stands_above_a_watched_folder_says_nothing_of_a_sound(
    path: str, watched: list[str], left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/tom")
    settings = Settings(folders=tuple(Folder(each) for each in watched))
    assert settings.telling(path) == left


def test_a_link_to_the_settings_stays_one_and_the_file_as_readable_as_it_was(path: Path) -> None:
    path.parent.mkdir()
    own = path.parent / "mine.toml"
    own.write_text("# mine\n")
    own.chmod(0o644)
    path.symlink_to(own.name)
    change_value(path, "writing", "genre", False)
    assert path.is_symlink()
    assert "# mine" in own.read_text()
    assert "genre = false" in own.read_text()
    assert own.stat().st_mode & 0o777 == 0o644


def test_a_file_that_cannot_be_read_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"# Gr\xfc\xdfe")
    with pytest.raises(EarmarkError, match=r"settings.toml: cannot be read \(.*utf-8"):
        load(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(EarmarkError, match=r"settings.toml: cannot be read \(.*directory"):
        load(path)


@pytest.mark.parametrize(("module", "call"), [(tempfile, "mkstemp"), (os, "fsync")])
@pytest.mark.parametrize(
    ("number", "code", "advice"),
    [
        (errno.ENOSPC, "disk-full", "Make room, then"),
        (errno.EDQUOT, "disk-full", "Make room, then"),
        (errno.EACCES, "settings-unwritable", "Make it and its folder writable, then"),
    ],
)
def test_a_change_that_cannot_be_written_leaves_the_file_as_it_is(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    call: str,
    number: int,
    code: str,
    advice: str,
) -> None:
    add_folder(path, Folder("/pack"))
    before, why = path.read_text(), os.strerror(number)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, why)

    monkeypatch.setattr(module, call, refuse)
    with pytest.raises(EarmarkError, match=rf"cannot be written \({why}") as refused:
        add_folder(path, Folder("/other"))
    assert refused.value.problem.code == code
    assert refused.value.problem.advice == f"{advice} try again."
    assert path.read_text() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_change_waits_for_another_one_but_not_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_file, "_PATIENCE_SECONDS", 0.01)
    add_folder(path, Folder("/pack"))
    with FileLock(places().settings_lock), pytest.raises(EarmarkError, match="for long"):
        add_folder(path, Folder("/other"))
    assert load(path).folders == (Folder("/pack"),)


def test_without_a_folder_of_its_own_nothing_is_changed(path: Path) -> None:
    places().data.parent.mkdir(parents=True, exist_ok=True)
    places().data.write_text("something else")
    with pytest.raises(EarmarkError, match="cannot write to its own folder"):
        add_folder(path, Folder("/pack"))
    assert not path.exists()
