"""Spectrograms as they are uploaded, and as they are trained on.

A spectrogram is sent as its differences along time, modulo 256, because those compress to about
half the size: ``numpy.diff(spectrogram, axis=1, prepend=0)`` of unsigned bytes, row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_trainer.storage.packs import unpack
from earmark_trainer.storage.spectrograms import Place

Clips = npt.NDArray[Any]


def load_clips(
    digests: Sequence[str], places: Mapping[str, Place], shape: tuple[int, ...]
) -> Clips:
    """The clips of these digests, in this order.

    Returns:
        uint8 ``[N, n_mels, frames]`` for a shape of two axes, float32 ``[N, samples]`` for one.

    Raises:
        ValueError: a blob is damaged.
        OSError: a pack cannot be read.
    """
    clips = np.empty((len(digests), *shape), np.uint8 if len(shape) == 2 else np.float32)
    wanted: dict[str, list[int]] = {}
    for row, digest in enumerate(digests):
        wanted.setdefault(digest, []).append(row)
    for digest, blob in _read(wanted, places):
        clips[wanted[digest]] = decode(blob, shape)
    return clips


def decode(blob: bytes, shape: tuple[int, ...]) -> Clips:
    """One clip from its blob.

    Raises:
        ValueError: it has another size, or a sample that is no number.
    """
    if len(shape) == 2:
        differences = np.frombuffer(blob, np.uint8).reshape(shape)
        return np.cumsum(differences, axis=1, dtype=np.uint8)
    samples = np.frombuffer(blob, "<f4").reshape(shape)
    if not np.isfinite(samples).all():
        raise ValueError("a waveform has samples that are no numbers")
    return samples


def _read(digests: Iterable[str], places: Mapping[str, Place]) -> Iterator[tuple[str, bytes]]:
    """Each blob, pack by pack and front to back, so that the disk is read in order."""
    ordered = sorted(digests, key=lambda digest: (places[digest].pack, places[digest].offset))
    for pack, inside in groupby(ordered, key=lambda digest: places[digest].pack):
        with open(pack, "rb") as file:
            for digest in inside:
                place = places[digest]
                file.seek(place.offset)
                blob = unpack(file.read(place.length), place.size)
                if hashlib.sha256(blob).hexdigest() != digest:
                    raise ValueError("a spectrogram is not what was uploaded")
                yield digest, blob
