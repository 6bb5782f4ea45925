"""How people want tags to be given, and which sounds a change of that concerns."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

from earmark_daemon.settings import Tags


def given_less(before: Tags, after: Tags, usual: Callable[[str], float]) -> set[str] | None:
    """The tags that are given to fewer sounds than before; None where one may come to more.

    Args:
        before: as people wanted them.
        after: as they want them now.
        usual: from which score on a tag is given where nobody chose one.
    """
    old, new = before.sure_from, after.sure_from
    changed = set(before.off) ^ set(after.off) | {tag for tag, _ in old.items() ^ new.items()}
    looser = (
        tag in before.off or new.get(tag, 0.0) < old.get(tag, usual(tag))
        for tag in changed.difference(after.off)
    )
    return None if any(looser) else changed


def as_text(tags: Tags) -> str:
    """The form in which the index keeps it."""
    return json.dumps(asdict(tags), sort_keys=True)


def from_text(text: str) -> Tags:
    """What `as_text` gave."""
    data = json.loads(text)
    return Tags(tuple(data["off"]), data["sure_from"])
