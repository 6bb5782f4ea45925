"""Running a model: windows in, scores and an embedding out; or an embedding in, scores out."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

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
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # or it tells its makers of each start
        import onnxruntime  # in workers alone: the daemon, which knows this class, stays small

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
        self._input: str = self._session.get_inputs()[0].name
        shape = self._session.get_inputs()[0].shape
        metadata = self._session.get_modelmeta().custom_metadata_map
        self._takes_halves = len(shape) == 3 and not isinstance(shape[2], int)
        self.info: ModelInfo = parse(metadata.get(METADATA_KEY))
        if computed_digest(content, self.info.digest) != self.info.digest:
            raise fail("bad-model", f"The model {path.name} is not what it was when it was made.")

    @property
    def dimensions(self) -> int:
        """The length of its embedding."""
        outputs = {output.name: output.shape for output in self._session.get_outputs()}
        return int(outputs["embedding"][-1])

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
        scores, embeddings = self._session.run(["scores", "embedding"], {self._input: windows})
        return scores, embeddings

    def scores(self, inputs: Shown) -> Floats:
        """Scores ``[rows, labels]`` alone, of windows or, for a head, of embeddings."""
        if self._takes_halves:
            return self.run(inputs)[0]
        scores: Floats = self._session.run(["scores"], {self._input: inputs})[0]
        return scores


@lru_cache(maxsize=8)
def load(path: str) -> Model:
    """The model at ``path``, kept for the next call in this process."""
    return Model(Path(path))


def load_same(path: str, digest: str | None) -> Model:
    """The model at ``path``, as long as it is the one with this digest; any where that is None.

    Raises:
        EarmarkError: it cannot be loaded, or another one lies there by now, as after an update.
    """
    model = load(path)
    if digest in (None, model.info.digest):
        return model
    load.cache_clear()  # the one that is wanted may come back
    raise fail(
        "other-model",
        "Earmark's model was replaced by another one while Earmark ran.",
        "Restart it: earmark stop, then earmark start",
        path,
    )
