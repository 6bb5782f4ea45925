"""Models that come into use and go again: in the index, in the files, and through crashes."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.readers import exiftool
from tests.made_models import described, loudness_model, moody_head, steady_head
from tests.waiting import until

from earmark_daemon.cli.asking import say_retagging
from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_db.index import Index
from earmark_db.models import ModelRecord


def idle(daemon: LivingDaemon) -> bool:
    status = daemon.status()
    return not any(status["waiting"].values()) and status["retagging"] is None


def settled(daemon: LivingDaemon) -> None:
    until(lambda: idle(daemon), "everything is tagged anew", seconds=240)


def tags_of(daemon: LivingDaemon, path: str, tag_set: str = "own") -> set[str]:
    tags = daemon.client.call("show", path=path)["tags"]
    return {tag["tag"] for tag in tags if tag["set"] == tag_set}


def waiting(daemon: LivingDaemon) -> int:
    """How many sounds wait to be tagged anew, read from the index while nobody runs."""
    with sqlite3.connect(daemon.places.index) as connection:
        (count,) = connection.execute("select count(*) from work where step = 'retag'").fetchone()
    connection.close()
    return int(count)


def sounds(folder: Path, count: int) -> list[str]:
    return [write(folder / f"sound {n}.wav", thump(0.1 + n / 100)) for n in range(count)]


def test_a_model_comes_into_use_and_goes_with_one_word(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    paths = sounds(daemon.folder, 5)
    daemon.wait_for(paths)
    earmark("label", paths[0], "--add", "crunchy", "--remove", "shiny")
    digest = steady_head(tmp_path / "head.onnx", {"shiny": 0.9, "dull": 0.1, "crunchy": 0.2})

    said = json.loads(earmark("models", "add", str(tmp_path / "head.onnx"), "--json").stdout)
    assert (said["digest"], said["in_use"], said["origin"]) == (digest, False, "file")
    assert all(tags_of(daemon, path) == set() for path in paths[1:])

    day, short = r"\d{4}-\d\d-\d\d \d\d:\d\d", digest[:12]
    told = earmark("models", "use", digest[:10]).stdout
    assert re.search(rf"“made up” \({short} of {day}\) is in use", told)
    assert re.search(rf"\* {short}  {day}  own ", earmark("models", "list").stdout)
    settled(daemon)
    assert tags_of(daemon, paths[0]) == {"crunchy"}
    assert all(tags_of(daemon, path) == {"shiny"} for path in paths[1:])
    assert all("shiny" in text for text in exiftool(paths[1:]).values())
    assert daemon.client.call("search", query="tag:shiny")["total"] == 4

    stranger = write(tmp_path / "stranger.wav", thump(0.21))
    preview = json.loads(earmark("tag", "--dry-run", "--json", stranger).stdout.splitlines()[0])
    assert "shiny" in {tag["tag"] for tag in preview["tags"]}
    assert "“made up” for “own”" in earmark("doctor", check=False).stdout

    later = write(daemon.folder / "later.wav", thump(0.33))
    daemon.wait_for([later])
    assert tags_of(daemon, later) == {"shiny"}

    earmark("models", "rollback")
    settled(daemon)
    assert tags_of(daemon, paths[0]) == {"crunchy"}
    assert all(tags_of(daemon, path) == set() for path in [*paths[1:], later])
    assert all("shiny" not in text for text in exiftool(paths).values())
    again = earmark("models", "rollback", check=False)
    assert again.returncode == 1
    assert "no earlier model" in again.stderr

    daemon.stop()
    told = earmark("models", "use", short).stdout
    assert "Being tagged anew" not in told, "nobody is at it"


@pytest.mark.parametrize(
    ("watching", "said"),
    [
        (True, "Being tagged anew: 6 sounds. See: earmark status\n"),
        (False, "To be tagged anew once Earmark runs: 6 sounds. Start it: earmark start\n"),
    ],
)
def test_what_is_to_be_tagged_anew_waits_where_nobody_runs(
    watching: bool, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    class Answering:
        def call(self, method: str, **_: Any) -> Any:
            return {"watching": watching, "retagging": {"done": 0, "total": 6}}

    say_retagging(Answering())
    assert capsys.readouterr().out == said


def test_what_is_known_of_a_model_is_said_in_words() -> None:
    told = earmark("models", "show", "Earmark one-shots").stdout.splitlines()
    measured = [line for line in told if re.search(r"  0\.\d{3}$", line)]
    assert "ROC AUC" in told[-1]
    assert measured[0].startswith("  measured  accuracy ")
    assert "_" not in "".join(measured)
    assert len({len(line) for line in measured}) == 1


def test_a_model_that_hears_otherwise_goes_back_to_the_files(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    paths = sounds(daemon.folder, 4)
    daemon.wait_for(paths)
    other = FrontendSpec(n_mels=32, window_seconds=1.5)
    loudness_model(tmp_path / "whole.onnx", frontend=other.to_dict())
    earmark("models", "add", str(tmp_path / "whole.onnx"))
    earmark("models", "use", "made up")
    settled(daemon)
    assert all(tags_of(daemon, path) == {"dense"} for path in paths)


def test_what_is_no_model_is_refused_and_the_work_goes_on(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    large, small = tmp_path / "large.onnx", tmp_path / "small.onnx"
    with open(large, "wb") as file:
        file.truncate(3_000_000_000)
    small.write_bytes(b"#!/bin/sh")
    for path, word in ((large, "3,000 MB"), (small, "a script"), (tmp_path, "no such file")):
        done = earmark("models", "add", str(path), check=False)
        assert done.returncode == 1
        assert word in done.stderr
        assert str(path) in done.stderr
    assert not list(daemon.places.models.glob("*"))
    assert [model["origin"] for model in daemon.client.call("models")] == ["builtin"]
    done = earmark("models", "use", "nobody", check=False)
    assert "earmark models list" in done.stderr
    after = write(daemon.folder / "after.wav")
    assert daemon.wait_for([after])[0]["ok"]


def trouble(daemon: LivingDaemon) -> list[str]:
    events = daemon.client.call("changes", since=0, seconds=0.0)["events"]
    return [event["reason"] for event in events if event["kind"] == "trouble"]


def test_what_a_model_of_before_is_called_does_not_steer_the_terminal(
    daemon: LivingDaemon,
) -> None:
    daemon.stop()
    index, digest, name = Index.for_writing(daemon.places.index), "d" * 64, "odd\x1b[2J\nname"
    summary = json.dumps(described(["odd"], digest=digest, name=name, metrics={"\x1b": 0.5}))
    index.models.add(ModelRecord(digest, "own", name, "file", 0.0, summary))
    index.close()
    for command in (("list",), ("show", digest), ("remove", digest)):
        said = earmark("models", *command).stdout
        assert "odd\\x1b[2J\\nname" in said
        assert "\x1b" not in said


@pytest.mark.parametrize("fault", ["damaged", "fails"])
def test_a_model_that_breaks_later_costs_its_own_tags_alone(
    daemon: LivingDaemon, tmp_path: Path, fault: str
) -> None:
    paths = sounds(daemon.folder, 8)
    daemon.wait_for(paths)
    file = tmp_path / "head.onnx"
    digest = moody_head(file) if fault == "fails" else steady_head(file, {"shiny": 0.9})
    daemon.client.call("add_model", path=str(file))
    if fault == "damaged":
        (daemon.places.models / f"{digest}.onnx").write_bytes(b"not any more")
    daemon.client.call("use_model", digest=digest)
    settled(daemon)
    assert len(trouble(daemon)) == 1
    later = write(daemon.folder / "later.wav", thump(0.4))
    assert daemon.wait_for([later])[0]["ok"]
    assert all(tags_of(daemon, path) == set() for path in [*paths, later])
    assert daemon.stop() == 0


def test_a_kill_in_the_middle_of_tagging_anew_loses_nothing(
    tmp_path: Path, daemon: LivingDaemon
) -> None:
    paths = sounds(daemon.folder, 400)
    daemon.wait_for(paths)
    settled(daemon)
    steady_head(tmp_path / "head.onnx", {"shiny": 0.9})
    digest = daemon.client.call("add_model", path=str(tmp_path / "head.onnx"))["digest"]
    daemon.client.call("pause")
    daemon.client.call("use_model", digest=digest)
    assert daemon.status()["retagging"] == {"done": 0, "total": 400}
    number = daemon.status()["event"]
    daemon.client.call("resume")
    events: list[str] = []
    while "retagging" not in events:
        answer = daemon.client.call("changes", since=number, seconds=30.0)
        number, events = answer["number"], [event["kind"] for event in answer["events"]]
    daemon.kill()
    killed_at = waiting(daemon)
    assert 0 < killed_at < 400
    daemon.start()
    settled(daemon)
    with sqlite3.connect(daemon.places.index) as connection:
        (heard,) = connection.execute(
            "select count(*) from verdicts where model = ?", [digest]
        ).fetchone()
    connection.close()
    assert heard == len(paths)
    assert all(tags_of(daemon, path) == {"shiny"} for path in paths)
    assert daemon.client.call("search", query="tag:shiny")["total"] == len(paths)
    assert daemon.stop() == 0


def test_a_model_is_compared_with_the_one_in_use_before_it_comes(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    paths = sounds(daemon.folder, 4)
    daemon.wait_for(paths)
    earmark("label", paths[0], "--add", "crunchy", "--remove", "shiny")
    steady_head(tmp_path / "old.onnx", {"shiny": 0.9, "dull": 0.1, "crunchy": 0.2})
    steady_head(tmp_path / "new.onnx", {"shiny": 0.1, "dull": 0.9, "crunchy": 0.9})
    old, new = (
        daemon.client.call("add_model", path=str(tmp_path / f"{name}.onnx"))["digest"]
        for name in ("old", "new")
    )
    said = daemon.client.call("compare_model", digest=old)
    assert said["sounds"] == 4
    (change,) = said["tags"]
    assert (change["tag"], change["comes"], change["goes"]) == ("shiny", 3, 0)
    assert {each["path"] for each in change["examples"]} == set(paths[1:])
    assert daemon.status()["retagging"] is None
    assert tags_of(daemon, paths[1]) == set()

    daemon.client.call("use_model", digest=old)
    settled(daemon)
    changes = {
        change["tag"]: (change["comes"], change["goes"])
        for change in daemon.client.call("compare_model", digest=new)["tags"]
    }
    assert changes == {"shiny": (0, 3), "dull": (4, 0), "crunchy": (3, 0)}
    assert daemon.client.call("compare_model", digest=old)["tags"] == []
    assert earmark("show", paths[1], check=True).stdout.count("shiny")
    with pytest.raises(EarmarkError, match="no model"):
        daemon.client.call("compare_model", digest="nothing")
