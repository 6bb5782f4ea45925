"""`autostart on`, `autostart off`, `autostart status`: whether Earmark starts at login."""

from __future__ import annotations

import typer

from earmark_daemon.cli.output import Json, print_json, say

app = typer.Typer(help="Whether Earmark starts when you log in.", invoke_without_command=True)


@app.callback()
def autostart(context: typer.Context, json: Json = False) -> None:
    """Whether Earmark starts when you log in."""
    if context.invoked_subcommand is None:
        status(json)


@app.command()
def on() -> None:
    """Start Earmark whenever you log in, from the next time on."""
    from earmark_daemon.autostart import Starts, enable, starts, this_login

    login = this_login()
    before = starts(login)
    enable(login)
    if before is Starts.OTHER_PROGRAM:
        typer.echo("Until now another Earmark was started; this one takes its place.")
    if before is Starts.OTHER_HOME:
        typer.echo("Until now Earmark was started for another EARMARK_HOME; this takes its place.")
    typer.echo("Earmark starts when you log in, from the next time on. Now: earmark start")


@app.command()
def off() -> None:
    """Start Earmark at login no more; one that runs goes on until `earmark stop`."""
    from earmark_daemon.autostart import disable, this_login

    disable(this_login())
    typer.echo("Earmark does not start by itself any more.")


@app.command()
def status(
    json: Json = False,
) -> None:
    """Whether Earmark starts at login, and which files say so."""
    from earmark_daemon.autostart import Starts, files, starts, this_login

    sentences = {
        Starts.THIS: "Earmark starts when you log in.",
        Starts.NOTHING: "Earmark does not start by itself. Have it start: earmark autostart on",
        Starts.OTHER_PROGRAM: "When you log in, another Earmark is started, or one that is not "
        "there any more. Have this one start: earmark autostart on",
        Starts.OTHER_HOME: "When you log in, Earmark is started for another EARMARK_HOME, not for "
        "this one. Have it start for this one instead: earmark autostart on",
    }
    login = this_login()
    found, there = starts(login), [str(path) for path in files(login)]
    if json:
        enabled = found is Starts.THIS
        print_json({"enabled": enabled, "by": login.manner.value, "files": there})
    else:
        say(sentences[found], *(f"  {path}" for path in there))
