"""Taking tags back, from the command line to the original byte."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import mutagen.id3
import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.readers import exiftool
from tests.e2e.small_disk import small_disk
from tests.waiting import until

from earmark_daemon.errors import EarmarkError
from earmark_daemon.taking_back import take_back, undoable

__all__ = ["small_disk"]

PACK = Path(__file__).parents[2] / "daemon" / "earmark_daemon" / "demo_pack"


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def arrive(daemon: LivingDaemon, lengths: Sequence[float]) -> dict[Path, bytes]:
    """Thumps in a watched folder, each with what it was before anybody wrote into it."""
    made = daemon.folder.with_name("made")
    for number, length in enumerate(lengths):
        write(made / f"{number}.wav", thump(length))
    before = {daemon.folder / "Pack" / path.name: path.read_bytes() for path in made.iterdir()}
    made.rename(daemon.folder / "Pack")
    return before


def contains(path: Path, word: bytes) -> bool:
    return word in path.read_bytes()


def test_a_whole_pack_is_taken_back_to_the_byte(daemon: LivingDaemon) -> None:
    shutil.copytree(PACK, daemon.folder, dirs_exist_ok=True)
    before = tree(PACK)
    sounds = [p for p in daemon.folder.rglob("*") if p.suffix not in {".csv", ".txt", ".md"}]
    daemon.wait_for(p for p in sounds if p.is_file())
    assert tree(daemon.folder) != before
    assert "to the byte" in earmark("undo", str(daemon.folder)).stdout
    assert tree(daemon.folder) == before
    assert "nothing to take back" in earmark("undo", "--all").stdout


def test_what_was_renamed_is_taken_back_where_it_is_now(daemon: LivingDaemon) -> None:
    path = Path(write(daemon.folder / "Pack" / "a.wav"))
    original = path.read_bytes()
    daemon.wait_for([path])
    path.rename(path.with_name("b.wav"))
    daemon.wait_for([path.with_name("b.wav")])
    other = Path(write(path, thump(0.3)))
    (result,) = daemon.wait_for([other])
    assert result["written"]
    path.parent.rename(daemon.folder / "Sorted")
    moved = daemon.folder / "Sorted" / "b.wav"
    daemon.wait_for([moved, moved.with_name("a.wav")])
    assert "to the byte" in earmark("undo", str(moved)).stdout
    assert moved.read_bytes() == original
    assert "1 file" in earmark("undo", str(moved.parent)).stdout


def test_what_was_taken_back_is_not_written_again_until_asked_for(daemon: LivingDaemon) -> None:
    path = write(daemon.folder / "a.wav")
    original = Path(path).read_bytes()
    daemon.wait_for([path])
    earmark("undo", "--last")
    daemon.client.call("rescan")
    Path(path).touch()
    marker = write(daemon.folder / "marker.wav", thump(0.1))
    daemon.wait_for([marker, path])
    assert Path(path).read_bytes() == original
    earmark("tag", path)
    assert Path(path).read_bytes() != original


def test_what_was_taken_back_and_moved_to_another_disk_is_not_written_there(
    daemon: LivingDaemon, small_disk: Path
) -> None:
    paths = [Path(write(daemon.folder / "Pack" / f"{n}.wav", thump(n))) for n in (0.2, 0.3)]
    before = tree(daemon.folder)
    daemon.wait_for(paths)
    assert tree(daemon.folder) != before
    earmark("undo", str(daemon.folder))
    earmark("watch", "add", str(small_disk))
    shutil.move(daemon.folder / "Pack", small_disk)
    results = daemon.wait_for(small_disk / "Pack" / path.name for path in paths)
    assert tree(small_disk) == before
    assert all("taken back" in result["reason"] for result in results)
    earmark("tag", str(small_disk / "Pack"))
    assert all(result["written"] for result in daemon.wait_for(small_disk.rglob("*.wav")))


def test_only_our_marks_go_where_somebody_else_wrote_since(daemon: LivingDaemon) -> None:
    path = str(daemon.folder / "a.mp3")
    write(Path(path), thump(1.0))
    (result,) = daemon.wait_for([path])
    assert result["written"]
    tags = mutagen.id3.ID3(path)
    tags.add(mutagen.id3.TIT2(encoding=3, text=["Mine"]))
    tags.save(path)
    assert "somebody else" in earmark("undo", path).stdout
    (read,) = exiftool([path]).values()
    assert "Mine" in read
    assert result["tags"][0]["tag"] not in read.lower()


def test_what_was_done_to_an_older_write_does_not_hide_what_was_done_to_a_newer(
    daemon: LivingDaemon,
) -> None:
    path = str(daemon.folder / "a.mp3")
    write(Path(path), thump(1.0))
    daemon.wait_for([path])
    daemon.client.call("label", paths=[path], add=["dusty"])
    until(lambda: b"dusty" in Path(path).read_bytes(), "the label stands in the file")
    tags = mutagen.id3.ID3(path)
    tags.add(mutagen.id3.TIT2(encoding=3, text=["Mine"]))
    tags.save(path)
    assert "somebody else" in earmark("undo", path).stdout
    (read,) = exiftool([path]).values()
    assert "dusty" not in read.lower()


def test_times_are_understood(daemon: LivingDaemon) -> None:
    path = write(daemon.folder / "a.wav")
    original = Path(path).read_bytes()
    daemon.wait_for([path])
    assert "nothing to take back" in earmark("undo", "--since", "2099-01-01").stdout
    for which in (["soon"], ["", "--last"], ["", str(daemon.folder)]):
        assert earmark("undo", "--since", *which, check=False).returncode == 2
    assert Path(path).read_bytes() != original
    assert earmark("undo", check=False).returncode == 2
    earmark("undo", "--since", "2h")
    assert Path(path).read_bytes() == original


def test_of_several_choices_all_must_hold(daemon: LivingDaemon) -> None:
    paths = [
        Path(write(daemon.folder / folder / "a.wav", thump(length)))
        for folder, length in (("one", 0.2), ("two", 0.3))
    ]
    before = [path.read_bytes() for path in paths]
    daemon.wait_for(paths)
    written = [path.read_bytes() for path in paths]
    assert written[0] != before[0]
    assert written[1] != before[1]

    def taken_back(*which: str) -> list[bool]:
        earmark("undo", *which)
        return [path.read_bytes() == original for path, original in zip(paths, before, strict=True)]

    future = ("--since", "2099-01-01")
    assert taken_back("--last", *future) == [False, False]
    assert taken_back(str(daemon.folder), "--last", *future) == [False, False]
    assert taken_back(str(paths[0].parent), "--last") == [True, False]
    assert taken_back(str(paths[0].parent), "--last") == [True, False]
    assert taken_back(str(paths[1]), "--last", "--since", "2h") == [True, True]


def test_many_files_are_taken_back_some_at_a_time_and_the_rest_at_the_next(
    daemon: LivingDaemon,
) -> None:
    before = arrive(daemon, [0.1 + number / 1000 for number in range(70)])

    def taken_back() -> int:
        return sum(path.read_bytes() == original for path, original in before.items())

    daemon.wait_for(before)
    assert taken_back() == 0
    found = undoable(daemon.client.call, path=str(daemon.folder / "Pack"))
    assert len(next(take_back(daemon.client.call, found))) == taken_back() == 64
    assert daemon.stop() == 0
    daemon.start()
    assert earmark("undo", "--all").stdout == "As before, to the byte: 6 files.\n"
    assert taken_back() == 70


def test_what_was_written_last_is_taken_back_first_and_all_writes_to_it_at_once(
    daemon: LivingDaemon,
) -> None:
    before = arrive(daemon, [0.2, 0.3])
    paths = sorted(before)
    daemon.wait_for(paths)
    for path in reversed(paths):
        earmark("label", str(path), "--add", "dusty")
        until(partial(contains, path, b"dusty"), "the label stands in the file")
    daemon.wait_for(paths)
    lines = earmark("undo", "--all", "--json").stdout.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"path": str(path), "outcome": "restored", "reason": None} for path in paths
    ]
    assert {path: path.read_bytes() for path in paths} == before


def test_all_goes_with_nothing_else(daemon: LivingDaemon) -> None:
    path = Path(write(daemon.folder / "a.wav"))
    daemon.wait_for([path])
    written = path.read_bytes()
    for which in ([str(path)], ["--last"], ["--since", "2h"]):
        assert earmark("undo", "--all", *which, check=False).returncode == 2
    with pytest.raises(EarmarkError, match="Say what to take back"):
        daemon.client.call("undoable", path=str(path), everything=True)
    assert path.read_bytes() == written


def says_ours(path: Path) -> bool:
    """Whether the file says itself that words in it are Earmark's."""
    return "earmark" in exiftool([str(path)])[str(path)].lower()


