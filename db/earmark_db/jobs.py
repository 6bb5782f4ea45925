"""Training jobs, so that they survive the daemon."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from earmark_db.store import Store

_COLUMNS = "id, place, tag_set, state, began, ended, data"


@dataclass(frozen=True)
class JobRecord:
    """One job.

    Attributes:
        id: its number.
        place: where it is done.
        tag_set: whose tags are learnt.
        state: ``"running"``, ``"waiting"``, ``"succeeded"``, ``"failed"`` or ``"cancelled"``.
        began: seconds since the epoch.
        ended: the same; None while it goes on.
        data: everything else, plain JSON data.
    """

    id: int
    place: str
    tag_set: str
    state: str
    began: float
    ended: float | None
    data: Mapping[str, Any]


class Jobs:
    """The table of jobs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, place: str, tag_set: str, data: Mapping[str, Any]) -> int:
        """Note a new job that runs; its number."""
        with self._store.transaction() as connection:
            row = connection.execute(
                "insert into jobs(place, tag_set, state, began, data)"
                " values (?, ?, 'running', ?, ?) returning id",
                [place, tag_set, time.time(), json.dumps(dict(data))],
            ).fetchone()
        return int(row[0])

    def change(self, job: int, state: str, data: Mapping[str, Any], *, ended: bool = False) -> None:
        """Note how it stands; ``data`` takes the place of what was noted before."""
        with self._store.transaction() as connection:
            connection.execute(
                "update jobs set state = ?, data = ?, ended = ? where id = ?",
                [state, json.dumps(dict(data)), time.time() if ended else None, job],
            )

    def of(self, job: int) -> JobRecord | None:
        """One job."""
        with self._store.reading() as connection:
            row = connection.execute(f"select {_COLUMNS} from jobs where id = ?", [job]).fetchone()
        return _record(row) if row else None

    def all(self) -> list[JobRecord]:
        """Every job, the newest first."""
        with self._store.reading() as connection:
            rows = connection.execute(f"select {_COLUMNS} from jobs order by id desc").fetchall()
        return [_record(row) for row in rows]

    def open(self) -> list[JobRecord]:
        """Jobs that have not ended, the oldest first."""
        return [job for job in reversed(self.all()) if job.ended is None]


def _record(row: tuple[Any, ...]) -> JobRecord:
    job, place, tag_set, state, began, ended, data = row
    told = json.loads(data, parse_constant=_no_number)
    return JobRecord(job, place, tag_set, state, began, ended, told)


def _no_number(_: str) -> None:
    """What stands for a NaN or an infinity, which older rows hold and JSON does not know."""
