"""YAMNet as a teacher: the embedding of a large net that has heard AudioSet.

YAMNet (Google, Apache-2.0) is used while training alone and is never shipped; the model card
says what was distilled from it. Owns the interpreter and the windows it is given.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from benchmarks.accuracy.corpus import HERE, RATE
from earmark_daemon.hearing.frontend import Audio

Array = npt.NDArray[Any]
MODEL = HERE.parents[2] / "shared" / "teacher" / "yamnet.tflite"
TEACHER_RATE = 16_000
WINDOW = 15_600
MOST_WINDOWS = 2
EMBEDDING_TENSOR = 112
EMBEDDING_SIZE = 1024


class Teacher:
    """YAMNet's embedding of a sound, averaged over its first windows."""

    def __init__(self, model: Path = MODEL) -> None:
        self._interpreter = interpreter(model)
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


def convolutions(model: Path = MODEL) -> list[tuple[Array, Array, int, int]]:
    """Weight ``[o, i, h, w]``, bias ``[o]``, stride and groups of each, in order, in float32.

    The file holds normalisations folded into them, and most weights in 8 bits.
    """
    net = interpreter(model)
    kept = {detail["index"]: detail for detail in net.get_tensor_details()}

    def value(tensor: int) -> Array:
        stored = net.get_tensor(tensor)
        scales = kept[tensor]["quantization_parameters"]
        if stored.dtype != np.int8:
            return np.asarray(stored, dtype=np.float32)
        shape = [1] * stored.ndim
        shape[scales["quantized_dimension"]] = -1
        exact = stored.astype(np.float32) - scales["zero_points"].reshape(shape)
        return np.asarray(exact * scales["scales"].reshape(shape), dtype=np.float32)

    found = []
    for step in net._get_ops_details():
        if step["op_name"] not in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            continue
        shown, weight, bias = (int(tensor) for tensor in step["inputs"])
        stride = int(kept[shown]["shape"][1] // kept[int(step["outputs"][0])]["shape"][1])
        deep = step["op_name"] == "DEPTHWISE_CONV_2D"
        exact = value(weight).transpose((3, 0, 1, 2) if deep else (0, 3, 1, 2))
        found.append((exact, value(bias), stride, len(exact) if deep else 1))
    return found


def interpreter(model: Path = MODEL) -> Any:
    """TensorFlow Lite's, with the model in it and every inner value to be had."""
    # It announces itself on standard error, once a process.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from ai_edge_litert.interpreter import Interpreter

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*experimental_preserve_all_tensors")
        net = Interpreter(
            model_path=str(model), num_threads=1, experimental_preserve_all_tensors=True
        )
    net.allocate_tensors()
    return net
