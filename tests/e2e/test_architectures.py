"""Every published architecture, at full width, in a real daemon that tags real files with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.readers import exiftool
from tests.shared import shared
from tests.trainer.architectures.models import LABELS, untrained
from tests.waiting import until

from earmark_trainer.architectures.registry import ARCHITECTURES
from earmark_trainer.export import export
from earmark_trainer.training.types import TrainedModel

QUICK = {"vgg-elu", "raw-1d"}
"""One that is shown spectrograms and one that is shown samples; all of them by ``make soak``."""

SOUNDS = 4
SAID = LABELS[0]


def _cases() -> list[object]:
    slow = [pytest.mark.soak, pytest.mark.timeout(900)]
    return [pytest.param(name, marks=() if name in QUICK else slow) for name in ARCHITECTURES]


@pytest.mark.parametrize("name", _cases())
def test_a_daemon_tags_real_files_with_it(name: str, daemon: LivingDaemon, tmp_path: Path) -> None:
    clips = sorted((shared("sounds") / "sonic-pi").rglob("*.flac"))[:SOUNDS]
    paths = [daemon.folder / f"{number}.flac" for number in range(SOUNDS)]
    for clip, path in zip(clips, paths, strict=True):
        path.write_bytes(clip.read_bytes())
    daemon.wait_for(paths)

    one = ARCHITECTURES[name]
    model = replace(untrained(one), tag_set="published")
    _sure(model)
    export(model, one.build, tmp_path / "model.onnx", name)
    said = json.loads(earmark("models", "add", str(tmp_path / "model.onnx"), "--json").stdout)
    assert (said["name"], said["tag_set"]) == (name, "published")
    earmark("models", "use", said["digest"])
    until(lambda: _idle(daemon), "every sound is tagged anew", seconds=600)

    for file, text in exiftool(paths).items():
        shown = daemon.client.call("show", path=file)["tags"]
        assert [tag["tag"] for tag in shown if tag["set"] == "published"] == [SAID]
        assert SAID in text
    assert daemon.client.call("status")["trouble"] is None


def _sure(model: TrainedModel) -> None:
    """Have fresh weights be sure enough to write what they say: by the last layer's bias."""
    last = next(name for name in reversed(model.state) if model.state[name].shape == (len(LABELS),))
    model.state[last][LABELS.index(SAID)] += 20.0


def _idle(daemon: LivingDaemon) -> bool:
    status = daemon.status()
    return not any(status["waiting"].values()) and status["retagging"] is None
