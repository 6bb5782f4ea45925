"""Packs of one job on their way through a bucket; what lies there stands in the job's folder."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.learning.endpoint import uploading
from earmark_daemon.learning.endpoint.aws import Bucket
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.endpoint.packs import Pack, packs_of
from earmark_daemon.learning.storing import stored

_FILE = "shipped.jsonl"


@dataclass(frozen=True)
class Pace:
    """How an upload to the bucket goes.

    Attributes:
        done: spectrograms that are there.
        total: spectrograms that are to be there.
        bytes: sent in this life, those on the way included.
        pictures: spectrograms that these bytes hold, those on the way not included.
        packed: bytes of packs that were sent whole.
        seconds: since the beginning.
    """

    done: int
    total: int
    bytes: int
    pictures: int
    packed: int
    seconds: float


class Shipment:
    """The packs of one job that were left in the bucket."""

    def __init__(self, folder: Path) -> None:
        """Of the job with this folder."""
        self._path = folder / _FILE

    def packs(self) -> dict[str, list[str]]:
        """What is in each pack, by its digest; a line that was cut off does not count."""
        packs: dict[str, list[str]] = {}
        try:
            lines = self._path.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return packs
        for line in lines:
            try:
                told = json.loads(line)
            except ValueError:
                continue
            packs[told["pack"]] = told["holds"]
        return packs

    def add(self, pack: Pack) -> None:
        """Note that a pack is in the bucket."""
        line = json.dumps({"pack": pack.digest, "holds": pack.digests})
        with stored("What was sent"), self._path.open("a", encoding="ascii") as file:
            file.write(f"\n{line}\n")  # the line before may have been cut off
            file.flush()
            os.fsync(file.fileno())


def ship(
    bucket: Bucket,
    shipment: Shipment,
    digests: Sequence[str],
    source: uploading.Source,
    look: Callable[[Pace], None],
) -> Pace:
    """Leave in the bucket what is not there yet.

    Args:
        bucket: where to.
        shipment: what is there already, and is added to.
        digests: what is to be there, each once.
        source: where the blobs come from.
        look: called now and then while it goes on.

    Raises:
        TryAgain: it broke; call again, and only what is still missing is sent.
        EarmarkError: the bucket cannot be used.
    """
    there = {digest for held in shipment.packs().values() for digest in held}
    rest = [digest for digest in digests if digest not in there]
    sizes = bucket.held()
    done, sent, pictures, began = len(digests) - len(rest), 0, 0, time.monotonic()

    def pace(piece: int = 0) -> Pace:
        seconds = time.monotonic() - began
        return Pace(done, len(digests), sent + piece, pictures, sent, seconds)

    look(pace())
    for pack in packs_of(source(rest)):
        size = len(pack.data)
        if sizes.get(pack.digest) != size:
            body = io.BytesIO(pack.data)
            bucket.put(pack, body, lambda body=body: look(pace(body.tell())))  # type: ignore[misc]
            sent, pictures = sent + size, pictures + len(pack.digests)
        shipment.add(pack)
        done += len(pack.digests)
        look(pace())
    return pace()


def hand_over(
    client: Client,
    shipment: Shipment,
    digests: Sequence[str],
    tell: Callable[[uploading.Sent], None],
) -> Problem | None:
    """Let the trainer take from the bucket what it lacks.

    Returns:
        Why some of it was not taken, where that is so; that is to be uploaded then.

    Raises:
        TryAgain: the line broke; call again.
    """
    packs = shipment.packs()
    if not packs:
        return None
    lacking = set(uploading.missing(client, digests))
    reason = None
    for pack, held in packs.items():
        if lacking.isdisjoint(held):
            continue
        try:
            client.post(f"/v1/spectrograms/packs/{pack}/take")
        except TryAgain:
            raise
        except EarmarkError as error:
            reason = error.problem
            if error.problem.code in _USELESS:
                return reason
            continue
        lacking.difference_update(held)
        tell(uploading.Sent(len(digests) - len(lacking), len(digests), 0))
    return reason


_USELESS = {"no-bucket", "bucket-unusable", "no-such-address", "not-paired"}


def without(digests: Iterable[str], had: set[str]) -> list[str]:
    """Those of the digests that the trainer is not known to have."""
    return [digest for digest in digests if digest not in had]
