"""`labels import|export`: labels as a table (CSV) or as folders (``tag/file.wav``)."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from earmark_daemon.cli.asking import Asked, daemon_or_own
from earmark_daemon.cli.output import complain, print_json, progress
from earmark_daemon.cli.tagging import sound_files, tag_some
from earmark_daemon.errors import EarmarkError, fail

app = typer.Typer(help="Your labels as a table or as folders.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
_YES, _NO = ("", "yes", "y", "true", "1"), ("no", "n", "false", "0")
_COLUMNS = ("path", "tag", "says")
_AT_ONCE = 256


@dataclass(frozen=True)
class _Word:
    """One label that is to be taken in."""

    path: str
    tag: str
    says: bool


@app.command("import")
def import_labels(
    source: Annotated[
        Path, typer.Argument(help="A CSV with path,tag,says, or a folder with a folder a tag.")
    ],
    json: Json = False,
) -> None:
    """Take labels in; sounds that Earmark does not know yet are heard and tagged first."""
    words, problems = _read(source)
    with daemon_or_own() as asked:
        problems += _make_known(asked, sorted({word.path for word in words}), quiet=json)
        taken = _label(asked, words, {error.path for error in problems if error.path}, problems)
    for error in problems:
        complain(error)
    if json:
        print_json({"taken": taken, "refused": len(problems)})
    else:
        typer.echo(f"{taken:,} labels taken in.")
    if problems:
        raise typer.Exit(1)


@app.command("export")
def export_labels(
    target: Annotated[Path, typer.Argument(help="A .csv file, or a folder that is new or empty.")],
    tag_set: Annotated[str | None, typer.Option(help="Only the tags of one set.")] = None,
    json: Json = False,
) -> None:
    """Put your labels into a table, or copies of the labelled sounds into a folder a tag."""
    with daemon_or_own() as asked:
        words = asked.call("labels", tag_set=tag_set)
    there = [word for word in words if word["path"]]
    if target.suffix.lower() == ".csv":
        _write_table(target, there)
        count = len(there)
    else:
        count = _copy_out(target, [word for word in there if word["says"]])
    if json:
        print_json({"written": count, "gone": len(words) - len(there)})
        return
    typer.echo(f"{count:,} labels written to {target}.")
    if len(there) < len(words):
        typer.echo(f"{len(words) - len(there):,} belong to sounds that are gone: left out.")


def _read(source: Path) -> tuple[list[_Word], list[EarmarkError]]:
    if source.is_dir():
        return list(_from_folders(source)), []
    try:
        with source.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if not {"path", "tag"} <= set(rows.fieldnames or ()):
                raise fail(
                    "not-labels",
                    "This table has no columns “path” and “tag” in its first line.",
                    "Its first line must be: path,tag,says",
                    str(source),
                )
            return _from_table(rows, source)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise fail(
            "not-labels", f"This is no table of labels ({error}).", "Name a .csv or a folder."
        ) from error


def _from_table(
    rows: Iterable[Mapping[str, str | None]], source: Path
) -> tuple[list[_Word], list[EarmarkError]]:
    """The words, and what is wrong with other lines; paths count from the table's folder."""
    words, problems = [], []
    for number, row in enumerate(rows, 2):
        path, tag, says = ((row.get(name) or "").strip() for name in _COLUMNS)
        if not path or not tag or says.lower() not in (*_YES, *_NO):
            problems.append(
                fail("bad-line", f"Line {number} is no label.", "It must hold: path,tag,yes or no")
            )
            continue
        full = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(source)), path))
        words.append(_Word(full, tag, says.lower() in _YES))
    return words, problems


def _from_folders(source: Path) -> Iterator[_Word]:
    """Each sound below each folder is labelled with that folder's name."""
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        for path in sound_files([folder]):
            yield _Word(path, folder.name, True)


def _make_known(asked: Asked, paths: Sequence[str], *, quiet: bool) -> list[EarmarkError]:
    """Have sounds heard that are not known yet; returns what is wrong with those that cannot be."""
    problems = []
    with progress("Listening", len(paths), shown=not quiet) as bar:
        for start in range(0, len(paths), _AT_ONCE):
            some = list(paths[start : start + _AT_ONCE])
            answers = zip(some, asked.call("results", paths=some), strict=True)
            unknown = [path for path, result in answers if not result or not result["ok"]]
            bar.advance(len(some) - len(unknown))
            if not unknown:
                continue
            for result in tag_some(asked, unknown, blind=False, heard=bar.advance):
                if not result["ok"] and not result["tags"] and result["reason"]:
                    problems.append(fail("not-heard", result["reason"], path=result["path"]))
    return problems


def _label(
    asked: Asked, words: Sequence[_Word], without: set[str], problems: list[EarmarkError]
) -> int:
    """Say each word; how many were taken down."""
    taken = 0
    by_path: dict[str, list[_Word]] = {}
    for word in words:
        by_path.setdefault(word.path, []).append(word)
    for path, own in by_path.items():
        if path in without:
            continue
        add = [word.tag for word in own if word.says]
        remove = [word.tag for word in own if not word.says]
        try:
            asked.call("label", paths=[path], add=add, remove=remove)
            taken += len(own)
        except EarmarkError as error:
            problems.append(error)
    return taken


def _write_table(target: Path, words: Sequence[Mapping[str, Any]]) -> None:
    with target.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        rows = csv.writer(file)
        rows.writerow(_COLUMNS)
        for word in words:
            rows.writerow([word["path"], word["tag"], "yes" if word["says"] else "no"])


def _copy_out(target: Path, words: Sequence[Mapping[str, Any]]) -> int:
    """Copy each sound into its tags' folders; nothing that is there is ever replaced."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise fail(
            "not-empty",
            "There is something there already.",
            "Name a folder that is new or empty, or a .csv file.",
            str(target),
        )
    for word in words:
        folder = target / word["tag"].replace("/", "-").replace("\\", "-").lstrip(".")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy2(word["path"], _free(folder, Path(word["path"])))
    return len(words)


def _free(folder: Path, file: Path) -> Path:
    """A name that nothing in the folder has yet."""
    place, number = folder / file.name, 2
    while place.exists():
        place = folder / f"{file.stem} {number}{file.suffix}"
        number += 1
    return place
