"""How much leaves this computer for a training: what a person is told before anything does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint.orders import plan
from earmark_daemon.learning.endpoint.packs import most_bytes_of
from earmark_daemon.learning.endpoint.pictures import Pictures
from earmark_daemon.learning.examples import Examples
from earmark_daemon.learning.place import Wish

_HASH_KEY = bytes(32)
"""Stands for the real one: hashes are equally long with each."""

_ASKED_OF_EACH = len('"",') + 64
_AROUND = 24 << 10
"""Most that goes along beside: handshakes, the heads of requests, questions how it stands."""
_TLS_SHARE = 200
"""TLS adds 22 bytes to 16 KiB; a two-hundredth is more."""


def bytes_at_most(
    examples: Examples,
    pictures: Pictures,
    frontend: Mapping[str, Any],
    library: Callable[[int], Sequence[str]],
) -> int:
    """Bytes that go over the line at most, as long as it does not break; 0 where nothing will.

    Args:
        examples: what people said.
        pictures: where the blobs come from.
        frontend: of those spectrograms.
        library: `Order.library`.
    """
    try:
        made = plan(examples, pictures, frontend, Wish(), _HASH_KEY, library)
    except EarmarkError:
        return 0
    asked = len(made.places) * _ASKED_OF_EACH
    told = len(json.dumps(made.order, separators=(",", ":")))
    sent = most_bytes_of(pictures.blobs(made.places, made.places)) + asked + told
    return sent + sent // _TLS_SHARE + _AROUND
