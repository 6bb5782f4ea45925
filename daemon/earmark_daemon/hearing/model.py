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
        self.info: ModelInfo = parse(metadata.get(METADATA_KEY))
        if computed_digest(content, self.info.digest) != self.info.digest:
            raise fail("bad-model", f"The model {path.name} is not what it was when it was made.")

    def run(self, windows: Shown) -> tuple[Floats, Floats]:
        """Scores ``[windows, labels]`` and embeddings ``[windows, dimensions]``."""
        name = self._session.get_inputs()[0].name
        scores, embeddings = self._session.run(["scores", "embedding"], {name: windows})
        return scores, embeddings


@lru_cache(maxsize=4)
def load(path: str) -> Model:
    """The model at ``path``, kept for the next call in this process."""
    return Model(Path(path))
