"""YAMNet as a teacher: the embedding of a large net that has heard AudioSet.

YAMNet (Google, Apache-2.0) is used while training alone and is never shipped; the model card
says what was distilled from it. Owns the interpreter and the windows it is given.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from benchmarks.accuracy.corpus import HERE, RATE
from earmark_daemon.hearing.frontend import Audio

MODEL = HERE.parents[2] / "shared" / "teacher" / "yamnet.tflite"
TEACHER_RATE = 16_000
WINDOW = 15_600
MOST_WINDOWS = 2
EMBEDDING_TENSOR = 112
EMBEDDING_SIZE = 1024


class Teacher:
    """YAMNet's embedding of a sound, averaged over its first windows."""

    def __init__(self, model: Path = MODEL) -> None:
        # The interpreter announces itself on standard error, once a process.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(
            model_path=str(model), num_threads=1, experimental_preserve_all_tensors=True
        )
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]

    def embed(self, audio: Audio) -> npt.NDArray[np.float16]:
        """Shape ``[EMBEDDING_SIZE]``, of mono samples at `corpus.RATE`."""
        low = soxr.resample(audio, RATE, TEACHER_RATE, quality="LQ")
        count = int(np.clip(len(low) // WINDOW + 1, 1, MOST_WINDOWS))
        padded = np.zeros(count * WINDOW, dtype=np.float32)
        padded[: len(low)] = low[: len(padded)]
        heard = []
        for window in padded.reshape(count, WINDOW):
            self._interpreter.set_tensor(self._input, window)
            self._interpreter.invoke()
            heard.append(self._interpreter.get_tensor(EMBEDDING_TENSOR).reshape(-1))
        return np.asarray(np.mean(heard, axis=0), dtype=np.float16)
