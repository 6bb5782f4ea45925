"""What a worker process does with files: identify, hear, and read what vendors wrote into them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.errors import Problem
from earmark_daemon.hearing.facts import with_fields
from earmark_daemon.hearing.lineup import load_all
from earmark_daemon.hearing.listen import Heard, listen
from earmark_daemon.hearing.model import load, load_same
from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.hearing.readable import unreadable
from earmark_daemon.writing.metadata import EmbeddedMetadata, read_metadata
from earmark_db.records import Stamp

CHANGED = "changed"
"""Code of a file that got other audio while it was heard."""

_CHANGED = Problem(CHANGED, "It changed while it was heard.", "It is heard again by itself.")
_OURS = {"ours", "refused"}


@dataclass(frozen=True)
class Analysis:
    """All that one look at a file gives.

    Attributes:
        content: digest of its audio payload.
        heard: what it sounds like; None where the content is the known one.
        metadata: what stands in its fields, as plain data.
        carries: whether words of Earmark's stand in it.
    """

    content: str
    heard: Heard | None
    metadata: Mapping[str, Any]
    carries: bool


def analyse(
    paths: Sequence[str],
    known: Sequence[str | None],
    model: str,
    others: Sequence[str] = (),
    digest: str | None = None,
) -> list[Analysis | Problem]:
    """Look at several files.

    Args:
        paths: the files.
        known: for each the content digest whose scores the index has already, or None.
        model: path of the model file whose embedding is kept.
        others: paths of further model files; one that cannot be loaded says nothing.
        digest: of the model whose embedding is kept; None for whichever lies there.

    Returns:
        For each path what was found, or why nothing was.

    Raises:
        EarmarkError: that model cannot be loaded, or is another one.
    """
    stamps = [_stamp(path) for path in paths]
    contents = [_content(path) for path in paths]
    fresh = [
        path
        for path, content, old in zip(paths, contents, known, strict=True)
        if isinstance(content, str) and content != old
    ]
    answers = listen(fresh, load_same(model, digest), load_all(others)) if fresh else []
    heard = dict(zip(fresh, answers, strict=True))
    return [
        _result(path, stamp, content, heard.get(path))
        for path, stamp, content in zip(paths, stamps, contents, strict=True)
    ]


def describe(model: str) -> ModelInfo:
    """Load a model in the worker, which checks it, and say what it is."""
    return load(str(Path(model))).info


def _content(path: str) -> str | Problem:
    try:
        return content_digest(path)
    except OSError as error:
        return unreadable(error, path).problem


def _stamp(path: str) -> Stamp | None:
    try:
        return Stamp.of(os.stat(path))
    except OSError:
        return None


def _result(
    path: str, stamp: Stamp | None, content: str | Problem, heard: Heard | Problem | None
) -> Analysis | Problem:
    if isinstance(content, Problem):
        return content
    if _has_other_audio(path, stamp, content):
        return _CHANGED
    return heard if isinstance(heard, Problem) else _analysis(path, content, heard)


def _has_other_audio(path: str, stamp: Stamp | None, content: str) -> bool:
    """Whether a file got other audio after its digest was taken.

    What was heard would stand for the audio before then, in every copy of that.
    """
    if _stamp(path) == stamp:
        return False
    now = _content(path)
    return isinstance(now, str) and now != content


def _analysis(path: str, content: str, heard: Heard | None) -> Analysis:
    found = _metadata(path)
    metadata = _vendors_words(found)
    if heard is not None:
        facts = with_fields(heard.facts, metadata, path, heard.info.duration)
        heard = replace(heard, facts=facts)
    return Analysis(content, heard, metadata, bool(found.ours))


def _metadata(path: str) -> EmbeddedMetadata:
    try:
        return read_metadata(path)
    except OSError:
        return EmbeddedMetadata()


def _vendors_words(found: EmbeddedMetadata) -> dict[str, Any]:
    """What vendors wrote into a file, as plain data, without what is empty or Earmark's own."""
    return {name: value for name, value in asdict(found).items() if value and name not in _OURS}
