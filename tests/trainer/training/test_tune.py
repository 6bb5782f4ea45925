"""A net that hears already goes on learning, where parts that were kept aside say that it helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tests.trainer.made_up import CONFIG, bands_dataset

from earmark_trainer.architectures.all_layers import Nearness, all_layers
from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import export, restored
from earmark_trainer.training import epoch, transfer
from earmark_trainer.training import tune as module
from earmark_trainer.training.batches import Drawn, batch_of
from earmark_trainer.training.loop import train
from earmark_trainer.training.predicting import predict
from earmark_trainer.training.step import Batch
from earmark_trainer.training.tune import PARTS, tune
from earmark_trainer.training.types import Phase, Progress, SpectrogramDataset, TrainingError

SIZE = 24
FEW = replace(CONFIG, epochs=3, batch_size=8)
NEW = ("a", "b", "c")


def few(count: int = 45, *, exclusive: bool = True) -> SpectrogramDataset:
    """Some of the bands under new names; the rest of them are left to be judged."""
    data = bands_dataset(180, exclusive=exclusive)
    return replace(data, labels=NEW, groups=np.arange(180) // 3).subset(np.arange(count))


@pytest.fixture(scope="module")
def initial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that hears bands."""
    path = tmp_path_factory.mktemp("initial") / "initial.onnx"
    build = partial(all_layers, size=SIZE)
    export(train(bands_dataset(), CONFIG, build), build, path, "hears bands")
    return path


def accuracy(tuned: module.Tuned) -> float:
    """On bands that were not learnt from."""
    rest = bands_dataset(180).subset(np.arange(45, 180))
    logits = predict(restored(tuned.model, tuned.build), rest.clips, FEW)
    return float((logits.argmax(1) == rest.targets.argmax(1)).mean())


def test_few_examples_are_enough(initial: Path) -> None:
    heard: list[Progress] = []
    tuned = tune(few(), FEW, initial, heard.append)
    assert accuracy(tuned) > 0.9
    assert tuned.model.labels == NEW
    assert tuned.model.metrics["mean_recall"] > 0.8
    assert sum(one["clips"] for one in tuned.model.metrics["labels"].values()) == 45
    assert [one.epoch for one in heard[:-1]] == list(range(1, len(heard)))
    assert {one.epochs for one in heard} == {(PARTS + 1) * FEW.epochs}
    scores = [one.score for one in heard[: PARTS * FEW.epochs]]
    assert all(score is not None and 0.3 < score <= 1.0 for score in scores)
    assert [one.phase for one in heard[-2:]] == [Phase.TRAINING, Phase.CALIBRATING]


def test_the_model_is_one_file_that_can_be_gone_on_from(initial: Path, tmp_path: Path) -> None:
    tuned = tune(few(), FEW, initial)
    path = tmp_path / "tuned.onnx"
    export(tuned.model, tuned.build, path, "tuned")
    clips = bands_dataset(180).clips[45:60]
    scores = onnxruntime.InferenceSession(path).run(["scores"], {"spectrogram": clips})[0]
    logits = predict(restored(tuned.model, tuned.build), clips, FEW)
    assert (scores.argmax(1) == logits.argmax(1)).all()
    assert transfer.embedding_size(path) == SIZE
    again = all_layers(3, *tuned.model.input_shape, size=SIZE)
    transfer.load_into(again, path)
    for name, value in again.state_dict().items():
        if value.is_floating_point() and not name.startswith("head."):
            np.testing.assert_allclose(value.numpy(), tuned.model.state[name], atol=1e-6)


