"""File names that would steer a terminal: shown harmlessly by every command, found by all."""

from __future__ import annotations

import json

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon, earmark

NAME = "kick\x1b[2J\x07\n\x9b31m ü.wav"
SHOWN = r"kick\x1b[2J\x07\n\x9b31m ü.wav"


@pytest.fixture
def path(daemon: LivingDaemon) -> str:
    made = [
        write(daemon.folder / name, thump(0.5 + len(name) / 100)) for name in (NAME, f"2 {NAME}")
    ]
    (daemon.folder / f"broken {NAME}").write_bytes(b"no sound")
    daemon.wait_for(made)
    return made[0]


def test_no_name_reaches_the_terminal_as_it_is(daemon: LivingDaemon, path: str) -> None:
    commands = (
        ("search", "kick"),
        ("show", path),
        ("label", path, "--add", "dusty"),
        ("tags", "next"),
        ("tag", path),
        ("tag", "--dry-run", path),
        ("doctor",),
        ("show", f"{path}.wav"),
    )
    for arguments in commands:
        done = earmark(*arguments, check=False)
        text = done.stdout + done.stderr
        assert SHOWN in text, done
        assert not {"\x1b", "\x07", "\x9b"} & set(text), done


def test_programs_get_it_as_it_is(daemon: LivingDaemon, path: str) -> None:
    lines = earmark("search", "kick", "--json").stdout.splitlines()
    assert path in [json.loads(line)["path"] for line in lines]
