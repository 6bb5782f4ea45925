"""Real files, real events: what is on the disk is what is known."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

from tests.daemon.watching.recorder import QUICK, Recorder, on_disk, sound, watching

from earmark_daemon.errors import fail
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.pace import Pace


def test_a_file_that_lands_is_taken_in(tmp_path: Path) -> None:
    recorder = Recorder()
    with watching(recorder, tmp_path):
        path = sound(tmp_path / "kick.wav")
        recorder.wait(lambda: recorder.arrivals == [str(path)])


def test_what_was_there_before_is_taken_in(tmp_path: Path) -> None:
    sound(tmp_path / "pack/sub/kick.wav")
    recorder = Recorder()
    with watching(recorder, tmp_path):
        recorder.wait_for_disk(tmp_path)
    assert recorder.scans == [(str(tmp_path), 1)]


def test_what_happened_while_it_was_stopped_is_found_out(tmp_path: Path) -> None:
    stays, goes = sound(tmp_path / "stays.wav"), sound(tmp_path / "goes.wav")
    moves, changes = sound(tmp_path / "moves.wav"), sound(tmp_path / "changes.wav")
    recorder = Recorder()
    with watching(recorder, tmp_path):
        recorder.wait(lambda: len(recorder.files) == 4)
    goes.unlink()
    (tmp_path / "sub").mkdir()
    moves.rename(tmp_path / "sub/moves.wav")
    changes.write_bytes(b"longer than before")
    new = sound(tmp_path / "new.wav")
    with watching(recorder, tmp_path):
        recorder.wait_for_disk(tmp_path)
    assert [(m.old, m.found.path, m.certain) for m in recorder.moves] == [
        (str(moves), str(tmp_path / "sub/moves.wav"), True)
    ]
    assert recorder.losses == [str(goes)]
    assert sorted(recorder.arrivals[4:]) == [str(changes), str(new)]
    assert str(stays) in recorder.files


def test_an_unfinished_download_is_left_alone_until_it_is_renamed(tmp_path: Path) -> None:
    recorder = Recorder()
    with watching(recorder, tmp_path):
        part = sound(tmp_path / "kick.wav.crdownload")
        sound(tmp_path / "._kick.wav")
        sound(tmp_path / "__MACOSX/kick.wav")
        marker = sound(tmp_path / "marker.wav")
        recorder.wait(lambda: str(marker) in recorder.files)
        assert recorder.arrivals == [str(marker)]
        part.rename(tmp_path / "kick.wav")
        recorder.wait(lambda: str(tmp_path / "kick.wav") in recorder.files)


def test_a_file_is_not_taken_while_it_is_written(tmp_path: Path) -> None:
    recorder = Recorder()
    with watching(recorder, tmp_path):
        with (tmp_path / "slow.wav").open("wb") as slow:
            slow.write(b"first half, ")
            slow.flush()
            marker = sound(tmp_path / "marker.wav")
            recorder.wait(lambda: str(marker) in recorder.files)
            late = sound(tmp_path / "later.wav")
            recorder.wait(lambda: str(late) in recorder.files)
            assert str(tmp_path / "slow.wav") not in recorder.files
            slow.write(b"second half")
        recorder.wait_for_disk(tmp_path)
    assert recorder.arrivals.count(str(tmp_path / "slow.wav")) == 1


def test_our_own_tag_write_is_not_taken_for_a_new_file(tmp_path: Path) -> None:
    path = sound(tmp_path / "kick.wav")
    recorder = Recorder()
    with watching(recorder, tmp_path):
        recorder.wait_for_disk(tmp_path)
        temporary = sound(tmp_path / ".earmark-kick.wav", b"RIFF and tags")
        stamp = on_disk(tmp_path)[str(temporary)]
        recorder.files[str(path)] = stamp
        temporary.rename(path)
        marker = sound(tmp_path / "marker.wav")
        recorder.wait(lambda: str(marker) in recorder.files)
        recorder.wait_for_disk(tmp_path)
    assert recorder.arrivals == [str(path), str(marker)]


def test_roots_come_and_go_while_it_runs(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    sound(one / "a.wav")
    sound(two / "b.wav")
    recorder = Recorder()
    with watching(recorder, one) as coordinator:
        coordinator.add(str(two))
        recorder.wait_for_disk(one, two)
        coordinator.remove(str(one))
        known = dict(recorder.files)
        sound(one / "unseen.wav")
        marker = sound(two / "marker.wav")
        recorder.wait(lambda: str(marker) in recorder.files)
        assert set(recorder.files) == {*known, str(marker)}


def test_a_root_in_a_root_is_looked_after_once(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    sound(inner / "a.wav")
    sound(tmp_path / "b.wav")
    recorder = Recorder()
    with watching(recorder, tmp_path, inner) as coordinator:
        recorder.wait_for_disk(tmp_path)
        sound(inner / "c.wav")
        recorder.wait_for_disk(tmp_path)
        shutil.rmtree(inner)
        recorder.wait(lambda: str(inner) not in recorder.identities)
        coordinator.rescan(str(tmp_path))
        recorder.wait(lambda: len(recorder.scans) >= 3)
    assert str(inner / "a.wav") in recorder.files
    assert len(recorder.arrivals) == 3


def test_excluded_names_are_left_alone_and_changed_rules_apply_at_once(tmp_path: Path) -> None:
    kept, loop = sound(tmp_path / "kick.wav"), sound(tmp_path / "Loops/beat.wav")
    recorder = Recorder()
    with watching(recorder, tmp_path) as coordinator:
        recorder.wait_for_disk(tmp_path)
        coordinator.add(str(tmp_path), Rules(("loops/",)))
        recorder.wait(lambda: recorder.losses == [str(loop)])
        sound(tmp_path / "Loops/more.wav")
        marker = sound(tmp_path / "marker.wav")
        recorder.wait(lambda: str(marker) in recorder.files)
    assert set(recorder.files) == {str(kept), str(marker)}


def test_twenty_thousand_files_at_once(tmp_path: Path) -> None:
    recorder = Recorder()
    with watching(recorder, tmp_path, pace=Pace()):
        for number in range(20_000):
            folder = tmp_path / f"pack {number // 5000}"
            if number % 5000 == 0:
                folder.mkdir()
            (folder / f"{number}.wav").write_bytes(b"RIFF")
        recorder.wait_for_disk(tmp_path)
    assert sorted(recorder.arrivals) == sorted(recorder.files)
    assert recorder.calls < 2000


def test_a_folder_with_the_name_of_a_sound(tmp_path: Path) -> None:
    recorder = Recorder()
    with watching(recorder, tmp_path):
        inside = sound(tmp_path / "kick.wav/inside.wav")
        recorder.wait(lambda: recorder.arrivals == [str(inside)])
        shutil.rmtree(tmp_path / "kick.wav")
        path = sound(tmp_path / "kick.wav")
        recorder.wait(lambda: set(recorder.files) == {str(path)})
    assert recorder.troubles == {}


def test_an_empty_file_settles_in_the_end(tmp_path: Path) -> None:
    recorder = Recorder()
    with watching(recorder, tmp_path):
        path = sound(tmp_path / "empty.wav", b"")
        recorder.wait(lambda: recorder.arrivals == [str(path)])


def test_names_of_any_bytes(tmp_path: Path) -> None:
    recorder = Recorder()
    with watching(recorder, tmp_path):
        for name in (b"\xff\xfe.wav", "🥁🎹.wav".encode(), b"new\nline.wav", "é.wav".encode()):
            sound(tmp_path / os.fsdecode(name))
        recorder.wait_for_disk(tmp_path)
    assert len(recorder.files) == 4


def test_if_the_index_refuses_nothing_is_lost(tmp_path: Path) -> None:
    recorder = Recorder()
    with watching(recorder, tmp_path):
        recorder.refusal = fail("disk-full", "The disk is full.")
        sound(tmp_path / "kick.wav")
        recorder.wait(lambda: recorder.refused > 1)
        assert recorder.files == {}
        recorder.refusal = None
        recorder.wait_for_disk(tmp_path)


def test_stopping_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    recorder = Recorder()
    with watching(recorder, tmp_path, pace=QUICK) as coordinator:
        recorder.wait(lambda: coordinator.alive)
    assert not coordinator.alive
    assert set(threading.enumerate()) <= before
