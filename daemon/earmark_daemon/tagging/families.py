"""Sounds of one folder whose names begin alike: takes of one thing, whatever the names mean.

Makers name what belongs together alike, in words that may mean nothing to anybody else:
``zither_01``, ``zither_02``. What a name means is no matter here; `names` reads that.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import Final

from earmark_daemon.tagging.tokens import words_of

Family = tuple[str, ...]
"""The words that the names of a family begin with."""

_LONGEST: Final = 2
"""A first word alone may be the vendor's, as in ``acme_kick_01``."""

_NUMBER_OR_NOTE = re.compile(r"\d+|[a-g](b|s|sharp|flat)?")


@lru_cache(maxsize=4096)
def families_of(path: str) -> tuple[Family, ...]:
    """The families that a file belongs to among the others of its folder, the closest first.

    Numbers and notes tell the takes of a family apart, so they are left out.

    Args:
        path: of the file; its name alone counts.

    Returns:
        None at all where the name has no word.
    """
    stem = os.path.splitext(os.path.basename(path))[0]
    words = [word for word in words_of(stem) if not _NUMBER_OR_NOTE.fullmatch(word)]
    return tuple(tuple(words[:count]) for count in range(min(_LONGEST, len(words)), 0, -1))
