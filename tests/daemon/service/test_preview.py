"""A dry run shows what tagging gives: with a real daemon, which then tags the same files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from tests.daemon.audio_files import crack, thump, write
from tests.waiting import until

from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.preview import look_only
from earmark_daemon.settings_file import change_value


def shown(paths: list[str]) -> dict[str, dict[str, Any]]:
    """What a dry run says of each file."""
    return {each["path"]: each for each in look_only(paths, blind=False, heard=lambda: None)}


def tagged(daemon: Daemon, paths: list[str]) -> dict[str, dict[str, Any]]:
    """How tagging each file ended."""
    daemon.requests.call("tag", {"paths": paths})
    until(lambda: not any(daemon.index.queue.waiting().values()), "nothing waits")
    return {each["path"]: each for each in daemon.requests.call("results", {"paths": paths})}


def test_a_dry_run_minds_what_a_person_said_of_the_folder(daemon: Daemon, tmp_path: Path) -> None:
    paths = [write(tmp_path / f"zq{n}.wav", thump(0.2 + n / 50)) for n in range(8)]
    alone = tagged(daemon, paths)[paths[0]]["tags"]
    daemon.requests.call("label", {"paths": paths[1:], "add": ["snare"]})
    before, after = shown(paths), tagged(daemon, paths)
    assert after[paths[0]]["tags"] != alone
    assert [before[path]["tags"] for path in paths] == [after[path]["tags"] for path in paths]


def test_a_dry_run_says_why_as_tagging_does(daemon: Daemon, tmp_path: Path) -> None:
    change_value(places().settings, "writing", "sure_from", 1.0)
    daemon.requests.call("reload", {})
    silent = write(tmp_path / "silence.wav", np.zeros(4410, np.float32))
    misnamed = write(tmp_path / "snare.wav", thump(0.5))
    doubtful, linked = write(tmp_path / "a.wav"), write(tmp_path / "b.wav", crack())
    os.link(linked, tmp_path / "another name.wav")
    paths = [silent, misnamed, doubtful, linked]
    before, after = shown(paths), tagged(daemon, paths)
    reasons = [after[path]["reason"] for path in paths]
    assert len({*reasons, None}) == len(paths) + 1
    assert [before[path]["reason"] for path in paths] == reasons
    assert [before[path]["ok"] for path in paths] == [True, True, True, False]
    assert [after[path]["ok"] for path in paths] == [True, True, True, False]
