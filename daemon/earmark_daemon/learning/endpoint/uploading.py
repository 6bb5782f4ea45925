"""Upload: ask what is missing, send that in packs. What broke begins at the question again."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.packs import packs_of
from earmark_daemon.learning.endpoint.stopping import Stop

ASKED_AT_ONCE = 10_000

Source = Callable[[Sequence[str]], Iterable[bytes]]
"""Gives the blobs of these digests, in this order."""


@dataclass(frozen=True)
class Sent:
    """How far an upload is.

    Attributes:
        done: spectrograms that the trainer has.
        total: spectrograms that it is to have.
        bytes: what went over the line in this upload.
    """

    done: int
    total: int
    bytes: int


def missing(client: Client, digests: Sequence[str]) -> list[str]:
    """Those of the digests that the trainer does not have, in this order."""
    lacking: list[str] = []
    for start in range(0, len(digests), ASKED_AT_ONCE):
        asked = digests[start : start + ASKED_AT_ONCE]
        answer = client.post("/v1/spectrograms/missing", {"digests": asked})
        lacking += _digests_in(client, answer, set(asked))
    return lacking


def upload(
    client: Client,
    digests: Sequence[str],
    source: Source,
    tell: Callable[[Sent], None] = lambda _: None,
) -> Sent:
    """Send what the trainer does not have yet.

    Args:
        client: the trainer.
        digests: all that it is to have, each once.
        source: where the blobs come from.
        tell: told of every piece that is on its way.

    Raises:
        TryAgain: it broke; call again, and only what is still missing is sent.
    """
    lacking = missing(client, digests)
    total = len(digests)
    state = Sent(total - len(lacking), total, 0)
    tell(state)
    for pack in packs_of(source(lacking)):
        body = _Body(pack.data, client.stop, partial(_tell_piece, tell, state))
        client.put(f"/v1/spectrograms/packs/{pack.digest}", body)
        state = Sent(state.done + len(pack.digests), total, state.bytes + len(pack.data))
        tell(state)
    return state


def _tell_piece(tell: Callable[[Sent], None], before: Sent, piece: int) -> None:
    tell(replace(before, bytes=before.bytes + piece))


class _Body(io.BytesIO):
    """A request's body that can be stopped, and says how much of it is on its way."""

    def __init__(self, data: bytes, stop: Stop, tell: Callable[[int], None]) -> None:
        super().__init__(data)
        self._stop = stop
        self._tell = tell

    def read(self, size: int | None = -1) -> bytes:
        self._stop.check()
        piece = super().read(size)
        self._tell(self.tell())
        return piece


def _digests_in(client: Client, answer: Any, asked: set[str]) -> list[str]:
    lacking = answer.get("missing") if isinstance(answer, dict) else None
    if not isinstance(lacking, list) or not asked.issuperset(lacking):
        raise client.unexpected()
    return lacking
