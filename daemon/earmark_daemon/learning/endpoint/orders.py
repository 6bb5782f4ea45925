"""From examples to what a trainer is told: digests, labels, and nothing that has a name.

Sounds, near-copies and packs are told apart by keyed hashes, so that who sees an order cannot even
try out whether it knows a folder's name. As in `learning.dataset`, a sound that was said to be
something counts as none of the tags that it was not said to be.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from earmark_daemon.errors import fail
from earmark_daemon.learning.endpoint.pictures import Pictures, Places
from earmark_daemon.learning.examples import Example, Examples
from earmark_daemon.learning.judging import FEWEST
from earmark_daemon.learning.place import LIBRARY, Lesson, Wish
from earmark_daemon.learning.words import no_place, nothing_beside

DEFAULT_ARCHITECTURE = "compact"
FEWEST_EXAMPLES = 2
MOST_EXAMPLES = 50_000
MOST_LABELS = 512
MOST_EPOCHS = 1000
MOST_BYTES = 16 << 20
LONGEST_NAME = 64


@dataclass(frozen=True)
class Plan:
    """What is to be sent.

    Attributes:
        order: the JSON of ``POST /v1/jobs``.
        places: blob digest to the content it is of, and its window's position.
        left_out: tag to the reason why it is not learnt.
    """

    order: Mapping[str, Any]
    places: Places
    left_out: Mapping[str, str]


@dataclass(frozen=True)
class _Drawn:
    """An example that can be shown, and where its windows are."""

    example: Example
    places: Places


@dataclass(frozen=True)
class _Told:
    """Entries of an order, one for each window, and where these windows are."""

    entries: tuple[dict[str, Any], ...]
    places: Places


def plan(lesson: Lesson, pictures: Pictures, wish: Wish, key: bytes) -> Plan:
    """Lay out an order.

    Args:
        lesson: what is to be learnt; its library is asked where a sound may be none of the tags.
        pictures: where the blobs come from.
        wish: which network, and how long.
        key: secret bytes for the hashes of groups and packs.

    Raises:
        EarmarkError: nothing is left that could be learnt, or nothing to tell it from.
    """
    examples = lesson.examples
    drawn = list(_drawn(examples, pictures))
    labels, left_out = _learnable(examples, drawn)
    told = _labelled(examples, drawn, labels, key)
    room = min(LIBRARY, MOST_EXAMPLES - len(told.entries))
    if room > 0 and not examples.exclusive:
        beside = _beside(lesson.library(room), pictures, key)
        if len(beside.entries) < FEWEST and _is_any_everywhere(labels, told):
            raise nothing_beside()
        told = _Told(told.entries + beside.entries, {**beside.places, **told.places})
    if len(told.entries) > MOST_EXAMPLES:
        raise fail(
            "too-many-examples",
            f"These are {len(told.entries):,} windows of sound; a trainer takes {MOST_EXAMPLES:,}.",
            "Train with fewer tags at once.",
        )
    order = {
        "name": f"{examples.tag_set[: LONGEST_NAME - 12]}, trained",
        "tag_set": examples.tag_set,
        "labels": list(labels),
        "exclusive": examples.exclusive,
        "frontend": dict(lesson.frontend),
        **_network(wish),
        "examples": list(told.entries),
    }
    return Plan(order, told.places, left_out)


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


def _network(wish: Wish) -> dict[str, Any]:
    """What an order says of the network: which, from where on, and how long."""
    chosen = wish.architecture or DEFAULT_ARCHITECTURE
    return {
        "architecture": chosen,
        "start": "builtin" if chosen == DEFAULT_ARCHITECTURE else "scratch",
        "epochs": wish.most_epochs and min(wish.most_epochs, MOST_EPOCHS),
    }


def _drawn(examples: Examples, pictures: Pictures) -> Iterator[_Drawn]:
    for item in examples.items:
        if not examples.exclusive or len(item.yes) == 1:
            places = pictures.places(item.content)
            if places:
                yield _Drawn(item, places)


def _learnable(
    examples: Examples, drawn: Sequence[_Drawn]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The tags that can be learnt, and the others, each with the reason.

    Raises:
        EarmarkError: too few are left.
    """
    told = Counter(tag for one in drawn for tag in one.example.yes)
    counts = {label: told[label] for label in examples.labels}
    left_out = {
        label: f"it needs {FEWEST_EXAMPLES} sounds at least, and has {count}"
        for label, count in counts.items()
        if count < FEWEST_EXAMPLES
    }
    enough = {label: count for label, count in counts.items() if label not in left_out}
    left_out |= no_place(enough, MOST_LABELS)
    labels = tuple(label for label in examples.labels if label not in left_out)
    fewest = 2 if examples.exclusive else 1
    if len(labels) < fewest:
        raise fail(
            "too-few-examples",
            f"A training on the trainer needs at least {fewest} tag{'s' * (fewest > 1)} with "
            f"{FEWEST_EXAMPLES} sounds each.",
            "Label more sounds, then train again.",
        )
    return labels, left_out


def _says_something(example: Example, labels: Sequence[str], exclusive: bool) -> bool:
    said = example.yes if exclusive else (*example.yes, *example.no)
    return any(tag in labels for tag in said)


def _is_any_everywhere(labels: Sequence[str], told: _Told) -> bool:
    """Whether there is a tag of which no sound is known to be something else."""
    return any(
        all(label in entry["labels"] or label in entry["unknown"] for entry in told.entries)
        for label in labels
    )


def _labelled(
    examples: Examples, drawn: Iterable[_Drawn], labels: Sequence[str], key: bytes
) -> _Told:
    """What people said of the sounds of which they said something."""
    entries: list[dict[str, Any]] = []
    places: dict[str, tuple[str, int]] = {}
    for one in drawn:
        if _says_something(one.example, labels, examples.exclusive):
            said = _said(one.example, labels, key, exclusive=examples.exclusive)
            entries += [{"spectrogram": digest, **said} for digest in one.places]
            for digest, place in one.places.items():
                places.setdefault(digest, place)
    return _Told(tuple(entries), places)


def _beside(contents: Iterable[str], pictures: Pictures, key: bytes) -> _Told:
    """Sounds that nobody has labelled, the first window of each."""
    entries: list[dict[str, Any]] = []
    places: dict[str, tuple[str, int]] = {}
    for content in contents:
        first = pictures.places(content, most=1)
        group = hashed(f"group {content}", key)
        entries += [{"spectrogram": one, "library": True, "group": group} for one in first]
        places |= first
    return _Told(tuple(entries), places)


def _said(
    example: Example, labels: Sequence[str], key: bytes, *, exclusive: bool
) -> dict[str, Any]:
    """What an order says of a sound, the same for each of its windows."""
    unknown = [] if exclusive or example.yes else [tag for tag in labels if tag not in example.no]
    return {
        "labels": [label for label in labels if label in example.yes],
        "unknown": unknown,
        "group": hashed(f"group {example.group}", key),
        "pack": hashed(f"pack {example.pack}", key) if example.pack else "",
    }
