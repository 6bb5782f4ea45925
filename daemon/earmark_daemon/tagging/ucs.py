"""The category in front of a name by the Universal Category System, as in ``DOORWood_Slam_BS_01``.

Libraries for film and games name files so: an id of a category in capitals and one below it, what
is heard, and by whom it was recorded. Words in the rest, such as "kick" and "crash", mean no drums.
"""

from __future__ import annotations

import re

from earmark_daemon.tagging.lexicon import Grade, Lexicon

_ID = re.compile(r"([A-Z]{2,5})([A-Z][a-z]{1,6})?(?=[_-])")


def category(stem: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """The id that a file name begins with and the label that it speaks for; None without one.

    A name is no such id where the second part speaks for another label, as ``AMBPad``.

    Args:
        stem: file name without its ending.
        lexicon: knows the categories and the words.
    """
    match = _ID.match(stem)
    label = lexicon.categories.get(match[1]) if match else None
    if match is None or label is None:
        return None
    if match[2] is None:
        return (match[0], label) if match[1] in lexicon.whole_categories else None
    said = (found.meaning for found in lexicon.find([match[2].lower()]))
    others = any(
        grade > Grade.HINT and other != label
        for meaning in said
        for other, grade in meaning.items()
    )
    return None if others else (match[0], label)
