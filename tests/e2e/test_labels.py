"""A person's word, from the command line into the index and the files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.readers import exiftool
from tests.waiting import until

from earmark_daemon.api import EarmarkError


def tags_of(living: LivingDaemon, path: str | Path) -> list[tuple[str, str]]:
    answer = living.client.call("show", path=str(path))
    return [(tag["tag"], tag["source"]) for tag in answer["tags"]]


def test_a_persons_word_wins_in_every_copy_and_survives_a_change(daemon: LivingDaemon) -> None:
    first = write(daemon.folder / "a.wav")
    second = str(daemon.folder / "copy of a.wav")
    shutil.copy(first, second)
    daemon.wait_for([first, second])
    earmark("label", first, "--add", "cowbell", "--add", "Tom", "--remove", "kick")
    for path in (first, second):
        assert set(tags_of(daemon, path)) == {("tom", "person"), ("cowbell", "person")}
    daemon.wait_for([first, second])
    for text in exiftool([first, second]).values():
        assert "cowbell" in text
        assert "tom" in text
    os.utime(second, ns=(1, 1))
    until(
        lambda: (
            daemon.client.call("show", path=second)["written"]
            and daemon.status()["state"] == "idle"
        ),
        "the touched file is dealt with",
    )
    assert set(tags_of(daemon, second)) == {("tom", "person"), ("cowbell", "person")}


def test_a_dry_run_keeps_to_a_persons_word(daemon: LivingDaemon) -> None:
    path = write(daemon.folder / "a.wav")
    daemon.wait_for([path])
    earmark("label", path, "--add", "dusty", "--add", "Tom")
    daemon.wait_for([path])
    told = earmark("tag", "--dry-run", path).stdout
    assert "dusty, tom" in told
    assert "→" not in told


def test_a_second_word_of_an_exclusive_set_takes_the_place_of_the_first(
    daemon: LivingDaemon,
) -> None:
    path = write(daemon.folder / "a.wav")
    daemon.wait_for([path])
    earmark("label", path, "--add", "snare")
    earmark("label", path, "--add", "clap")
    assert tags_of(daemon, path) == [("clap", "person")]
    earmark("label", path, "--forget", "clap")
    assert ("clap", "person") not in tags_of(daemon, path)


def test_of_many_sounds_those_are_labelled_that_can_be(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    """A folder is gone through, what is new is heard first, and what is wrong is said."""
    known, new = (
        write(daemon.folder / "a.wav"),
        write(tmp_path / "elsewhere" / "b.wav", 0.5 * thump()),
    )
    daemon.wait_for([known])
    broken = tmp_path / "elsewhere" / "broken.wav"
    broken.write_bytes(b"RIFF")
    missing = tmp_path / "missing.wav"
    done = earmark(
        *("label", str(missing), str(tmp_path / "elsewhere"), known, "--add", "dusty"), check=False
    )
    assert done.returncode == 1
    first, second = done.stdout.splitlines()
    assert first.endswith(new)
    assert second.endswith(known)
    assert f"{missing}: The file is not there" in done.stderr
    assert f"{broken}: " in done.stderr
    assert all(("dusty", "person") in tags_of(daemon, path) for path in (known, new))


def test_a_word_about_several_sounds_holds_for_all_but_the_one_that_is_gone(
    daemon: LivingDaemon,
) -> None:
    first, last = write(daemon.folder / "a.wav"), write(daemon.folder / "b.wav", 0.5 * thump())
    daemon.wait_for([first, last])
    paths = [first, str(daemon.folder / "gone.wav"), last]
    with pytest.raises(EarmarkError, match="holds for 2 of 3 sounds") as raised:
        daemon.client.call("label", paths=paths, add=["dusty"])
    assert raised.value.path == paths[1]
    assert "There is no such file." in raised.value.problem.message
    assert all(("dusty", "person") in tags_of(daemon, path) for path in (first, last))
    with pytest.raises(EarmarkError, match="holds for 2 of 3 sounds"):
        daemon.client.call("label", paths=paths, forget=["dusty"])
    assert not any(("dusty", "person") in tags_of(daemon, path) for path in (first, last))


def test_what_is_labelled_while_earmark_pauses_must_be_known(daemon: LivingDaemon) -> None:
    known = write(daemon.folder / "a.wav")
    daemon.wait_for([known])
    earmark("pause")
    new = write(daemon.folder / "b.wav", 0.5 * thump())
    done = earmark("label", known, new, "--add", "dusty", check=False)
    assert done.returncode == 1
    assert "earmark resume" in done.stderr
    earmark("label", known, "--add", "dusty")
    assert ("dusty", "person") in tags_of(daemon, known)


def test_what_was_taken_back_or_cannot_be_written_is_known_and_stays_as_it_is(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    taken_back = Path(write(daemon.folder / "a.wav"))
    shared = Path(write(daemon.folder / "b.wav", 0.5 * thump()))
    os.link(shared, tmp_path / "another name of b.wav")
    before = [path.read_bytes() for path in (taken_back, shared)]
    _, refused = daemon.wait_for([taken_back, shared])
    assert not refused["written"]
    earmark("undo", str(taken_back))
    earmark("pause")
    earmark("label", str(daemon.folder), "--add", "dusty")
    table = tmp_path / "labels.csv"
    table.write_text(f"path,tag\n{taken_back},wide\n{shared},wide\n")
    assert "2 labels taken in" in earmark("labels", "import", str(table)).stdout
    earmark("resume")
    marker = write(daemon.folder / "marker.wav", thump(0.1))
    earmark("tag", marker)
    for path, original in zip((taken_back, shared), before, strict=True):
        assert {("dusty", "person"), ("wide", "person")} <= set(tags_of(daemon, path))
        assert path.read_bytes() == original


def test_no_word_is_no_label(daemon: LivingDaemon) -> None:
    paths = [write(daemon.folder / "a.wav"), write(daemon.folder / "b.wav", 0.5 * thump())]
    daemon.wait_for(paths)
    assert earmark("label", *paths, check=False).returncode == 2
    before = tags_of(daemon, paths[0])
    done = earmark("label", *paths, "--add", " ", check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) <= 2, "it is said once, not of each sound"
    assert tags_of(daemon, paths[0]) == before


def test_a_word_that_contradicts_itself_is_refused(daemon: LivingDaemon) -> None:
    path = write(daemon.folder / "a.wav")
    daemon.wait_for([path])
    before = tags_of(daemon, path)
    for other in ("--remove", "--forget"):
        done = earmark("label", path, "--add", "dusty", other, " Dusty", check=False)
        assert done.returncode == 2
        assert "“dusty”" in done.stderr
    assert tags_of(daemon, path) == before


def test_a_label_for_nothing_is_refused(daemon: LivingDaemon) -> None:
    (daemon.folder / "empty").mkdir()
    done = earmark("label", str(daemon.folder / "empty"), "--add", "dusty", check=False)
    assert done.returncode == 1
    assert "There are no sound files there." in done.stderr


def test_a_file_that_is_not_there_is_not_shown(daemon: LivingDaemon) -> None:
    aside = write(daemon.folder.parent / "aside.wav")
    done = earmark("show", aside, check=False)
    assert "earmark tag FILE" in done.stderr
    done = earmark("show", "/nowhere/a.wav", check=False)
    assert done.returncode == 1
    assert "There is no such file." in done.stderr


def test_labels_go_with_a_library_that_lies_elsewhere_now(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    sound = write(daemon.folder / "a.wav")
    daemon.wait_for([sound])
    earmark("label", sound, "--add", "dusty", "--remove", "wide")
    table = tmp_path / "labels.csv"
    earmark("labels", "export", str(table))
    elsewhere = table.read_text().replace(str(daemon.folder), "/Users/anna/Samples")
    moved = tmp_path / "moved.csv"
    moved.write_text(elsewhere)
    earmark("label", sound, "--forget", "dusty", "--forget", "wide")
    assert "2 labels taken in" in earmark("labels", "import", str(moved)).stdout
    assert ("dusty", "person") in tags_of(daemon, sound)

    moved.write_text("path,tag\n/Users/anna/Samples/a.wav,dusty\n")
    done = earmark("labels", "import", str(moved), check=False)
    assert done.returncode == 1
    assert "not there" in done.stderr
    assert "from the folder that the table lies in" in done.stdout
