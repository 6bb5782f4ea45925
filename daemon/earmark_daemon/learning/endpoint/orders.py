"""From examples to what a trainer is told: digests, labels, and nothing that has a name.

Sounds, near-copies and packs are told apart by keyed hashes, so that who sees an order cannot even
try out whether it knows a folder's name. As in `learning.dataset`, a sound that was said to be
something counts as none of the tags that it was not said to be.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.errors import fail
from earmark_daemon.learning.endpoint.blobs import blobs_of, digest_of
from earmark_daemon.learning.examples import Example, Examples
from earmark_daemon.learning.judging import FEWEST
from earmark_daemon.learning.place import LIBRARY, Wish
from earmark_daemon.learning.words import no_place, nothing_beside

DEFAULT_ARCHITECTURE = "compact"
FEWEST_EXAMPLES = 2
MOST_EXAMPLES = 50_000
MOST_LABELS = 512
MOST_EPOCHS = 1000
MOST_BYTES = 16 << 20
LONGEST_NAME = 64

Unpack = Callable[[bytes], npt.NDArray[np.uint8]]
"""Packed windows to uint8 ``[windows, n_mels, frames]``."""


@dataclass(frozen=True)
class Drawn:
    """One sound that can be shown: an example and the digests of its windows."""

    example: Example
    windows: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What is to be sent.

    Attributes:
        order: the JSON of ``POST /v1/jobs``.
        places: blob digest to the content it is of, and its window's position.
        left_out: tag to the reason why it is not learnt.
    """

    order: Mapping[str, Any]
    places: Mapping[str, tuple[str, int]]
    left_out: Mapping[str, str]


class Pictures:
    """The blobs of sounds, from their packed windows."""

    def __init__(self, spectrogram: Callable[[str], bytes | None], unpack: Unpack) -> None:
        self._spectrogram = spectrogram
        self._unpack = unpack

    def of(self, content: str) -> list[bytes]:
        """The blob of each window of a sound; none where the index has no spectrogram."""
        packed = self._spectrogram(content)
        return list(blobs_of(self._unpack(packed))) if packed else []

    def blobs(
        self, digests: Iterable[str], places: Mapping[str, tuple[str, int]]
    ) -> Iterator[bytes]:
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


def plan(
    examples: Examples,
    pictures: Pictures,
    frontend: Mapping[str, Any],
    wish: Wish,
    key: bytes,
    library: Callable[[int], Sequence[str]] = lambda _: (),
) -> Plan:
    """Lay out an order.

    Args:
        examples: what people said.
        pictures: where the blobs come from.
        frontend: of those spectrograms.
        wish: which network, and how long.
        key: secret bytes for the hashes of groups and packs.
        library: `Order.library`; asked where a sound may be none of the tags.

    Raises:
        EarmarkError: nothing is left that could be learnt, or nothing to tell it from.
    """
    drawn, places = _drawn(_usable(examples), pictures)
    labels, left_out = _learnable(examples, drawn)
    fewest = 2 if examples.exclusive else 1
    if len(labels) < fewest:
        raise fail(
            "too-few-examples",
            f"A training on the trainer needs at least {fewest} tag{'s' * (fewest > 1)} with "
            f"{FEWEST_EXAMPLES} sounds each.",
            "Label more sounds, then train again.",
        )
    shown = [one for one in drawn if _says_something(one.example, labels, examples.exclusive)]
    told = [
        entry for one in shown for entry in _entries(one, labels, key, exclusive=examples.exclusive)
    ]
    room = min(LIBRARY, MOST_EXAMPLES - len(told))
    if room > 0 and not examples.exclusive:
        beside, shown_beside = _library(library(room), pictures, key)
        if len(beside) < FEWEST and any(_is_everywhere(label, told) for label in labels):
            raise nothing_beside()
        told, places = told + beside, {**shown_beside, **places}
    if len(told) > MOST_EXAMPLES:
        raise fail(
            "too-many-examples",
            f"These are {len(told):,} windows of sound; a trainer takes {MOST_EXAMPLES:,}.",
            "Train with fewer tags at once.",
        )
    chosen = wish.architecture or DEFAULT_ARCHITECTURE
    order = {
        "name": f"{examples.tag_set[: LONGEST_NAME - 12]}, trained",
        "tag_set": examples.tag_set,
        "labels": list(labels),
        "exclusive": examples.exclusive,
        "frontend": dict(frontend),
        "architecture": chosen,
        "start": "builtin" if chosen == DEFAULT_ARCHITECTURE else "scratch",
        "epochs": wish.most_epochs and min(wish.most_epochs, MOST_EPOCHS),
        "examples": told,
    }
    sent = {entry["spectrogram"] for entry in told}
    return Plan(order, {d: place for d, place in places.items() if d in sent}, left_out)


