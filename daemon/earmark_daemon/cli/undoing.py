"""`undo`: takes tags back out of files."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from earmark_daemon.cli.asking import daemon_or_own
from earmark_daemon.cli.moments import moment
from earmark_daemon.cli.output import Json, counted, plain, print_json

_SENTENCES = {
    "restored": "As before, to the byte: {}.",
    "marks-removed": "Changed by somebody else since, so only Earmark's marks went: {}.",
    "nothing-to-do": "As they should be already: {}.",
    "refused": "Could not be taken back: {}.",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(undo)


def undo(
    path: Annotated[Path | None, typer.Argument(help="A file, or a folder.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only what was written since: 2h, 3d, or 2026-05-01T12:00.")
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="Only the last batch of these.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="All that was ever written.")] = False,
    json: Json = False,
) -> None:
    """Take tags back out of files: each becomes what it was before, to the byte."""
    if not (path or since is not None or last or everything):
        raise typer.BadParameter("say what: a file, a folder, --since, --last or --all")
    if everything and (path or since is not None or last):
        raise typer.BadParameter("--all takes back everything: nothing else can stand beside it")
    after = None if since is None else moment(since)
    with daemon_or_own() as asked:
        outcomes = asked.call(
            "undo",
            path=os.path.abspath(path) if path else None,
            since=after,
            last=last,
            everything=everything,
        )
    if json:
        for outcome in outcomes:
            print_json(outcome)
    else:
        _tell(outcomes)
    if any(outcome["outcome"] == "refused" for outcome in outcomes):
        raise typer.Exit(1)


def _tell(outcomes: list[dict[str, str]]) -> None:
    for outcome in outcomes:
        if outcome["reason"]:
            typer.echo(f"{plain(outcome['path'])}\n    {plain(outcome['reason'])}")
    for kind, count in Counter(outcome["outcome"] for outcome in outcomes).items():
        typer.echo(_SENTENCES[kind].format(counted(count, "file")))
    if not outcomes:
        typer.echo("There is nothing to take back.")
