"""Sounds of the demo pack, labelled with tags of one's own, for the windows about training."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from tests.e2e.living import LivingDaemon

import earmark_daemon

PACK = Path(earmark_daemon.__file__).parent / "demo_pack" / "Earmark First Light"
FOLDERS = {
    "beaty": ("Drums", "Percussion"),
    "tuney": ("Keys", "Guitar", "Strings", "Brass", "Woodwind"),
}
"""Tags of one's own, and the folders whose sounds have them."""
OTHERS = ("FX", "Vocals", "Bass", "Synth")
"""Folders whose sounds are neither."""


def labelled_pack(daemon: LivingDaemon, *, leave: int = 2) -> dict[str, list[str]]:
    """Take in sounds and say of most what they are.

    Args:
        daemon: hears them.
        leave: so many of each tag are left without a word, WAV files first.

    Returns:
        For each tag the paths that were labelled.
    """
    said = {tag: _taken(daemon, folders) for tag, folders in FOLDERS.items()}
    others = _taken(daemon, OTHERS)
    daemon.wait_for([*others, *(path for paths in said.values() for path in paths)])
    for tag, paths in said.items():
        said[tag] = paths[leave:]
        daemon.client.call("label", paths=said[tag], add=[tag])
    return said


@contextmanager
def held(daemon: LivingDaemon) -> Iterator[None]:
    """The daemon's workers stand still, so that no training ends meanwhile."""
    workers = psutil.Process(daemon.status()["pid"]).children(recursive=True)
    for worker in workers:
        worker.suspend()
    try:
        yield
    finally:
        for worker in workers:
            with suppress(psutil.NoSuchProcess):
                worker.resume()


def _taken(daemon: LivingDaemon, folders: Iterable[str]) -> list[str]:
    taken = []
    sounds = [path for folder in folders for path in (PACK / folder).rglob("*.*")]
    for path in sorted(sounds, key=lambda path: (path.suffix != ".wav", path.name)):
        target = daemon.folder / path.name
        shutil.copy(path, target)
        taken.append(str(target))
    return taken
