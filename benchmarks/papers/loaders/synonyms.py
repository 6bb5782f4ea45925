"""The MagnaTagATune project's label reduction: which tags mean the same.

As in the project's published program; 188 tags become 134. The first name of each line is kept.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("beat", "beats"),
    ("chant", "chanting"),
    ("choir", "choral"),
    ("classical", "clasical", "classic"),
    ("drum", "drums"),
    ("electro", "electronic", "electronica", "electric"),
    ("fast", "fast beat", "quick"),
    (
        "female",
        "female singer",
        "female singing",
        "female vocals",
        "female vocal",
        "female voice",
        "woman",
        "woman singing",
        "women",
    ),
    ("flute", "flutes"),
    ("guitar", "guitars"),
    ("hard", "hard rock"),
    ("harpsichord", "harpsicord"),
    ("heavy", "heavy metal", "metal"),
    ("horn", "horns"),
    ("india", "indian"),
    ("jazz", "jazzy"),
    ("male", "male singer", "male vocal", "male vocals", "male voice", "man", "man singing", "men"),
    ("no beat", "no drums"),
    ("no singer", "no singing", "no vocal", "no vocals", "no voice", "no voices", "instrumental"),
    ("opera", "operatic"),
    ("orchestra", "orchestral"),
    ("quiet", "silence"),
    ("singer", "singing"),
    ("space", "spacey"),
    ("string", "strings"),
    ("synth", "synthesizer"),
    ("violin", "violins"),
    ("vocal", "vocals", "voice", "voices"),
    ("strange", "weird"),
)


def merged(
    tags: tuple[str, ...], table: npt.NDArray[np.bool_]
) -> tuple[tuple[str, ...], npt.NDArray[np.bool_]]:
    """Join the columns of tags that mean the same; a merged tag is true if any of them is.

    Args:
        tags: names of the columns.
        table: bool ``[N, tags]``.
    """
    kept_name = {other: line[0] for line in SYNONYMS for other in line}
    renamed = [kept_name.get(tag, tag) for tag in tags]
    names = tuple(dict.fromkeys(renamed))
    columns = [
        table[:, [at for at, name in enumerate(renamed) if name == kept]].any(axis=1)
        for kept in names
    ]
    return names, np.stack(columns, axis=1)


def most_frequent(
    tags: tuple[str, ...], table: npt.NDArray[np.bool_], count: int
) -> tuple[tuple[str, ...], npt.NDArray[np.bool_]]:
    """The tags that most clips carry, most frequent first."""
    order = np.argsort(-table.sum(axis=0), kind="stable")[:count]
    return tuple(tags[at] for at in order), table[:, order]
