"""Sounds of the demo pack for tags of one's own: drums that are beaty, and what is tuney."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.e2e.living import LivingDaemon, earmark

import earmark_daemon

PACK = Path(earmark_daemon.__file__).parent / "demo_pack" / "Earmark First Light"
DRUMS = sorted(path for path in (PACK / "Drums").rglob("*.*") if path.suffix != ".m4a")
MELODIC = sorted(
    path
    for name in ("Brass", "Guitar", "Keys", "Strings", "Woodwind")
    for path in (PACK / name).rglob("*.*")
    if path.suffix != ".m4a"
)
LEARNT, NEW = slice(0, None, 2), slice(1, None, 2)
"""Of each kind of drum and of each instrument some are learnt from, and some are new."""


def take(daemon: LivingDaemon, paths: list[Path]) -> list[str]:
    """Copy sounds into the watched folder and wait for them; where they are now."""
    targets = []
    for path in paths:
        targets.append(str(daemon.folder / path.name))
        shutil.copy(path, targets[-1])
    daemon.wait_for(targets)
    return targets


def labelled(daemon: LivingDaemon) -> tuple[list[str], list[str]]:
    """Some drums and instruments, and people's word for them; their paths."""
    drums, melodic = take(daemon, DRUMS[LEARNT]), take(daemon, MELODIC[LEARNT])
    earmark("label", *drums, "--add", "beaty")
    earmark("label", *melodic, "--add", "tuney")
    return drums, melodic
