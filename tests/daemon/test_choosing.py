"""What is said of a folder when it is chosen again, and what is not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.e2e.living import earmark

from earmark_daemon import choosing
from earmark_daemon.choosing import watch
from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.settings import Folder
from earmark_daemon.settings_file import load


@pytest.fixture
def folder(tmp_path: Path) -> str:
    made = os.path.realpath(tmp_path / "Samples")
    os.mkdir(made)
    return made


def test_what_is_not_said_of_a_folder_stays_as_it_was(folder: str) -> None:
    def said(**said: object) -> Folder:
        watch(places().settings, folder, **said)  # type: ignore[arg-type]
        (chosen,) = load(places().settings).folders
        return chosen

    assert said() == Folder(folder, write_tags=True)
    assert said(write_tags=False, exclude=["*.bak"]) == Folder(folder, False, ("*.bak",))
    assert said() == Folder(folder, False, ("*.bak",))
    assert said(exclude=[]) == Folder(folder, False)
    assert said(write_tags=True) == Folder(folder, True)


def test_a_command_that_says_nothing_of_writing_does_not_switch_it_on(folder: str) -> None:
    def added(*options: str) -> tuple[bool, list[str]]:
        earmark("watch", "add", folder, *options)
        listed = json.loads(earmark("watch", "list", "--json").stdout)
        return listed["write_tags"], listed["exclude"]

    assert added("--index-only") == (False, [])
    assert added("--exclude", "*.bak") == (False, ["*.bak"])
    assert added("--write-tags") == (True, ["*.bak"])


def test_a_name_to_leave_alone_that_is_no_text_is_refused_and_nothing_is_changed(
    folder: str,
) -> None:
    watch(places().settings, folder, exclude=["*.bak"])
    before = places().settings.read_bytes()
    with pytest.raises(EarmarkError, match="A name to leave alone is not valid text"):
        watch(places().settings, folder, exclude=["*.tmp", "q\udcff"])
    assert places().settings.read_bytes() == before
    assert not list(places().settings.parent.glob(".settings*"))


def test_the_drive_that_holds_the_system_is_never_written_to_as_a_whole(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "home_drive", lambda: folder)
    (tmp_path / "another way").symlink_to(folder)
    os.mkdir(os.path.join(folder, "Kicks"))

    def refused(path: str, write_tags: bool | None = None) -> bool:
        with pytest.raises(EarmarkError) as raised:
            watch(places().settings, path, write_tags=write_tags)
        return raised.value.problem.code == "whole-machine"

    assert refused(folder)
    assert refused(str(tmp_path / "another way"))
    assert load(places().settings).folders == ()
    watch(places().settings, folder, write_tags=False)
    watch(places().settings, folder)
    assert refused(folder, write_tags=True)
    assert load(places().settings).folders == (Folder(folder, write_tags=False),)
    watch(places().settings, os.path.join(folder, "Kicks"))


def test_the_top_of_the_drive_is_known_wherever_home_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for home in (str(Path.cwd()), "nowhere"):
        monkeypatch.setenv("HOME", home)
        assert choosing.home_drive() == Path.cwd().anchor
