"""Whom to ask: the running daemon, or one that lives only as long as this command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import typer

from earmark_daemon.api import NotRunning
from earmark_daemon.api import local_client as daemon
from earmark_daemon.cli.output import counted
from earmark_daemon.places import places

if TYPE_CHECKING:
    from earmark_daemon.service.requests.all import Requests

__all__ = ["Asked", "daemon", "daemon_or_own", "is_running", "say_retagging"]


class Asked(Protocol):
    """Something that answers requests."""

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method of the local API."""


def is_running() -> bool:
    """Whether a daemon answers."""
    try:
        daemon().call("status")
    except NotRunning:
        return False
    return True


@contextmanager
def daemon_or_own() -> Iterator[Asked]:
    """The running daemon, else one in this process that does only what it is asked for."""
    if is_running():
        yield daemon()
        return
    from earmark_daemon.service.daemon import Daemon

    own = Daemon(places(), watch=False)
    own.start()
    try:
        yield _Direct(own.requests)
    finally:
        own.close()


def say_retagging(asked: Asked) -> None:
    """Say how many sounds are being tagged anew, if there are any."""
    retagging = asked.call("status")["retagging"]
    if retagging:
        sounds = counted(retagging["total"], "sound")
        typer.echo(f"Being tagged anew: {sounds}. See: earmark status")


class _Direct:
    """Calls requests without a socket."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    def call(self, method: str, **arguments: Any) -> Any:
        return self._requests.call(method, arguments)
