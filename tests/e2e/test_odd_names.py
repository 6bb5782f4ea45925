"""File names that would steer a terminal: shown harmlessly by every command, found by all."""

from __future__ import annotations

import json
from pathlib import Path

import mutagen.id3
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


def test_no_tag_and_no_vendors_text_reaches_the_terminal_as_it_is(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    """Tags come from tables of labels as well, and texts from whoever made the file."""
    path = write(daemon.folder / "a.mp3", thump())
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.COMM(encoding=3, lang="eng", desc="", text=["warm\x1b[2J"]))
    tags.save(path)
    table = tmp_path / "labels.csv"
    table.write_text(f"path,tag\n{path},odd\x1b]0;tag\x07\n")
    earmark("labels", "import", str(table))
    shown = earmark("show", path).stdout
    assert r"warm\x1b[2J" in shown
    for arguments in (
        ("show", path),
        ("search", path),
        ("tag", path),
        ("label", path, "--add", "dusty"),
        ("tags",),
        ("tags", "overview"),
        ("tags", "nest", "odd\x1b]0;tag\x07", "--under", "drums"),
        ("tags", "rename", "odd\x1b]0;tag\x07", "even\x1b]0;tag\x07"),
        ("tags", "sure", "even\x1b]0;tag\x07"),
    ):
        done = earmark(*arguments, check=False)
        text = done.stdout + done.stderr
        assert r"\x1b]0;tag\x07" in text, done
        assert not {"\x1b", "\x07"} & set(text), done


def test_programs_get_it_as_it_is(daemon: LivingDaemon, path: str) -> None:
    lines = earmark("search", "kick", "--json").stdout.splitlines()
    assert path in [json.loads(line)["path"] for line in lines]
