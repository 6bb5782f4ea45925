"""What commands have in common: their help, and what a group does of which no command is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from earmark_daemon.cli.app import app, commands


def every_name(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words by which each command and group is called."""
    yield words
    for name, each in getattr(command, "commands", {}).items():
        yield from every_name(each, (*words, name))


@pytest.mark.parametrize("words", [*every_name(commands())], ids=lambda words: " ".join(words))
def test_help_shows_no_value_for_what_takes_none(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        commands()([*words, "-h"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "Show this message" in said
    assert "<bool>" not in said


@pytest.mark.parametrize(
    ("group", "command"),
    [
        ("watch", "list"),
        ("tags", "list"),
        ("models", "list"),
        ("endpoint", "show"),
        ("autostart", "status"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_group_alone_shows_what_there_is(group: str, command: str, more: list[str]) -> None:
    alone = CliRunner().invoke(app, [group, *more])
    assert (alone.exit_code, bool(alone.output)) == (0, group != "watch" or not more)
    assert alone.output == CliRunner().invoke(app, [group, command, *more]).output
