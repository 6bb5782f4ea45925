"""`train` and `jobs`: a model of the user's own tags."""

from __future__ import annotations

import math
import shlex
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from earmark_daemon.cli import numbers, tag_sets
from earmark_daemon.cli.asking import Asked, daemon_or_own, say_retagging, whoever_answers
from earmark_daemon.cli.output import Json, Progress, print_json, progress, say
from earmark_daemon.errors import fail

jobs_app = typer.Typer(help="Training jobs, the newest first.", invoke_without_command=True)

_LOOK_SECONDS = 5.0
_GOING_ON = ("running", "waiting")
_DONE = ("succeeded", "failed")
_PARTS = 100
_LETTERS = 18


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(train)
    app.add_typer(jobs_app, name="jobs")


def train(
    tag_set: Annotated[
        str,
        typer.Option(
            parser=tag_sets.tag_set, help="Which tag set; “own” holds the tags that you made up."
        ),
    ] = "own",
    where: Annotated[
        str, typer.Option(help="here, endpoint, or auto: the endpoint where one is paired.")
    ] = "auto",
    architecture: Annotated[
        str | None, typer.Option(help="Which network to train (endpoint only).")
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            parser=numbers.count(),
            help="Most rounds through the sounds (endpoint only).",
        ),
    ] = None,
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="Do not use the new model yet.")
    ] = False,
    json: Json = False,
) -> None:
    """Learn your own tags from the sounds that you labelled, and tag the library with them."""
    with daemon_or_own() as asked:
        plan = asked.call("training_plan", tag_set=tag_set, where=where)
        _refuse_for_elsewhere(plan, architecture, epochs)
        if plan["address"]:
            typer.echo(_sending(plan), err=True)
        number = asked.call("status")["event"]
        begun = asked.call(
            "train",
            tag_set=tag_set,
            where=where,
            architecture=architecture,
            epochs=epochs,
            use=not keep_old,
        )
        job = _follow(asked, begun["job"], number, quiet=json)
        if json:
            print_json(job)
        else:
            say(*_result(job))
            if keep_old:
                say(*_use(asked, job))
            elif job["state"] == "succeeded":
                say_retagging(asked)
    if job["state"] != "succeeded":
        raise typer.Exit(1)


Job = Annotated[int, typer.Argument(parser=numbers.count(), help="Its number.")]


@jobs_app.callback()
def jobs(context: typer.Context, json: Json = False) -> None:
    """Training jobs, the newest first."""
    if context.invoked_subcommand:
        return
    with whoever_answers() as asked:
        found = asked.call("training_jobs")
    for job in found:
        if json:
            print_json(job)
        else:
            say(_line(job))
    if not found and not json:
        typer.echo("Nothing has been trained yet: earmark train")


@jobs_app.command()
def show(job: Job, json: Json = False) -> None:
    """How a job stands, or what came of it."""
    with whoever_answers() as asked:
        answer = asked.call("training_job", id=job)
        if json:
            print_json(answer)
        else:
            say(_line(answer), *_result(answer), *_use(asked, answer))


@jobs_app.command()
def cancel(job: Job) -> None:
    """End a job before its time; one that has ended stays as it is."""
    with whoever_answers() as asked:
        state = asked.call("cancel_training", id=job)["state"]
    if state in _DONE:
        raise fail(
            "has-ended", f"Job {job} had ended: it {state}.", f"See: earmark jobs show {job}"
        )
    typer.echo(f"Job {job} is cancelled.")


def _refuse_for_elsewhere(
    plan: Mapping[str, Any], architecture: str | None, epochs: int | None
) -> None:
    """Heed what is said to a paired endpoint alone, or not begin."""
    if plan["address"] is None and (architecture or epochs):
        raise typer.BadParameter(
            "--architecture and --epochs are for a paired endpoint, and this trains on this machine"
        )


def _sending(plan: Mapping[str, Any]) -> str:
    """What leaves this machine, before it does."""
    beside = f" and of {plan['beside']:,} that nobody has labelled" if plan["beside"] else ""
    megabytes = math.ceil(plan["bytes"] / 1e5) / 10
    return (
        f"Sends pictures of {plan['sounds']:,} labelled sounds{beside}, never audio, to"
        f" {plan['address']}:"
        f" {megabytes:.1f} MB at most, less what it has already. Tag names are sent;"
        " names of files and folders stay here."
    )


