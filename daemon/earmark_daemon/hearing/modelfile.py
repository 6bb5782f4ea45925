"""What a model file says of itself: labels, thresholds, front end. One ``.onnx``, all inside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.hearing.frontend import FrontendSpec

FORMAT = 1
METADATA_KEY = "earmark"
BUILTIN = Path(__file__).with_name("builtin.onnx")


@dataclass(frozen=True)
class ModelInfo:
    """The description inside a model file.

    Attributes:
        name: for people.
        digest: SHA-256 of the file with the digest itself zeroed; the model's identity.
        tag_set: which tag set its labels belong to.
        labels: in the order of the scores.
        exclusive: whether a sound has one label at most (softmax) or any number (sigmoid).
        thresholds: label to the calibrated score from which the tag is given.
        frontend: what it must be shown.
        metrics: how well it did where it was measured.
        training: what it was trained on, and how.
    """

    name: str
    digest: str
    tag_set: str
    labels: tuple[str, ...]
    exclusive: bool
    thresholds: Mapping[str, float]
    frontend: FrontendSpec
    metrics: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


def parse(text: str | None) -> ModelInfo:
    """Read the description.

    Raises:
        EarmarkError: it is missing, of another format, or does not hold together.
    """
    if not text:
        raise _unusable("it carries no description of Earmark's")
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise _unusable(f"its format is {data['format']}, this version reads {FORMAT}")
        info = ModelInfo(
            name=str(data["name"]),
            digest=str(data["digest"]),
            tag_set=str(data["tag_set"]),
            labels=tuple(str(label) for label in data["labels"]),
            exclusive=bool(data["exclusive"]),
            thresholds={str(k): float(v) for k, v in data["thresholds"].items()},
            frontend=FrontendSpec.from_dict(data["frontend"]),
            metrics=data.get("metrics", {}),
            training=data.get("training", {}),
        )
    except EarmarkError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unusable(f"its description is incomplete ({error})") from error
    if not info.labels or len(set(info.labels)) != len(info.labels):
        raise _unusable("its labels are missing or stand twice")
    if set(info.thresholds) != set(info.labels):
        raise _unusable("its thresholds do not match its labels")
    return info


def computed_digest(content: bytes, stated: str) -> str:
    """What a file with these bytes must state: the digest of itself with zeros in its place."""
    return hashlib.sha256(content.replace(stated.encode(), b"0" * 64)).hexdigest()


def _unusable(why: str) -> EarmarkError:
    return fail(
        "bad-model",
        f"This model cannot be used: {why}.",
        "Go back to the model before: earmark models rollback",
    )
