"""A whole training on made-up spectrograms: it learns, repeats, and survives interruption."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.trainer.made_up import CONFIG, LABELS, bands_dataset

from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import export
from earmark_trainer.training import checkpoint, loop
from earmark_trainer.training.loop import train
from earmark_trainer.training.predicting import predict
from earmark_trainer.training.transfer import load_into
from earmark_trainer.training.types import (
    Phase,
    Progress,
    SpectrogramDataset,
    TrainedModel,
    TrainingError,
)


def _same(one: TrainedModel, other: TrainedModel) -> bool:
    return all(np.array_equal(one.state[name], other.state[name]) for name in one.state)


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    return train(bands_dataset(), CONFIG, compact)


def test_it_learns_far_better_than_chance(trained: TrainedModel) -> None:
    assert trained.metrics["mean_recall"] > 0.8
    assert set(trained.thresholds) == set(LABELS)
    assert trained.temperature > 0


def test_the_same_seed_gives_the_same_model(trained: TrainedModel) -> None:
    again = train(bands_dataset(), CONFIG, compact)
    assert _same(trained, again)
    assert again.metrics == trained.metrics


def test_another_seed_gives_another_model(trained: TrainedModel) -> None:
    assert not _same(trained, train(bands_dataset(), replace(CONFIG, seed=4), compact))


def _stop_after(epoch: int) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        if progress.epoch == epoch:
            raise KeyboardInterrupt

    return tell


def test_resumed_equals_uninterrupted(tmp_path: Path) -> None:
    saved = tmp_path / "training.pt"
    # With nothing kept aside the last weights are kept, so every epoch shows in the model.
    config = replace(CONFIG, validation_share=0.0)
    whole = train(bands_dataset(), config, compact)
    with pytest.raises(KeyboardInterrupt):
        train(bands_dataset(), config, compact, _stop_after(2), saved)
    heard: list[Progress] = []
    resumed = train(bands_dataset(), config, compact, heard.append, saved)
    assert [progress.epoch for progress in heard if progress.phase is Phase.TRAINING] == [3, 4]
    assert heard[-1].phase is Phase.CALIBRATING
    assert _same(whole, resumed)
    assert not saved.with_name("training.pt.part").exists()


def _scored(
    monkeypatch: pytest.MonkeyPatch,
    scores: list[float],
    tell: Callable[[Progress], None] = lambda _: None,
    saved: Path | None = None,
    patience: int = 0,
) -> TrainedModel:
    """A training whose epochs are told to be that good."""
    coming = iter(scores)
    monkeypatch.setattr(loop, "_score", lambda *_: next(coming))
    return train(bands_dataset(60), replace(CONFIG, patience=patience), compact, tell, saved)


def test_the_best_weights_are_the_model_also_where_training_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _scored(monkeypatch, [0.9, 0.1, 0.5, 0.9])
    last = _scored(monkeypatch, [0.1, 0.2, 0.3, 0.4])
    assert (first.epochs, last.epochs) == (1, 4)
    assert not _same(first, last)
    saved = tmp_path / "training.pt"
    with pytest.raises(KeyboardInterrupt):
        _scored(monkeypatch, [0.9, 0.1], _stop_after(2), saved)
    resumed = _scored(monkeypatch, [0.5, 0.9], saved=saved)
    assert resumed.epochs == 1
    assert _same(first, resumed)


def test_as_many_epochs_are_waited_for_something_better_as_was_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Progress] = []
    model = _scored(monkeypatch, [0.9, 0.1, 0.2, 0.3], heard.append, patience=2)
    assert (heard[-1].epoch, model.epochs) == (3, 1)


def _as_on_a_gpu(saved: Path) -> None:
    state = torch.load(saved, weights_only=True)
    state["config"] |= {"device": "cuda", "bfloat16": True}
    torch.save(state, saved)


def _cut_off(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-1000])


def _of_a_later_version(saved: Path) -> None:
    state = torch.load(saved, weights_only=True)
    state["config"]["augment"]["of a later version"] = 1
    torch.save(state, saved)


def _unreadable(saved: Path) -> None:
    saved.write_bytes(b"not a checkpoint")


@pytest.mark.parametrize("harm", [_as_on_a_gpu, _of_a_later_version, _cut_off, _unreadable])
def test_what_cannot_be_gone_on_with_is_begun_anew(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    saved = tmp_path / "training.pt"
    config = replace(CONFIG, validation_share=0.0)
    whole = train(bands_dataset(60), config, compact)
    with pytest.raises(KeyboardInterrupt):
        train(bands_dataset(60), config, compact, _stop_after(2), saved)
    harm(saved)
    heard: list[Progress] = []
    again = train(bands_dataset(60), config, compact, heard.append, saved)
    assert heard[0].epoch == 1
    assert _same(whole, again)


def test_a_checkpoint_of_an_older_version_is_gone_on_with(tmp_path: Path) -> None:
    saved = tmp_path / "training.pt"
    config = replace(CONFIG, validation_share=0.0)
    with pytest.raises(KeyboardInterrupt):
        train(bands_dataset(60), config, compact, _stop_after(2), saved)
    state = torch.load(saved, weights_only=True)
    del state["config"]["augment"]["hybrid_share"], state["config"]["crop"]
    torch.save(state, saved)
    heard: list[Progress] = []
    train(bands_dataset(60), config, compact, heard.append, saved)
    assert heard[0].epoch == 3


class _Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, ran: Path) -> None:
        self._ran = ran

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self._ran,)


def test_a_checkpoint_cannot_run_code(tmp_path: Path) -> None:
    saved = tmp_path / "training.pt"
    ran = tmp_path / "ran"
    torch.save({"format": 1, "config": _Evil(ran)}, saved)
    assert checkpoint.load(saved, CONFIG) is None
    assert not ran.exists()


def test_independent_tags_with_gaps_are_learnt() -> None:
    data = bands_dataset(exclusive=False)
    known = np.random.default_rng(6).random(data.known.shape) < 0.7
    model = train(replace(data, known=known), CONFIG, compact)
    assert model.metrics["roc_auc"] > 0.9
    assert not model.exclusive


def test_a_teacher_is_learnt_from_and_left_behind() -> None:
    data = bands_dataset()
    teacher = np.random.default_rng(7).normal(size=(3, 6)).astype(np.float32)
    taught = replace(data, teacher=teacher[data.targets.argmax(1)])
    model = train(taught, replace(CONFIG, teacher_weight=1.0), compact)
    assert not any("teacher" in name for name in model.state)
    assert model.metrics["mean_recall"] > 0.8


def test_clips_may_be_cropped_while_the_net_is_young() -> None:
    model = train(bands_dataset(), replace(CONFIG, crop=24), compact)
    assert model.metrics["mean_recall"] > 0.8
    assert model.input_shape == bands_dataset().clips.shape[1:]


def test_training_stops_when_nothing_gets_better() -> None:
    heard: list[Progress] = []
    config = replace(CONFIG, epochs=30, patience=2)
    train(bands_dataset(), config, compact, heard.append)
    assert heard[-1].epoch < 30


def test_transfer_starts_where_a_model_stands(trained: TrainedModel, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    export(trained, compact, path, "made up")
    network, started = (compact(len(trained.labels), *trained.input_shape) for _ in range(2))
    network.load_state_dict({name: torch.from_numpy(w) for name, w in trained.state.items()})
    load_into(started, path)
    clips = bands_dataset().clips
    np.testing.assert_allclose(
        predict(started, clips, CONFIG), predict(network, clips, CONFIG), atol=1e-4
    )


def test_transfer_from_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\xff\xff not a model")
    with pytest.raises(TrainingError, match="cannot be read"):
        train(bands_dataset(60), CONFIG, compact, initial=path)


def test_nothing_to_learn_from_is_said(trained: TrainedModel) -> None:
    empty = bands_dataset(60).subset(np.arange(0))
    with pytest.raises(TrainingError, match="no labelled clips"):
        train(empty, CONFIG, compact)


def test_columns_of_different_length_are_refused() -> None:
    data = bands_dataset(60)
    with pytest.raises(TrainingError, match="differ in length"):
        SpectrogramDataset(**{**vars(data), "groups": data.groups[:-1]})