def test_a_copy_of_a_file_that_was_written_is_taken_back_too(daemon: LivingDaemon) -> None:
    written = Path(write(daemon.folder / "kick.wav"))
    original = written.read_bytes()
    daemon.wait_for([written])
    copies = [daemon.folder / "Project" / name for name in ("kick.wav", "other.wav")]
    copies[0].parent.mkdir()
    for copy in copies:
        shutil.copyfile(written, copy)
    daemon.wait_for(copies)
    assert says_ours(copies[0])
    for chosen in (["--last"], ["--since", "2h"]):
        assert earmark("undo", str(copies[0]), *chosen).stdout == "There is nothing to take back.\n"
    assert earmark("undo", str(copies[0])).stdout == "As before, to the byte: 1 file.\n"
    assert earmark("undo", "--all").stdout == "As before, to the byte: 2 files.\n"
    assert [path.read_bytes() for path in (written, *copies)] == [original] * 3
    assert "nothing to take back" in earmark("undo", "--all").stdout


@pytest.mark.parametrize("way", ["all", "folder"])
def test_a_copy_that_was_written_again_loses_the_words_that_it_came_with_too(
    daemon: LivingDaemon, way: str
) -> None:
    written = Path(write(daemon.folder / "kick.wav"))
    original = written.read_bytes()
    daemon.wait_for([written])
    copy = Path(shutil.copyfile(written, daemon.folder / "copy.wav"))
    daemon.wait_for([copy])
    earmark("label", str(copy), "--add", "dusty")
    for each in (written, copy):
        until(partial(contains, each, b"dusty"), "the label stands in the file")
    daemon.wait_for([written, copy])
    chosen = "--all" if way == "all" else str(daemon.folder)
    assert earmark("undo", chosen).stdout == "As before, to the byte: 2 files.\n"
    assert [path.read_bytes() for path in (written, copy)] == [original] * 2
    assert "nothing to take back" in earmark("undo", chosen).stdout


