"""The folders that attempts work in: laid out before, checked and signed after."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from earmark_trainer.engines.engine import (
    ASSIGNMENT,
    CHECKPOINTS,
    HISTORY,
    METRICS,
    MODEL,
    PLOTS,
    RESULT,
    Assignment,
)
from earmark_trainer.jobs.job import Job
from earmark_trainer.jobs.orders import Order
from earmark_trainer.problems import NO_HANDLES, ConflictError, Problem
from earmark_trainer.storage.folders import Folders
from earmark_trainer.storage.signing import SigningKey
from earmark_trainer.storage.spectrograms import Place

MAX_MODEL_BYTES = 1 << 30


def lay_out(
    folders: Folders, job: Job, order: Order, places: dict[str, Place], initial: Path | None
) -> Assignment:
    """Make the folder of an attempt, with all that it needs, and the last checkpoint.

    The checkpoint is moved from the attempt before, so that an older process that still runs
    somewhere cannot write into the newer attempt's; that comes last, for all before may be done
    twice.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = folders.attempt(job.tenant, job.id, job.attempt)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / RESULT).mkdir(parents=True)
    assignment = {
        "order": order.model_dump(mode="json"),
        "places": {digest: asdict(place) for digest, place in places.items()},
        "initial": None if initial is None else str(initial),
    }
    (folder / ASSIGNMENT).write_text(json.dumps(assignment))
    for number in range(job.attempt - 1, 0, -1):
        before = folders.attempt(job.tenant, job.id, number)
        if any(before.glob(CHECKPOINTS)):
            _carry_over(before, folder)
            break
    return Assignment(job.id, job.attempt, folder)


def _carry_over(old: Path, new: Path) -> None:
    for saved in list(old.glob(CHECKPOINTS)):
        saved.replace(new / saved.name)
    if (old / HISTORY).exists():
        (old / HISTORY).replace(new / HISTORY)


def inspect_result(assignment: Assignment, key: SigningKey) -> dict[str, Any]:
    """Look at what an attempt made; digest, size and signature of its model.

    Raises:
        ConflictError: a file is missing or is not what it should be.
        OSError: no file handle is left to look at it.
    """
    folder = assignment.folder / RESULT
    try:
        for name in (METRICS, PLOTS):
            json.loads((folder / name).read_bytes())
        with (folder / MODEL).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in NO_HANDLES:
            raise
        raise _bad_result(f"{type(error).__name__} while reading it") from error
    if not 0 < size <= MAX_MODEL_BYTES:
        raise _bad_result(f"the model has {size} bytes")
    return {
        "attempt": assignment.attempt,
        "sha256": sha256,
        "size": size,
        "signature": key.sign(sha256),
    }


def clear_up(folders: Folders, job: Job) -> None:
    """Delete what a finished job no longer needs: older attempts, checkpoint, assignment."""
    kept = folders.attempt(job.tenant, job.id, job.attempt)
    for folder in folders.job(job.tenant, job.id).iterdir():
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)
    for path in (*kept.glob(CHECKPOINTS), kept / HISTORY, kept / ASSIGNMENT):
        path.unlink(missing_ok=True)


def result_folder(folders: Folders, job: Job) -> Path:
    """Where the files of a job's result are.

    Raises:
        ConflictError: the job has none.
    """
    if job.result is None:
        raise ConflictError(
            Problem(
                "no-result",
                "This job has no result.",
                f"It is {job.state}.",
                "Wait until it has succeeded.",
            )
        )
    return folders.attempt(job.tenant, job.id, job.result["attempt"]) / RESULT


def _bad_result(detail: str) -> ConflictError:
    return ConflictError(
        Problem(
            "bad-result",
            "The training gave no usable model.",
            f"The result was refused: {detail}.",
            "Resume the job; if it happens again, look at the log in the job's folder.",
        )
    )
