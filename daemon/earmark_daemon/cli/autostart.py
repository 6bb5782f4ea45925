"""`autostart on`, `autostart off`, `autostart status`: whether Earmark starts at login."""

from __future__ import annotations

import typer

from earmark_daemon.cli.output import Json, print_json

app = typer.Typer(help="Whether Earmark starts when you log in.", no_args_is_help=True)


@app.command()
def on() -> None:
    """Start Earmark whenever you log in, from the next time on."""
    from earmark_daemon.autostart import enable, this_login

    login = this_login()
    enable(login)
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
    from earmark_daemon.autostart import entries, is_enabled, this_login

    login = this_login()
    enabled = is_enabled(login)
    files = [str(path) for path in entries(login)]
    if json:
        print_json({"enabled": enabled, "by": login.manner.value, "files": files})
    elif enabled:
        typer.echo("\n".join(["Earmark starts when you log in.", *(f"  {path}" for path in files)]))
    else:
        typer.echo("Earmark does not start by itself. Have it start: earmark autostart on")
