"""How much leaves this computer for a training: what a person is told before anything does."""

from __future__ import annotations

import json

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint.orders import plan
from earmark_daemon.learning.endpoint.packs import most_bytes_of
from earmark_daemon.learning.endpoint.pictures import Pictures
from earmark_daemon.learning.place import Lesson, Wish

_HASH_KEY = bytes(32)
"""Stands for the real one: hashes are equally long with each."""

_ASKED_OF_EACH = len('"",') + 64
_AROUND = 24 << 10
"""Most that goes along beside: handshakes, the heads of requests, questions how it stands."""
_TLS_SHARE = 200
"""TLS adds 22 bytes to 16 KiB; a two-hundredth is more."""


def bytes_at_most(lesson: Lesson, pictures: Pictures) -> int:
    """Bytes that go over the line at most, as long as it does not break; 0 where nothing will.

    Args:
        lesson: what is to be learnt.
        pictures: where the blobs come from.
    """
    try:
        made = plan(lesson, pictures, Wish(), _HASH_KEY)
    except EarmarkError:
        return 0
    asked = len(made.places) * _ASKED_OF_EACH
    told = len(json.dumps(made.order, separators=(",", ":")))
    sent = most_bytes_of(pictures.blobs(made.places, made.places)) + asked + told
    return sent + sent // _TLS_SHARE + _AROUND