def check_size(order: Mapping[str, Any]) -> None:
    """Make sure that an order is not larger than what a trainer takes in one request.

    Raises:
        EarmarkError: it is.
    """
    size = len(json.dumps(order, separators=(",", ":")))
    if size > MOST_BYTES:
        raise fail(
            "too-large-order",
            f"The tags of these sounds take {size / 1e6:.1f} MB beside their pictures; a trainer"
            f" takes {MOST_BYTES / 1e6:.1f} MB.",
            "Train with fewer or shorter tags at once, or here: earmark train --where here",
        )


def hashed(name: str, key: bytes) -> str:
    """What stands for a name: equal for equal names, and without the key nothing more."""
    return hashlib.blake2b(
        name.encode("utf-8", "surrogateescape"), key=key, digest_size=12
    ).hexdigest()


def _usable(examples: Examples) -> Iterator[Example]:
    for item in examples.items:
        if not examples.exclusive or len(item.yes) == 1:
            yield item


def _drawn(
    items: Iterable[Example], pictures: Pictures
) -> tuple[list[Drawn], dict[str, tuple[str, int]]]:
    drawn: list[Drawn] = []
    places: dict[str, tuple[str, int]] = {}
    for item in items:
        digests = [digest_of(blob) for blob in pictures.of(item.content)]
        if digests:
            drawn.append(Drawn(item, tuple(dict.fromkeys(digests))))
        for window, digest in enumerate(digests):
            places.setdefault(digest, (item.content, window))
    return drawn, places


def _learnable(
    examples: Examples, drawn: Sequence[Drawn]
) -> tuple[tuple[str, ...], dict[str, str]]:
    told = Counter(tag for one in drawn for tag in one.example.yes)
    counts = {label: told[label] for label in examples.labels}
    left_out = {
        label: f"it needs {FEWEST_EXAMPLES} sounds at least, and has {count}"
        for label, count in counts.items()
        if count < FEWEST_EXAMPLES
    }
    enough = {label: count for label, count in counts.items() if label not in left_out}
    left_out |= no_place(enough, MOST_LABELS)
    return tuple(label for label in examples.labels if label not in left_out), left_out


def _says_something(example: Example, labels: Sequence[str], exclusive: bool) -> bool:
    said = example.yes if exclusive else (*example.yes, *example.no)
    return any(tag in labels for tag in said)


def _is_everywhere(label: str, told: Sequence[Mapping[str, Any]]) -> bool:
    """Whether no sound is known to be something else."""
    return all(label in entry["labels"] or label in entry["unknown"] for entry in told)


def _library(
    contents: Sequence[str], pictures: Pictures, key: bytes
) -> tuple[list[dict[str, Any]], dict[str, tuple[str, int]]]:
    """Entries of sounds that nobody has labelled, the first window of each, and where these are."""
    places: dict[str, tuple[str, int]] = {}
    told = []
    for content in contents:
        for blob in pictures.of(content)[:1]:
            places[digest_of(blob)] = (content, 0)
            group = hashed(f"group {content}", key)
            told.append({"spectrogram": digest_of(blob), "library": True, "group": group})
    return told, places


def _entries(
    drawn: Drawn, labels: Sequence[str], key: bytes, *, exclusive: bool
) -> Iterator[dict[str, Any]]:
    example = drawn.example
    unknown = [] if exclusive or example.yes else [tag for tag in labels if tag not in example.no]
    for digest in drawn.windows:
        yield {
            "spectrogram": digest,
            "labels": [label for label in labels if label in example.yes],
            "unknown": unknown,
            "group": hashed(f"group {example.group}", key),
            "pack": hashed(f"pack {example.pack}", key) if example.pack else "",
        }
