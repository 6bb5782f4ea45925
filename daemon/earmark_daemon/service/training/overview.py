"""What there is to learn from, in numbers and in words; done in a worker."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from earmark_daemon.learning import words
from earmark_daemon.learning.copies import near_pairs
from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.examples import Examples
from earmark_daemon.learning.judging import FEWEST
from earmark_daemon.service.training.gathering import gathered

_SAME = 0.98
"""Cosine from which on two sounds that were labelled differently are shown to a person."""
_MOST_PAIRS = 20


def overview(
    index: str, examples: Examples, backbone: str, paths: Mapping[str, str]
) -> dict[str, Any]:
    """What there is to learn from; see `TrainingRequests.dataset_overview`."""
    data = gathered(index, examples, backbone, background=0)
    counts, distinct = examples.counts(), data.distinct()
    tags = [
        {
            "tag": tag,
            "yes": count["yes"],
            "no": count["no"],
            "strength": words.strength(distinct[tag]),
            "enough": distinct[tag] >= FEWEST,
            "advice": words.advice(tag, distinct[tag]),
        }
        for tag, count in counts.items()
    ]
    warnings = [*_imbalance(counts), *_contradictions(data, paths), *_copies(data, paths)]
    return {
        "tag_set": examples.tag_set,
        "exclusive": examples.exclusive,
        "tags": tags,
        "warnings": warnings,
    }


def _imbalance(counts: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    text = words.imbalance(counts)
    return [{"kind": "imbalance", "text": text, "paths": []}] if text else []


def _contradictions(data: Dataset, paths: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for one, other in near_pairs(data.embeddings, _SAME):
        tag = _contradicted(data, one, other)
        pair = [paths.get(data.contents[row], "") for row in (one, other)]
        if tag is None or not all(pair):
            continue
        names = (os.path.basename(pair[0]), os.path.basename(pair[1]))
        text = words.contradiction(names, tag)
        found.append({"kind": "contradiction", "text": text, "paths": pair})
        if len(found) == _MOST_PAIRS:
            break
    return found


def _contradicted(data: Dataset, one: int, other: int) -> str | None:
    """The tag of which one thing was said of one sound, and the contrary of the other."""
    both = data.known[one] & data.known[other] & (data.targets[one] != data.targets[other])
    columns = np.flatnonzero(both)
    return data.labels[columns[0]] if len(columns) else None


def _copies(data: Dataset, paths: Mapping[str, str]) -> list[dict[str, Any]]:
    """One warning for each tag in which near-copies stand for more than they are."""
    found = []
    for column, tag in enumerate(data.labels):
        rows = np.flatnonzero(data.targets[:, column] > 0)
        groups, sizes = np.unique(data.groups[rows], return_counts=True)
        extra = int(len(rows) - len(groups))
        if extra == 0:
            continue
        alike = rows[np.isin(data.groups[rows], groups[sizes > 1])]
        of = [paths[data.contents[row]] for row in alike if data.contents[row] in paths]
        text = words.near_copies(tag, len(rows), extra)
        found.append({"kind": "near-duplicates", "text": text, "paths": of[:_MOST_PAIRS]})
    return found