def _follow(asked: Asked, job: int, number: int, *, quiet: bool) -> dict[str, Any]:
    """Show a job's progress until it ends; returns the job."""
    with progress("Training", _PARTS, shown=not quiet) as bar:
        shown, said = 0, ("", "")
        while True:
            current: dict[str, Any] = asked.call("training_job", id=job)
            if current["state"] not in _GOING_ON:
                return current
            news = asked.call("changes", since=number, seconds=_LOOK_SECONDS)
            number = news["number"]
            for event in news["events"]:
                if event["kind"] == "training" and event["job"] == job:
                    shown = _advance(bar, shown, event)
                    said = said if quiet else _told(said, event)


def _told(said: tuple[str, str], event: Mapping[str, Any]) -> tuple[str, str]:
    """Say a new phase, or that something is waited for, once; returns what was said last."""
    now = (event["phase"], event["state"])
    if now == said or not event["message"] or event["state"] not in _GOING_ON:
        return said
    typer.echo(event["message"], err=True)
    return now


def _advance(bar: Progress, shown: int, event: Mapping[str, Any]) -> int:
    """Move the bar to where an event says the job is; returns how far it is now."""
    done, total = event["done"], event["total"]
    if event.get("epochs"):
        done, total = event["epoch"], event["epochs"]
    part = round(_PARTS * done / total) if total else shown
    if part > shown:
        bar.advance(part - shown)
    return max(part, shown)


def _line(job: Mapping[str, Any]) -> str:
    began = datetime.fromtimestamp(job["began"])
    took = (job["ended"] or time.time()) - job["began"]
    return (
        f"{job['id']:>4}  {began:%Y-%m-%d %H:%M}  {job['state']:<10} {job['tag_set']:<12}"
        f" {job['where']:<9} {took:.0f} s  {', '.join(job['labels'])}"
    )


def _how_good(labels: Mapping[str, Any] | None) -> list[str]:
    """A line for each tag, where anything could be tested."""
    if not labels:
        return ["It could not be tested: too few different sounds."]
    lines = [f"{'tag':<{_LETTERS}} examples   found   right"]
    for tag, told in sorted(labels.items()):
        lines.append(
            f"{tag:<{_LETTERS}} {told['clips']:>8} {told['recall'] * 100:>5.0f} %"
            f" {told['precision'] * 100:>5.0f} %"
        )
    lines.append(
        "Of sounds that it did not learn from: how many with the tag it found, and how many that"
        " it gave the tag were right."
    )
    return lines


def _result(job: Mapping[str, Any]) -> list[str]:
    if job["state"] in _GOING_ON:
        return [job["message"] or "It is under way."]
    if job["state"] != "succeeded":
        return [job["message"] or "It was cancelled; nothing has changed."]
    metrics = job["metrics"]
    lines = _how_good(metrics.get("labels"))
    for tag, why in sorted(metrics.get("left_out", {}).items()):
        lines.append(f"“{tag}” is left out: {why}.")
    wanted = metrics.get("most_wanted")
    if wanted:
        lines.append(f"Ten more examples of “{wanted}” would help most.")
    if job["where"] == "here":
        lines.append(
            "It was trained on this machine, on what the built-in model hears. A paired endpoint"
            " trains the network itself on your sounds, and keeps that where it helps."
        )
    return lines


def _use(asked: Asked, job: Mapping[str, Any]) -> list[str]:
    """Whether the model that a job has made is in use, and how to change that."""
    if job["state"] != "succeeded":
        return []
    model = next((one for one in asked.call("models") if one["digest"] == job["model"]), None)
    if model is None:
        return ["Its model has been removed since."]
    if model["in_use"]:
        back = shlex.join(["earmark", "models", "rollback", model["tag_set"]])
        return [f"It is in use. To go back to the one before: {back}"]
    return [f"To use it: earmark models use {job['model'][:12]}"]
