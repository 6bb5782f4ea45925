"""What is said of a folder when it is chosen again, and what is not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.e2e.living import earmark

from earmark_daemon.choosing import watch
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
