"""What the clues in a name say, place by place."""

from __future__ import annotations

from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Evidence, Place


def said(clues: Evidence, place: Place = Place.NAME) -> dict[str, Grade]:
    return {clue.label: clue.grade for clue in clues if clue.place is place}


def plainest(clues: Evidence, place: Place = Place.NAME) -> set[str]:
    grades = said(clues, place)
    return {label for label, grade in grades.items() if grade == max(grades.values())}
