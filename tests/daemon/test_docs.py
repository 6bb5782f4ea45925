"""What the README says is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from earmark_daemon.cli.app import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
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


def told() -> list[Path]:
    """All that tells people what to type."""
    rooms = ("daemon", "db", "tray", "trainer", "docs", "packaging")
    below = [path for room in rooms for path in (ROOT / room).rglob("*.*")]
    return [ROOT / "README.md", *(path for path in below if path.suffix in (".md", ".py"))]


def test_nobody_is_told_to_install_by_a_name_that_may_be_somebody_elses() -> None:
    named = re.compile(r"pip install [^\n`]*?(?<![./\w-])earmark(-trainer)?\b(?! @)")
    assert not [path for path in told() if named.search(path.read_text(encoding="utf-8"))]
