"""Models that come into use and go again: in the index, in the files, and through crashes."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.readers import exiftool
from tests.made_models import loudness_model, steady_head
from tests.waiting import until

from earmark_daemon.hearing.frontend import FrontendSpec


def idle(daemon: LivingDaemon) -> bool:
    status = daemon.status()
    return not any(status["waiting"].values()) and status["retagging"] is None


def settled(daemon: LivingDaemon) -> None:
    until(lambda: idle(daemon), "everything is tagged anew", seconds=240)


def tags_of(daemon: LivingDaemon, path: str, tag_set: str = "own") -> set[str]:
    tags = daemon.client.call("show", path=path)["tags"]
    return {tag["tag"] for tag in tags if tag["set"] == tag_set}


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

    earmark("models", "use", digest[:10])
    settled(daemon)
    assert tags_of(daemon, paths[0]) == {"crunchy"}
    assert all(tags_of(daemon, path) == {"shiny"} for path in paths[1:])
    assert all("shiny" in text for text in exiftool(paths[1:]).values())
    assert daemon.client.call("search", query="tag:shiny")["total"] == 4

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


@pytest.mark.parametrize("kills", [4])
def test_a_kill_in_the_middle_of_tagging_anew_loses_nothing(
    tmp_path: Path, kills: int, daemon: LivingDaemon
) -> None:
    paths = sounds(daemon.folder, 300)
    daemon.wait_for(paths)
    settled(daemon)
    steady_head(tmp_path / "head.onnx", {"shiny": 0.9})
    digest = daemon.client.call("add_model", path=str(tmp_path / "head.onnx"))["digest"]
    daemon.client.call("use_model", digest=digest)
    for _ in range(kills):
        daemon.kill()
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
