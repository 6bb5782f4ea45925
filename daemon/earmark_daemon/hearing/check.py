"""Is this file a model that can be used? Asked in a child process, before anything else reads it.

The file may be anything and come from anyone: it is taken apart as data first, its graph is
walked, and only then is it run, in a process that has little memory and little time.
"""

from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path

import numpy as np

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.golden import TOLERANCE, golden_clip
from earmark_daemon.hearing.model import Floats, Model, load
from earmark_daemon.hearing.modelfile import (
    METADATA_KEY,
    ModelInfo,
    computed_digest,
    parse,
    unusable,
)
from earmark_daemon.hearing.waveform import Shown, window_shape
from earmark_daemon.tag_names import LONGEST, MOST, holds_unseen, spelled, unfit, whole

LARGEST_BYTES = 512 << 20
"""The largest published network that the trainer knows is two thirds of this."""

_MEMORY_BYTES = 4 << 30
_MEMORY_TIMES_FILE = 8
_BATCHES = (1, 2, 5)
_SAME = 1e-3
_LONGEST_NAME = 128
_LONGEST_FRAME_SECONDS = 2
_MOST_CELLS = 1 << 23
_MOST_SAMPLES = 1 << 26
"""In the frames of one window, which lie over one another."""

_MOST_TOLD = 1 << 16
_MOST_TOLD_OF_A_TAG = 1 << 10
_MOST_TOLD_OF_TWO_TAGS = 8
"""Letters of JSON in what a model says of its training: in all, of each tag, and of each tag that
was taken for each. It comes with every list of the models."""

_SET_NAME = re.compile(r"[a-z0-9][a-z0-9 _-]{0,39}")
_SIGNS = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"#!", "a script"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)


def check_file(path: str, base: str) -> str:
    """Check a model file and run it once.

    Args:
        path: the file.
        base: the built-in model's file, whose embedding heads read.

    Returns:
        The description inside the file.

    Raises:
        EarmarkError: it cannot be used, and why.
    """
    content = Path(path).read_bytes()
    _limit_memory(_MEMORY_BYTES + _MEMORY_TIMES_FILE * len(content))
    for sign, name in _SIGNS:
        if content.startswith(sign):
            raise unusable(f"it is {name}, and no ONNX model")
    from earmark_daemon.hearing import graph

    proto = graph.read(content)
    text = graph.description(proto, METADATA_KEY)
    info = parse(text)
    if computed_digest(content, info.digest) != info.digest:
        raise unusable("it is not what it was when it was made (its digest differs)")
    _check_info(info)
    backbone = load(base)
    if info.backbone not in (None, backbone.info.digest):
        raise fail(
            "old-backbone",
            f"The model “{info.name}” was trained for another built-in model than this one.",
            "Train it again: earmark train",
        )
    name, shape, is_bytes = _entry(info, backbone)
    kind = np.dtype(np.uint8 if is_bytes else np.float32)
    outputs = {"scores"} if info.backbone else {"scores", "embedding"}
    graph.check_ends(proto, (name, kind, shape), outputs)
    graph.check_graph(proto)
    del proto, content
    _check_answers(Model(Path(path)), golden_clip(shape, is_bytes=is_bytes))
    return str(text)


def _check_info(info: ModelInfo) -> None:
    if not _SET_NAME.fullmatch(info.tag_set):
        raise unusable(f"“{info.tag_set[:LONGEST]}” is no name of a tag set")
    if not 0 < len(info.name.strip()) <= _LONGEST_NAME or holds_unseen(info.name):
        raise unusable(f"its name is not one line of at most {_LONGEST_NAME} letters")
    if len(info.labels) > MOST:
        raise unusable(f"it has more than {MOST:,} labels")
    for label in info.labels:
        why = unfit(label) or _misspelt(label)
        if why:
            raise unusable(f"its label “{label[:LONGEST]}” is not written as tags are: {why}")
    for label, threshold in info.thresholds.items():
        if not (math.isfinite(threshold) and threshold > 0.0):
            raise unusable(f"the threshold of “{label}” is {threshold}")
    for name, told in (("metrics", info.metrics), ("training", info.training)):
        if len(json.dumps(told)) > _most_told(len(info.labels)):
            raise unusable(f"its “{name}” is larger than {len(info.labels)} labels ask for")
    _check_frontend(info.frontend)


