"""Copies of a sound that the index need not know."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.db.conftest import index
from tests.db.sounds import tagged

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.errors import EarmarkError
from earmark_daemon.service.alike.copies import copies
from earmark_db.index import Index
from earmark_db.records import Stamp

__all__ = ["index"]


@pytest.fixture
def kick(index: Index, tmp_path: Path) -> Path:
    """A sound that the index knows in one place."""
    path = Path(write(tmp_path / "kick.wav"))
    tagged(index, str(path), "kick", content=content_digest(str(path)))
    return path


def of(index: Index, path: Path) -> tuple[list[list[str]], int]:
    return copies(index, str(path), 10, 0)


def test_a_copy_that_is_not_in_the_index_is_known_by_its_audio(
    index: Index, kick: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "other" / "a.wav"
    copy.parent.mkdir()
    shutil.copy(kick, copy)
    assert of(index, copy) == ([[str(copy), str(kick)]], 1)
    assert copies(index, str(copy), 10, 1) == ([], 1)
    assert of(index, Path(write(tmp_path / "else.wav", thump(0.7)))) == ([], 0)
    assert of(index, kick) == ([], 0)
    assert of(index, tmp_path) == ([], 0)


def test_each_file_is_named_once_and_not_by_a_link(
    index: Index, kick: Path, tmp_path: Path
) -> None:
    link, copy = tmp_path / "a favourite.wav", tmp_path / "boom.wav"
    link.symlink_to(kick)
    shutil.copy(kick, copy)
    for path in (kick, link, copy):
        file_id = tagged(index, str(path), "kick", content=content_digest(str(path)))
        index.files.set_stamp(file_id, Stamp.of(path.stat()))
    found = [[str(copy), str(kick)]], 1
    assert copies(index, None, 10, 0) == of(index, tmp_path) == of(index, link) == found
    stranger = tmp_path / "b favourite.wav"
    stranger.symlink_to(kick)
    assert of(index, stranger) == ([[str(stranger), str(copy)]], 1)


@pytest.mark.parametrize(("name", "code"), [("nowhere", "no-such-file"), ("e", "unknown-folder")])
def test_what_is_not_there_or_not_known_is_said(
    name: str, code: str, index: Index, kick: Path, tmp_path: Path
) -> None:
    (tmp_path / "e").mkdir()
    with pytest.raises(EarmarkError) as refused:
        of(index, kick.parent / name)
    assert refused.value.problem.code == code


def test_a_folder_whose_disk_is_away_is_known_still(index: Index, tmp_path: Path) -> None:
    tagged(index, str(tmp_path / "away" / "kick.wav"), "kick", content="one")
    assert of(index, tmp_path / "away") == ([], 0)
