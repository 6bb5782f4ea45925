"""What rounding spectrograms costs in accuracy, and saves in upload.

python -m benchmarks.accuracy.coarseness [FOLD ...]

The nets are those that had whole packs left out, and hear those packs: as the front end computes
them, rounded to 8 bits as Earmark does, and more coarsely. They were trained on 8 bits, so a net
that was trained on coarser pictures might do better with them than is told here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import soundfile
from onnx import TensorProto

from benchmarks.accuracy.corpus import LABELS, RATE, SOUNDS, Clip, clips, read
from benchmarks.accuracy.figures import figures
from benchmarks.accuracy.folds import FOLDS, fold_of
from benchmarks.accuracy.leaveout import Heard
from benchmarks.accuracy.nets import net_without
from benchmarks.accuracy.recipes import BUILTIN, RECIPES
from earmark_daemon.hearing.frontend import FrontendSpec, unrounded
from earmark_daemon.learning.endpoint.blobs import blobs_of, digest_of
from earmark_daemon.learning.endpoint.packs import packs_of
from earmark_trainer.training.halves import in_portions

BITS = (None, 8, 6, 5, 4, 3, 2)
"""None leaves the pictures as they are."""

_FULL = 255.0
_BATCH = 256
_BYTES_A_FRAME = 4
_LEAST_SCORE = 1e-12

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Fold:
    """The packs that one net never heard.

    Attributes:
        net: that net.
        clips: of those packs.
        pictures: float32 ``[N, n_mels, frames]``, 0 to 255, not rounded.
    """

    net: onnxruntime.InferenceSession
    clips: list[Clip]
    pictures: Floats


def folds(numbers: Sequence[int]) -> Iterator[tuple[int, Fold]]:
    """The folds with their numbers."""
    for number in numbers:
        own = [clip for clip in clips() if fold_of(clip.pack) == number]
        net = _taking_floats(net_without(RECIPES[BUILTIN], FOLDS[number]))
        yield number, Fold(net, own, np.stack([_picture(clip) for clip in own]))


def rounded(pictures: Floats, bits: int | None) -> Floats:
    """Pictures in ``2 ** bits`` even steps from 0 to 255."""
    if bits is None:
        return pictures
    steps = float(2**bits - 1)
    return np.asarray(np.rint(pictures * (steps / _FULL)) * (_FULL / steps), dtype=np.float32)


def heard(parts: Sequence[tuple[int, Fold]], bits: int | None) -> Heard:
    """What the nets say of all clips, rounded so."""
    scores = np.concatenate([_scores(fold, rounded(fold.pictures, bits)) for _, fold in parts])
    told = [(clip, number) for number, fold in parts for clip in fold.clips]
    return Heard(
        np.log(np.maximum(scores, _LEAST_SCORE)),
        np.array([LABELS.index(clip.label) for clip, _ in told]),
        np.array([clip.pack for clip, _ in told]),
        np.array([number for _, number in told]),
    )


def upload_bytes(parts: Sequence[tuple[int, Fold]], bits: int) -> int:
    """The packs of all clips, rounded so; each picture counted once."""
    steps = 2**bits - 1
    blobs: dict[str, bytes] = {}
    for _, fold in parts:
        levels = np.rint(fold.pictures * (steps / _FULL)).astype(np.uint8)
        blobs |= {digest_of(blob): blob for blob in blobs_of(levels)}
    return sum(len(pack.data) for pack in packs_of(blobs.values()))


def _picture(clip: Clip) -> Floats:
    spec = FrontendSpec()
    picture = np.zeros((spec.n_mels, spec.frames), dtype=np.float32)
    levels = unrounded(read(clip), RATE, spec)
    picture[:, : levels.shape[1]] = levels
    return picture


def _heard_frames(clip: Clip) -> int:
    """Frames of audio, but for those past the one window that is heard here."""
    window = round(FrontendSpec().window_seconds * RATE)
    return min(int(soundfile.info(SOUNDS / clip.path).frames), window)


def _taking_floats(path: Path) -> onnxruntime.InferenceSession:
    """The net, whose first step makes floats of bytes and leaves floats as they are."""
    model = onnx.load(path)
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _scores(fold: Fold, pictures: Floats) -> Floats:
    """Scores ``[N, L]``, the clips shown as the client shows them."""
    scores = np.zeros((len(pictures), len(LABELS)), dtype=np.float32)
    frames = fold.net.get_inputs()[0].shape[2]
    whole = [(np.arange(len(pictures)), pictures)]
    for places, shown in whole if isinstance(frames, int) else in_portions(pictures):
        for at in range(0, len(shown), _BATCH):
            answer = fold.net.run(["scores"], {"spectrogram": shown[at : at + _BATCH]})[0]
            scores[places[at : at + _BATCH]] = answer
    return scores


def main() -> None:
    """Print a line for each number of bits."""
    parts = list(folds([int(word) for word in sys.argv[1:]] or range(len(FOLDS))))
    own = [clip for _, fold in parts for clip in fold.clips]
    audio = sum(_heard_frames(clip) * _BYTES_A_FRAME for clip in own)
    print(f"{len(own):,} clips, what is heard of them as stereo 16-bit WAV {audio / 1e6:.0f} MB")
    print("bits      mean recall (95 %)     same tag as unrounded   upload")
    plain = heard(parts, None)
    for bits in BITS:
        said = plain if bits is None else heard(parts, bits)
        report = figures(said)
        low, high = report["mean_recall_interval"]
        same = (said.logits.argmax(axis=1) == plain.logits.argmax(axis=1)).mean()
        upload = "" if bits is None else f"{upload_bytes(parts, bits) / audio:.2%} of the audio"
        print(
            f"{bits or 'unrounded':<9} {report['mean_recall']:.4f} ({low:.2f} to {high:.2f})"
            f"  {same:>19.1%}          {upload}",
            flush=True,
        )


if __name__ == "__main__":
    main()
