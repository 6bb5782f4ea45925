"""A bucket without AWS, and blobs to leave in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import IO

from tests.waiting import until

from earmark_daemon.learning.endpoint.aws import Bucket
from earmark_daemon.learning.endpoint.blobs import digest_of
from earmark_daemon.learning.endpoint.packs import Pack

BLOBS = {digest_of(blob): blob for blob in (bytes([number]) * 4000 for number in range(6))}


class Shelf(Bucket):
    """A bucket on this machine: sizes of packs by their digest.

    Attributes:
        waits_for: what must be before it takes anything.
    """

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.sent: list[Pack] = []
        self.waits_for: Callable[[], bool] = lambda: True

    def held(self) -> dict[str, int]:
        return dict(self.sizes)

    def put(self, pack: Pack, body: IO[bytes], meanwhile: Callable[[], None]) -> None:
        until(self.waits_for, "packs are taken")
        self.sizes[pack.digest] = len(body.read())
        meanwhile()
        self.sent.append(pack)


def blobs_of(digests: Sequence[str]) -> Iterator[bytes]:
    return (BLOBS[digest] for digest in digests)
