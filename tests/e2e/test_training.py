"""Tags of one's own, from labels to the files, with the real daemon."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from typing import Any

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.own_tags import DRUMS, MELODIC, NEW, labelled, take
from tests.e2e.readers import exiftool
from tests.e2e.test_models import settled, tags_of
from tests.waiting import until

from earmark_daemon.errors import EarmarkError


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
    told = earmark("jobs", "show", str(job["id"])).stdout
    assert "It is in use. To go back to the one before: earmark models rollback own" in told
    assert "earmark models use" not in told

    earmark("models", "rollback")
    settled(daemon)
    assert tags_of(daemon, tagged) == set()
    assert "beaty" not in exiftool([tagged])[tagged]


def test_what_would_be_tagged_is_what_is_tagged_where_sounds_lie_together(
    daemon: LivingDaemon,
) -> None:
    labelled(daemon)
    earmark("train")
    settled(daemon)
    new = take(daemon, DRUMS[NEW] + MELODIC[NEW])
    settled(daemon)
    told = [
        json.loads(line) for line in earmark("tag", "--dry-run", "--json", *new).stdout.splitlines()
    ]
    would = {one["path"]: own_scores(one["tags"]) for one in told}
    assert set(would) == set(new)
    for path in new:
        assert own_scores(daemon.client.call("show", path=path)["tags"]) == pytest.approx(
            would[path], abs=0.005
        ), path


def test_what_a_model_would_change_is_what_it_changes(daemon: LivingDaemon) -> None:
    labelled(daemon)
    new = take(daemon, DRUMS[NEW] + MELODIC[NEW])
    earmark("train", "--keep-old")
    (digest,) = [m["digest"] for m in daemon.client.call("models") if m["origin"] == "local"]
    told = daemon.client.call("compare_model", digest=digest)
    daemon.client.call("use_model", digest=digest)
    settled(daemon)
    given = Counter(tag for path in new for tag in tags_of(daemon, path))
    assert given
    assert {change["tag"]: change["comes"] for change in told["tags"]} == given
    assert not any(change["goes"] for change in told["tags"])


def own_scores(tags: list[dict[str, Any]]) -> dict[str, float]:
    return {tag["tag"]: tag["score"] for tag in tags if tag["set"] == "own"}


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


def test_a_job_that_has_ended_is_not_said_to_be_cancelled(daemon: LivingDaemon) -> None:
    (path,) = take(daemon, DRUMS[:1])
    earmark("label", path, "--add", "rare")
    earmark("train", check=False)
    done = earmark("jobs", "cancel", "1", check=False)
    assert done.returncode == 1
    assert "Job 1 had ended: it failed." in done.stderr


def test_what_an_endpoint_alone_heeds_is_refused_where_this_machine_trains(
    daemon: LivingDaemon,
) -> None:
    (path,) = take(daemon, DRUMS[:1])
    earmark("label", path, "--add", "rare")
    for options in (
        ("--where", "here", "--architecture", "compact"),
        ("--where", "here", "--epochs", "3"),
        ("--epochs", "3"),
    ):
        done = earmark("train", *options, check=False)
        assert done.returncode == 2
        assert "for a paired endpoint" in done.stderr
    assert daemon.client.call("training_jobs") == []


def test_too_few_sounds_are_refused_in_whole_sentences(daemon: LivingDaemon) -> None:
    (path,) = take(daemon, DRUMS[:1])
    earmark("label", path, "--add", "rare")
    done = earmark("train", check=False)
    assert done.returncode == 1
    assert re.search(r"“rare”: it has only 1 sound.* it takes \d+\.\s+Label more", done.stdout)


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


def test_a_tag_that_no_model_can_hold_is_left_out_and_others_are_learnt(
    daemon: LivingDaemon,
) -> None:
    drums, melodic = labelled(daemon)
    joined, persian, long = "👩\u200d🎤", "نیم\u200cفاصله", "x" * 65
    earmark("label", *drums, "--add", long, "--add", joined)
    earmark("label", *melodic, "--add", persian, "--add", "low\u202eer")
    said = earmark("train").stdout
    assert f"“{long}” is left out: it has 65 letters, and a model's tags have 64 at most." in said
    assert "is left out: it holds a character that cannot be seen." in said
    (model,) = [m for m in daemon.client.call("models") if m["origin"] == "local"]
    assert set(model["labels"]) == {"beaty", "tuney", joined, persian}


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


def ended_before(daemon: LivingDaemon, metrics: str) -> None:
    """A training stands in the index that an earlier Earmark did, with these metrics."""
    data = f'{{"labels": {{"rare": {{"yes": 2}}}}, "model": "{"ab" * 32}", "metrics": {metrics}}}'
    with sqlite3.connect(daemon.places.index) as connection:
        connection.execute(
            "insert into jobs(place, tag_set, state, began, ended, data)"
            " values ('endpoint', 'own', 'succeeded', 1.0, 2.0, ?)",
            [data],
        )
    connection.close()


def test_a_training_that_could_not_be_tested_says_so(daemon: LivingDaemon) -> None:
    ended_before(daemon, '{"left_out": {"dull": "it has only 1 sound"}}')
    told = earmark("jobs", "show", "1").stdout
    assert "It could not be tested: too few different sounds." in told
    assert "“dull” is left out: it has only 1 sound." in told
    assert "Its model has been removed since." in told
    assert "earmark models use" not in told


def test_numbers_that_are_none_are_null_in_json(daemon: LivingDaemon) -> None:
    told = '{"clips": 2, "recall": 0.5, "precision": 1.0, "roc_auc": NaN}'
    ended_before(daemon, f'{{"roc_auc": NaN, "worst": -Infinity, "labels": {{"rare": {told}}}}}')
    said = earmark("jobs", "--json").stdout
    metrics = json.loads(said, parse_constant=pytest.fail)["metrics"]
    assert (metrics["roc_auc"], metrics["worst"]) == (None, None)
    assert metrics["labels"]["rare"]["roc_auc"] is None
    assert "100 %" in earmark("jobs", "show", "1").stdout


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
