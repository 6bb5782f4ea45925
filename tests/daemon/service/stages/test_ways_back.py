"""Which writes are taken back: under whatever name a file is asked for, moved or copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest
from tests.daemon.audio_files import thump, write
from tests.daemon.service.stages.taken_back import say, strays, tag, tagged_anew, undo_one, undoing
from tests.db.sounds import hearing, tagged

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.processes import Workers
from earmark_daemon.service.requests.tagging import TaggingRequests
from earmark_daemon.service.stages.undoing import TAKEN_BACK, Undoing
from earmark_daemon.settings import Writing
from earmark_daemon.writing.ableton import FILE, FOLDER
from earmark_db.forgetting import KEPT_SECONDS
from earmark_db.index import Index
from earmark_db.records import Arrival, Stamp

__all__ = ["strays", "undoing"]

KINDS = ["wav", "mp3", "flac"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("written", "named"), [("a", "link"), ("link", "a"), ("link", "other")])
def test_a_file_is_taken_back_by_any_of_its_names(
    index: Index,
    workers: Workers,
    undoing: Undoing,
    tmp_path: Path,
    kind: str,
    written: str,
    named: str,
) -> None:
    path = Path(write(tmp_path / f"a.{kind}"))
    original = path.read_bytes()
    for link in ("link", "other"):
        (tmp_path / f"{link}.{kind}").symlink_to(path)
    for words in (["drums"], ["drums", "dusty"]):
        tag(index, workers, tmp_path / f"{written}.{kind}", *words)
    assert undo_one(undoing, tmp_path / f"{named}.{kind}") == "restored"
    assert path.read_bytes() == original
    assert (tmp_path / f"link.{kind}").is_symlink()
    assert index.journal.done() == []
    record = index.lookup.by_path(str(tmp_path / f"{written}.{kind}"))
    assert (record.written, record.write_reason) == (False, TAKEN_BACK)


def test_what_was_taken_back_by_a_link_that_is_watched_too_is_not_written_there(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "a.wav"))
    tag(index, workers, path, "drums")
    link = tmp_path / "link.wav"
    link.symlink_to(path)
    (file_id,) = index.files.arrived([Arrival(str(link), Stamp.of(path.stat()), None)])
    assert undo_one(undoing, link) == "restored"
    assert not index.files.may_be_written(file_id)


def test_what_is_watched_at_two_places_is_taken_back_at_both(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "disk" / "a.wav"))
    (tmp_path / "again").symlink_to(path.parent)
    other = tmp_path / "again" / "a.wav"
    tag(index, workers, path, "drums")
    ids = index.files.arrived(Arrival(str(p), Stamp.of(p.stat()), None) for p in (path, other))
    with index.transaction():
        for file_id in ids:
            index.files.heard(file_id, hearing(), {}, carries=True)
    copy = tagged(index, str(tmp_path / "copy.wav"), "kick", content="content")
    assert undo_one(undoing, path) == "restored"
    assert not any(map(index.files.may_be_written, ids))
    assert index.lookup.stamp(str(other)) == Stamp.of(path.stat())
    assert index.files.may_be_written(copy)


@pytest.mark.parametrize(("named", "written"), [("a", "link"), ("link", "a"), ("link", "other")])
def test_what_was_taken_back_by_one_name_is_not_written_by_another(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path, named: str, written: str
) -> None:
    files = {name: tmp_path / name / "a.wav" for name in ("a", "link", "other")}
    write(files["a"])
    for name in ("link", "other"):
        files[name].parent.mkdir()
        files[name].symlink_to(files["a"])
    original = files["a"].read_bytes()
    tag(index, workers, files[named], "drums")
    assert undo_one(undoing, files[named]) == "restored"
    tag(index, workers, files[written], "drums", "dusty")
    assert files["a"].read_bytes() == original
    assert index.lookup.by_path(str(files[written])).write_reason == TAKEN_BACK
    assert index.queue.waiting()["write"] == 0
    TaggingRequests(index, lambda: None).tag([str(files["other"])])
    for path in files.values():
        known = index.lookup.by_path(str(path))
        assert known is None or known.write_reason is None
    tag(index, workers, files[written], "drums", "dusty")
    assert files["a"].read_bytes() != original


def test_a_link_to_what_was_taken_back_is_known_before_the_change_of_the_file_is_seen(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path, link = Path(write(tmp_path / "a.wav")), tmp_path / "link.wav"
    link.symlink_to(path)
    tag(index, workers, path, "drums")
    before = Stamp.of(path.stat())
    assert undo_one(undoing, path) == "restored"
    index.files.set_stamp(index.lookup.by_path(str(path)).id, before)
    original = path.read_bytes()
    tag(index, workers, link, "dusty")
    assert path.read_bytes() == original


def test_a_file_that_took_the_number_of_one_that_was_taken_back_is_written(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path, other = Path(write(tmp_path / "a.wav")), Path(write(tmp_path / "b.wav", thump(0.1)))
    tag(index, workers, path, "drums")
    assert undo_one(undoing, path) == "restored"
    index.files.set_stamp(index.lookup.by_path(str(path)).id, Stamp.of(other.stat()))
    original = other.read_bytes()
    tag(index, workers, other, "dusty")
    assert other.read_bytes() != original


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", [shutil.move, shutil.copyfile])
def test_what_was_moved_unwatched_or_copied_whole_is_what_it_was_and_its_origin_can_be_too(
    index: Index,
    workers: Workers,
    undoing: Undoing,
    tmp_path: Path,
    kind: str,
    how: Callable[[Path, Path], Any],
) -> None:
    path = tmp_path / f"a.{kind}"
    original = tagged_anew(index, workers, path)
    tag(index, workers, path, "drums", "dusty")
    written = path.read_bytes()
    other = tmp_path / f"b.{kind}"
    how(path, other)
    entries = index.journal.done()
    assert undo_one(undoing, other) == "restored"
    assert other.read_bytes() == original
    assert index.journal.done() == entries
    path.write_bytes(written)
    assert undo_one(undoing, path) == "restored"
    assert path.read_bytes() == original


def test_a_file_that_took_the_place_of_another_is_what_it_was_itself(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    one, two = (Path(write(tmp_path / f"{n}.wav", thump(n))) for n in (0.2, 0.3))
    original = one.read_bytes()
    tag(index, workers, two, "drums")
    tag(index, workers, one, "dusty")
    one.rename(two)
    moved = two.read_bytes()
    (entry,) = index.journal.done(path=str(two))
    assert undo_one(undoing, two, since=entry.at) == "nothing-to-do"
    assert undo_one(undoing, two, batch=entry.batch) == "nothing-to-do"
    assert two.read_bytes() == moved
    assert undo_one(undoing, two) == "restored"
    assert two.read_bytes() == original
    assert [each.path for each in index.journal.done()] == [str(one)]


def test_of_several_names_for_one_file_none_is_parted_from_the_others(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    original = tagged_anew(index, workers, path)
    written, name = path.read_bytes(), tmp_path / "b.wav"
    name.hardlink_to(path)
    assert [undo_one(undoing, each) for each in (name, path)] == ["refused"] * 2
    assert (path.read_bytes(), path.samefile(name)) == (written, True)
    path.unlink()
    assert undo_one(undoing, name) == "restored"
    assert name.read_bytes() == original


def test_a_file_whose_write_was_refused_is_known_to_carry_what_stands_in_it(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path, name = Path(write(tmp_path / "a.wav")), tmp_path / "b.wav"
    original = path.read_bytes()
    tag(index, workers, path, "drums")
    name.hardlink_to(path)
    (file_id,) = index.files.arrived([Arrival(str(name), Stamp.of(name.stat()), None)])
    index.files.heard(file_id, hearing(), {}, carries=True)
    say(index, workers, file_id, "drums", "dusty")
    record = index.lookup.by_id(file_id)
    assert (record.write_reason.code, record.written) == ("hard-link", True)
    path.unlink()
    index.files.gone([str(path)])
    assert index.lookup.counts()["written"] == 1
    assert index.lookup.carrying() == [str(name)]
    assert undo_one(undoing, name) == "restored"
    assert name.read_bytes() == original


def test_a_copy_that_somebody_changed_loses_our_words_alone(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "a.flac"))
    tag(index, workers, path, "drums")
    copy = Path(shutil.copyfile(path, tmp_path / "b.flac"))
    tags = mutagen.File(copy)
    tags["title"] = "Mine"
    tags.save()
    assert undo_one(undoing, copy) == "marks-removed"
    assert dict(mutagen.File(copy)) == {"title": ["Mine"]}
    assert undo_one(undoing, path) == "restored"


def test_live_finds_no_copy_by_words_that_its_origin_had_between_two_writes(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    original = path.read_bytes()
    for words in (["kick"], ["kick", "dusty"]):
        tag(index, workers, path, *words, settings=Writing(ableton=True))
    copy = Path(shutil.copyfile(path, tmp_path / "b.wav"))
    assert undo_one(undoing, copy) == "restored"
    assert copy.read_bytes() == original
    assert not (tmp_path / FOLDER).exists()
    assert b"Kick" in (path.parent / FOLDER / FILE).read_bytes()


def lie_elsewhere(path: Path, index: Index) -> list[Path]:
    """It was moved while nobody watched, and copied whole."""
    moved, copy = path.with_stem("moved"), path.with_stem("copy")
    shutil.copy(path, copy)
    path.rename(moved)
    return [moved, copy]


def lie_there_again(path: Path, index: Index) -> list[Path]:
    """It was away, and is there once more."""
    tagged(index, str(path.with_stem("other")), "kick", content="other")
    return [path]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lie", [lie_elsewhere, lie_there_again])
def test_what_was_written_is_taken_back_once_the_sound_is_forgotten(
    index: Index,
    workers: Workers,
    undoing: Undoing,
    tmp_path: Path,
    kind: str,
    lie: Callable[[Path, Index], list[Path]],
) -> None:
    path = Path(write(tmp_path / f"a.{kind}"))
    original = path.read_bytes()
    for words in (["drums"], ["drums", "dusty"], ["dusty"]):
        tag(index, workers, path, *words)
    files = lie(path, index)
    tagged(index, str(tmp_path / "newest.wav"), "kick")
    index.files.gone([str(path)])
    for now in (1.0, 1.0 + KEPT_SECONDS):
        assert index.forgetting.some(0, 100, now) is None
    content = content_digest(str(files[0]))
    assert index.labels.files_with(content)
    assert index.verdicts.of(content) == {}
    for file in files:
        assert undo_one(undoing, file) == "restored"
        assert file.read_bytes() == original
