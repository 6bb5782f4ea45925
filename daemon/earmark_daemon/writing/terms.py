"""Words as they can stand in every field: no separators of ours, no control characters."""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f;,\[\]|\ud800-\udfff]+")


def clean(terms: Iterable[str]) -> tuple[str, ...]:
    """The terms in their order, made safe, without empty ones and repetitions."""
    seen: dict[str, str] = {}
    for term in terms:
        text = " ".join(_UNSAFE.sub(" ", term).split())
        if text:
            seen.setdefault(text.casefold(), text)
    return tuple(seen.values())
