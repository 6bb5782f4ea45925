"""`demo`: the main job before one's eyes, in a folder of its own, on copies."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from earmark_daemon.api import Client
from earmark_daemon.cli.asking import daemon, is_running
from earmark_daemon.cli.finding import hit_line
from earmark_daemon.cli.output import progress, say, tag_words
from earmark_daemon.cli.running import Start, start_daemon, stop_daemon
from earmark_daemon.errors import fail
from earmark_daemon.places import places
from earmark_daemon.settings import Folder
from earmark_daemon.settings_file import add_folder

PACK = Path(__file__).parent.parent / "demo_pack"
_LOOK_SECONDS = 1.0
_SHOWN = ("title", "artist", "album", "genre", "comment")
"""Fields of a file that is shown, with Earmark's words."""
_AT_ONCE = 500


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    pack: Annotated[
        Path | None, typer.Option(help="A folder with sounds of your own; copies are used.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the demo's folder behind.")] = False,
) -> None:
    """See Earmark work: a pack lands in a watched folder, is tagged, and is found again."""
    source = pack.expanduser() if pack else PACK
    if not source.is_dir():
        raise fail("no-folder", f"There is no folder {source}.", "Name a folder with sounds.")
    _end_as_by_ctrl_c()
    with _own_home(keep=keep) as folder:
        try:
            asked = _start(folder)
            files, copied_at = _copy(source, folder)
            results = _follow(asked, files, copied_at)
            _report(results, folder)
            _search(asked, results)
            _read_back(results)
        finally:
            if is_running():
                stop_daemon(places())


def _end_as_by_ctrl_c() -> None:
    """Have what closes a terminal or ends a program clean up, unless that is to be ignored."""
    for name in {"SIGTERM", "SIGHUP"} & {each.name for each in signal.Signals}:
        if signal.getsignal(signal.Signals[name]) is not signal.SIG_IGN:
            signal.signal(signal.Signals[name], signal.default_int_handler)


@contextmanager
def _own_home(*, keep: bool) -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="earmark-demo-"))
    before = os.environ.get("EARMARK_HOME")
    os.environ["EARMARK_HOME"] = str(home / "home")
    folder = home / "Samples"
    folder.mkdir()
    try:
        yield folder
    finally:
        os.environ.pop("EARMARK_HOME")
        if before is not None:
            os.environ["EARMARK_HOME"] = before
        if keep:
            typer.echo(f"\nThe demo's folder is {folder}.")
        else:
            shutil.rmtree(home, ignore_errors=True)


def _start(folder: Path) -> Client:
    _say("1", f"Earmark starts and listens to {folder}.")
    add_folder(places().settings, Folder(os.path.realpath(folder)))
    if start_daemon(places()) is not Start.OK:
        raise fail("not-started", f"Earmark did not start:\n{places().log.read_text()}")
    return daemon()


def _copy(source: Path, folder: Path) -> tuple[list[str], float]:
    from earmark_daemon.watching.facts import Found
    from earmark_daemon.watching.ignore import Rules
    from earmark_daemon.watching.scan import scan

    found = scan(os.path.realpath(source), Rules())
    sounds = sorted(item.path for item in found if isinstance(item, Found))
    if not sounds:
        raise fail("no-sounds", f"There are no sound files in {source}.", "Name another folder.")
    _say("2", f"A pack lands there: {len(sounds)} sounds from {source}.")
    targets = []
    with progress("Copying", len(sounds)) as bar:
        for path in sounds:
            target = Path(os.path.realpath(folder)) / os.path.relpath(path, source.resolve())
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
            targets.append(str(target))
            bar.advance()
    return targets, time.monotonic()


def _follow(asked: Client, files: list[str], copied_at: float) -> list[dict[str, Any]]:
    _say("3", "Each is heard and tagged.")
    pending, results, number = files, list[dict[str, Any]](), 0
    with progress("Listening", len(files)) as bar:
        while pending:
            answers = asked.call("results", paths=pending[:_AT_ONCE])
            done = {answer["path"]: answer for answer in answers if answer}
            results += done.values()
            bar.advance(len(done))
            pending = [path for path in pending if path not in done]
            if not done:
                number = asked.call("changes", since=number, seconds=_LOOK_SECONDS)["number"]
    typer.echo(f"   All done {time.monotonic() - copied_at:.1f} seconds after the last was copied.")
    return results


def _report(results: list[dict[str, Any]], folder: Path) -> None:
    for result in sorted(results, key=lambda item: str(item["path"])):
        words = tag_words(result["tags"]) or "unknown"
        name = os.path.relpath(result["path"], os.path.realpath(folder))
        typer.echo(f"   {words:<18} {name}")
        if result["reason"] and not result["ok"]:
            typer.echo(f"   {'':<18} {result['reason']}")
    written = sum(result["written"] for result in results)
    typer.echo(f"   {written} of {len(results)} files carry what was found in their own metadata.")


def _search(asked: Client, results: list[dict[str, Any]]) -> None:
    tags = Counter(tag["tag"] for result in results for tag in result["tags"])
    if not tags:
        return
    (tag, _), *_ = tags.most_common(1)
    _say("4", f"They are found again: earmark search tag:{tag}")
    for hit in asked.call("search", query=f"tag:{tag}", limit=5)["hits"]:
        typer.echo(f"   {hit_line(hit)}")


def _read_back(results: list[dict[str, Any]]) -> None:
    from earmark_daemon.writing.vendor import vendor_fields

    written = [result for result in results if result["written"] and result["tags"]]
    if not written:
        return
    path = written[0]["path"]
    _say("5", f"And the file says so itself: {os.path.basename(path)}")
    fields = vendor_fields(path)
    for name in _SHOWN:
        if words := "; ".join(dict.fromkeys(fields.get(name, ()))):
            say(f"   {name:<10} {words}")


def _say(number: str, sentence: str) -> None:
    typer.secho(f"\n{number}. {sentence}", bold=True)
