"""A person's word, from the command line into the index and the files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.daemon.audio_files import write
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.readers import exiftool
from tests.waiting import until


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


def test_labelling_what_was_never_heard_says_what_to_do(daemon: LivingDaemon) -> None:
    done = earmark("label", "/nowhere/a.wav", "--add", "kick", check=False)
    assert done.returncode == 1
    assert "earmark tag FILE" in done.stderr
    assert earmark("label", "/nowhere/a.wav", check=False).returncode == 2
