"""`labels import|export`: labels as a table (CSV) or as folders (``tag/file.wav``)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from earmark_daemon.cli import label_files, tag_sets
from earmark_daemon.cli.asking import Asked, daemon_or_own, whoever_answers
from earmark_daemon.cli.label_files import Word
from earmark_daemon.cli.output import Json, complain, counted, print_json, say
from earmark_daemon.cli.tagging import make_known
from earmark_daemon.errors import EarmarkError, fail

_ELSEWHERE = (
    "Where sounds lie elsewhere now, watch them there, wait till they are heard, and import again:",
    "those of a table that Earmark has written are found by their audio.",
    "In any table a path may also count from the folder that the table lies in.",
)

app = typer.Typer(help="Your labels as a table or as folders.", no_args_is_help=True)


@app.command("import")
def import_labels(
    source: Annotated[
        Path,
        typer.Argument(help="A CSV with path,tag,says, or a folder with a subfolder for each tag."),
    ],
    json: Json = False,
) -> None:
    """Take labels in; sounds that Earmark does not know yet are heard and tagged first.

    A path counts from the folder of the table. A sound that lies elsewhere now than a table says
    that Earmark wrote is found by its audio.
    """
    words, problems = label_files.read(source)
    with daemon_or_own() as asked:
        words = _where_they_lie(asked, words)
        problems += make_known(asked, sorted({word.path for word in words}), quiet=json)
        taken = _label(asked, words, {error.path for error in problems if error.path}, problems)
    for error in problems:
        complain(error)
    if json:
        print_json({"taken": taken, "refused": len(problems)})
    else:
        typer.echo(f"{counted(taken, 'label')} taken in.")
        if not all(os.path.lexists(word.path) for word in words):
            say(*_ELSEWHERE)
    if problems:
        raise typer.Exit(1)


@app.command("export")
def export_labels(
    target: Annotated[
        Path, typer.Argument(help="A new .csv file, or a folder that is new or empty.")
    ],
    tag_set: Annotated[
        str | None, typer.Option(parser=tag_sets.tag_set, help="Only the tags of one set.")
    ] = None,
    json: Json = False,
) -> None:
    """Put your labels into a table, or copies of the labelled sounds into a folder a tag."""
    with whoever_answers() as asked:
        words = asked.call("labels", tag_set=tag_set)
    if tag_set and not words:
        raise fail(
            "no-labels",
            f"Nothing has been labelled with tags of “{tag_set}” yet.",
            "See which there are: earmark tags list",
        )
    there = [word for word in words if word["path"]]
    problems: list[EarmarkError] = []
    said = there
    if label_files.is_table(target):
        label_files.write_table(target, there)
    else:
        said = [word for word in there if word["says"]]
        problems = label_files.copy_out(target, said)
    counts = {
        "written": len(said) - len(problems),
        "gone": len(words) - len(there),
        "no": len(there) - len(said),
    }
    _say_written(counts, target, json=json)
    for error in problems:
        complain(error)
    if problems:
        raise typer.Exit(1)


def _where_they_lie(asked: Asked, words: Sequence[Word]) -> list[Word]:
    """The words, those about a sound that is not there any more with the path where it is now."""
    lost = {word.content for word in words if not os.path.lexists(word.path)} - {""}
    lying = asked.call("lying", contents=sorted(lost)) if lost else {}
    return [
        word
        if os.path.lexists(word.path)
        else replace(word, path=lying.get(word.content, word.path))
        for word in words
    ]


def _say_written(counts: Mapping[str, int], target: Path, *, json: bool) -> None:
    """Say how many labels were written, and how many were not: sounds gone, or “no” in a folder."""
    if json:
        print_json(counts)
        return
    say(f"{counted(counts['written'], 'label')} written to {target}.")
    if counts["gone"]:
        say(f"{counts['gone']:,} belong to sounds that are gone: left out.")
    if counts["no"]:
        say(f"{counts['no']:,} say what a sound is not: left out, only a .csv file holds those.")


def _label(
    asked: Asked, words: Sequence[Word], without: set[str], problems: list[EarmarkError]
) -> int:
    """Say each word; how many were taken down."""
    taken = 0
    by_path: dict[str, list[Word]] = {}
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
