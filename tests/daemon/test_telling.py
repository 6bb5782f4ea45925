"""What the service prints: lines for every event, and a log that does not grow for ever."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from earmark_daemon.cli.telling import tell

WRITER = """
import sys
from pathlib import Path
from earmark_daemon.cli.telling import keep_short, tell
for number in range(int(sys.argv[3])):
    tell("failed", {"path": f"/pack/{number:05d}.wav", "reason": "It is broken."}, quiet=True)
    keep_short(Path(sys.argv[1]), most=int(sys.argv[2]))
"""


def printed(capsys: pytest.CaptureFixture[str], kind: str, *, quiet: bool, **data: object) -> str:
    tell(kind, data, quiet=quiet)
    return capsys.readouterr().out


def test_every_kind_of_event_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    tag = {"tag": "kick", "source": "model", "score": 0.9}
    tagged = {"path": "/pack/a\nb.wav", "tags": [tag]}
    assert printed(capsys, "tagged", quiet=False, **tagged) == "kick 90 %          a\\nb.wav\n"
    broken = {"path": "/pack/b.wav", "reason": "It is broken."}
    line = "failed             /pack/b.wav: It is broken.\n"
    assert printed(capsys, "failed", quiet=False, **broken) == line
    full = printed(capsys, "trouble", quiet=False, path=None, reason="The disk is full.")
    assert full == "trouble            The disk is full.\n"
    assert printed(capsys, "state", quiet=False, state="idle") == ""
    assert printed(capsys, "state", quiet=False, reason="The disk is full.") != ""
    assert printed(capsys, "scanning", quiet=False, path="/pack") == ""


def test_a_log_holds_what_is_wrong_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "tagged", quiet=True, path="/pack/a.wav", tags=[]) == ""
    line = printed(capsys, "failed", quiet=True, path="/pack/b.wav", reason="It is broken.")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  failed +/pack/b.wav: It is broken.\n", line
    )


def test_a_long_log_loses_its_older_half_and_no_line_is_cut(tmp_path: Path) -> None:
    log = tmp_path / "earmark.log"
    with log.open("ab") as output:
        command = [sys.executable, "-c", WRITER, str(log), "5000", "500"]
        subprocess.run(command, stdout=output, check=True)
    lines = log.read_text().splitlines()
    assert 2000 < log.stat().st_size <= 5000
    assert lines[-1].endswith("/pack/00499.wav: It is broken.")
    assert {len(line) for line in lines} == {len(lines[0])}
    numbers = [int(re.findall(r"/(\d+)\.wav", line)[0]) for line in lines]
    assert numbers == list(range(numbers[0], 500))


def test_another_file_that_output_goes_into_is_left_alone(tmp_path: Path) -> None:
    log, other = tmp_path / "earmark.log", tmp_path / "other.txt"
    older = "an older line\n" * 100
    log.write_text(older)
    with other.open("ab") as output:
        command = [sys.executable, "-c", WRITER, str(log), "500", "100"]
        subprocess.run(command, stdout=output, check=True)
    assert len(other.read_text().splitlines()) == 100
    assert log.read_text() == older
