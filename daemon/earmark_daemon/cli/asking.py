"""Whom to ask: the running daemon, or one that lives only as long as this command."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import typer

from earmark_daemon.api import CONNECTION_LOST, NotRunning
from earmark_daemon.api import local_client as daemon
from earmark_daemon.cli.output import counted
from earmark_daemon.errors import ALREADY_RUNNING, EarmarkError, fail
from earmark_daemon.places import places

if TYPE_CHECKING:
    from earmark_daemon.service.daemon import Daemon
    from earmark_daemon.service.requests.all import Requests

__all__ = [
    "PATIENCE_SECONDS",
    "Asked",
    "daemon",
    "daemon_here",
    "daemon_or_own",
    "is_running",
    "nothing_yet",
    "say_retagging",
    "stand_somewhere",
    "whoever_answers",
]

PATIENCE_SECONDS = 60.0
"""So long a command waits for another one to end."""
_LOOK_SECONDS = 0.1


class Asked(Protocol):
    """Something that answers requests."""

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method of the local API."""


def is_running() -> bool:
    """Whether a daemon answers that stays: one that lives as long as a command does not."""
    status = _status()
    return status is not None and bool(status["watching"])


@contextmanager
def daemon_or_own() -> Iterator[Asked]:
    """The running daemon, else one in this process that does only what it is asked for."""
    own = daemon_here(watch=False)
    if own is None:
        yield daemon()
        return
    own.start()
    try:
        yield _Direct(own.requests)
    finally:
        own.close()


@contextmanager
def whoever_answers() -> Iterator[Asked]:
    """As `daemon_or_own`, for what is answered at once: another command at work will do as well."""
    if _status() is None:
        with daemon_or_own() as asked:
            yield asked
    else:
        yield daemon()


def daemon_here(*, watch: bool) -> Daemon | None:
    """A daemon in this process, once no other command is one; None where one runs that stays.

    Raises:
        EarmarkError: as `Daemon`; the other command has not ended for long, or nobody answers.
        FileNotFoundError: as `stand_somewhere`.
    """
    from earmark_daemon.service.daemon import Daemon

    stand_somewhere()
    deadline = time.monotonic() + PATIENCE_SECONDS
    told = False
    while not is_running():
        try:
            return Daemon(places(), watch=watch)
        except EarmarkError as error:
            late = time.monotonic() > deadline
            if late and error.problem.code == ALREADY_RUNNING and _status() is None:
                raise _silent() from error
            if late or error.problem.code != ALREADY_RUNNING:
                raise
        if not told:
            typer.echo("Another command of Earmark's is at work; waiting for it.", err=True)
            told = True
        time.sleep(_LOOK_SECONDS)
    return None


def stand_somewhere() -> None:
    """Look whether the folder that this was started in is there still.

    Raises:
        FileNotFoundError: it is gone; no child process can be started there.
    """
    os.getcwd()


def say_retagging(asked: Asked) -> None:
    """Say how many sounds are being tagged anew, or are to be, if there are any."""
    status = asked.call("status")
    if status["retagging"]:
        sounds = counted(status["retagging"]["total"], "sound")
        under_way = f"Being tagged anew: {sounds}. See: earmark status"
        later = f"To be tagged anew once Earmark runs: {sounds}. Start it: earmark start"
        typer.echo(under_way if status["watching"] else later)


def nothing_yet(asked: Asked) -> str | None:
    """What is said where no sound has been heard yet; None where one has."""
    if asked.call("status")["files"]["heard"]:
        return None
    return "No sound has been heard yet. Add a folder: earmark watch add FOLDER"


def _status() -> Mapping[str, Any] | None:
    """What whoever answers says of itself; None where nobody does."""
    try:
        status: Mapping[str, Any] = daemon().call("status")
    except NotRunning:
        return None
    except EarmarkError as error:
        if error.problem.code != CONNECTION_LOST:
            raise
        return None
    return status


def _silent() -> EarmarkError:
    """Another Earmark is there that cannot be asked: it hangs, or takes long to begin or to end."""
    from earmark_daemon.service.lock import holder

    process = holder(places())
    named, how = (f" (process {process})", f": kill {process}") if process else ("", ".")
    return fail(
        "silent",
        f"Another Earmark{named} has the index, and has not answered for a minute.",
        f"If it does not in a few minutes either, end it{how}",
    )


class _Direct:
    """Calls requests without a socket."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    def call(self, method: str, **arguments: Any) -> Any:
        return self._requests.call(method, arguments)
