"""A file carries its words after a write, and nothing else about it is different."""

import os
import pickle
from pathlib import Path

import pytest
import soundfile
from tests.daemon.writing.decoding import samples
from tests.daemon.writing.past import past
from tests.encoded import FORMATS, sample
from tests.shared import shared

from earmark_daemon.containers import content_digest
from earmark_daemon.errors import EarmarkError
from earmark_daemon.writing import (
    Prepared,
    Recovered,
    Refused,
    Unchanged,
    WriteOptions,
    commit,
    discard,
    prepare,
    preview,
    read_metadata,
    recover,
    sweep,
    undo,
)
from earmark_db.records import Stamp

DEFAULT = WriteOptions()


def write(path: str, *terms: str, options: WriteOptions = DEFAULT) -> Prepared:
    prepared = prepare(path, terms, options)
    assert isinstance(prepared, Prepared), prepared
    commit(prepared)
    return prepared


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


@pytest.mark.parametrize("kind", FORMATS)
def test_words_are_written_and_every_sample_stays(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    heard, digest = samples(path), content_digest(path)
    write(path, "kick", "dark")
    assert heard
    assert samples(path) == heard
    assert content_digest(path) == digest
    assert names(tmp_path) == [Path(path).name]


@pytest.mark.parametrize("kind", FORMATS)
def test_writing_the_same_again_does_not_touch_the_disk(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    write(path, "kick", "dark")
    before = os.stat(path)
    assert prepare(path, ("kick", "dark")) == Unchanged(path)
    after = os.stat(path)
    assert (Stamp.of(after), after.st_ctime_ns) == (Stamp.of(before), before.st_ctime_ns)


@pytest.mark.parametrize("kind", FORMATS)
def test_other_words_replace_ours_and_no_words_remove_all_marks(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    write(path, "kick", "dark")
    write(path, "snare")
    assert b"kick" not in Path(path).read_bytes()
    write(path)
    data = Path(path).read_bytes().lower()
    assert b"snare" not in data
    assert b"earmark" not in data.replace(b"\x07\0\0\0earmark", b"")


@pytest.mark.parametrize("magic", [b"RF64", b"BW64"])
def test_a_size_that_an_rf64_file_says_twice_is_told_once(tmp_path: Path, magic: bytes) -> None:
    path = Path(sample(tmp_path, "rf64"))
    data = path.read_bytes()
    size = (len(data) - 8).to_bytes(4, "little")
    path.write_bytes(before := magic + size + data[8:])
    written = write(str(path), "kick")
    data = path.read_bytes()
    assert data[4:8] == b"\xff\xff\xff\xff"
    assert int.from_bytes(data[20:28], "little") == len(data) - 8
    undo(past(str(path), written))
    assert path.read_bytes() == before


def test_the_caller_may_keep_what_was_prepared_and_commit_later(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    prepared = pickle.loads(pickle.dumps(prepare(path, ("kick",))))
    assert len(names(tmp_path)) == 2
    assert commit(prepared) == Stamp.of(os.stat(path))
    assert names(tmp_path) == ["tone.wav"]


def test_a_file_that_changed_in_between_is_left_alone(tmp_path: Path) -> None:
    path = Path(sample(tmp_path, "wav"))
    prepared = prepare(str(path), ("kick",))
    assert isinstance(prepared, Prepared)
    changed = path.read_bytes() + b"xx"
    path.write_bytes(changed)
    with pytest.raises(EarmarkError) as caught:
        commit(prepared)
    assert caught.value.problem.code == "changed"
    assert path.read_bytes() == changed
    assert names(tmp_path) == ["tone.wav"]


def test_what_was_prepared_can_be_discarded(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    before = Path(path).read_bytes()
    prepared = prepare(path, ("kick",))
    assert isinstance(prepared, Prepared)
    discard(prepared)
    assert Path(path).read_bytes() == before
    assert names(tmp_path) == ["tone.wav"]


def test_a_write_that_was_cut_off_is_recovered(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    prepared = prepare(path, ("kick",))
    assert isinstance(prepared, Prepared)
    assert recover(prepared) is Recovered.NOT_DONE
    assert names(tmp_path) == ["tone.wav"]
    prepared = write(path, "kick")
    assert recover(prepared) is Recovered.COMMITTED
    with open(path, "ab") as file:
        file.write(b"x")
    assert recover(prepared) is Recovered.CHANGED_SINCE
    os.unlink(path)
    assert recover(prepared) is Recovered.MISSING


def test_stray_copies_are_swept_and_nothing_else(tmp_path: Path) -> None:
    for name in (".earmark-0123abcd.tmp", "kick.tmp", ".earmark-notes.tmp", "kick.wav"):
        tmp_path.joinpath(name).touch()
    sidecars = tmp_path / "Ableton Folder Info"
    sidecars.mkdir()
    sidecars.joinpath(".earmark-89abcdef.tmp").touch()
    assert sweep(str(tmp_path)) == 2
    assert names(sidecars) == []
    sidecars.rmdir()
    assert names(tmp_path) == [".earmark-notes.tmp", "kick.tmp", "kick.wav"]


def test_a_preview_tells_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    path = sample(tmp_path, "mp3")
    before = Path(path).read_bytes()
    changes = preview(path, ("kick",))
    assert not isinstance(changes, Refused)
    assert [(c.place, c.field, c.before, c.after) for c in changes] == [
        ("ID3", "genre", "", "kick"),
        ("ID3", "comment", "", "[earmark: kick]"),
    ]
    assert Path(path).read_bytes() == before
    assert names(tmp_path) == ["tone.mp3"]


@pytest.mark.parametrize("kind", FORMATS)
def test_genre_and_comment_can_be_turned_off(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    nothing = WriteOptions(genre=False, comment=False)
    assert prepare(path, ("kick",), nothing) == Unchanged(path)
    write(path, "kick", options=WriteOptions(comment=False))
    assert b"[earmark" not in Path(path).read_bytes()
    write(path, "kick", options=WriteOptions(genre=False))
    assert b"[earmark: kick]" in Path(path).read_bytes()


def test_the_modification_time_is_kept_on_request(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    os.utime(path, ns=(1, 2_000_000_000))
    write(path, "kick", options=WriteOptions(keep_mtime=True))
    assert os.stat(path).st_mtime_ns == 2_000_000_000
    write(path, "snare")
    assert os.stat(path).st_mtime_ns != 2_000_000_000


def test_real_files_are_written_and_taken_back_or_refused_with_a_reason(tmp_path: Path) -> None:
    written = 0
    for original in sorted(shared("pack-files").rglob("*.*")):
        if original.suffix == ".csv":
            continue
        path = tmp_path / original.name
        path.write_bytes(original.read_bytes())
        result = prepare(str(path), ("kick", "dark"))
        if isinstance(result, Refused):
            assert result.problem.message
            assert path.read_bytes() == original.read_bytes()
            continue
        assert isinstance(result, Prepared)
        heard = samples(str(path))
        commit(result)
        assert samples(str(path)) == heard, original
        assert "kick" in read_metadata(str(path)).ours, original
        assert prepare(str(path), ("kick", "dark")) == Unchanged(str(path)), original
        undo(past(str(path), result))
        assert path.read_bytes() == original.read_bytes(), original
        written += 1
    assert written > 80
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def test_a_file_that_libsndfile_cannot_read_is_no_reason_to_fail(tmp_path: Path) -> None:
    path = tmp_path / "text.wav"
    path.write_text("no audio at all")
    with pytest.raises(soundfile.LibsndfileError):
        soundfile.read(path)
    result = prepare(str(path), ("kick",))
    assert isinstance(result, Refused)
    assert result.problem.code == "unsupported"
