"""`endpoint pair`, `show`, `test`, `erase`, `forget`: a trainer on another machine."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from earmark_daemon.cli.asking import whoever_answers
from earmark_daemon.cli.output import Json, counted, print_json

app = typer.Typer(
    help="Train on another machine, such as a rented one with a graphics processor.",
    invoke_without_command=True,
)
_TOKEN_IN = {
    "keyring": "in the system's keyring",
    "file": "in a file that only you can read: this system has no keyring that Earmark can use",
}
_TO_ERASE = """\
What goes, at {}: all spectrograms that this computer has sent, and all of its
trainings, with their labels and models; one that is under way is cancelled.
What stays: your labels here, and the models that were fetched. The trainer stays paired, and the
next training sends its spectrograms anew."""
_FORGOTTEN = """\
Forgotten. What was sent to it and not erased before stays there: spectrograms for up to 30 days
after their last use, trainings for longer. To erase it now, on the trainer's machine:
earmark-trainer unpair NAME --erase"""


@app.callback()
def endpoint(context: typer.Context, json: Json = False) -> None:
    """Train on another machine, such as a rented one with a graphics processor."""
    if context.invoked_subcommand is None:
        show(json)


@app.command()
def pair(
    line: Annotated[
        str | None,
        typer.Argument(
            help="What `earmark-trainer pair` printed. Leave it out to be asked for it: it holds a"
            " secret, which your shell would remember.",
            show_default=False,
        ),
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="How the trainer is reached: https://HOST:PORT.")
    ] = None,
    json: Json = False,
) -> None:
    """Pair with a trainer. It is asked first, and kept only if it is the one that you mean."""
    if line is None or line == "-":
        line = _read_line()
    with whoever_answers() as asked:
        found = asked.call("pair_endpoint", line=line, address=address)
    _print(found, json=json)
    if not json:
        typer.echo("Train there with: earmark train --where endpoint")


def _read_line() -> str:
    """What the trainer printed, pasted unseen at a terminal, or from what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    return str(typer.prompt("Paste the line (it is not shown)", hide_input=True, err=True))


@app.command()
def show(json: Json = False) -> None:
    """Which trainer is paired, without asking it."""
    with whoever_answers() as asked:
        found = asked.call("endpoint")
    if found is None and not json:
        typer.echo("No trainer is paired. Training happens on this computer.")
    else:
        _print(found, json=json)


@app.command("test")
def ask(json: Json = False) -> None:
    """Ask the trainer whether it is there, and what it can do."""
    with whoever_answers() as asked:
        found = asked.call("test_endpoint")
    _print(found, json=json)


@app.command("spin-up")
def spin_up(
    instance: Annotated[
        str | None, typer.Option(help="The EC2 instance that the trainer is on: i-….")
    ] = None,
    command: Annotated[
        str | None, typer.Option(help="On any other cloud: what switches its machine on.")
    ] = None,
    bucket: Annotated[
        str | None, typer.Option(help="S3 bucket in which pictures of sound wait for it.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="AWS region of both.")] = None,
    profile: Annotated[str | None, typer.Option(help="Which of your AWS profiles to use.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Do not switch it on any more.")] = False,
    json: Json = False,
) -> None:
    """Have the trainer's machine switched on for each training; it stops itself when idle."""
    with whoever_answers() as asked:
        if off:
            known = asked.call("no_spin_up_endpoint")
        else:
            found = asked.call(
                "spin_up_endpoint",
                instance=instance,
                command=command,
                bucket=bucket,
                region=region,
                profile=profile,
            )
    if not off:
        _print(found, json=json)
    elif json:
        print_json({"off": known})
    else:
        typer.echo("It is left as it is from now on." if known else "It was not switched on.")


@app.command()
def erase(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking first.")] = False,
    json: Json = False,
) -> None:
    """Erase at the trainer all that this computer has sent to it. What is here stays."""
    with whoever_answers() as asked:
        paired = asked.call("endpoint")
    if paired is not None and not yes:
        typer.echo(_TO_ERASE.format(paired["address"]), err=True)
        if not typer.confirm("Erase it?", err=True):
            typer.echo("Nothing was erased.", err=True)
            raise typer.Exit(1)
    with whoever_answers() as asked:
        erased = asked.call("erase_endpoint")
    if json:
        print_json(erased)
    elif erased["jobs"] or erased["bytes"]:
        size = f"{math.ceil(erased['bytes'] / 1000):,} kB of spectrograms"
        jobs = counted(erased["jobs"], "training")
        typer.echo(f"Erased at {erased['address']}: {jobs} and {size}.")
    else:
        typer.echo(f"There is nothing of this computer's at {erased['address']}.")


@app.command()
def forget(json: Json = False) -> None:
    """Forget the trainer and its token. Models that it made stay, and what was sent stays there."""
    with whoever_answers() as asked:
        known = asked.call("forget_endpoint")
    if json:
        print_json({"forgotten": known})
    else:
        typer.echo(_FORGOTTEN if known else "No trainer was paired.")


def _print(found: Mapping[str, Any] | None, *, json: bool) -> None:
    if json or found is None:
        print_json(found)
        return
    typer.echo(f"Trainer      {found['address']}")
    typer.echo(f"Certificate  {_trusted(found)}")
    typer.echo(f"Token        {_TOKEN_IN[found['token_in']]}")
    if found.get("machine"):
        _print_machine(found["machine"], found.get("state"))
    if "cpus" in found:
        gpus = ", ".join(found["gpus"]) or "no graphics processor"
        typer.echo(f"It has       {gpus}, {found['cpus']} processor cores")
        typer.echo(f"It trains    {', '.join(found['architectures'])}")


def _trusted(found: Mapping[str, Any]) -> str:
    """How it is made sure that the trainer is the one that is meant."""
    if found["address"].startswith("http://"):
        return "none: an address of this computer, such as a tunnel's, is not encrypted"
    return "the one it had at pairing" if found["certificate"] else "as browsers check it"


def _print_machine(machine: Mapping[str, Any], state: str | None) -> None:
    how = machine["instance"] or " ".join(machine["command"])
    typer.echo(f"Started by   {how}{f', now {state}' if state else ''}")
    if machine["bucket"]:
        typer.echo(f"Packs wait   in the bucket {machine['bucket']}")
