"""The pictures of sounds that a trainer is sent, each known by the digest of its blob."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from earmark_daemon.errors import fail
from earmark_daemon.learning.endpoint.blobs import blobs_of, digest_of

Unpack = Callable[[bytes], npt.NDArray[np.uint8]]
"""Packed windows to uint8 ``[windows, n_mels, frames]``."""

Places = Mapping[str, tuple[str, int]]
"""Blob digest to the content that it is of, and its window's position."""


class Pictures:
    """The blobs of sounds, from their packed windows."""

    def __init__(self, spectrogram: Callable[[str], bytes | None], unpack: Unpack) -> None:
        self._spectrogram = spectrogram
        self._unpack = unpack

    def of(self, content: str) -> list[bytes]:
        """The blob of each window of a sound; none where the index has no spectrogram."""
        packed = self._spectrogram(content)
        return list(blobs_of(self._unpack(packed))) if packed else []

    def places(self, content: str, most: int | None = None) -> dict[str, tuple[str, int]]:
        """The `Places` of a sound's windows that differ, of the first ``most`` alone."""
        places: dict[str, tuple[str, int]] = {}
        for window, blob in enumerate(self.of(content)[:most]):
            places.setdefault(digest_of(blob), (content, window))
        return places

    def blobs(self, digests: Iterable[str], places: Places) -> Iterator[bytes]:
        """The blobs of these digests, in this order.

        Raises:
            EarmarkError: a sound has left the index meanwhile.
        """
        known, blobs = "", list[bytes]()
        for digest in digests:
            content, window = places[digest]
            if content != known:
                known, blobs = content, self.of(content)
            if window >= len(blobs) or digest_of(blobs[window]) != digest:
                raise fail(
                    "sounds-changed",
                    "A sound that was to be learnt from is not in the index any more.",
                    "Train again, with the sounds that are there now.",
                )
            yield blobs[window]
