from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.db.sounds import arrive

from earmark_daemon.hearing.sound_map import _fitted, lay_out, places_of
from earmark_db.index import Index
from earmark_db.records import Hearing, Verdict


def clouds(each: int, kinds: int = 6, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings of sounds of some kinds, and which kind each is."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((kinds, 64))
    kind = np.repeat(np.arange(kinds), each)
    vectors = centres[kind] + 0.7 * random.standard_normal((len(kind), 64))
    return vectors.astype(np.float32), kind


def purity(spots: np.ndarray, kind: np.ndarray) -> float:
    """The share of sounds whose nearest one on the map is of their kind."""
    distances = np.linalg.norm(spots[:, None] - spots[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return float((kind[distances.argmin(axis=1)] == kind).mean())


def test_like_sounds_lie_side_by_side_nearer_than_by_components_alone() -> None:
    vectors, kind = clouds(40, kinds=15)
    spots = lay_out(vectors)
    centred = vectors - vectors.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    assert purity(spots, kind) > 0.97
    assert purity(spots, kind) > purity(centred @ axes[:2].T, kind) + 0.05


def test_the_map_fills_its_square_and_is_the_same_each_time() -> None:
    vectors, _ = clouds(30)
    spots = lay_out(vectors)
    assert spots.min() >= 0.0
    assert spots.max() <= 1.0
    low, high = np.percentile(spots, [1, 99], axis=0)
    assert (high - low > 0.85).all()
    assert np.array_equal(spots, lay_out(vectors))


def test_the_sounds_on_it_are_drawn_from_those_of_which_a_file_is_left(tmp_path: Path) -> None:
    index = Index.for_writing(tmp_path / "index.sqlite")
    index.models.set_backbone("base")
    vectors, _ = clouds(10)
    paths = [f"/pack/{number}.wav" for number in range(len(vectors))]
    for path, vector in zip(paths, vectors.astype(np.float16), strict=True):
        (file_id,) = arrive(index, path)
        heard = Hearing(path, 1.0, 44_100, 1, (Verdict("base", {}, vector.tobytes(), ""),))
        index.files.heard(file_id, heard, {})
    everything = places_of(str(tmp_path / "index.sqlite"), "base", 60)
    assert len(everything) == 60
    index.files.gone(paths[:45])
    left = places_of(str(tmp_path / "index.sqlite"), "base", 15)
    assert {content for content, _, _ in left} == {n for n, _, _ in everything if n > 45}
    index.files.gone(paths)
    assert places_of(str(tmp_path / "index.sqlite"), "base", 15) == []
    index.close()


def test_a_few_stray_sounds_do_not_squeeze_the_rest() -> None:
    rest = np.random.default_rng(1).random((300, 2)).astype(np.float32)
    strays = np.array([[50.0, 0.5], [0.5, -80.0], [100.0, 0.5]], dtype=np.float32)
    fitted = _fitted(np.concatenate([rest, strays]))
    assert (np.ptp(fitted[:300], axis=0) > 0.85).all()
    assert fitted.min() >= 0.0
    assert fitted.max() <= 1.0
    assert fitted[300, 0] > fitted[:300, 0].max()
    assert fitted[302, 0] > fitted[300, 0]
    assert fitted[301, 1] < fitted[:300, 1].min()


@pytest.mark.parametrize("count", [1, 2, 5, 13, 14])
def test_few_or_equal_sounds_have_places_too(count: int) -> None:
    assert np.isfinite(lay_out(np.ones((count, 8), dtype=np.float32))).all()
    spots = lay_out(clouds(count, kinds=1)[0])
    assert np.isfinite(spots).all()
    assert spots.shape == (count, 2)
