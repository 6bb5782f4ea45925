"""`tags list|overview|next|rename|merge|nest|unnest|undo|suggest|sure|off|on`: tags of sounds."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from earmark_daemon.cli import numbers, sureness, tag_sets
from earmark_daemon.cli.asking import nothing_yet, whoever_answers
from earmark_daemon.cli.output import Json, counted, print_json, say

app = typer.Typer(help="Every tag, and how many sounds carry it.", invoke_without_command=True)
TagSet = Annotated[
    str,
    typer.Option(
        parser=tag_sets.tag_set, help="Which tag set; “own” holds the tags that you made up."
    ),
]
_LETTERS = 18


@app.callback()
def tags(context: typer.Context, json: Json = False) -> None:
    """Every tag, and how many sounds carry it."""
    if context.invoked_subcommand is None:
        list_tags(json)


@app.command("list")
def list_tags(json: Json = False) -> None:
    """Every tag, and how many sounds carry it."""
    with whoever_answers() as asked:
        answers = asked.call("tags")
    for answer in answers:
        if json:
            print_json(answer)
        else:
            tag, least = f"{'  ' * answer['depth']}{answer['tag']}", answer["sure_from"]
            sure = "" if least is None else f", from {least:g} on"
            say(f"{answer['count']:>7,}  {tag:<{_LETTERS}} {answer['set']}{sure}")


@app.command()
def overview(
    tag_set: TagSet = "own",
    json: Json = False,
) -> None:
    """What you labelled so far, and what is missing before it can be trained."""
    with whoever_answers() as asked:
        answer = asked.call("dataset_overview", tag_set=tag_set)
    if json:
        print_json(answer)
        return
    for tag in answer["tags"]:
        counts = f"{tag['yes']:>6,} yes {tag['no']:>6,} no"
        say(f"{tag['tag']:<{_LETTERS}} {counts}  {tag['advice']}".rstrip())
    for warning in answer["warnings"]:
        say(warning["text"], *(f"    {path}" for path in warning["paths"]))
    if not answer["tags"]:
        what = "anything" if tag_set == "own" else f"anything with tags of “{tag_set}”"
        say(f"You have not labelled {what} yet: earmark label FILE --add TAG")
    typer.echo("Which sounds to label next: earmark tags next")


@app.command("next")
def next_to_label(
    tag_set: TagSet = "own",
    limit: Annotated[int, typer.Option(parser=numbers.count(100), help="How many sounds.")] = 10,
    json: Json = False,
) -> None:
    """Sounds that are worth labelling next: they would teach Earmark most about your tags."""
    with whoever_answers() as asked:
        answers = asked.call("next_to_label", tag_set=tag_set, limit=limit)
        none = nothing_yet(asked) or "There is no sound left that you have not labelled."
    for answer in answers:
        if json:
            print_json(answer)
        else:
            say(f"{_perhaps(answer['scores']):<{_LETTERS}} {answer['path']}")
    if not json:
        typer.echo(
            "Say what they are: earmark label FILE --add TAG, or what they are not: --remove TAG"
            if answers
            else none
        )


@app.command()
def rename(
    old: Annotated[str, typer.Argument(help="The tag.")],
    new: Annotated[str, typer.Argument(help="Its new name.")],
    json: Json = False,
) -> None:
    """Give one of your tags another name, in the index and in the files."""
    _merge("rename_tag", json, old=old, new=new)


@app.command()
def merge(
    tag: Annotated[str, typer.Argument(help="The tag that goes.")],
    into: Annotated[str, typer.Argument(help="The tag that takes its place.")],
    json: Json = False,
) -> None:
    """Make two tags one, in the index and in the files."""
    _merge("merge_tags", json, from_=tag, into=into)


@app.command()
def nest(
    tags: Annotated[list[str], typer.Argument(help="The narrower tags.")],
    under: Annotated[str, typer.Option(help="The broader tag; a new word will do.")],
) -> None:
    """Put tags under a broader one: what is a kick is then tagged drums as well."""
    _nest(tags, under)
    say(f"To take it back: earmark tags unnest {shlex.join(tags)}")


@app.command()
def unnest(
    tags: Annotated[list[str], typer.Argument(help="The tags.")],
) -> None:
    """Take tags out from under their broader tag."""
    _nest(tags, None)


@app.command()
def sure(
    tag: Annotated[str, typer.Argument(help="The tag.")],
    least: Annotated[
        float | None,
        typer.Argument(
            parser=numbers.sureness,
            help="How sure Earmark must be to give it, from 0 to 1, such as 0.8."
            " Without it nothing changes, and you see how sure the sounds are.",
        ),
    ] = None,
    usual: Annotated[
        bool, typer.Option("--usual", help="Back to the usual: as its model says.")
    ] = False,
    json: Json = False,
) -> None:
    """How sure a tag must be before it is given, and how sure it is of how many sounds."""
    if usual and least is not None:
        raise typer.BadParameter("Give a number or --usual, not both.")
    with whoever_answers() as asked:
        answer = asked.call("sureness", tag=tag)
        if usual or least is not None:
            asked.call("give_tag_from", tag=tag, least=least)
            answer["sure_from"] = least
    if json:
        print_json(answer)
        return
    say(*sureness.told(answer, changed=usual or least is not None))


@app.command()
def off(tag: Annotated[str, typer.Argument(help="The tag.")]) -> None:
    """Stop models from giving a tag; what you said of sounds still counts."""
    with whoever_answers() as asked:
        asked.call("switch_tag", tag=tag, on=False)
    say(f"“{tag}” is off: no model gives it, and it is not trained.")


@app.command()
def on(tag: Annotated[str, typer.Argument(help="The tag.")]) -> None:
    """Have a tag given again that was off."""
    with whoever_answers() as asked:
        asked.call("switch_tag", tag=tag, on=True)
    say(f"“{tag}” is on.")


@app.command()
def undo(
    number: Annotated[
        int | None,
        typer.Argument(
            parser=numbers.count(),
            help="Number of the change, as it was printed; by default the newest.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Take a renaming or merging back; of several that are about the same tag, the newest first."""
    with whoever_answers() as asked:
        answer = asked.call("undo_merge", id=number)
    if json:
        print_json(answer)
    else:
        _tell("is no longer", answer)


