"""What is said of numbers that do not fit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from earmark_daemon.cli import numbers
from earmark_daemon.cli.app import app


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tags", "sure", "clap", "80"], "from 0 to 1, such as 0.8."),
        (["tags", "sure", "clap", "75%"], "from 0 to 1, such as 0.75."),
        (["tags", "sure", "clap", "nan"], "from 0 to 1, such as 0.8."),
        (["tags", "sure", "clap", "very"], "from 0 to 1, such as 0.8."),
        (["tags", "next", "--limit", "101"], "a whole number from 1 to 100."),
        (["tags", "undo", "last"], "a whole number from 1 on."),
        (["jobs", "show", "two"], "a whole number from 1 on."),
        (["jobs", "cancel", "0"], "a whole number from 1 on."),
        (["search", "--limit", "0"], "a whole number from 1 on."),
        (["similar", "kick.wav", "--limit", "2000"], "a whole number from 1 to 1,000."),
        (["train", "--epochs", "1.5"], "a whole number from 1 on."),
    ],
)
def test_what_would_fit_is_said(words: list[str], said: str) -> None:
    done = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    told = " ".join(done.output.replace("│", " ").split())
    assert (done.exit_code, said in told) == (2, True), told


@pytest.mark.parametrize(
    ("read", "text", "number"),
    [
        (numbers.count(), "12", 12),
        (numbers.count(3), "3", 3),
        (numbers.sureness, "0", 0.0),
        (numbers.sureness, "1", 1.0),
        (numbers.sureness, ".8", 0.8),
    ],
)
def test_what_fits_is_taken(read: Callable[[str], float], text: str, number: float) -> None:
    assert read(text) == number
