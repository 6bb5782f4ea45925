"""A training here on a disk that is full: it ends in words that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.daemon.learning.clouds import clouds

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.dataset import save
from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.headfile import Description, write_head

FULL = Path("/dev/full")
DATA = clouds({"a": 6, "b": 5})


def kept_data(folder: Path) -> None:
    (folder / "dataset.npz").symlink_to(FULL)
    save(DATA, folder / "dataset.npz")


def kept_head(folder: Path) -> None:
    (folder / "head.onnx.part").symlink_to(FULL)
    said = Description("own", "own", DATA.labels, {}, "f" * 64, {}, {}, {})
    write_head(fit_head(DATA), said, folder / "head.onnx")


@pytest.mark.skipif(not FULL.exists(), reason="it stands for a full disk")
@pytest.mark.parametrize("keep", [kept_data, kept_head])
def test_a_full_disk_is_told(tmp_path: Path, keep: Callable[[Path], None]) -> None:
    with pytest.raises(EarmarkError, match=r"No space left.* is not full, then train") as raised:
        keep(tmp_path)
    assert raised.value.problem.code == "unwritable"
    assert not (tmp_path / "head.onnx").exists()
