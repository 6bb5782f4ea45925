"""Running a model: windows in, scores and an embedding out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from earmark_daemon.errors import fail
from earmark_daemon.hearing.modelfile import METADATA_KEY, ModelInfo, computed_digest, parse
from earmark_daemon.hearing.waveform import Shown

Floats = npt.NDArray[np.float32]


class Model:
    """One model file, loaded. Runs on one thread; the daemon runs several processes."""

    def __init__(self, path: Path) -> None:
        """Load and check a model file.

        Raises:
            EarmarkError: it is missing, damaged, or not a model that Earmark can use.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            content = path.read_bytes()
            self._session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise fail(
                "bad-model",
                f"The model {path.name} cannot be loaded ({error}).",
                "Install Earmark again, or go back: earmark models rollback",
                str(path),
            ) from error
        metadata = self._session.get_modelmeta().custom_metadata_map
        shape = self._session.get_inputs()[0].shape
        self._takes_halves = len(shape) == 3 and not isinstance(shape[2], int)
        self.info: ModelInfo = parse(metadata.get(METADATA_KEY))
        if computed_digest(content, self.info.digest) != self.info.digest:
            raise fail("bad-model", f"The model {path.name} is not what it was when it was made.")

    def run(self, windows: Shown) -> tuple[Floats, Floats]:
        """Scores ``[windows, labels]`` and embeddings ``[windows, dimensions]``.

        Most one-shots end in the first half of their window; a model that takes any number of
        frames is shown that half alone, which takes half the time.
        """
        if not self._takes_halves:
            return self._run(windows)
        half = windows.shape[2] // 2
        short = ~windows[:, :, half:].any(axis=(1, 2))
        portions = (windows[short][:, :, :half], windows[~short])
        results = [self._run(shown) for shown in portions if len(shown)]
        scores, embeddings = (np.concatenate(part) for part in zip(*results, strict=True))
        order = np.argsort(np.argsort(~short, kind="stable"), kind="stable")
        return scores[order], embeddings[order]

    def _run(self, windows: Shown) -> tuple[Floats, Floats]:
        name = self._session.get_inputs()[0].name
        scores, embeddings = self._session.run(["scores", "embedding"], {name: windows})
        return scores, embeddings


@lru_cache(maxsize=4)
def load(path: str) -> Model:
    """The model at ``path``, kept for the next call in this process."""
    return Model(Path(path))
