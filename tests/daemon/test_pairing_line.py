"""How the line that a trainer printed is handed over: it holds a secret, which nothing shows."""

from __future__ import annotations

import os
import pty
import sys

import pytest
from typer.testing import CliRunner

from earmark_daemon.cli.app import app

SECRET = "earmark-pair:no-line-that-any-trainer-printed"


@pytest.mark.parametrize("words", [[], ["-"]])
def test_it_may_be_piped_in(words: list[str]) -> None:
    done = CliRunner().invoke(app, ["endpoint", "pair", *words], input=f"{SECRET}\n")
    assert "This is not a whole pairing line" in str(done.exception)


def test_a_terminal_does_not_show_it() -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "earmark_daemon.cli", "endpoint", "pair"])
    said = b""
    while not said.endswith(b"(it is not shown): "):  # its last space comes once nothing is shown
        said += os.read(terminal, 1_000)
    os.write(terminal, f"{SECRET}\n".encode())
    try:
        while more := os.read(terminal, 1_000):
            said += more
    except OSError:  # the other end is closed
        os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert b"This is not a whole pairing line" in said
    assert SECRET.encode() not in said
