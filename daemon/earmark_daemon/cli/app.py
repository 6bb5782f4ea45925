"""The `earmark` command: gathers the groups, and turns errors into sentences and exit codes."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer

from earmark_daemon import __version__
from earmark_daemon.cli import (
    autostart,
    demo,
    endpoint,
    finding,
    folders,
    health,
    labelling,
    labels,
    models,
    running,
    tagging,
    tags,
    training,
    undoing,
)
from earmark_daemon.cli.asking import stand_somewhere
from earmark_daemon.cli.output import complain
from earmark_daemon.errors import EarmarkError, fail

app = typer.Typer(
    name="earmark",
    help="Earmark listens to your sample folders and tags every sound, on your own machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (demo, running, tagging, labelling, training, finding, undoing, health):
    group.register(app)
app.add_typer(folders.app, name="watch")
app.add_typer(tags.app, name="tags")
app.add_typer(labels.app, name="labels")
app.add_typer(models.app, name="models")
app.add_typer(endpoint.app, name="endpoint")
app.add_typer(autostart.app, name="autostart")


@app.callback(invoke_without_command=True)
def options(
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True),
) -> None:
    """Options of every command."""
    if version:
        typer.echo(f"earmark {__version__}")
        raise typer.Exit


def commands() -> Any:
    """The whole tree of commands. Flags show no value in their help, for they take none."""
    tree = typer.main.get_command(app)
    _without_values(tree, None)
    return tree


def _without_values(command: Any, parent: typer.Context | None) -> None:
    context = typer.Context(command, parent=parent, **command.context_settings)
    for option in command.get_params(context):
        if getattr(option, "is_flag", False):
            option.metavar = ""
    for each in getattr(command, "commands", {}).values():
        _without_values(each, context)


def main() -> None:
    """Run the command line; exit 0 done, 1 refused or failed, 2 wrong usage."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # whoever started this has closed it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")
    try:
        commands()()
    except EarmarkError as error:
        complain(error)
        sys.exit(1)
    except FileNotFoundError:
        if _is_somewhere():
            raise
        complain(fail("nowhere", "The folder that you are in is gone.", "Change to another one."))
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _is_somewhere() -> bool:
    """Whether the folder in which this was started is there still."""
    try:
        stand_somewhere()
    except FileNotFoundError:
        return False
    return True
