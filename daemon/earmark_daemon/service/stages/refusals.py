"""Writes that somebody wants and that are not done all the same, for the sake of the file."""

from __future__ import annotations

import time
from collections.abc import Sequence

from earmark_daemon import writing
from earmark_daemon.errors import Problem
from earmark_daemon.service.stages.entries import content_of
from earmark_daemon.service.stages.other_names import taken_back_elsewhere
from earmark_daemon.service.stages.undoing import TAKEN_BACK
from earmark_daemon.watching.look import look
from earmark_daemon.writing.outcomes import FOUGHT_OVER
from earmark_daemon.writing.terms import clean
from earmark_db.index import Index
from earmark_db.records import Arrival, Task

_FOUGHT_OVER = Problem(
    FOUGHT_OVER,
    "Something else changes it again each time Earmark has written into it.",
    "Find the program that does, such as a tagger or an older Earmark. It is tried again later.",
)
_TAKEN_BACK = Problem(TAKEN_BACK.code, TAKEN_BACK.message, TAKEN_BACK.advice)
_OTHER_AUDIO = Problem(
    "changed",
    "It holds another sound than the one that Earmark heard.",
    "It is heard first, then tagged.",
)
_MOST_TIMES = 10
_LATELY_SECONDS = 3600.0


def refusal(index: Index, task: Task, terms: Sequence[str]) -> writing.Refused | None:
    """Why a write is not even begun.

    Args:
        index: knows what was written and taken back.
        task: to write into the file.
        terms: the words.
    """
    if taken_back_elsewhere(index, task.path):
        return writing.Refused(task.path, _TAKEN_BACK)
    if _is_fought_over(index, task, terms):
        return writing.Refused(task.path, _FOUGHT_OVER)
    return None


def _is_fought_over(index: Index, task: Task, terms: Sequence[str]) -> bool:
    """Whether the same words were written to the same sound again and again of late.

    Whoever takes them out each time would have the two of us do so for ever. A write to what
    our own one before had left does not count: a person said something else in between.
    """
    lately = index.journal.lately(task.file_id, time.time() - _LATELY_SECONDS)
    left_before = [*(entry.digest_after for entry in lately[1:]), ""]
    same = [
        entry
        for entry, ours in zip(lately, left_before, strict=False)
        if (entry.terms, content_of(entry)) == (clean(terms), task.content)
        and entry.digest_before != ours
    ]
    return len(same) >= _MOST_TIMES


def other_audio(task: Task, prepared: writing.Prepared) -> writing.Refused | None:
    """Why a prepared write is not carried out, if it is into another sound than the one heard."""
    return None if prepared.content == task.content else writing.Refused(task.path, _OTHER_AUDIO)


def hear_again(index: Index, task: Task, refused: writing.Refused) -> None:
    """Take a file in that holds another sound by now, where nobody watches who would find out."""
    if refused.problem is not _OTHER_AUDIO:
        return
    record, found = index.lookup.by_id(task.file_id), look(task.path).found
    if record is not None and record.root_id is None and found is not None:
        index.files.arrived([Arrival(found.path, found.stamp, None)])
