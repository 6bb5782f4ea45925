"""`search`, `similar`, `copies` and `show`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from earmark_daemon.api import NotRunning
from earmark_daemon.cli import numbers
from earmark_daemon.cli.asking import Asked, daemon, nothing_yet, whoever_answers
from earmark_daemon.cli.output import (
    Json,
    all_facts_words,
    complain,
    counted,
    facts_words,
    plain,
    print_json,
    say,
    seconds_words,
    tag_words,
)
from earmark_daemon.errors import fail
from earmark_daemon.links import WatchedPaths
from earmark_daemon.places import places
from earmark_daemon.settings_file import load

_PAGE = 1_000
_SHORT = {"description": "described"}
"""Names of fields that are longer than their column."""
_WITH_BLANKS = re.compile(r"""(-?(?:\w+:=?)?)([^"]*\s[^"]*)""")
_SEVERAL = re.compile(r"\s(?:-|\w+:|or\s|\|)", re.IGNORECASE)
"""In the middle of a word of the shell's: it is a whole query, such as ``kick or tom -loop``."""
_WITH_WORDS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


class _Search(TyperCommand):
    """A command to which ``-loop`` is a word to leave out, and ``-hat`` no cry for help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, ["--help"] if args == ["-h"] else args)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(cls=_Search, context_settings=_WITH_WORDS)(search)
    app.command()(similar)
    app.command()(copies)
    app.command()(show)


def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(
            help='Words and tags, such as: kick, "deep house", tag:snare, -loop; tag:=house is the '
            "whole tag, and no other that holds the word; and facts: kind:loop, bpm:120-130, "
            "key:Am, pitch:F#, length:<1, loudness:>-12, brightness:>3000, is:untagged, "
            "is:tagged, is:unsure, is:labelled; and name:deep, folder:808. All must match; “or” "
            "joins the two beside it: kick or snare -loop. Or the path of a file or folder."
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(parser=numbers.count(), help="How many sounds at most.")
    ] = 50,
    json: Json = False,
) -> None:
    """Find sounds by their tags, names, folders and what their vendors wrote into them."""
    misspelt = next((word for word in query or () if word.startswith("--")), None)
    if misspelt:
        raise typer.BadParameter(f"there is no option {misspelt}; see earmark search --help")
    text = _as_typed(query or [])
    answer = _search(text, limit)
    if not answer.get("understood", True):
        complain(fail("not-understood", answer["why"]))
        raise typer.Exit(2)
    if json:
        for hit in answer["hits"]:
            print_json({"path": hit["path"], "tags": hit["tags"]})
        return
    for hit in answer["hits"]:
        typer.echo(hit_line(hit))
    shown, total = len(answer["hits"]), answer["total"]
    if not total:
        typed = text if '"' in text else f"“{text}”"
        say(answer.get("why") or f"No sound matches {typed}.")
    elif shown < total:
        typer.echo(f"{shown} of {total:,} sounds; see more with --limit.")


def similar(
    file: Annotated[Path, typer.Argument(help="A sound file; it need not be in the index.")],
    limit: Annotated[
        int, typer.Option(parser=numbers.count(1000), help="How many sounds at most.")
    ] = 20,
    json: Json = False,
) -> None:
    """Find the sounds that sound most like one, whatever they are called."""
    with whoever_answers() as asked:
        hits = asked.call("similar", path=os.path.abspath(file), limit=limit)["hits"]
    for hit in hits:
        if json:
            fields = ("path", "tags", "similarity")
            print_json({field: hit[field] for field in fields})
        else:
            typer.echo(f"{hit['similarity'] * 100:>3.0f} %  {hit_line(hit)}")
    if not (hits or json):
        typer.echo("No other sound has been heard yet. Add a folder: earmark watch add FOLDER")


def copies(
    path: Annotated[
        Path | None, typer.Argument(help="Only of this sound, or of those in this folder.")
    ] = None,
    json: Json = False,
) -> None:
    """Find sounds that lie in several places: the same audio, whatever their names and tags."""
    full = os.path.abspath(path) if path else None
    count = 0
    with whoever_answers() as asked:
        while sounds := asked.call("copies", path=full, offset=count)["sounds"]:
            count += len(sounds)
            for first, *others in sounds:
                if json:
                    print_json({"paths": [first, *others]})
                else:
                    say(first, *(f"    {other}" for other in others))
        if not json:
            typer.echo(nothing_yet(asked) or _copies_found(count, full))


def _copies_found(count: int, path: str | None) -> str:
    if count:
        return f"In more than one place: {counted(count, 'sound')}. What takes most room is first."
    if path is None:
        return "No sound lies in more than one place."
    if os.path.isdir(path):
        return "No sound of this folder lies in more than one place."
    return "Earmark knows no other place in which this sound lies."


def show(file: Annotated[Path, typer.Argument(help="A sound file.")], json: Json = False) -> None:
    """All that Earmark knows of one sound, and why it has no tags if it has none."""
    answer = _show(os.path.abspath(file))
    if json:
        print_json(answer)
        return
    say(*_show_lines(answer))


def _as_typed(words: list[str]) -> str:
    """A query out of a shell's words, which have lost their quotation marks.

    One alone may be a whole query, or the path of what is there; one of several that holds blanks
    was quoted.
    """
    if len(words) != 1:
        return " ".join(map(_quoted, words))
    (word,) = words
    is_path = any(mark in word for mark in (os.sep, os.altsep) if mark) and os.path.exists(word)
    return os.path.abspath(word) if is_path else word


def _quoted(word: str) -> str:
    """A word as it was typed: one with blanks in it is a phrase."""
    phrase = None if _SEVERAL.search(word) else _WITH_BLANKS.fullmatch(word)
    return f'{phrase[1]}"{phrase[2]}"' if phrase else word


def _search(text: str, limit: int) -> Mapping[str, Any]:
    try:
        return _search_in_pages(daemon(), text, limit)
    except NotRunning:
        from earmark_daemon.cli.reading import search_index

        return search_index(places().index, text, limit)


def _search_in_pages(asked: Asked, text: str, limit: int) -> Mapping[str, Any]:
    """Sounds that match, asked for a page at a time: one answer must not become too large."""
    answer: Mapping[str, Any] = asked.call("search", query=text, limit=min(limit, _PAGE))
    hits: list[Mapping[str, Any]] = answer["hits"]
    wanted = min(limit, answer["total"])
    while len(hits) < wanted:
        size = min(wanted - len(hits), _PAGE)
        page = asked.call("search", query=text, limit=size, offset=len(hits), count=False)
        if not page["hits"]:
            break
        hits += page["hits"]
    return {**answer, "hits": hits}


def _show(path: str) -> Mapping[str, Any]:
    try:
        answer: Mapping[str, Any] = daemon().call("show", path=path)
    except NotRunning:
        from earmark_daemon.cli.reading import show_file

        watched = WatchedPaths(load(places().settings).folders)
        return show_file(places().index, watched.path_of(path))
    return answer


def hit_line(hit: Mapping[str, Any]) -> str:
    """A found sound in one line: tags, length, path."""
    offline = "" if hit["online"] else "  (its disk is not there)"
    words = tag_words(hit["tags"]) or "unknown"
    length, facts = seconds_words(hit["duration"]), facts_words(hit["facts"])
    return f"{words:<16} {length:>8}  {facts:<14}  {plain(hit['path'])}{offline}"


def _show_lines(answer: Mapping[str, Any]) -> list[str]:
    lines = [answer["path"]]
    if answer["duration"] is not None:
        channels = {1: "mono", 2: "stereo"}.get(
            answer["channels"], f"{answer['channels']} channels"
        )
        length = seconds_words(answer["duration"])
        lines.append(f"  sound     {length}, {answer['sample_rate']} Hz, {channels}")
        lines.append(f"  facts     {all_facts_words(answer['facts']) or 'none'}")
    lines.append(f"  tags      {tag_words(answer['tags']) or 'none'}")
    lines.append(f"  in file   {'yes' if answer['written'] else 'no'}")
    lines += [f"  note      {answer[key]}" for key in ("note", "not_written") if answer[key]]
    for name, value in answer["metadata"].items():
        if value:
            words = "; ".join(value) if isinstance(value, list) else value
            lines.append(f"  {_SHORT.get(name, name):<9} {words}")
    return lines
