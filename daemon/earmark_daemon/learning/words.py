"""What is said of examples and of training, in words that a musician understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.learning.judging import FEWEST
from earmark_daemon.tag_names import unfit

GOOD = 10
"""From so many sounds on a tag is worth training (learning curve in `docs/PERSONAL-TAGS.md`)."""

TIMES_MORE = 10
"""A tag with so many times the sounds of another is said to outweigh it."""


def sounds(count: int) -> str:
    """``1 sound``, ``12 sounds``."""
    return "1 sound" if count == 1 else f"{count:,} sounds"


def strength(yes: int) -> float:
    """How well a tag is provided with examples, 0 to 1; one half at `GOOD`."""
    return yes / (yes + GOOD)


def advice(tag: str, distinct: int) -> str:
    """What to do for one tag; empty where there is nothing."""
    if distinct < FEWEST:
        more = FEWEST - distinct
        return f"Label at least {sounds(more)} more as “{tag}”: so few tell nothing."
    if distinct < GOOD:
        return f"{sounds(GOOD - distinct)} more of “{tag}” would help a lot."
    return ""


def too_few(distinct: int) -> str:
    """Why a tag is left out that has too few sounds."""
    return f"it has only {sounds(distinct)}, copies aside; it takes {FEWEST}"


def no_place(counts: Mapping[str, int], most: int) -> dict[str, str]:
    """Tags for which a model has no place, and why: ill written, or of too many the rarest.

    Args:
        counts: how many sounds each tag has.
        most: tags that the model may hold.
    """
    left_out = {tag: why for tag in counts if (why := unfit(tag))}
    others = sorted(counts.keys() - left_out.keys(), key=lambda tag: (-counts[tag], tag))
    full = f"a model holds {most:,} tags at most, and so many have no fewer sounds"
    return {**left_out, **dict.fromkeys(others[most:], full)}


UNTELLABLE = (
    "its sounds cannot be told from others: listen whether they have something in common, take back"
    " labels that are wrong, or label more"
)
"""Why a tag is left out whose score is no better than chance."""


def nothing_beside() -> EarmarkError:
    """Whatever is known of a tag carries it, so what it is not cannot be learnt."""
    return fail(
        "nothing-beside",
        "There is nothing to tell these sounds from: no other sound has been heard.",
        "Label sounds that are something else, or let Earmark hear more of your library.",
    )


def imbalance(counts: Mapping[str, Mapping[str, int]]) -> str | None:
    """What to say where one tag outweighs another by far."""
    sizes = {tag: count["yes"] for tag, count in counts.items() if count["yes"]}
    if len(sizes) < 2:
        return None
    most, least = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    if sizes[most] < TIMES_MORE * sizes[least]:
        return None
    return (
        f"“{most}” has {sounds(sizes[most])} and “{least}” {sizes[least]}:"
        f" more of “{least}” would help more than more of “{most}”."
    )


def contradiction(names: tuple[str, str], tag: str) -> str:
    """Two sounds that are as good as the same, but were labelled differently."""
    return (
        f"“{names[0]}” and “{names[1]}” sound the same, but one was said to be “{tag}” and the"
        " other not."
    )


def near_copies(tag: str, count: int, extra: int) -> str:
    """Some sounds of a tag are as good as the same."""
    are = "1 is a near-copy of another" if extra == 1 else f"{extra} are near-copies of others"
    return f"Of {sounds(count)} labelled “{tag}”, {are}: those count as one."


def most_wanted(metrics: Mapping[str, Any], curve: Mapping[str, Mapping[str, float]]) -> str | None:
    """The tag that gains most from ten more examples; None where none is known.

    Extrapolates the learning curve: what the last doubling gave, for the share of a doubling that
    ten more are; where there is no curve, the tag with the lowest score.
    """
    gains: dict[str, float] = {}
    for label, told in metrics["labels"].items():
        points = sorted((int(n), scores[label]) for n, scores in curve.items() if label in scores)
        lacking = 1.0 - (told["pr_auc"] or 0.0)
        slope = 1.0
        if len(points) >= 2:
            (_, before), (_, last) = points[-2:]
            slope = max(0.1, min(1.0, (last - before) / max(0.05, 1.0 - before)))
        gains[label] = lacking * slope * GOOD / (GOOD + told["clips"])
    return max(gains, key=gains.__getitem__) if gains else None
