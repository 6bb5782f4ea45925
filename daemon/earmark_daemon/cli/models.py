"""`models list`, `show`, `add`, `use`, `rollback`, `remove`: which models give the tags."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from earmark_daemon.cli import tag_sets
from earmark_daemon.cli.asking import Asked, daemon, say_retagging, whoever_answers
from earmark_daemon.cli.output import Json, print_json, say
from earmark_daemon.errors import EarmarkError

app = typer.Typer(
    help="The models that give the tags, one in use for each tag set.", invoke_without_command=True
)
_ORIGINS = {
    "builtin": "came with Earmark",
    "local": "trained here",
    "endpoint": "trained at the endpoint",
    "file": "from a file",
}
_MEASURES = {"pr_auc": "PR AUC", "roc_auc": "ROC AUC"}
_SHORT = 12


def _known_models() -> list[str]:
    """What a shell offers where a model is to be named."""
    try:
        return [model["digest"][:_SHORT] for model in daemon().call("models")]
    except EarmarkError:
        return []


Model = Annotated[
    str,
    typer.Argument(
        help="Its digest, the beginning of that, or its name.", autocompletion=_known_models
    ),
]


@app.callback()
def models(context: typer.Context, json: Json = False) -> None:
    """The models that give the tags, one in use for each tag set."""
    if context.invoked_subcommand is None:
        list_models(json)


@app.command("list")
def list_models(json: Json = False) -> None:
    """Every model; a star marks those in use."""
    with whoever_answers() as asked:
        found = asked.call("models")
    for model in found:
        if json:
            print_json(model)
        else:
            say(_line(model))


@app.command()
def show(model: Model, json: Json = False) -> None:
    """What is known of a model: its tags, where it comes from, how well it does."""
    with whoever_answers() as asked:
        answer = asked.call("model", digest=model)
    if json:
        print_json(answer)
    else:
        say(*_lines(answer))


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A model file (.onnx).")], json: Json = False
) -> None:
    """Check a model file and keep a copy; it is not used before `use`."""
    with whoever_answers() as asked:
        answer = asked.call("add_model", path=os.path.abspath(file))
    if json:
        print_json(answer)
    else:
        short = answer["digest"][:_SHORT]
        say(f"The model “{answer['name']}” can be used: earmark models use {short}")


@app.command()
def use(model: Model, json: Json = False) -> None:
    """Take a model into use for its tag set; all sounds are tagged anew in the background."""
    with whoever_answers() as asked:
        answer = asked.call("use_model", digest=model)
        _say(asked, answer, f"{_named(answer)} is in use for the tags “{answer['tag_set']}”.", json)


@app.command()
def rollback(
    tag_set: Annotated[
        str | None,
        typer.Argument(
            parser=tag_sets.tag_set, help="Which tag set; by default the one that was changed last."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Go back to the model before; the tags become what they were."""
    with whoever_answers() as asked:
        answer = asked.call("rollback_model", tag_set=tag_set)
        model = answer["model"]
        now = f"{_named(model)} is in use again" if model else "No model is in use"
        _say(asked, answer, f"{now} for the tags “{answer['tag_set']}”.", json)


@app.command()
def remove(model: Model) -> None:
    """Forget a model that is not in use, and all that it said."""
    with whoever_answers() as asked:
        found = asked.call("model", digest=model)
        asked.call("remove_model", digest=model)
    say(f"The model {_named(found)} is gone.")


def _say(asked: Asked, answer: Mapping[str, Any], sentence: str, json: bool) -> None:
    if json:
        print_json(answer)
        return
    say(sentence)
    say_retagging(asked)


def _line(model: Mapping[str, Any]) -> str:
    star = "*" if model["in_use"] else " "
    labels = ", ".join(model["labels"])
    note = "" if model["usable"] else "  (train it again)"
    short = model["digest"][:_SHORT]
    when = _day(model) or ""
    return f"{star} {short}  {when:<16}  {model['tag_set']:<12} {model['name']}{note}: {labels}"


def _named(model: Mapping[str, Any]) -> str:
    """A model in a sentence; several may have one name."""
    when = _day(model)
    of = f" of {when}" if when else ""
    return f"“{model['name']}” ({model['digest'][:_SHORT]}{of})"


def _day(model: Mapping[str, Any]) -> str | None:
    """When it was made, to the minute; None of the built-in one."""
    made = model["made_at"]
    return f"{datetime.fromtimestamp(made):%Y-%m-%d %H:%M}" if made else None


def _lines(model: Mapping[str, Any]) -> list[str]:
    when = f", {day}" if (day := _day(model)) else ""
    kind = "one tag a sound" if model["exclusive"] else "any number of tags a sound"
    lines = [
        model["name"],
        f"  digest    {model['digest']}",
        f"  tag set   {model['tag_set']} ({kind})",
        f"  tags      {', '.join(model['labels'])}",
        f"  origin    {_ORIGINS[model['origin']]}{when}",
        f"  in use    {'yes' if model['in_use'] else 'no'}",
    ]
    if not model["usable"]:
        lines.append("  note      It cannot be asked any more: train it again.")
    metrics = {n: value for n, value in model["metrics"].items() if isinstance(value, float)}
    names = {name: _MEASURES.get(name, name.replace("_", " ")) for name in metrics}
    width = max(map(len, names.values()), default=0)
    for name, value in metrics.items():
        first = "measured" if name == next(iter(metrics)) else ""
        lines.append(f"  {first:<9} {names[name]:<{width}}  {value:.3f}")
    return lines
