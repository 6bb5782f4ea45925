"""Makes the sounds that ship with Earmark: ``python packaging/make_demo_pack.py``.

Needs numpy, scipy and soundfile, and ffmpeg for the one M4A file. The same command
gives the same bytes for every lossless file.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from pathlib import Path

from demo_pack.drum_kit import DRUMS
from demo_pack.orchestra import INSTRUMENTS

_CLIENT = Path(__file__).resolve().parents[1] / "daemon" / "earmark_daemon"
_PACK = "Earmark First Light"
_SOUNDS = DRUMS + INSTRUMENTS
_ABOUT = """\
Earmark First Light
===================

Small one-shots for trying Earmark out. Every sound was made by the project's own synthesis
(packaging/make_demo_pack.py in Earmark's source); nothing was recorded or taken from elsewhere.

Licence: CC0 1.0 Universal. To the extent possible under law, the makers of Earmark have waived
all copyright and related rights to these sounds. Use them for anything, without asking.
https://creativecommons.org/publicdomain/zero/1.0/
"""


def make(target: Path, *, lossless_only: bool) -> int:
    """Write the pack into an empty folder, and return the number of its bytes."""
    pack = target / _PACK
    shutil.rmtree(pack, ignore_errors=True)
    for sound in _SOUNDS:
        if lossless_only and not sound.stored.lossless:
            continue
        path = pack / sound.path
        path.parent.mkdir(parents=True, exist_ok=True)
        sound.stored.write(path, sound.render(), sound.rate)
    (pack / "LICENSE.txt").write_text(_ABOUT, encoding="utf-8")
    with open(target / "pack.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["path", "label"])
        table.writerows((f"{_PACK}/{sound.path}", sound.label) for sound in _SOUNDS)
    return sum(path.stat().st_size for path in pack.rglob("*") if path.is_file())


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=_CLIENT / "demo_pack", help="the folder")
    parser.add_argument("--lossless", action="store_true", help="only what is exact to the byte")
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    size = make(arguments.to, lossless_only=arguments.lossless)
    sys.stdout.write(f"{len(_SOUNDS)} sounds, {size / 1e6:.2f} MB, in {arguments.to}\n")


if __name__ == "__main__":
    main()
