from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.db.sounds import tagged

from earmark_daemon.service.alike.mapping import SoundMap
from earmark_db.index import Index


class Laying:
    """In place of workers: counts how often a map is laid out, with every sound in the middle."""

    def __init__(self, index: Index) -> None:
        self.times = 0
        self._index = index

    def submit(self, *_: object) -> Any:
        self.times += 1
        contents = range(1, self._index.lookup.counts()["heard"] + 2)
        return SimpleNamespace(result=lambda: [(content, 0.5, 0.5) for content in contents])


def test_a_map_holds_until_a_hundredth_of_the_library_is_new(tmp_path: Path) -> None:
    index = Index.for_writing(tmp_path / "index.sqlite")
    laying = Laying(index)
    base: Any = SimpleNamespace(info=SimpleNamespace(digest="model"))
    shown = SoundMap(index, index, tmp_path / "index.sqlite", laying, base)  # type: ignore[arg-type]
    for number in range(200):
        tagged(index, f"/pack/{number}.wav", "kick")
    assert len(shown.sounds(3_000)["sounds"]) == 200
    for number in range(200, 202):
        tagged(index, f"/pack/{number}.wav", "kick")
    assert shown.sounds(3_000)["total"] == 202
    assert laying.times == 1
    index.files.gone(["/pack/7.wav"])
    assert "/pack/7.wav" not in {sound["path"] for sound in shown.sounds(3_000)["sounds"]}
    assert laying.times == 1
    for number in range(202, 206):
        tagged(index, f"/pack/{number}.wav", "kick")
    assert "/pack/204.wav" in {sound["path"] for sound in shown.sounds(3_000)["sounds"]}
    assert laying.times == 2
    index.close()