def _most_told(labels: int) -> int:
    return _MOST_TOLD + labels * _MOST_TOLD_OF_A_TAG + labels**2 * _MOST_TOLD_OF_TWO_TAGS


def _misspelt(label: str) -> str | None:
    if label and whole(label) == spelled(label):
        return None
    return "these are in lower case, with single spaces"


def _check_frontend(spec: FrontendSpec) -> None:
    """A front end that no machine can serve is none. Samples come as they are, untransformed."""
    shortest = 16 if spec.kind == "log-mel" else 1
    try:
        sane = (
            spec.kind in ("log-mel", "waveform")
            and 1_000 <= spec.sample_rate <= 384_000
            and shortest <= spec.n_fft <= 65_536
            and 1 <= spec.hop_length <= 65_536
            and 1 <= spec.n_mels <= 1_024
            and 0.0 <= spec.fmin < spec.fmax <= spec.sample_rate
            and 0.01 <= spec.window_seconds <= 60.0
            and 1.0 <= spec.db_range <= 200.0
            and (spec.kind == "waveform" or _is_small(spec))
        )
    except TypeError:
        sane = False
    if not sane:
        raise unusable("its front end is out of all bounds")


def _is_small(spec: FrontendSpec) -> bool:
    """Whether a window's spectrogram takes no more memory than a worker has to spare."""
    return (
        spec.n_fft <= _LONGEST_FRAME_SECONDS * spec.sample_rate
        and spec.frames * spec.n_mels <= _MOST_CELLS
        and spec.frames * spec.n_fft <= _MOST_SAMPLES
    )


def _entry(info: ModelInfo, backbone: Model) -> tuple[str, tuple[int, ...], bool]:
    """Name, shape without the batch, and whether it is bytes, of what the model must take."""
    if info.backbone is not None:
        return "embedding", (backbone.dimensions,), False
    if info.frontend.kind == "waveform":
        return "waveform", window_shape(info.frontend), False
    return "spectrogram", window_shape(info.frontend), True


def _check_answers(model: Model, golden: Shown) -> None:
    """Run the model, on the golden clip and on silence, alone and in batches."""
    info = model.info
    alone = _answer(model, golden)
    _answer(model, np.zeros_like(golden))
    for batch in _BATCHES:
        scores = _answer(model, np.repeat(golden, batch, axis=0))
        if np.abs(scores - alone).max() > _SAME:
            raise unusable("it scores a sound otherwise when it is not alone in a batch")
    if info.golden is None:
        return
    if len(info.golden) != len(info.labels) or not np.allclose(
        alone[0], info.golden, rtol=0.0, atol=TOLERANCE
    ):
        raise unusable("it does not give the scores that its description states")


def _answer(model: Model, clips: Shown) -> Floats:
    try:
        scores = model.scores(clips) if model.info.backbone else model.run(clips)[0]
    except EarmarkError:
        raise
    except Exception as error:
        raise unusable(f"running it failed ({str(error).strip()[:200]})") from error
    wanted = (len(clips), len(model.info.labels))
    if scores.shape != wanted:
        raise unusable(f"its scores have the shape {scores.shape} where {wanted} is needed")
    if not np.isfinite(scores).all():
        raise unusable("some of its scores are no numbers")
    if scores.min() < 0.0 or scores.max() > 1.0 + _SAME:
        raise unusable("its scores do not lie between 0 and 1")
    return scores


def _limit_memory(size: int) -> None:
    """Where the system can, let this process have no more than ``size`` bytes."""
    if sys.platform == "win32":
        return
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (OSError, ValueError):
        return
