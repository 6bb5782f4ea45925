"""A plain set: ``folder/tag/file``. Sub-folders of a tag keep their files together."""

from __future__ import annotations

from pathlib import Path

from benchmarks.papers.loaders.collection import (
    Collection,
    DataMissingError,
    audio_below,
    exclusive_collection,
    numbered,
    split_by_group,
)

PARTS = (7, 1, 2)


def load(folder: Path, seed: int = 1) -> Collection:
    """Every audio file below a folder that is named by its tag.

    Raises:
        DataMissingError: there are not at least two tags with sounds.
    """
    tags = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    files: list[tuple[Path, str]] = []
    together: list[str] = []
    for tag in tags:
        for path in audio_below(tag):
            files.append((path, tag.name))
            together.append(str(path if path.parent == tag else path.parent))
    if len({name for _, name in files}) < 2:
        raise DataMissingError(
            f"{folder} does not hold at least two folders of sounds. "
            "Give each tag a folder of its name and put its sounds inside."
        )
    split = split_by_group(numbered(together), PARTS, seed)
    return exclusive_collection(folder.name, files, together, split)
