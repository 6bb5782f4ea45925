"""How things are said: JSON lines for programs, sentences and progress bars for people."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any, Protocol

import typer

from earmark_daemon.errors import EarmarkError

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
"""The option of every command that prints facts; see `print_json`."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Progress(Protocol):
    """Counts what is done."""

    def advance(self, count: int = 1) -> None:
        """So many more are done."""


class _Silent:
    def advance(self, count: int = 1) -> None:
        """Nobody looks."""


def print_json(data: Any) -> None:
    """One JSON object on a line of its own, at once."""
    sys.stdout.write(json.dumps(data) + "\n")
    sys.stdout.flush()


def plain(name: str) -> str:
    """A name as a terminal may be given it: characters that would steer that are written out."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), name)


def say(*lines: str) -> None:
    """Print lines in which nothing steers a terminal, whoever made up the words in them."""
    for line in lines:
        typer.echo(plain(line))


def complain(error: EarmarkError) -> None:
    """Say what is wrong, why, and what to do."""
    message, path = error.problem.message, error.path or ""
    if path:
        message = message.replace(path, plain(path))
    where = f"{plain(path)}: " if path and plain(path) not in message else ""
    lines = [plain(line) for line in f"{where}{message}".split("\n")]
    typer.secho("\n".join(lines), fg="red", err=True)
    if error.problem.advice:
        advice = [plain(line) for line in error.problem.advice.split("\n")]
        typer.echo("\n".join(advice), err=True)


def tag_words(tags: Iterable[Mapping[str, Any]]) -> str:
    """Tags as a person reads them: ``kick 97 %``; a person's own word stands without a number."""
    return ", ".join(
        plain(tag["tag"]) + ("" if tag["source"] == "person" else f" {tag['score'] * 100:.0f} %")
        for tag in tags
    )


def counted(count: int, thing: str) -> str:
    """How many things there are: ``1 sound``, ``2,000 sounds``."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def seconds_words(seconds: float | None) -> str:
    """A length as musicians write it."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def facts_words(facts: Mapping[str, Any]) -> str:
    """The facts by which one chooses a sound: ``loop 128 BPM Am``, ``one-shot F#1``."""
    bpm = f"{facts['bpm']:.4g} BPM" if facts["bpm"] else None
    return " ".join(filter(None, (facts["kind"], bpm, facts["key"], facts["pitch"])))


def all_facts_words(facts: Mapping[str, Any]) -> str:
    """Every fact that is known of a sound."""
    loudness, brightness = facts["loudness"], facts["brightness"]
    loud = f"{loudness:.1f} LUFS at its loudest" if loudness is not None else None
    bright = f"brightness {brightness:.0f} Hz" if brightness is not None else None
    return ", ".join(filter(None, (facts_words(facts), loud, bright)))


def progress(title: str, total: int, *, shown: bool = True) -> AbstractContextManager[Progress]:
    """A progress bar on standard error; nothing where that is no terminal."""
    if not (shown and sys.stderr.isatty() and total > 1):
        return nullcontext(_Silent())
    from earmark_daemon.cli.bars import Bar

    return Bar(title, total)
