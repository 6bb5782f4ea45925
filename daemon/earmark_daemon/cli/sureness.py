"""How sure a tag is of how many sounds, in words and as bars."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

_STEP = 10
_LONGEST = 30
_LABEL = 14


def told(answer: Mapping[str, Any], *, changed: bool) -> Iterator[str]:
    """Lines about a tag.

    Args:
        answer: what the service says of it; see `sureness` among its requests.
        changed: whether it was changed just now, after this was asked.
    """
    tag, least = answer["tag"], answer["sure_from"]
    carrying = answer["said"] + sum(answer["percents"])
    if least is None:
        yield f"“{tag}” is given as its model says. Sounds that carry it: {carrying:,}."
    elif changed:
        keep = answer["said"] + sum(answer["percents"][math.ceil(round(least * 100, 6)) :])
        kept = f"{keep:,} of the {carrying:,}" if keep < carrying else f"All {carrying:,}"
        yield f"“{tag}” is given from {least:g} on. {kept} sounds that carry it are that sure."
    else:
        yield f"“{tag}” is given from {least:g} on. Sounds that carry it: {carrying:,}."
    word = shlex.quote(tag)
    if changed and least is not None:
        yield f"To take it back: earmark tags sure {word} --usual"
    elif not changed:
        yield from _bars(answer)
        yield f"To change it: earmark tags sure {word} 0.8, or --usual"


def _bars(answer: Mapping[str, Any]) -> Iterator[str]:
    """A line for each tenth that there are sounds in, the surest first."""
    percents = answer["percents"]
    tenths = {
        low: sum(percents[low : low + _STEP if low + _STEP < len(percents) - 1 else None])
        for low in range(0, len(percents) - 1, _STEP)
    }
    rows = [("as you said", answer["said"])]
    rows += [
        (f"{low / 100:g} to {(low + _STEP) / 100:g}", tenths[low])
        for low in sorted(tenths, reverse=True)
    ]
    most = max(count for _, count in rows)
    for name, count in rows:
        if count:
            yield f"  {name:<{_LABEL}} {count:>9,}  {'█' * math.ceil(_LONGEST * count / most)}"
