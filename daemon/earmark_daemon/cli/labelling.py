"""`label`: a person's word about sounds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from earmark_daemon.cli.asking import daemon_or_own
from earmark_daemon.cli.output import print_json, tag_words

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(label)


def label(
    files: Annotated[list[Path], typer.Argument(help="Sounds that Earmark has heard.")],
    add: Annotated[list[str] | None, typer.Option(help="What they are; may be repeated.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="What they are not.")] = None,
    forget: Annotated[list[str] | None, typer.Option(help="Take back what was said.")] = None,
    json: Json = False,
) -> None:
    """Say what sounds are. Your word counts more than any model's, for good, in every copy."""
    if not (add or remove or forget):
        raise typer.BadParameter("say something: --add, --remove or --forget")
    paths = [os.path.abspath(file) for file in files]
    with daemon_or_own() as asked:
        answers = asked.call(
            "label", paths=paths, add=add or [], remove=remove or [], forget=forget or []
        )
    for answer in answers:
        if json:
            print_json({"path": answer["path"], "tags": answer["tags"]})
        else:
            typer.echo(f"{tag_words(answer['tags']) or 'unknown':<18} {answer['path']}")
