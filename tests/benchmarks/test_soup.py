"""One net from several that went on from the same one."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.accuracy.soup import mean_of
from tests.trainer.made_up import CONFIG, bands_dataset

from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import export, restored
from earmark_trainer.training.loop import train
from earmark_trainer.training.predicting import predict


def test_the_mean_of_several_ends_hears_what_each_of_them_hears(tmp_path) -> None:
    dataset = bands_dataset()
    export(train(dataset, CONFIG, compact), compact, tmp_path / "start.onnx", "start")
    ends = [
        train(
            dataset,
            replace(CONFIG, seed=seed, epochs=2, learning_rate=5e-4),
            compact,
            initial=tmp_path / "start.onnx",
        )
        for seed in (1, 2)
    ]
    mean = mean_of(ends)
    for name, value in mean.state.items():
        assert value.dtype == ends[0].state[name].dtype
        if value.dtype.kind == "f":
            between = (ends[0].state[name] + ends[1].state[name]) / 2
            np.testing.assert_allclose(value, between, rtol=1e-5, atol=1e-7)
    heard = predict(restored(mean, compact), dataset.clips, CONFIG).argmax(axis=1)
    assert (heard == dataset.targets.argmax(axis=1)).mean() > 0.9


def test_other_networks_and_none_at_all_have_no_mean() -> None:
    dataset = bands_dataset()
    config = replace(CONFIG, epochs=1)
    model = train(dataset, config, compact)
    wider = replace(model, state={**model.state, "head.bias": np.zeros(9, dtype=np.float32)})
    with pytest.raises(ValueError, match="no mean"):
        mean_of([model, wider])
    with pytest.raises(ValueError, match="there is no model"):
        mean_of([])
