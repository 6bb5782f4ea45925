"""What the README says is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from earmark_daemon.cli.app import app

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert re.search(rf"`[^`]*\b{command}\b[^`]*`|earmark {command}\b", README), command


def test_every_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"(?:^|`)earmark ([a-z]+)", README, re.MULTILINE))
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    described = get_command(app).commands[command]  # type: ignore[attr-defined]
    assert described.help
    assert described.help.endswith(".")
