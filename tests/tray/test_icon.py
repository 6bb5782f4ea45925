from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from earmark_tray.icon import draw
from earmark_tray.state import Condition


def difference(first: Image.Image, second: Image.Image) -> int:
    box = ImageChops.difference(first, second).getbbox()
    return 0 if box is None else (box[2] - box[0]) * (box[3] - box[1])


@pytest.mark.parametrize("size", [16, 22, 24, 32, 48, 64, 256])
@pytest.mark.parametrize("light", [False, True])
def test_every_condition_looks_different_at_every_size(size: int, light: bool) -> None:
    icons = [draw(condition, size, 0.4, light=light) for condition in Condition]
    for position, first in enumerate(icons):
        assert first.size == (size, size)
        assert first.getbbox() is not None
        assert all(difference(first, second) for second in icons[position + 1 :])


def test_the_ring_grows_with_progress() -> None:
    def accent(progress: float) -> int:
        red, _, blue, _ = draw(Condition.WORKING, 64, progress).split()
        difference = ImageChops.subtract(blue, red)
        return sum(difference.histogram()[60:])

    grown = [accent(step / 4) for step in range(5)]
    assert grown == sorted(set(grown))


def test_bars_are_sharp_at_16_pixels() -> None:
    alphas = set(draw(Condition.IDLE, 16).getchannel("A").crop((3, 7, 13, 9)).tobytes())
    assert alphas == {0, 255}
