"""`run`, `start`, `stop`, `status`, `pause`, `resume`."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from earmark_daemon.api import NotRunning
from earmark_daemon.cli import telling
from earmark_daemon.cli.asking import PATIENCE_SECONDS, daemon, daemon_here, is_running
from earmark_daemon.cli.output import Json, counted, plain, print_json
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.places import Places, places, same_home
from earmark_daemon.program import apart, program

if TYPE_CHECKING:
    from earmark_daemon.service.daemon import Daemon
    from earmark_daemon.service.notify import Supervisor

UNTAGGED = "earmark search is:untagged"
"""The command that finds what was heard and has no tag."""

_BEAT_SECONDS = 5.0
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_LOOK_SECONDS = 0.05


class Start(StrEnum):
    """How an attempt to start ended."""

    OK = "started"
    ALREADY_RUNNING = "already running"
    FAILED = "failed"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(start)
    app.command()(stop)
    app.command()(status)
    app.command()(pause)
    app.command()(resume)


def run(
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but problems.")] = False,
) -> None:
    """Watch and tag in the foreground, and show what happens. Ctrl-C ends it."""
    from earmark_daemon.service.daemon import Daemon
    from earmark_daemon.service.notify import Supervisor
    from earmark_daemon.service.stages.stage import BUG

    service, supervisor = daemon_here(watch=True) or Daemon(places()), Supervisor(os.environ)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: service.condition.ask_to_stop())
    service.start()
    supervisor.ready()
    try:
        _show_events(service, supervisor, quiet=quiet)
    finally:
        supervisor.stopping()
        service.close()
    trouble = service.condition.trouble
    if trouble and trouble.code == BUG:
        raise EarmarkError(trouble)


def start(json: Json = False) -> None:
    """Start Earmark in the background."""
    outcome = start_daemon(places())
    if json:
        print_json({"start": outcome.value})
    elif outcome is Start.FAILED:
        raise _not_started(places())
    else:
        typer.echo(f"Earmark is {outcome.value}.")
    if outcome is Start.FAILED:
        raise typer.Exit(1)


def start_daemon(where: Places) -> Start:
    """Start a daemon of its own session, and wait until it answers.

    It waits itself for a command that is at work. One that another `start` began is as good.
    """
    if is_running():
        return Start.ALREADY_RUNNING
    with _log(where) as log:
        process = subprocess.Popen(
            [*program(), "run", "--quiet"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=where.log.parent,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **same_home()},
            **apart(),
        )
    deadline = time.monotonic() + PATIENCE_SECONDS + _START_SECONDS
    try:
        while time.monotonic() < deadline and process.poll() is None:
            if is_running():
                return Start.OK
            time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    return Start.ALREADY_RUNNING if is_running() else Start.FAILED


def _log(where: Places) -> BinaryIO:
    try:
        where.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(where.log, "ab")
    except OSError as error:
        raise fail(
            "no-home",
            f"Earmark cannot write its log {where.log} ({error.strerror}).",
            "Make its folder writable, or set EARMARK_HOME to another folder.",
        ) from error


def stop() -> None:
    """Stop Earmark once what is under way is finished."""
    stop_daemon(places())
    typer.echo("Earmark has stopped.")


def stop_daemon(where: Places) -> None:
    """Ask the daemon to stop, and wait until it has let go of everything.

    Raises:
        EarmarkError: none is running, or it takes very long to finish.
    """
    from earmark_daemon.service.lock import wait_until_free

    try:
        running = is_running()
    except EarmarkError as error:
        running = error.problem.code == "other-version"
        if not running:
            raise
    if not running:
        raise fail("not-running", "Earmark is not running.")
    daemon().call("stop")
    wait_until_free(where, _STOP_SECONDS)


def status(json: Json = False) -> None:
    """What Earmark is doing."""
    try:
        answer = daemon().call("status")
    except NotRunning as error:
        if json:
            print_json({"state": "stopped"})
        else:
            typer.echo(str(error.problem))
        raise typer.Exit(1) from error
    if json:
        print_json(answer)
        return
    typer.echo("\n".join(_status_lines(answer, _unsure(answer))))


def _unsure(answer: Mapping[str, Any]) -> int:
    """How many of the sounds have no tag that is sure enough to stand in a file."""
    files = answer["files"]
    if files["heard"] - files["untagged"] <= files["written"]:
        return 0
    return int(daemon().call("search", query="is:unsure", limit=0)["total"])


def pause() -> None:
    """Take no new work until `resume`; what is under way is finished."""
    daemon().call("pause")
    typer.echo("Earmark pauses. Go on with: earmark resume")


def resume() -> None:
    """Go on after `pause`."""
    daemon().call("resume")
    typer.echo("Earmark goes on.")


def _status_lines(answer: Mapping[str, Any], unsure: int = 0) -> list[str]:
    files, waiting = answer["files"], answer["waiting"]
    lines = [
        f"Earmark {answer['version']} is {answer['state']}.",
        f"{files['heard'] - files['untagged']:,} sounds are tagged, {files['written']:,} of them in"
        f" their files; {waiting['hear']:,} wait to be heard,"
        f" {waiting['write'] - answer['put_off']:,} to be written.",
    ]
    if files["untagged"]:
        lines.append(f"{counted(files['untagged'], 'sound')} without a tag: {UNTAGGED}")
    if unsure:
        lines.append(
            f"{counted(unsure, 'sound')} with no tag that is sure enough to stand in the file"
            " (sure_from in the settings). See them: earmark search is:unsure"
        )
    if answer["retagging"]:
        done, total = answer["retagging"]["done"], answer["retagging"]["total"]
        lines.append(f"{done:,} of {total:,} sounds are tagged anew by the models in use.")
    if answer["trouble"]:
        lines.append(answer["trouble"])
    if answer["put_off"]:
        refused = counted(answer["put_off"], "file")
        lines.append(f"{refused} could not be written yet, and will be tried again: earmark doctor")
    if files["failed"]:
        lines.append(f"{counted(files['failed'], 'file')} could not be tagged: earmark doctor")
    for folder in answer["folders"]:
        notes = [] if folder["online"] else ["not there right now"]
        notes += [] if folder["write_tags"] else ["index only"]
        lines.append(f"  {plain(folder['path'])}" + (f"  ({', '.join(notes)})" if notes else ""))
        lines += [f"    {folder['why']}"] if folder["why"] else []
    if not answer["folders"]:
        lines.append("No folder is watched yet. Add one with: earmark watch add FOLDER")
    return lines


def _show_events(service: Daemon, supervisor: Supervisor, *, quiet: bool) -> None:
    number = 0
    if not quiet:
        typer.echo("\n".join(_status_lines(service.requests.call("status", {}))))
    while not service.condition.stopping:
        supervisor.alive()
        number, events = service.feed.since(number, seconds=_BEAT_SECONDS)
        service.look()
        for event in events:
            telling.tell(event.kind, event.data, quiet=quiet)
        if events:
            telling.keep_short(service.places.log)


def _not_started(where: Places) -> EarmarkError:
    """What the daemon wrote last, or why it could write nothing, such as a full disk."""
    try:
        with open(where.log, "ab", buffering=0) as log:
            log.write(b"\n")
    except OSError as error:
        return fail(
            "not-started",
            f"Earmark did not start, and its log {where.log} cannot be written ({error.strerror}).",
            "Make room there, or make it writable, then try again.",
        )
    return fail(
        "not-started",
        f"Earmark did not start. The end of its log {where.log}:\n{_log_end(where)}",
        "See what is wrong with: earmark doctor",
    )


def _log_end(where: Places) -> str:
    return "\n".join(where.log.read_text(errors="replace").splitlines()[-8:])