def test_our_words_go_where_the_index_was_lost(daemon: LivingDaemon) -> None:
    path = Path(write(daemon.folder / "kick.wav"))
    daemon.wait_for([path])
    daemon.stop()
    for each in daemon.places.index.parent.glob("index.sqlite*"):
        each.unlink()
    daemon.start()
    daemon.wait_for([path])
    assert says_ours(path)
    assert "1 file" in earmark("undo", "--all").stdout
    assert not says_ours(path)


def test_what_is_only_searched_is_known_to_carry_our_words_and_loses_them_where_it_is_named(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    written = Path(write(daemon.folder / "kick.wav"))
    original = written.read_bytes()
    daemon.wait_for([written])
    searched = tmp_path / "Searched"
    searched.mkdir()
    copy = Path(shutil.copyfile(written, searched / "kick.wav"))
    earmark("watch", "add", "--index-only", str(searched))
    daemon.wait_for([copy])
    assert "in file   yes" in earmark("show", str(copy)).stdout
    marked = copy.read_bytes()
    assert earmark("undo", "--all").stdout == "As before, to the byte: 1 file.\n"
    assert "nothing to take back" in earmark("undo", str(tmp_path)).stdout
    assert copy.read_bytes() == marked
    assert "to the byte" in earmark("undo", str(searched)).stdout
    assert copy.read_bytes() == original
    assert "in file   no" in earmark("show", str(copy)).stdout


def test_a_file_that_is_named_loses_words_that_were_there_before_it_was_written(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    written = Path(write(daemon.folder / "kick.wav"))
    original = written.read_bytes()
    daemon.wait_for([written])
    away = Path(shutil.copyfile(written, tmp_path / "away.wav"))
    earmark("label", str(away), "--add", "dusty")
    daemon.wait_for([away])
    until(partial(contains, away, b"dusty"), "the label stands in the file")
    assert earmark("undo", str(away)).stdout == "As before, to the byte: 1 file.\n"
    assert away.read_bytes() == original
    assert "nothing to take back" in earmark("undo", str(away)).stdout
    stranger = Path(shutil.copyfile(written, tmp_path / "stranger.wav"))
    assert "to the byte" in earmark("undo", str(stranger)).stdout
    assert stranger.read_bytes() == original
    unwatched = Path(shutil.copytree(daemon.folder, tmp_path / "Copied"))
    Path(shutil.copyfile(written, unwatched / "other.wav"))
    before = tree(unwatched)
    assert earmark("undo", str(unwatched), "--since", "2h").stdout.startswith("There is nothing")
    assert tree(unwatched) == before
    assert earmark("undo", str(unwatched)).stdout == "As before, to the byte: 2 files.\n"
    assert set(tree(unwatched).values()) == {original}
    assert earmark("undo", str(unwatched)).stdout == "There is nothing to take back.\n"
