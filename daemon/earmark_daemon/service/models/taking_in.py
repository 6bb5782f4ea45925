"""Taking a model file in: a copy is checked in a child process, and kept only if it passes."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.hearing.check import LARGEST_BYTES, check_file
from earmark_daemon.hearing.modelfile import ModelInfo, parse
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers, in_a_line
from earmark_daemon.service.models.lineup import path_of

CHECK_SECONDS = 60.0
_INCOMING = "incoming-"
_UNCHANGED = "Nothing was changed; the models in use stay in use."

Verify = Callable[[Path], None]


def take_in(
    file: Path,
    store: Path,
    base: Path,
    updated: Callable[[], Problem | None],
    verify: Verify | None = None,
) -> tuple[ModelInfo, str]:
    """Copy a model file into the store under its digest, if it can be used.

    Args:
        file: the file, which may be anything.
        store: the folder for models.
        base: the built-in model's file.
        updated: what to say once another version was installed, which then cannot check it.
        verify: checks the copy further, such as its signature, before anything reads it; raises
            an `EarmarkError` to refuse it.

    Returns:
        What the model says of itself, also as the text in the file.

    Raises:
        EarmarkError: it cannot be used, and why. Nothing is kept then.
    """
    copy = store / f"{_INCOMING}{os.getpid()}-{time.monotonic_ns()}.part"
    try:
        store.mkdir(parents=True, exist_ok=True)
        _copy(file, copy)
        if verify is not None:
            verify(copy)
        description = _checked(copy, base, updated)
        info = parse(description)
        os.replace(copy, path_of(store, info.digest))
    except OSError as error:
        raise fail(
            "unreadable",
            f"The model file cannot be taken in ({error.strerror or error}).",
            "Check that it can be read, and that the disk is not full.",
            str(file),
        ) from error
    except EarmarkError as error:
        raise EarmarkError(error.problem, str(file)) from error
    finally:
        copy.unlink(missing_ok=True)
    return info, description


def sweep(store: Path) -> None:
    """Remove the copies that a crash left half-way."""
    for left in store.glob(f"{_INCOMING}*"):
        left.unlink(missing_ok=True)


def _copy(file: Path, target: Path) -> None:
    """Copy a file that is not larger than a model may be, durably."""
    if not file.is_file():
        raise fail("vanished", "There is no such file.", "Name a model file (.onnx).")
    size = file.stat().st_size
    if size > LARGEST_BYTES:
        most = f"at most {LARGEST_BYTES / 1e6:,.0f} MB are read"
        raise _bad(f"it is {size / 1e6:,.0f} MB large, and {most}")
    with open(file, "rb") as source, open(target, "wb") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())


def _checked(copy: Path, base: Path, updated: Callable[[], Problem | None]) -> str:
    """The description inside a model file that a child of its own found to be in order."""
    workers = Workers(1, unfit=updated)
    try:
        call = workers.submit(check_file, str(copy), str(base), seconds=CHECK_SECONDS)
        return call.result()
    except WorkerDied as error:
        raise _bad(f"running it failed ({error})") from error
    except WorkerFailed as error:
        raise _bad(f"checking it failed ({in_a_line(error)})") from error
    except EarmarkError as error:
        if error.problem.code != "bad-model":
            raise
        raise EarmarkError(replace(error.problem, advice=_UNCHANGED)) from error
    finally:
        workers.close()


def _bad(why: str) -> EarmarkError:
    return fail("bad-model", f"This model cannot be used: {why}.", _UNCHANGED)
