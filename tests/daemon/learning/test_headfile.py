from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tests.daemon.learning.clouds import clouds

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.head import LANDMARKS, Head, fit_head
from earmark_daemon.learning.headfile import Description, write_head

WIDE = 256
LARGEST_BYTES = 2_000_000


def _written(head: Head, data: Dataset, folder: Path) -> tuple[onnxruntime.InferenceSession, str]:
    said = Description("own", "own", data.labels, {"a": 0.5, "b": 0.4}, "f" * 64, {}, {}, {})
    digest = write_head(head, said, folder / "head.onnx")
    return onnxruntime.InferenceSession(folder / "head.onnx"), digest


@pytest.mark.parametrize("exclusive", [True, False])
def test_the_file_gives_the_scores_that_were_fitted(tmp_path: Path, exclusive: bool) -> None:
    data = clouds({"a": 10, "b": 10}, exclusive=exclusive)
    head = fit_head(data).calibrated(1.7, 0.4)
    session, digest = _written(head, data, tmp_path)
    (scores,) = session.run(["scores"], {"embedding": data.embeddings})
    assert np.abs(scores - head.scores(data.embeddings)).max() < 1e-5
    told = json.loads(session.get_modelmeta().custom_metadata_map["earmark"])
    assert told["digest"] == digest
    assert told["backbone"] == "f" * 64
    content = (tmp_path / "head.onnx").read_bytes().replace(digest.encode(), b"0" * 64)
    assert hashlib.sha256(content).hexdigest() == digest
    assert [file.name for file in tmp_path.iterdir()] == ["head.onnx"]


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("aside", [0.0, 3.0])
def test_the_largest_head_is_as_exact_and_its_file_is_small(
    tmp_path: Path, exclusive: bool, aside: float
) -> None:
    """Also where all embeddings lie far to one side, so that the kernel is narrow."""
    random = np.random.default_rng(5)
    data = clouds({"a": 400, "b": 400}, exclusive=exclusive)
    place = aside * random.normal(size=WIDE)
    sounds = (random.normal(size=(800, WIDE)) + place + data.targets[:, :1]).astype(np.float16)
    beside = (random.normal(size=(1000, WIDE)) + place).astype(np.float16)
    data = replace(data, embeddings=sounds.astype(np.float32), background=beside.astype(np.float32))
    head = fit_head(data).calibrated(0.5, -0.3)
    assert len(head.landmarks) == LANDMARKS
    session, _ = _written(head, data, tmp_path)
    asked = np.concatenate([data.embeddings, data.background, np.zeros((1, WIDE), np.float32)])
    (scores,) = session.run(["scores"], {"embedding": asked})
    assert np.abs(scores - head.scores(asked)).max() < 1e-5
    assert (tmp_path / "head.onnx").stat().st_size < LARGEST_BYTES