def test_what_does_not_help_is_not_kept(initial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RATE", 30.0)
    tuned = tune(few(), FEW, initial)
    assert tuned.model.epochs == 0
    assert accuracy(tuned) > 0.9
    for name, value in tuned.untuned.state_dict().items():
        if not name.startswith("head."):
            assert np.array_equal(value.numpy(), tuned.model.state[name])


def test_what_helps_is_kept(tmp_path: Path) -> None:
    torch.manual_seed(2)
    build = partial(all_layers, size=SIZE)
    path = tmp_path / "deaf.onnx"
    shortest = replace(CONFIG, epochs=1, clips_per_epoch=16, learning_rate=1e-6)
    export(train(bands_dataset(), shortest, build), build, path, "hears nothing yet")
    tuned = tune(few(90), replace(FEW, epochs=12), path)
    assert tuned.model.epochs == 12
    assert accuracy(tuned) > 0.9


def _stop_after(epochs: int) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        if progress.epoch == epochs:
            raise KeyboardInterrupt

    return tell


def test_resumed_equals_uninterrupted(initial: Path, tmp_path: Path) -> None:
    saved = tmp_path / "checkpoint.pt"
    whole = tune(few(), FEW, initial).model
    with pytest.raises(KeyboardInterrupt):
        tune(few(), FEW, initial, _stop_after(2 * FEW.epochs + 1), saved)
    heard: list[Progress] = []
    resumed = tune(few(), FEW, initial, heard.append, saved).model
    assert heard[0].epoch == 2 * FEW.epochs + 2
    assert resumed.metrics == whole.metrics
    assert all(np.array_equal(resumed.state[name], whole.state[name]) for name in whole.state)


def test_sounds_that_nobody_judged_count_little_and_are_not_counted(initial: Path) -> None:
    data = few(60, exclusive=False)
    beside = np.arange(60) >= 45
    silent = np.where(beside[:, None], 0.0, data.targets).astype(np.float32)
    data = replace(data, targets=silent, beside=beside)
    assert data.weights.tolist() == 45 * [1.0] + 15 * [0.1]
    assert data.subset(np.arange(40, 50)).weights.tolist() == 5 * [1.0] + 5 * [0.1]
    tuned = tune(data, FEW, initial)
    assert sum(one["clips"] for one in tuned.model.metrics["labels"].values()) == 45
    head = restored(tuned.model, tuned.build).head
    assert isinstance(head, Nearness)
    assert len(head.landmarks) == 60


def test_many_clips_keep_one_part_aside(initial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_IN_TURN", 40)
    heard: list[Progress] = []
    tuned = tune(few(), FEW, initial, heard.append)
    assert {one.epochs for one in heard} == {2 * FEW.epochs}
    assert sum(one["clips"] for one in tuned.model.metrics["labels"].values()) == 9


def test_clips_of_one_sound_can_be_learnt_but_not_judged(initial: Path) -> None:
    data = replace(few(12), groups=np.zeros(12, dtype=np.int64))
    tuned = tune(data, FEW, initial)
    assert tuned.model.metrics == {}
    assert set(tuned.model.thresholds.values()) == {0.5}


@pytest.mark.parametrize("labels", [1, 3])
def test_two_examples_of_each_tag_can_be_learnt(initial: Path, labels: int) -> None:
    data = few(6, exclusive=labels == 3)
    data = replace(
        data,
        labels=NEW[:labels],
        targets=data.targets[:, :labels],
        known=data.known[:, :labels],
    )
    tuned = tune(data, FEW, initial)
    logits = predict(restored(tuned.model, tuned.build), data.clips, FEW)
    assert logits.shape == (6, labels)
    assert (logits[:, 0].argsort()[-2:] % 3 == 0).all()


def test_tuned_nets_learn_as_they_are_shown(initial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = set[int]()

    def watched(drawn: Drawn, *rest: object) -> Batch:
        frames.add(drawn.clips(drawn.index, "cpu").shape[2])
        return batch_of(drawn, *rest)  # type: ignore[arg-type]

    data = few()
    clips = np.array(data.clips)
    clips[::2, :, clips.shape[2] // 2 :] = 0
    monkeypatch.setattr(epoch, "batch_of", watched)
    tune(replace(data, clips=clips), FEW, initial)
    assert frames == {clips.shape[2] // 2, clips.shape[2]}


def test_a_net_that_reads_its_last_layer_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.onnx"
    export(train(bands_dataset(60), replace(CONFIG, epochs=1), compact), compact, path, "plain")
    assert transfer.embedding_size(path) is None
    with pytest.raises(TrainingError, match="off its layers"):
        tune(few(), FEW, path)


def test_short_clips_are_learnt_by_the_half_that_is_shown_later() -> None:
    data = bands_dataset(40)
    half = data.clips.shape[2] // 2
    clips = np.array(data.clips)
    clips[::2, :, half:] = 0
    picked = np.random.default_rng(3).permutation(40)
    batches = epoch._as_shown(replace(data, clips=clips), picked, 8)
    for index, shown in batches:
        assert {int(place) % 2 for place in index} == ({0} if shown == half else {1})
    seen = np.concatenate([index for index, _ in batches])
    assert len(set(seen.tolist())) == len(seen) == 32
