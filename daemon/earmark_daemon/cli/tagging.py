"""`tag`: tag files now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from earmark_daemon.cli.asking import Asked, daemon_or_own, stand_somewhere
from earmark_daemon.cli.output import Json, plain, print_json, progress, tag_words
from earmark_daemon.cli.sound_files import sound_files
from earmark_daemon.errors import EarmarkError, fail

_AT_ONCE = 256
_LOOK_SECONDS = 0.5
_HEARD = "heard"
"""The state of a file that was heard, whether or not it carries its tags."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(tag)


def tag(
    paths: Annotated[list[Path], typer.Argument(help="Sound files, or folders full of them.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; show what would change.")
    ] = False,
    blind: Annotated[
        bool, typer.Option("--blind", help="Ignore names, folders and metadata: sound alone.")
    ] = False,
    json: Json = False,
) -> None:
    """Tag sounds now, whether or not their folder is watched."""
    files = list(sound_files(paths))
    if not files:
        raise fail("no-sounds", "There are no sound files there.", "Name a sound or a folder.")
    failed = False
    with progress("Listening", len(files), shown=not json) as bar:
        look = _look_only if dry_run else _tag
        for result in look(files, blind=blind, heard=bar.advance):
            ok = result.pop("ok")
            failed |= not ok
            result.pop("state", None)
            if json:
                result.pop("changes", None)
                print_json(result)
            else:
                typer.echo("\n".join(_lines(result, "unknown" if ok else "not tagged")))
    if failed:
        raise typer.Exit(1)


def _tag(files: list[str], *, blind: bool, heard: Callable[[], None]) -> Iterator[dict[str, Any]]:
    with daemon_or_own() as asked:
        for start in range(0, len(files), _AT_ONCE):
            some = files[start : start + _AT_ONCE]
            yield from tag_some(asked, some, blind=blind, heard=heard)


def tag_some(
    asked: Asked, files: list[str], *, blind: bool, heard: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    """Tag files and yield how each ended, once all have: the last may change what the first are.

    Args:
        asked: the daemon.
        files: paths of the sounds.
        blind: whether to judge by sound alone.
        heard: called for each file that has its tags.

    Raises:
        EarmarkError: Earmark pauses.
    """
    status = asked.call("status")
    if status["state"] == "paused":
        raise fail("paused", "Earmark pauses.", "Go on with: earmark resume")
    number = status["event"]
    answer = asked.call("tag", paths=files, blind=blind)
    for path, reason in answer["refused"].items():
        heard()
        yield {"path": path, "tags": [], "written": False, "reason": reason, "ok": False}
    taken = list(dict.fromkeys(answer["taken"]))
    ended: dict[str, dict[str, Any]] = {}
    waited_for = set(taken)
    while len(ended) < len(taken):
        news = asked.call("changes", since=number, seconds=_LOOK_SECONDS)
        number = news["number"]
        left = set(taken) - ended.keys()
        touched = left & {event.get("path") for event in news["events"]}
        ended |= _ended(asked, sorted(touched or left))
        for _ in waited_for & ended.keys():
            heard()
        waited_for -= ended.keys()
        if len(ended) == len(taken):
            ended = _ended(asked, taken)
    yield from ended.values()


def wait_for(asked: Asked, paths: Sequence[str], *, quiet: bool) -> None:
    """Wait until all is written into these files, where it is for this command to do it."""
    status = asked.call("status")
    if status["watching"] or status["state"] == "paused":
        return
    number = status["event"]
    with progress("Writing", len(paths), shown=not quiet) as bar:
        for start in range(0, len(paths), _AT_ONCE):
            some = list(paths[start : start + _AT_ONCE])
            while not all(asked.call("results", paths=some)):
                number = asked.call("changes", since=number, seconds=_LOOK_SECONDS)["number"]
            bar.advance(len(some))


def make_known(asked: Asked, paths: Sequence[str], *, quiet: bool) -> list[EarmarkError]:
    """Have sounds heard that are not known yet; returns what is wrong with those that cannot be.

    Raises:
        EarmarkError: some are not known yet, and Earmark pauses.
    """
    problems = []
    with progress("Listening", len(paths), shown=not quiet) as bar:
        for start in range(0, len(paths), _AT_ONCE):
            some = list(paths[start : start + _AT_ONCE])
            answers = zip(some, asked.call("results", paths=some), strict=True)
            unknown = [path for path, result in answers if not result or result["state"] != _HEARD]
            bar.advance(len(some) - len(unknown))
            if not unknown:
                continue
            for result in tag_some(asked, unknown, blind=False, heard=bar.advance):
                if not result["ok"] and not result["tags"] and result["reason"]:
                    problems.append(fail("not-heard", result["reason"], path=result["path"]))
    return problems


def _ended(asked: Asked, paths: Sequence[str]) -> dict[str, dict[str, Any]]:
    """How the tagging of those of these files ended that wait for nothing any more."""
    return {result["path"]: result for result in asked.call("results", paths=paths) if result}


def _look_only(
    files: list[str], *, blind: bool, heard: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    from earmark_daemon.service.preview import look_only

    stand_somewhere()
    return look_only(files, blind=blind, heard=heard)


def _lines(result: Mapping[str, Any], without: str) -> list[str]:
    """A sound in words; ``without`` stands for tags where it has none."""
    lines = [f"{tag_words(result['tags']) or without:<18} {plain(result['path'])}"]
    if result["reason"]:
        lines.append(f"{'':<18} {result['reason']}")
    for change in result.get("changes", ()):
        lines.append(f"{'':<18} {change['field']}: {change['before']!r} → {change['after']!r}")
    return lines
