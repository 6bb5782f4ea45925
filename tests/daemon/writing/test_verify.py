"""A copy that is not the original with its new tags is never let through, whatever went wrong."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mutagen.flac import FLAC
from tests.daemon.writing import riff
from tests.daemon.writing.commenting import comment_first
from tests.daemon.writing.past import past
from tests.encoded import encoded, sample

from earmark_daemon.containers import Container
from earmark_daemon.writing import Prepared, Refused, Undone, commit, foreign, prepare, undo
from earmark_daemon.writing.disk import REAL_DISK, Disk
from earmark_daemon.writing.formats.base import Edit, Store
from earmark_daemon.writing.formats.chunked import ChunkedFile
from earmark_daemon.writing.formats.id3 import Tag
from earmark_daemon.writing.formats.id3_fields import Id3Fields
from earmark_daemon.writing.formats.vorbis import Comments

T = TypeVar("T")


class Rotten(Disk):
    """A disk that changes bytes on their way, and says nothing."""

    def __init__(self, rot: Callable[[int, bytes], bytes]) -> None:
        self._rot = rot

    def write(self, descriptor: int, offset: int, data: memoryview) -> int:
        return super().write(descriptor, offset, memoryview(self._rot(offset, bytes(data))))


def flipped(place: int) -> Callable[[int, bytes], bytes]:
    def rot(offset: int, data: bytes) -> bytes:
        if not offset <= place < offset + len(data):
            return data
        changed = bytearray(data)
        changed[place - offset] ^= 1
        return bytes(changed)

    return rot


def test_one_changed_bit_in_padding_is_seen(tmp_path: Path) -> None:
    path = sample(tmp_path, "flac")
    FLAC(path).save(padding=lambda _: 4000)
    place = Path(path).read_bytes().index(bytes(2000)) + 1000
    result = prepare(path, ("kick",), disk=Rotten(flipped(place)))
    assert isinstance(result, Refused)
    assert result.problem.code == "unverified"


def test_an_undo_that_would_not_give_the_original_is_not_let_through(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    written = prepare(path, ("kick",))
    assert isinstance(written, Prepared)
    commit(written)
    before = Path(path).read_bytes()
    rotten = Rotten(flipped(100))
    outcome = undo(past(path, written), rotten)
    assert outcome.kind is Undone.REFUSED
    assert Path(path).read_bytes() == before


def dropped(things: tuple[T, ...]) -> tuple[T, ...]:
    return things[:-1]


def swapped(things: tuple[T, ...]) -> tuple[T, ...]:
    return (*things[:-2], things[-1], things[-2])


def doubled(things: tuple[T, ...]) -> tuple[T, ...]:
    return (*things, things[-1])


def spoil(monkeypatch: pytest.MonkeyPatch, harm: Callable[[Any], Any]) -> None:
    """Have the writer do something else to tags than it was told."""
    entries, frames = Comments.updated, Id3Fields.updated

    def with_entries(comments: Comments, *to: Any) -> Comments:
        new = entries(comments, *to)
        return replace(new, entries=harm(new.entries))

    def with_frames(fields: Id3Fields, *to: Any) -> Tag:
        new = frames(fields, *to)
        return replace(new, frames=harm(new.frames))

    monkeypatch.setattr(Comments, "updated", with_entries)
    monkeypatch.setattr(Id3Fields, "updated", with_frames)


@pytest.fixture(params=["wav", "aiff", "mp3", "flac", "ogg"])
def commented(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, Prepared]:
    """A file without a comment into which we wrote one, and others two of theirs."""
    path = sample(tmp_path, request.param)
    written = prepare(path, ("kick",))
    assert isinstance(written, Prepared)
    commit(written)
    comment_first(path, "mine", "their")
    return path, written


def refuses_to_undo(commented: tuple[str, Prepared], disk: Disk = REAL_DISK) -> bool:
    path, written = commented
    before = Path(path).read_bytes()
    outcome = undo(past(path, written), disk)
    assert (outcome.kind is Undone.REFUSED) == (Path(path).read_bytes() == before)
    return outcome.problem is not None and outcome.problem.code == "unverified"


@pytest.mark.parametrize("harm", [dropped, swapped, doubled])
def test_a_comment_of_others_is_not_let_go_with_ours(
    commented: tuple[str, Prepared],
    harm: Callable[[Any], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        spoil(patch, harm)
        assert refuses_to_undo(commented)
    assert not refuses_to_undo(commented)


@pytest.mark.parametrize("word", [b"mine", b"their"])
def test_a_comment_of_others_is_not_changed_when_ours_goes(
    commented: tuple[str, Prepared], word: bytes
) -> None:
    assert refuses_to_undo(commented, Rotten(lost(word)))
    assert not refuses_to_undo(commented)


def lost(word: bytes) -> Callable[[int, bytes], bytes]:
    return lambda _, data: data.replace(word, word[::-1])


@pytest.mark.parametrize("kind", ["wav", "aiff", "mp3", "flac", "ogg", "m4a", "wv"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.99])
def test_one_changed_bit_anywhere_is_seen(tmp_path: Path, kind: str, part: float) -> None:
    path = sample(tmp_path, kind)
    result = prepare(path, ("kick",))
    assert isinstance(result, Prepared)
    place = int(os.path.getsize(result.temp) * part)
    os.unlink(result.temp)
    result = prepare(path, ("kick",), disk=Rotten(flipped(place)))
    assert isinstance(result, Refused)
    assert result.problem.code == "unverified"
    assert Path(path).read_bytes() == encoded(kind)
    assert os.listdir(tmp_path) == [Path(path).name]


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "m4a"])
def test_tags_that_do_not_read_back_are_seen(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    result = prepare(path, ("kick",), disk=Rotten(lost(b"kick")))
    assert isinstance(result, Refused)
    assert result.problem.code == "unverified"


@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        (Edit(8, 4, b"AVI "), "its format changed"),
        (Edit(50, 1, b"!"), "its audio changed"),
        (Edit(60, 1, b"!"), "something else in it changed"),
    ],
)
def test_an_edit_that_changes_more_than_tags_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistake: Edit, reason: str
) -> None:
    path = tmp_path / "kick.wav"
    before = riff.wave([riff.format_chunk(), (b"data", bytes(8)), (b"bext", b"vendor's")])
    path.write_bytes(before)
    edits = ChunkedFile.edits

    def mistaken(self: ChunkedFile, stores: tuple[Store, ...], record: str) -> list[Edit]:
        return sorted([*edits(self, stores, record), mistake], key=lambda edit: edit.offset)

    monkeypatch.setattr(ChunkedFile, "edits", mistaken)
    result = prepare(str(path), ("kick",))
    assert isinstance(result, Refused)
    assert reason in result.problem.message
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]


def test_tags_that_another_reader_does_not_find_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sample(tmp_path, "wav")
    monkeypatch.setitem(foreign.READERS, Container.WAV, ("mutagen.wave", "WAVE", "TIT2"))
    result = prepare(path, ("kick",))
    assert isinstance(result, Refused)
    assert "another reader does not find the tags" in result.problem.message
