"""“or” in a query: it joins the two parts beside it, as in ``kick or snare -loop``.

It binds closer than the blank that stands for “and”. A part is a word, a filter, what stands in
quotes, or the words of one name of a tag, such as ``hi hat``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from earmark_db.filters import Condition, take_filters
from earmark_db.queries import OtherNames, Words, as_words, is_or, name_ahead, pieces

_LOOKED_UP = "(files.id in (select rowid from words where words match ?))"
_LEFT_OUT = "(files.id not in (select rowid from words where words match ?))"


def take_alternatives(query: str, other_names: OtherNames) -> tuple[str, list[list[str]]]:
    """A query without what “or” joins, and that: for each choice its parts.

    An “or” that joins nothing, as at the end of a query that is still being typed, is a word like
    any other; written as ``OR`` or ``|``, it is left out.
    """
    if not any(map(is_or, pieces(query))):
        return query, []
    clauses: list[list[str]] = []
    for run in _runs(query):
        first, *others = _units(run, other_names)
        if clauses:
            clauses[-1].append(first)
        else:
            clauses.append([first])
        clauses += [[other] for other in others]
    plain = " ".join(clause[0] for clause in clauses if len(clause) == 1)
    return plain, [clause for clause in clauses if len(clause) > 1]


def as_alternatives(
    choices: Iterable[Sequence[str]], other_names: OtherNames
) -> tuple[list[str], list[Condition]]:
    """What is wanted of choices: FTS5 expressions of those among words alone, and conditions.

    The words of a choice that facts take part in are looked up apart.
    """
    expressions, conditions = list[str](), list[Condition]()
    for choice in choices:
        asked = [each for each in (_asked(part, other_names) for part in choice) if any(each)]
        if any(facts or words.unwanted for words, facts in asked):
            conditions.append(_joined(" or ", [_condition(*each) for each in asked]))
        elif asked:
            expressions.append(f"({' OR '.join(words.wanted for words, _ in asked)})")
    return expressions, conditions


def _runs(query: str) -> list[list[str]]:
    """The pieces of a query, parted where an “or” stands between two of them."""
    runs = list[list[str]]([[]])
    typed = pieces(query)
    for number, piece in enumerate(typed):
        if not is_or(piece):
            runs[-1].append(piece)
        elif runs[-1] and any(not is_or(other) for other in typed[number + 1 : number + 2]):
            runs.append([])
        elif piece == "or":
            runs[-1].append(piece)
    return [run for run in runs if run]


def _units(run: list[str], other_names: OtherNames) -> Iterator[str]:
    while run:
        count = name_ahead(run, other_names)
        yield " ".join(run[:count])
        run = run[count:]


def _asked(part: str, other_names: OtherNames) -> tuple[Words, list[Condition]]:
    text, facts = take_filters(part)
    return as_words(text, other_names), facts


def _condition(words: Words, facts: list[Condition]) -> Condition:
    looked_up = list[Condition]()
    if words.wanted:
        looked_up.append(Condition(_LOOKED_UP, (words.wanted,)))
    if words.unwanted:
        looked_up.append(Condition(_LEFT_OUT, (words.unwanted,)))
    return _joined(" and ", [*looked_up, *facts])


def _joined(by: str, each: Sequence[Condition]) -> Condition:
    values = tuple(value for condition in each for value in condition.values)
    return Condition(f"({by.join(condition.sql for condition in each)})", values)
