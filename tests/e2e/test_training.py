"""Tags of one's own, from labels to the files, with the real daemon."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.readers import exiftool
from tests.e2e.test_models import settled, tags_of
from tests.waiting import until

import earmark_daemon
from earmark_daemon.errors import EarmarkError

PACK = Path(earmark_daemon.__file__).parent / "demo_pack" / "Earmark First Light"
DRUMS = sorted(path for path in (PACK / "Drums").rglob("*.*") if path.suffix != ".m4a")
MELODIC = sorted(
    path
    for name in ("Brass", "Guitar", "Keys", "Strings", "Woodwind")
    for path in (PACK / name).rglob("*.*")
    if path.suffix != ".m4a"
)
LEARNT, NEW = slice(0, None, 2), slice(1, None, 2)
"""Of each kind of drum and of each instrument some are learnt from, and some are new."""


def take(daemon: LivingDaemon, paths: list[Path]) -> list[str]:
    """Copy sounds into the watched folder and wait for them; where they are now."""
    targets = []
    for path in paths:
        targets.append(str(daemon.folder / path.name))
        shutil.copy(path, targets[-1])
    daemon.wait_for(targets)
    return targets


def labelled(daemon: LivingDaemon) -> tuple[list[str], list[str]]:
    drums, melodic = take(daemon, DRUMS[LEARNT]), take(daemon, MELODIC[LEARNT])
    earmark("label", *drums, "--add", "beaty")
    earmark("label", *melodic, "--add", "tuney")
    return drums, melodic


def test_own_tags_are_learnt_and_reach_new_sounds_and_go_again(daemon: LivingDaemon) -> None:
    labelled(daemon)
    said = earmark("train").stdout
    assert "beaty" in said
    assert "would help most" in said
    settled(daemon)
    new_drums, new_melodic = take(daemon, DRUMS[NEW]), take(daemon, MELODIC[NEW])
    assert sum("beaty" in tags_of(daemon, path) for path in new_drums) >= len(new_drums) - 1
    assert sum("tuney" in tags_of(daemon, path) for path in new_melodic) >= len(new_melodic) - 1
    assert not any("beaty" in tags_of(daemon, path) for path in new_melodic)
    tagged = next(path for path in new_drums if "beaty" in tags_of(daemon, path))
    settled(daemon)
    assert "beaty" in exiftool([tagged])[tagged]
    (job,) = [json.loads(line) for line in earmark("jobs", "--json").stdout.splitlines()]
    assert (job["state"], job["where"]) == ("succeeded", "here")
    assert not list((daemon.places.data / "training").iterdir())

    earmark("models", "rollback")
    settled(daemon)
    assert tags_of(daemon, tagged) == set()
    assert "beaty" not in exiftool([tagged])[tagged]


def test_a_kill_in_the_middle_is_made_good_at_the_next_start(daemon: LivingDaemon) -> None:
    labelled(daemon)
    number = daemon.status()["event"]
    job = daemon.client.call("train")["job"]
    phases: list[str] = []
    while "testing" not in phases:
        answer = daemon.client.call("changes", since=number, seconds=30.0)
        number = answer["number"]
        phases += [event["phase"] for event in answer["events"] if event["kind"] == "training"]
    daemon.kill()
    daemon.start()
    until(
        lambda: daemon.client.call("training_job", id=job)["state"] == "succeeded",
        "the job is done after all",
    )
    settled(daemon)
    (model,) = [m for m in daemon.client.call("models") if m["origin"] == "local"]
    assert model["in_use"]
    assert set(model["labels"]) == {"beaty", "tuney"}
    assert daemon.stop() == 0


def test_a_job_can_be_cancelled_and_leaves_nothing(daemon: LivingDaemon) -> None:
    labelled(daemon)
    job = daemon.client.call("train")["job"]
    with pytest.raises(EarmarkError, match="already"):
        daemon.client.call("train")
    daemon.client.call("cancel_training", id=job)
    until(
        lambda: daemon.client.call("training_job", id=job)["state"] == "cancelled",
        "the job is cancelled",
    )
    assert "cancelled" in earmark("jobs").stdout
    assert [model["origin"] for model in daemon.client.call("models")] == ["builtin"]
    assert not list((daemon.places.data / "training").iterdir())


def test_what_cannot_be_learnt_is_said(daemon: LivingDaemon) -> None:
    done = earmark("train", check=False)
    assert done.returncode == 1
    assert "earmark label" in done.stderr
    drums, _ = labelled(daemon)
    earmark("label", drums[0], "--add", "rare")
    overview = daemon.client.call("dataset_overview")
    by_tag = {tag["tag"]: tag for tag in overview["tags"]}
    assert not by_tag["rare"]["enough"]
    assert "2 sounds more" in by_tag["rare"]["advice"]
    assert by_tag["beaty"]["enough"]
    said = earmark("train", "--keep-old").stdout
    assert "“rare” is left out: it has only 1 sound" in said
    assert "earmark models use" in said
    assert all(
        model["origin"] == "builtin" or not model["in_use"]
        for model in daemon.client.call("models")
    )
    refused = earmark("train", "--tag-set", "instrument", check=False)
    assert "labelled with tags of “instrument”" in refused.stderr


def test_sounds_to_label_next_are_named_and_not_again_once_labelled(daemon: LivingDaemon) -> None:
    drums, melodic = labelled(daemon)
    others = take(daemon, [*DRUMS[NEW], *MELODIC[NEW]])
    named = daemon.client.call("next_to_label", limit=4)
    paths = [sound["path"] for sound in named]
    assert len(set(paths)) == 4
    assert set(paths) <= set(others)
    assert all(set(sound["scores"]) == {"beaty", "tuney"} for sound in named)
    doubt = [min(abs(score - 0.5) for score in sound["scores"].values()) for sound in named]
    assert doubt[0] == min(doubt)
    earmark("label", paths[0], "--remove", "beaty")
    said = earmark("tags", "next", "--limit", "100").stdout
    assert not any(path in said for path in (paths[0], *drums, *melodic))
    assert all(path in said for path in others if path != paths[0])
    assert "earmark tags next" in earmark("tags", "overview").stdout
    os.remove(others[0])
    until(
        lambda: (
            others[0]
            not in [sound["path"] for sound in daemon.client.call("next_to_label", limit=100)]
        ),
        "a sound that is gone is not named",
    )


def test_without_labels_sounds_that_differ_are_named(daemon: LivingDaemon) -> None:
    assert "no sound left" in earmark("tags", "next").stdout
    paths = take(daemon, [DRUMS[0], DRUMS[1], MELODIC[0]])
    named = daemon.client.call("next_to_label")
    assert sorted(sound["path"] for sound in named) == sorted(paths)
    assert all(sound["scores"] == {} for sound in named)


def test_the_same_sound_labelled_twice_and_otherwise_is_pointed_out(daemon: LivingDaemon) -> None:
    one = write(daemon.folder / "one.wav", thump(0.3), subtype="PCM_16")
    other = write(daemon.folder / "other.wav", thump(0.3) * 0.5, subtype="PCM_16")
    daemon.wait_for([one, other])
    earmark("label", one, "--add", "boomy")
    earmark("label", other, "--remove", "boomy")
    (warning,) = daemon.client.call("dataset_overview")["warnings"]
    assert warning["kind"] == "contradiction"
    assert sorted(warning["paths"]) == sorted([one, other])
    earmark("label", other, "--add", "boomy")
    (warning,) = daemon.client.call("dataset_overview")["warnings"]
    assert warning["kind"] == "near-duplicates"


def test_labels_go_out_and_come_in_again(daemon: LivingDaemon, tmp_path: Path) -> None:
    drums, melodic = take(daemon, DRUMS[:2]), take(daemon, MELODIC[:1])
    earmark("label", *drums, "--add", "beaty")
    earmark("label", *melodic, "--remove", "beaty")
    earmark("labels", "export", str(tmp_path / "labels.csv"))
    earmark("labels", "export", str(tmp_path / "out"))
    with (tmp_path / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted((row["path"], row["says"]) for row in rows) == sorted(
        [*((path, "yes") for path in drums), (melodic[0], "no")]
    )
    assert sorted(path.name for path in (tmp_path / "out" / "beaty").iterdir()) == sorted(
        Path(path).name for path in drums
    )
    earmark("label", *drums, *melodic, "--forget", "beaty")
    assert daemon.client.call("labels") == []
    earmark("labels", "import", str(tmp_path / "labels.csv"))
    assert len(daemon.client.call("labels", tag_set="own")) == 3
    assert earmark("labels", "export", str(tmp_path / "out"), check=False).returncode == 1


def test_folders_are_taken_in_and_broken_lines_are_named(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    for tag in ("boomy", "thin"):
        (tmp_path / "in" / tag).mkdir(parents=True)
    write(tmp_path / "in" / "boomy" / "a.wav", thump(0.3))
    write(tmp_path / "in" / "thin" / "b.wav", thump(0.1))
    assert "2 labels" in earmark("labels", "import", str(tmp_path / "in")).stdout
    assert {word["tag"] for word in daemon.client.call("labels")} == {"boomy", "thin"}
    table = tmp_path / "table.csv"
    table.write_text(
        "path,tag,says\nin/boomy/a.wav,loud,yes\nin/thin/b.wav,loud,perhaps\n,x,\nno.wav,loud,\n"
    )
    done = earmark("labels", "import", str(table), check=False)
    assert done.returncode == 1
    assert "1 labels" in done.stdout
    for what in ("Line 3", "Line 4", "no.wav"):
        assert what in done.stderr
    for bad in ("a,b\n1,2\n", "\x00\x01"):
        table.write_text(bad)
        assert earmark("labels", "import", str(table), check=False).returncode == 1


def test_tags_are_merged_and_parted_again(daemon: LivingDaemon) -> None:
    paths = take(daemon, DRUMS[:3])
    earmark("label", paths[0], "--add", "lofi")
    earmark("label", paths[1], "--add", "lofi")
    earmark("label", paths[2], "--add", "lo-fi", "--remove", "lofi")
    assert 'earmark tags merge "lo-fi" "lofi"' in earmark("tags", "suggest").stdout
    earmark("tags", "merge", "lo-fi", "lofi")
    assert all("lofi" in tags_of(daemon, path) for path in paths)
    settled(daemon)
    assert "lo-fi" not in exiftool([paths[2]])[paths[2]]
    earmark("tags", "undo")
    assert tags_of(daemon, paths[2]) == {"lo-fi"}
    earmark("tags", "rename", "lofi", "dusty")
    assert tags_of(daemon, paths[0]) == {"dusty"}
    assert earmark("tags", "rename", "dusty", "kick", check=False).returncode == 1
    assert earmark("tags", "merge", "kick", "dusty", check=False).returncode == 1
    assert earmark("tags", "merge", "nothing", "dusty", check=False).returncode == 1
    assert "dusty" in earmark("tags").stdout


def test_a_word_for_a_built_in_tag_becomes_that_tag(daemon: LivingDaemon) -> None:
    (path,) = take(daemon, DRUMS[:1])
    earmark("label", path, "--add", "bd")
    earmark("tags", "merge", "bd", "kick")
    assert tags_of(daemon, path, "instrument") == {"kick"}
    assert tags_of(daemon, path) == set()


@pytest.mark.parametrize("command", [("tags",), ("tags", "list"), ("tags", "overview"), ("jobs",)])
def test_nothing_yet_is_no_error(daemon: LivingDaemon, command: tuple[str, ...]) -> None:
    assert earmark(*command).returncode == 0
    assert earmark(*command, "--json").returncode == 0


def test_a_tag_that_is_off_is_not_given_nor_trained_until_it_is_on_again(
    daemon: LivingDaemon,
) -> None:
    drums, _ = labelled(daemon)
    earmark("train")
    settled(daemon)
    new = next(path for path in take(daemon, DRUMS[NEW]) if tags_of(daemon, path) == {"beaty"})
    settled(daemon)
    assert "beaty" in exiftool([new])[new]

    earmark("tags", "off", "Beaty")
    settled(daemon)
    assert tags_of(daemon, new) == set()
    assert "beaty" not in exiftool([new])[new]
    assert "beaty" in tags_of(daemon, drums[0]), "a person's word still counts"
    by_tag = {tag["tag"]: tag for tag in daemon.client.call("dataset_overview")["tags"]}
    assert (by_tag["beaty"]["off"], by_tag["tuney"]["off"]) == (True, False)
    offered = daemon.client.call("suggestions", paths=[new])[0]["suggestions"]
    assert "beaty" not in {each["tag"] for each in offered}
    preview = json.loads(earmark("tag", "--dry-run", "--json", new).stdout.splitlines()[0])
    assert "beaty" not in {tag["tag"] for tag in preview["tags"]}

    earmark("train", "--keep-old")
    newest = daemon.client.call("training_jobs")[0]
    assert set(newest["metrics"]["labels"]) == {"tuney"}
    earmark("tags", "on", "beaty")
    settled(daemon)
    assert tags_of(daemon, new) == {"beaty"}
