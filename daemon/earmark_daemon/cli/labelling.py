"""`label`: a person's word about sounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from earmark_daemon.cli.asking import Asked, daemon_or_own
from earmark_daemon.cli.output import Json, complain, plain, print_json, say, tag_words
from earmark_daemon.cli.sound_files import sound_files
from earmark_daemon.cli.tagging import make_known, wait_for
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.tag_names import spelled


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(label)


def label(
    files: Annotated[list[Path], typer.Argument(help="Sounds, or folders full of them.")],
    add: Annotated[
        list[str] | None, typer.Option(help="A tag to add; may be given several times.")
    ] = None,
    remove: Annotated[list[str] | None, typer.Option(help="What they are not.")] = None,
    forget: Annotated[list[str] | None, typer.Option(help="Take back what was said.")] = None,
    json: Json = False,
) -> None:
    """Say what sounds are. Your word counts more than any model's, for good, in every copy."""
    if not (add or remove or forget):
        raise typer.BadParameter("say something: --add, --remove or --forget")
    twice = _said_twice(add, remove, forget)
    if twice:
        raise typer.BadParameter(f"“{plain(twice)}” stands in two of --add, --remove and --forget")
    paths = list(dict.fromkeys(sound_files(files)))
    if not paths:
        raise fail("no-sounds", "There are no sound files there.", "Name a sound or a folder.")
    with daemon_or_own() as asked:
        problems = make_known(asked, paths, quiet=json)
        unheard = {error.path for error in problems}
        heard = [path for path in paths if path not in unheard]
        words = {"add": add or [], "remove": remove or [], "forget": forget or []}
        never_said = [spelled(word) for word in forget or []]
        taken_back = 0
        for answer in _label(asked, heard, words, problems):
            if json:
                print_json({"path": answer["path"], "tags": answer["tags"]})
            else:
                typer.echo(f"{tag_words(answer['tags']) or 'unknown':<18} {plain(answer['path'])}")
            never_said = [word for word in never_said if word in answer["not_said"]]
            taken_back += answer["taken_back"]
        wait_for(asked, heard, quiet=json)
    if heard and not json:
        say(*(f"Nothing had been said of “{word}” there." for word in never_said))
        say(*_left_alone(taken_back, len(heard)))
    for error in problems:
        complain(error)
    if problems:
        raise typer.Exit(1)


def _said_twice(*ways: Sequence[str] | None) -> str | None:
    """A tag that stands in more than one of these lists."""
    times = Counter(tag for tags in ways for tag in {spelled(word) for word in tags or ()})
    return next((tag for tag, count in times.items() if count > 1), None)


def _left_alone(count: int, total: int) -> list[str]:
    """What there is to say where so many of the files do not get the words just said."""
    if not count:
        return []
    files = "this file" if total == 1 else f"{count:,} of these files"
    out_of = "it" if count == 1 else "them"
    return [
        f"Nothing is written into {files}, for tags were taken back out of {out_of}; Earmark alone"
        " knows what you said. To write tags again: earmark tag FILE"
    ]


def _label(
    asked: Asked,
    paths: Sequence[str],
    words: dict[str, list[str]],
    problems: list[EarmarkError],
) -> Iterator[dict[str, Any]]:
    """Say the words of each sound; what is known of it then. What is wrong with one is noted."""
    for path in paths:
        try:
            yield from asked.call("label", paths=[path], **words)
        except EarmarkError as error:
            if error.path is None:
                raise
            problems.append(error)
