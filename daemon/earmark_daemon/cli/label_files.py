"""Labels as files: a table (CSV), or folders with copies of the sounds (``tag/file.wav``).

Reads what any spreadsheet saves, and never writes over anything.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark_daemon.cli.sound_files import sound_files
from earmark_daemon.cli.tag_folders import folder_of, tag_of
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.tag_names import is_text

COLUMNS = ("path", "tag", "says", "content")
_REQUIRED = {"path", "tag"}
_DELIMITERS = (",", ";", "\t")
_YES, _NO = ("", "yes", "y", "true", "1"), ("no", "n", "false", "0")


@dataclass(frozen=True)
class Word:
    """One label that is to be taken in.

    Attributes:
        path: of the sound.
        tag: its tag.
        says: whether it is that.
        content: digest of its audio, by which it is found where it lies elsewhere; may be empty.
    """

    path: str
    tag: str
    says: bool
    content: str = ""


def is_table(target: Path) -> bool:
    """Whether labels that go there become a table."""
    return target.suffix.lower() == ".csv"


def read(source: Path) -> tuple[list[Word], list[EarmarkError]]:
    """The labels in a table or a folder, and what is wrong with single lines.

    Raises:
        EarmarkError: it cannot be read, or is no table of labels.
    """
    if os.path.isdir(source):
        return _from_folders(source), []
    try:
        with source.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            return _from_table(_rows(file, source), source)
    except (OSError, csv.Error) as error:
        raise fail(
            "not-labels",
            f"This table cannot be read ({_reason(error)}).",
            "Name a .csv file, or a folder with a subfolder for each tag.",
            str(source),
        ) from error


def _rows(lines: Iterable[str], source: Path) -> csv.DictReader[str]:
    """The table's lines, by whichever of the usual signs parts its columns."""
    own = list(lines)
    for delimiter in _DELIMITERS:
        rows = csv.DictReader(own, delimiter=delimiter)
        if set(rows.fieldnames or ()) >= _REQUIRED:
            return rows
    if not is_text(*own):
        raise _not_text(source)
    raise fail(
        "not-labels",
        "This table has no columns “path” and “tag” in its first line.",
        f"Its first line must be: {','.join(COLUMNS[:3])}",
        str(source),
    )


def _from_table(rows: csv.DictReader[str], source: Path) -> tuple[list[Word], list[EarmarkError]]:
    """The words, and what is wrong with other lines; paths count from the table's folder.

    The name of a file that is there may be in any encoding; `write_table` writes it as it is.
    """
    words, problems = [], []
    folder = os.path.dirname(os.path.abspath(source))
    for row in rows:
        path, tag, says, content = ((row.get(name) or "").strip() for name in COLUMNS)
        full = os.path.abspath(os.path.join(folder, path))
        if not is_text(tag, says, content) or not (is_text(path) or os.path.lexists(full)):
            raise _not_text(source)
        if not path or not tag or says.lower() not in (*_YES, *_NO):
            problems.append(
                fail(
                    "bad-line",
                    f"Line {rows.line_num} is no label.",
                    "It must hold: path,tag,yes or no",
                )
            )
            continue
        words.append(Word(full, tag, says.lower() in _YES, content))
    return words, problems


def _from_folders(source: Path) -> list[Word]:
    """Each sound below each folder is labelled with the tag that the folder is named after.

    Raises:
        EarmarkError: there is none; sounds may lie in ``source`` itself, which is then a tag's own.
    """
    words = [
        Word(path, tag_of(folder.name), True)
        for folder in sorted(path for path in source.iterdir() if path.is_dir())
        for path in sound_files([folder])
    ]
    if not words:
        raise fail(
            "not-labels",
            "No folder with sounds lies in it, so there is no name to take for a tag.",
            "Name the folder above those that are called after a tag each.",
            str(source),
        )
    return words


def write_table(target: Path, words: Sequence[Mapping[str, Any]]) -> None:
    """Write a new table; a part of one is not left behind.

    Raises:
        EarmarkError: there is something there already, or it cannot be written.
    """
    try:
        with target.open("x", newline="", encoding="utf-8", errors="surrogateescape") as file:
            _write_rows(file, words)
    except FileExistsError as error:
        raise _taken(target) from error
    except OSError as error:
        raise _unwritable(target, error) from error


def _write_rows(file: Any, words: Sequence[Mapping[str, Any]]) -> None:
    try:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for word in words:
            says = "yes" if word["says"] else "no"
            rows.writerow([word["path"], word["tag"], says, word["content"]])
        file.flush()
    except OSError:
        os.unlink(file.name)
        raise


def copy_out(target: Path, words: Sequence[Mapping[str, Any]]) -> list[EarmarkError]:
    """Copy each sound into its tags' folders; what is wrong with those that cannot be read.

    Raises:
        EarmarkError: there is something there already, or it cannot be written.
    """
    try:
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise _unwritable(target, error) from error
    if taken:
        raise _taken(target)
    problems = []
    for word in words:
        folder = target / folder_of(word["tag"])
        try:
            folder.mkdir(parents=True, exist_ok=True)
            place = _free(folder, Path(word["path"]))
        except OSError as error:
            raise _unwritable(target, error) from error
        try:
            shutil.copy2(word["path"], place)
        except OSError as error:
            place.unlink(missing_ok=True)
            if error.filename != word["path"] or error.filename2:
                raise _unwritable(target, error) from error
            problems.append(
                fail("not-copied", f"It could not be copied ({_reason(error)}).", path=word["path"])
            )
    return problems


def _free(folder: Path, file: Path) -> Path:
    """A name that nothing in the folder has yet."""
    place, number = folder / file.name, 2
    while place.exists():
        place = folder / f"{file.stem} {number}{file.suffix}"
        number += 1
    return place


def _not_text(source: Path) -> EarmarkError:
    return fail(
        "not-labels",
        "This table's letters cannot be read: it is not in UTF-8.",
        "Save it again as CSV in UTF-8; spreadsheets offer that where they ask for a format.",
        str(source),
    )


def _taken(target: Path) -> EarmarkError:
    return fail(
        "not-empty",
        "There is something there already, and nothing is written over.",
        "Name a new .csv file, or a folder that is new or empty.",
        str(target),
    )


def _unwritable(target: Path, error: OSError) -> EarmarkError:
    return fail(
        "not-written",
        f"The labels cannot be written there ({_reason(error)}).",
        "Name a place that is there, that you may write to, and that has room.",
        str(target),
    )


def _reason(error: OSError | csv.Error) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
