"""What a model file says of itself: labels, thresholds, front end. One ``.onnx``, all inside."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.tag_names import whole

FORMAT = 1
METADATA_KEY = "earmark"
BUILTIN = Path(__file__).with_name("builtin.onnx")
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ModelInfo:
    """The description inside a model file.

    Attributes:
        name: for people.
        digest: SHA-256 of the file with the digest itself zeroed; the model's identity.
        tag_set: which tag set its labels belong to.
        labels: in the order of the scores, in whole letters unless two would be the same then.
        exclusive: whether a sound has one label at most (softmax) or any number (sigmoid).
        thresholds: label to the calibrated score from which the tag is given.
        frontend: what it must be shown; for a head, what its backbone is shown.
        backbone: digest of the model whose embedding a head reads; None for a whole model.
        metrics: how well it did where it was measured.
        training: what it was trained on, and how.
        golden: its scores for the clip of `earmark_daemon.hearing.golden`, if its maker noted them.
    """

    name: str
    digest: str
    tag_set: str
    labels: tuple[str, ...]
    exclusive: bool
    thresholds: Mapping[str, float]
    frontend: FrontendSpec
    backbone: str | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    golden: tuple[float, ...] | None = None


def parse(text: str | None) -> ModelInfo:
    """Read the description.

    Raises:
        EarmarkError: it is missing, of another format, or does not hold together.
    """
    if not text:
        raise unusable("it carries no description of Earmark's")
    try:
        data = json.loads(text, parse_constant=_no_number)
        if data["format"] != FORMAT:
            raise unusable(f"its format is {data['format']}, this version reads {FORMAT}")
        info = _info(data)
    except EarmarkError:
        raise
    except _MALFORMED as error:
        raise unusable(f"its description is incomplete ({error})") from error
    if not _DIGEST.fullmatch(info.digest):
        raise unusable("it does not state its own digest")
    if not info.labels or len(set(info.labels)) != len(info.labels):
        raise unusable("its labels are missing or stand twice")
    if set(info.thresholds) != set(info.labels):
        raise unusable("its thresholds do not match its labels")
    return info


def _no_number(_: str) -> None:
    """What stands for a NaN or an infinity, which older trainers wrote and JSON does not know."""


def _info(data: Mapping[str, Any]) -> ModelInfo:
    backbone, golden = data.get("backbone"), data.get("golden")
    labels = tuple(str(label) for label in data["labels"])
    thresholds = {str(k): _threshold(k, v) for k, v in data["thresholds"].items()}
    if len(set(map(whole, labels))) == len(labels):
        labels = tuple(map(whole, labels))
        thresholds = {whole(label): least for label, least in thresholds.items()}
    return ModelInfo(
        name=str(data["name"]),
        digest=str(data["digest"]),
        tag_set=str(data["tag_set"]),
        labels=labels,
        exclusive=bool(data["exclusive"]),
        thresholds=thresholds,
        frontend=FrontendSpec.from_dict(data.get("frontend", {}) if backbone else data["frontend"]),
        backbone=str(backbone) if backbone else None,
        metrics=_object(data, "metrics"),
        training=_object(data, "training"),
        golden=None if golden is None else tuple(float(score) for score in golden),
    )


def _threshold(label: str, value: Any) -> float:
    if value is None:
        raise unusable(f"the threshold of “{label}” is {math.nan}")
    return float(value)


def _object(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise TypeError(f"“{name}” is no object")
    return found


def computed_digest(content: bytes, stated: str) -> str:
    """What a file with these bytes must state: the digest of itself with zeros in its place."""
    return hashlib.sha256(content.replace(stated.encode(), b"0" * 64)).hexdigest()


def unusable(why: str) -> EarmarkError:
    """The error to raise for a model file that cannot be used, and why."""
    return fail(
        "bad-model",
        f"This model cannot be used: {why}.",
        "Go back to the model before: earmark models rollback",
    )