@app.command()
def suggest(json: Json = False) -> None:
    """Tags of yours that seem to mean the same as others."""
    with whoever_answers() as asked:
        answers = asked.call("suggest_merges")
    for answer in answers:
        if json:
            print_json(answer)
        else:
            command = shlex.join(["earmark", "tags", "merge", answer["from"], answer["into"]])
            say(answer["why"], f"    {command}")
    if not answers and not json:
        typer.echo("No two of your tags seem to mean the same.")


def _nest(tags: Sequence[str], under: str | None) -> None:
    """Have the service put tags under another or on top, and say what that changes."""
    with whoever_answers() as asked:
        count = asked.call("nest_tags", tags=tags, under=under)["sounds"]
    words = ", ".join(f"“{tag}”" for tag in tags)
    lie = "lies" if len(tags) == 1 else "lie"
    where = "no other tag" if under is None else f"“{under}”"
    anew = f" Sounds to be tagged anew: {count:,}." if count else " No sound is tagged anew."
    say(f"{words} {lie} under {where} now.{anew}")


def _perhaps(scores: Mapping[str, float]) -> str:
    """The tag that is in doubt most, as a question."""
    return f"{min(scores, key=lambda tag: abs(scores[tag] - 0.5))}?" if scores else ""


def _merge(method: str, json: bool, **arguments: object) -> None:
    """Have the service give a tag another name, and say how that is taken back."""
    with whoever_answers() as asked:
        answer = asked.call(method, **arguments)
    if json:
        print_json(answer)
        return
    _tell("is now", answer)
    typer.echo(f"To take it back: earmark tags undo {answer['merge']}")
    typer.echo("Have a model that you trained learn it as well: earmark train")


def _tell(verb: str, answer: Mapping[str, Any]) -> None:
    sounds = counted(answer["sounds"], "sound")
    say(f"“{answer['from']}” {verb} “{answer['into']}” on {sounds}.")
