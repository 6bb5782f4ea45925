"""`watch add`, `watch remove`, `watch list`: which folders Earmark listens to."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from earmark_daemon.api import NotRunning
from earmark_daemon.choosing import unwatch, watch
from earmark_daemon.cli.asking import daemon, is_running
from earmark_daemon.cli.output import Json, counted, plain, print_json, say
from earmark_daemon.errors import EarmarkError
from earmark_daemon.index_faults import reading
from earmark_daemon.places import places
from earmark_daemon.settings_file import load

app = typer.Typer(help="Which folders Earmark listens to.", invoke_without_command=True)


@app.callback()
def folders(context: typer.Context, json: Json = False) -> None:
    """Which folders Earmark listens to."""
    if context.invoked_subcommand is None:
        list_folders(json)


@app.command()
def add(
    folder: Annotated[Path, typer.Argument(help="The folder with your samples.")],
    index_only: Annotated[
        bool | None,
        typer.Option(
            "--index-only/--write-tags",
            help="Keep its tags in the index only, or write them into the files.",
            show_default=False,
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="A name to leave alone, such as '*.bak'.")
    ] = None,
) -> None:
    """Listen to a folder and everything below it, from now on.

    What you do not say of a folder that is watched already stays as it is.
    """
    write_tags = None if index_only is None else not index_only
    path = watch(places().settings, str(folder), write_tags=write_tags, exclude=exclude or None)
    running = _tell_daemon()
    typer.echo(f"Earmark listens to {path}." if running else _later(path))


@app.command()
def remove(
    folder: Annotated[Path, typer.Argument(help="A folder that is being watched.")],
) -> None:
    """Listen to a folder no more; its files stay as they are and keep their tags and labels."""
    path = unwatch(places().settings, str(folder))
    staying = _staying(path)
    _tell_daemon()
    say(f"Earmark does not listen to {path} any more.", *staying)


@app.command("list")
def list_folders(
    json: Json = False,
) -> None:
    """The folders that Earmark listens to."""
    folders = load(places().settings).folders
    if json:
        for folder in folders:
            print_json(
                {
                    "path": folder.path,
                    "write_tags": folder.write_tags,
                    "exclude": list(folder.exclude),
                }
            )
        return
    for folder in folders:
        typer.echo(plain(folder.path) + ("" if folder.write_tags else "  (index only)"))
    if not folders:
        typer.echo("No folder is watched yet. Add one with: earmark watch add FOLDER")


def _staying(path: str) -> list[str]:
    """What there is to say of tags that stay in the files of a folder, while it is still known."""
    try:
        with reading(places().index) as index:
            count = index.lookup.carrying_count(path)
    except EarmarkError:
        return []
    if not count:
        return ["No tags of Earmark's are known to stand in its files."]
    files = counted(count, "file")
    return [f"Tags stay in {files}. To take them out: earmark undo {shlex.quote(path)}"]


def _tell_daemon() -> bool:
    """Have whoever runs follow the settings; whether it is a daemon that stays, and watches."""
    try:
        daemon().call("reload")
    except NotRunning:
        return False
    return is_running()


def _later(path: str) -> str:
    return f"Earmark will listen to {path} once it runs. Start it with: earmark start"
