"""`undo`: takes tags back out of files."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from earmark_daemon.cli.asking import Asked, daemon_or_own
from earmark_daemon.cli.moments import moment
from earmark_daemon.cli.output import Json, counted, plain, print_json, progress
from earmark_daemon.cli.sound_files import sound_files
from earmark_daemon.errors import fail
from earmark_daemon.taking_back import Undoable, take_back, undoable

_AT_ONCE = 256
_SENTENCES = {
    "restored": "As before, to the byte: {}.",
    "marks-removed": (
        "Changed by somebody else since, or not known any more, so only Earmark's marks went: {}."
    ),
    "nothing-to-do": "As they should be already: {}.",
    "refused": "Could not be taken back: {}.",
}
_WENT = {"restored", "marks-removed"}
_MOST_LAYERS = 4
"""A copy of a copy of a copy: so often a file may have come with words, and got its own."""
_KEPT_OUT = "Still to be tagged, and left as they are until you ask for them by name: {}."


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
    full = os.path.abspath(path) if path else None
    whole = after is None and not last
    told = _Told(json)
    try:
        with daemon_or_own() as asked:
            if whole:
                told.kept_out = asked.call("keep_out", path=full)
            found = undoable(asked.call, path=full, since=after, last=last, everything=everything)
            _take_back(asked, found, told)
            if whole:
                _take_back_beneath(asked, full, everything, told)
            if whole and full and os.path.isdir(full):
                _take_back_unknown(asked, full, set(found.paths), told)
    finally:
        told.sum_up()
    nothing = not (told.outcomes or told.kept_out)
    if nothing and full and not os.path.lexists(full):
        raise fail("no-such-file", "There is no such file or folder.", "Check the name.", full)
    if nothing and not json:
        typer.echo("There is nothing to take back.")
    if "refused" in told.outcomes.values():
        raise typer.Exit(1)


def _take_back(asked: Asked, found: Undoable, told: _Told) -> None:
    with progress("Taking back", len(found.paths), shown=told.for_people) as bar:
        for outcomes in take_back(asked.call, found):
            told.add(outcomes)
            bar.advance(len(outcomes))


def _take_back_beneath(asked: Asked, path: str | None, everything: bool, told: _Told) -> None:
    """Take back what stands in files still: a copy of a tagged file came with words of its own."""
    for _ in range(_MOST_LAYERS):
        found = undoable(asked.call, path=path, last=False, everything=everything)
        left = [path for path in found.paths if told.outcomes.get(path) in _WENT]
        if not left:
            return
        _take_back(asked, replace(found, paths=left), told)


def _take_back_unknown(asked: Asked, folder: str, done: set[str], told: _Told) -> None:
    """Take back what the index does not know: copies above all; each has to be looked into."""
    files = [path for path in sound_files([Path(folder)]) if path not in done]
    with progress("Looking for copies", len(files), shown=told.for_people) as bar:
        for start in range(0, len(files), _AT_ONCE):
            some = files[start : start + _AT_ONCE]
            carrying = asked.call("carrying", files=some, path=folder)
            for outcomes in take_back(asked.call, Undoable(carrying, None, None)):
                told.add(outcomes)
            bar.advance(len(some))


class _Told:
    """Tells what became of files: of each for programs, of all that went well in one for people."""

    def __init__(self, json: bool) -> None:
        self.for_people = not json
        self.outcomes: dict[str, str] = {}
        self.kept_out = 0

    def add(self, outcomes: list[dict[str, str]]) -> None:
        """Some more were taken back."""
        for outcome in outcomes:
            self.outcomes[outcome["path"]] = outcome["outcome"]
            if not self.for_people:
                print_json(outcome)
            elif outcome["reason"]:
                typer.echo(f"{plain(outcome['path'])}\n    {plain(outcome['reason'])}")

    def sum_up(self) -> None:
        """That was all, or as far as it came."""
        if self.kept_out and self.for_people:
            typer.echo(_KEPT_OUT.format(counted(self.kept_out, "file")))
        for kind, count in Counter(self.outcomes.values()).items():
            if self.for_people:
                typer.echo(_SENTENCES[kind].format(counted(count, "file")))
