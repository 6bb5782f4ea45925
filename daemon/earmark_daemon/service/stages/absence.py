"""Files that are not there when their turn comes: gone, or only moved, or their disk unplugged."""

from __future__ import annotations

from earmark_daemon.errors import Problem
from earmark_db.index import Index
from earmark_db.queue import LONGEST_WAIT_SECONDS
from earmark_db.records import Task

AWAY_SECONDS = LONGEST_WAIT_SECONDS
"""How long to wait for one; its work is due at once where it was moved or its disk is back."""


def may_turn_up(index: Index, task: Task, problem: Problem) -> bool:
    """Whether a file that is not there may only have been moved, or its disk unplugged.

    Who watches its folder finds out, and takes it off the queue where it is gone.
    """
    record = index.lookup.by_id(task.file_id)
    return problem.code == "vanished" and record is not None and record.root_id is not None
