"""What a shell is told when somebody presses the tab key."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

AS_INSTALLED = "import sys; sys.argv[0] = 'earmark'; from earmark_daemon.cli import main; main()"


def complete(shell: str, words: str) -> list[str]:
    """The words that the command line offers in a shell, one a line."""
    asked = {
        "_EARMARK_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = subprocess.run(
        [sys.executable, "-c", AS_INSTALLED],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_and_their_commands(shell: str) -> None:
    first = "\n".join(complete(shell, "earmark sea"))
    assert "search" in first
    assert "doctor" not in first
    second = "\n".join(complete(shell, "earmark autostart "))
    assert all(word in second for word in ("on", "off", "status"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_a_script(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_INSTALLED],
        env=os.environ | {"_EARMARK_COMPLETE": f"source_{shell}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "_EARMARK_COMPLETE=complete_" + shell in done.stdout
