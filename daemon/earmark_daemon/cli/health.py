"""`doctor`: is everything in order, and which files are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import typer

from earmark_daemon.cli.asking import Asked, whoever_answers
from earmark_daemon.cli.output import Json, counted, plain, print_json
from earmark_daemon.cli.running import UNTAGGED
from earmark_daemon.errors import EarmarkError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    retry: Annotated[
        bool,
        typer.Option("--retry", help="Try every file again that could not be tagged or written."),
    ] = False,
    json: Json = False,
) -> None:
    """Check that all is in order; name every file that could not be tagged or written, and why."""
    from earmark_daemon.service.checkup import checkup

    findings = checkup()
    if not json:
        _say(findings)
    try:
        with whoever_answers() as asked:
            status = asked.call("status")
            told = _told(status)
            findings += told
            if not json:
                _say(told)
            problems = list(_problems(asked))
            retried = asked.call("retry") if retry else 0
    except EarmarkError:  # the checks say what is wrong, and mostly why nobody answers
        if json:
            print_json({"checks": findings, "files": None, "retried": 0})
        raise
    if json:
        print_json({"checks": findings, "files": problems, "retried": retried})
    else:
        for problem in problems:
            typer.echo(f"{plain(problem['path'])}\n    {plain(problem['reason'])}")
        typer.echo(_summary(len(problems), retried))
        if untagged := status["files"]["untagged"]:
            typer.echo(f"Heard, and without a tag: {counted(untagged, 'sound')}. See: {UNTAGGED}")
    if not all(finding["ok"] for finding in findings):
        raise typer.Exit(1)


def _say(findings: Iterable[Mapping[str, Any]]) -> None:
    for finding in findings:
        typer.echo(f"{'ok ' if finding['ok'] else 'BAD'}  {finding['what']}")


def _told(status: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is wrong in the eyes of whoever answers, in the form of `checkup`."""
    away = [f"{plain(f['path'])}: {f['why']}" for f in status["folders"] if f["why"]]
    trouble = [status["trouble"]] if status["trouble"] else []
    return [{"what": what, "ok": False} for what in (*trouble, *away)]


def _problems(asked: Asked) -> Iterator[dict[str, Any]]:
    """Every file with a problem; they are asked for in pages, for there may be very many."""
    last = None
    while page := asked.call("problems", after=last)["files"]:
        yield from page
        last = page[-1]["path"]


def _summary(problems: int, retried: int) -> str:
    if retried:
        return f"Being tried again: {counted(retried, 'file')}."
    if problems:
        return f"The reason stands under each: {counted(problems, 'file')} to look at."
    return "Every file that was taken in has been dealt with."
