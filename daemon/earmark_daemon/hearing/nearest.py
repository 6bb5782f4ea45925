"""The sounds nearest to one, by the cosine of their embeddings. Runs in a worker process.

Reading 300,000 embeddings out of the index takes seconds, so they lie beside it in one file of
equal records: the row of the index, the content, and the embedding at length 1 as 16-bit integers,
which numpy multiplies ten times as fast as 16-bit floats. New rows are appended when somebody
asks. The file is a copy, and is named after the run of the index in which the newest of them came
(`earmark_db.runs`): what an index that was brought back from a backup does not have is cut off,
however much else stands in the same rows now. It is made anew where it does not fit, or much of it
is forgotten by now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from earmark_daemon.errors import fail
from earmark_db.index import Index

Records = npt.NDArray[np.void]
Floats = npt.NDArray[np.float32]

_AT_ONCE = 4_096
_ONE = 32_767
_TRIED = 256
_SAMPLED = 128
_MOST_FORGOTTEN = 0.25
_PREFIX = "embeddings-"


def nearest(index: str, backbone: str, wanted: bytes, count: int) -> list[tuple[int, float]]:
    """The contents whose embeddings point the same way most nearly, of those with a file left.

    Args:
        index: path of the index, beside which the copy lies.
        backbone: digest of the model whose embeddings are compared.
        wanted: the embedding to compare with, float16 bytes.
        count: how many.

    Returns:
        Ids of contents and the cosine, -1 to 1, the nearest first.

    Raises:
        EarmarkError: the disk is full.
    """
    query = np.frombuffer(wanted, dtype=np.float16)
    try:
        records = copy_of(Path(index), backbone, len(query))
    except OSError as error:
        raise fail(
            "unwritable",
            f"The copy of the embeddings cannot be kept ({error.strerror or error}).",
            "Check that the disk which holds the index is not full.",
        ) from error
    if not len(records):
        return []
    cosines = np.concatenate(list(_cosines(records, _unit(query)[0])))
    found: dict[int, float] = {}
    with closing(Index.for_reading(Path(index))) as known:
        for places in _nearest_first(cosines, 2 * count):
            contents = [int(content) for content in records["content"][places]]
            there = known.lookup.there(contents)
            for place, content in zip(places, contents, strict=True):
                if content in there:
                    found.setdefault(content, float(cosines[place]))
            if len(found) >= count:
                break
    return list(islice(found.items(), count))


def _nearest_first(cosines: Floats, enough: int) -> Iterator[npt.NDArray[np.int64]]:
    """The places of the highest cosines, as many as mostly do; then of all, those once more."""
    best = np.argpartition(-cosines, min(enough, len(cosines)) - 1)[:enough]
    yield best[np.argsort(-cosines[best], kind="stable")]
    every = np.argsort(-cosines, kind="stable")
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def _cosines(records: Records, query: Floats) -> Iterator[Floats]:
    for start in range(0, len(records), _AT_ONCE):
        vectors = records["vector"][start : start + _AT_ONCE].astype(np.float32)
        yield vectors @ query / np.float32(_ONE)


def copy_of(path: Path, backbone: str, dimensions: int) -> Records:
    """One record for each embedding, brought up to date with the index.

    Args:
        path: of the index.
        backbone: digest of the model whose embeddings they are.
        dimensions: of these.

    Returns:
        Fields ``row``, ``content`` and ``vector``, int16 ``[dimensions]`` at length 32,767.
    """
    kind = np.dtype([("row", "<i8"), ("content", "<i8"), ("vector", "<i2", (dimensions,))])
    with closing(Index.for_reading(path)) as index:
        copy, last = _kept(path, kind, index, backbone)
        fresh = iter(index.verdicts.embeddings_after(last, backbone))
        with open(copy, "ab") as file:
            while batch := list(islice(fresh, _AT_ONCE)):
                file.write(_records(batch, kind).tobytes())
    if not copy.stat().st_size:
        return np.zeros(0, dtype=kind)
    records: Records = np.memmap(copy, dtype=kind, mode="r")
    return records


def _kept(path: Path, kind: np.dtype[np.void], index: Index, backbone: str) -> tuple[Path, int]:
    """The copy by the name that it has now, and the row up to which it goes; no other is left."""
    common = f"{_PREFIX}{index.models.backbone_mark()}-{kind['vector'].shape[0]}-"
    now = path.with_name(f"{common}{index.runs.newest()}.rows")
    shared = {
        copy: index.runs.shared_rows(copy.stem.removeprefix(common))
        for copy in path.parent.glob(f"{_PREFIX}*.rows")
    }
    best = max(shared, key=lambda copy: shared[copy], default=now)
    for copy in shared:
        if copy != best or not shared[best]:
            copy.unlink(missing_ok=True)
    if not best.exists():
        return now, 0
    last = _cut_off(best, kind, shared[best], index, backbone)
    if best != now:
        best.replace(now)
    return now, last


def _cut_off(copy: Path, kind: np.dtype[np.void], shared: int, index: Index, backbone: str) -> int:
    """The row up to which the copy goes, once what a crash or another index left is cut off."""
    size = copy.stat().st_size
    whole, row = _still_true(copy, kind, size // kind.itemsize, shared, index, backbone)
    if size != whole * kind.itemsize:
        with open(copy, "r+b") as file:
            file.truncate(whole * kind.itemsize)
    return row


def _still_true(
    copy: Path, kind: np.dtype[np.void], count: int, shared: int, index: Index, backbone: str
) -> tuple[int, int]:
    """How many records may stay, and the row of the last: one that the index still has.

    None past the row ``shared`` may. What was heard again has another row now; so not only the very
    last record is tried.
    """
    if not count:
        return 0, 0
    records = np.memmap(copy, dtype=kind, mode="r", shape=(count,))
    if (np.diff(records["row"]) <= 0).any():
        return 0, 0
    count = int(np.searchsorted(records["row"], shared, side="right"))
    for place in range(count - 1, max(-1, count - 1 - _TRIED), -1):
        row, content = int(records["row"][place]), int(records["content"][place])
        if index.verdicts.is_at(row, content, backbone):
            worth = _mostly_kept(records[: place + 1], index, backbone)
            return (place + 1, row) if worth else (0, 0)
    return 0, 0


def _mostly_kept(records: Records, index: Index, backbone: str) -> bool:
    """Whether the index still has most of these, by a sample; the others only take room."""
    sample = records[np.linspace(0, len(records) - 1, _SAMPLED).astype(np.int64)]
    kept = [index.verdicts.is_at(int(one["row"]), int(one["content"]), backbone) for one in sample]
    return sum(kept) > (1.0 - _MOST_FORGOTTEN) * _SAMPLED


def _records(batch: Iterable[tuple[int, int, bytes]], kind: np.dtype[np.void]) -> Records:
    good = [item for item in batch if len(item[2]) == 2 * kind["vector"].shape[0]]
    records = np.zeros(len(good), dtype=kind)
    if good:
        rows, contents, vectors = zip(*good, strict=True)
        records["row"], records["content"] = rows, contents
        halves = np.frombuffer(b"".join(vectors), dtype=np.float16).reshape(len(good), -1)
        records["vector"] = np.rint(_unit(halves) * _ONE)
    return records


def _unit(vectors: npt.NDArray[np.float16]) -> Floats:
    """Vectors ``[n, dimensions]``, or one, at length 1; zeros stay zeros."""
    rows = np.atleast_2d(vectors).astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = rows / np.maximum(lengths, np.float32(1e-12))
    return unit
