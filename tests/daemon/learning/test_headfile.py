from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tests.daemon.learning.clouds import clouds

from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.headfile import Description, write_head


@pytest.mark.parametrize("exclusive", [True, False])
def test_the_file_gives_the_scores_that_were_fitted(tmp_path: Path, exclusive: bool) -> None:
    data = clouds({"a": 10, "b": 10}, exclusive=exclusive)
    head = fit_head(data).cooled(1.7)
    said = Description("own", "own", data.labels, {"a": 0.5, "b": 0.4}, "f" * 64, {}, {}, {})
    digest = write_head(head, said, tmp_path / "head.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "head.onnx")
    (scores,) = session.run(["scores"], {"embedding": data.embeddings})
    assert np.abs(scores - head.scores(data.embeddings)).max() < 1e-5
    told = json.loads(session.get_modelmeta().custom_metadata_map["earmark"])
    assert told["digest"] == digest
    assert told["backbone"] == "f" * 64
    content = (tmp_path / "head.onnx").read_bytes().replace(digest.encode(), b"0" * 64)
    assert hashlib.sha256(content).hexdigest() == digest
    assert [file.name for file in tmp_path.iterdir()] == ["head.onnx"]
