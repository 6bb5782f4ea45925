from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import earmark_daemon
from earmark_daemon.hearing.libsndfile import open_file

PACK = Path(earmark_daemon.__file__).parent / "demo_pack"
EXAMPLES = sorted(path for kind in ("mp3", "flac", "opus") for path in PACK.rglob(f"*.{kind}"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_a_stretch_sounds_the_same_wherever_reading_begins(path: Path) -> None:
    with open_file(str(path)) as sound:
        whole = sound.read(0, sound.info.samples)
    with open_file(str(path)) as sound:
        for start in (1_000, len(whole) // 3, len(whole) // 2, len(whole) // 2 + 2_500):
            stretch = sound.read(start, 2_500)
            assert np.abs(stretch - whole[start : start + 2_500]).max() < 0.001
