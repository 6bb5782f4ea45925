"""A watched folder reached by a link: its sounds are the same ones, as little may be written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon, earmark


def link_to(folder: Path) -> Path:
    """The folder by another way."""
    link = folder.parent.parent / "by link"
    link.symlink_to(folder)
    return link


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    """A folder for samples on a disk of their own."""
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk" / "Samples"


def test_what_is_index_only_is_so_by_every_way(on_disk: Path) -> None:
    daemon = LivingDaemon(on_disk, write_tags=False)
    daemon.start()
    try:
        path, link = Path(write(on_disk / "a.wav")), link_to(on_disk)
        original = path.read_bytes()
        daemon.wait_for([path])
        earmark("label", str(link / "a.wav"), "--add", "boomy")
        earmark("tag", str(link))
        new = Path(write(on_disk / "b.wav", thump(0.3)))
        unheard = new.read_bytes()
        earmark("label", str(link), "--add", "boomy")
        daemon.wait_for([path, new])
        hits = daemon.client.call("search", query="boomy")["hits"]
        assert sorted(hit["path"] for hit in hits) == [str(path), str(new)]
        assert [path.read_bytes(), new.read_bytes()] == [original, unheard]
    finally:
        daemon.end()


def test_what_is_known_is_found_by_every_way(on_disk: Path) -> None:
    daemon = LivingDaemon(on_disk)
    daemon.start()
    try:
        path, link = Path(write(on_disk / "Kicks" / "a.wav")), link_to(on_disk)
        original = path.read_bytes()
        daemon.wait_for([path])
        by_link = str(link / "Kicks" / "a.wav")
        shown = earmark("show", by_link).stdout
        assert shown.startswith(str(path))
        (alike,) = daemon.client.call("suggestions", paths=[by_link])
        assert alike["path"] == str(path)
        assert "to the byte" in earmark("undo", str(link / "Kicks")).stdout
        assert path.read_bytes() == original
        shown = earmark("show", by_link).stdout
        assert daemon.stop() == 0
        assert earmark("show", by_link).stdout == shown
    finally:
        daemon.end()
