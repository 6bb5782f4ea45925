"""Files that claim to be models: each is refused with its reason, in a child that may die."""

from __future__ import annotations

import io
import json
import pickle
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, TensorProto
from tests.daemon.hearing import bad_models as bad
from tests.made_models import (
    BASE,
    DIMENSIONS,
    described,
    head_of,
    loudness_model,
    save,
    steady_head,
)

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.check import check_file
from earmark_daemon.hearing.golden import golden_clip
from earmark_daemon.hearing.model import Model
from earmark_daemon.hearing.modelfile import BUILTIN, parse
from earmark_daemon.processes import WorkerDied, Workers


@pytest.fixture(scope="module")
def child() -> Iterator[Workers]:
    workers = Workers(1)
    yield workers
    workers.close()


def checked(child: Workers, path: Path, seconds: float = 60.0) -> str:
    return child.submit(check_file, str(path), str(BUILTIN), seconds=seconds).result()


def reason(child: Workers, path: Path) -> str:
    with pytest.raises(EarmarkError) as caught:
        checked(child, path)
    return str(caught.value)


def zipped() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("model.onnx", b"x")
    return data.getvalue()


@pytest.mark.parametrize("make", [steady_head, loudness_model])
def test_a_proper_model_passes(child: Workers, tmp_path: Path, make: Callable[..., str]) -> None:
    given: Any = {"one": 0.2, "two": 0.8} if make is steady_head else ["one", "two"]
    digest = make(tmp_path / "model.onnx", given)
    assert parse(checked(child, tmp_path / "model.onnx")).digest == digest


@pytest.mark.parametrize("label", ["👩\u200d🎤", "نیم\u200cفاصله", "cafe\u0301", "x" * 64])
def test_a_model_may_hold_what_people_write(child: Workers, tmp_path: Path, label: str) -> None:
    digest = steady_head(tmp_path / "model.onnx", {label: 0.2, "two": 0.8})
    info = parse(checked(child, tmp_path / "model.onnx"))
    assert info.digest == digest
    assert info.labels == (unicodedata.normalize("NFC", label), "two")
    assert set(info.thresholds) == set(info.labels)


def test_a_model_that_holds_a_tag_in_both_spellings_keeps_them(
    child: Workers, tmp_path: Path
) -> None:
    steady_head(tmp_path / "model.onnx", {"caf\u00e9": 0.2, "cafe\u0301": 0.8})
    assert parse(checked(child, tmp_path / "model.onnx")).labels == ("caf\u00e9", "cafe\u0301")


def test_the_built_in_model_passes(child: Workers) -> None:
    assert parse(checked(child, BUILTIN)) == BASE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no graph"),
        (b"#!/bin/sh\nrm -rf ~\n", "a script"),
        (pickle.dumps({"a": 1}), "a Python pickle"),
        (zipped(), "a zip archive"),
        (b"hello, this is text", "no ONNX model"),
        (BUILTIN.read_bytes()[:-1000], "part of one"),
        (BUILTIN.read_bytes()[:1000], "part of one"),
        (b"\x3a\xff\xff\xff\xff\x0b" + bytes(100), "part of one"),
    ],
    ids=["empty", "script", "pickle", "zip", "text", "cut off", "cut short", "3 GB by its header"],
)
def test_what_is_no_model_is_named(
    child: Workers, tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "model.onnx").write_bytes(content)
    assert words in reason(child, tmp_path / "model.onnx")


def test_one_changed_byte_is_found(child: Workers, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    steady_head(path, {"one": 0.2})
    data = bytearray(path.read_bytes())
    place = data.index(b"\0" * 64)
    data[place] = 1
    path.write_bytes(data)
    assert "digest differs" in reason(child, path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (bad.outside, "outside its file"),
        (bad.outside_in_a_node, "outside its file"),
        (bad.custom_operator, "not standard (com.example)"),
        (bad.custom_operator_unannounced, "no standard operator"),
        (bad.custom_operator_in_a_branch, "no standard operator"),
        (bad.unknown_operator, "“Steal”, which is no standard operator"),
        (bad.function_of_its_own, "functions of its own"),
        (bad.heavy_by_its_word, "say that they are 12,000,000,000 bytes"),
        (lambda: bad.with_entry("sound"), "input must be “embedding”"),
        (lambda: bad.with_entry("embedding", TensorProto.DOUBLE), "type float32"),
        (lambda: bad.with_entry("embedding", 1, "batch", 64), f"[batch, {DIMENSIONS}]"),
        (lambda: bad.with_entry("embedding", 1, 1, DIMENSIONS), f"[batch, {DIMENSIONS}]"),
        (bad.unnamed, "does not give “scores”"),
        (bad.no_number, "no numbers"),
        (bad.too_much, "between 0 and 1"),
        (bad.one_score_too_few, "(1, 1) where (1, 2)"),
        (bad.mixes_its_batch, "not alone in a batch"),
        (bad.greedy, "running it failed"),
        (bad.endless, "“Loop”, which need not come to an end"),
    ],
)
def test_a_model_that_could_do_harm_or_nothing_is_refused(
    child: Workers, tmp_path: Path, make: Callable[[], ModelProto], words: str
) -> None:
    save(make(), tmp_path / "model.onnx", described(bad.LABELS))
    assert words in reason(child, tmp_path / "model.onnx")


def test_a_model_that_takes_hours_is_ended(child: Workers, tmp_path: Path) -> None:
    save(bad.slow(), tmp_path / "model.onnx", described(bad.LABELS))
    with pytest.raises(WorkerDied, match="took more than"):
        checked(child, tmp_path / "model.onnx", seconds=8.0)
    steady_head(tmp_path / "good.onnx", {"one": 0.2})
    assert checked(child, tmp_path / "good.onnx")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"backbone": "a" * 64}, "trained for another built-in model"),
        ({"labels": ["one", "one"]}, "stand twice"),
        ({"labels": ["one", "Two"], "thresholds": {"one": 0.5, "Two": 0.5}}, "lower case"),
        ({"labels": ["one", "a\nb"], "thresholds": {"one": 0.5, "a\nb": 0.5}}, "cannot be seen"),
        ({"labels": ["one", "x" * 65], "thresholds": {"one": 0.5, "x" * 65: 0.5}}, "64 at most"),
        ({"thresholds": {"one": 0.5, "two": float("nan")}}, "threshold of “two” is nan"),
        ({"thresholds": {"one": 0.5}}, "thresholds do not match"),
        ({"tag_set": "../own"}, "no name of a tag set"),
        ({"name": "made\nup"}, "its name is not one line"),
        ({"name": "made\x1b[2Jup"}, "its name is not one line"),
        ({"name": " "}, "its name is not one line"),
        ({"name": "x" * 129}, "at most 128 letters"),
        ({"metrics": [0.9]}, "“metrics” is no object"),
        ({"metrics": {"x": "y" * 100_000}}, "“metrics” is larger than 2 labels ask for"),
        ({"training": "long"}, "“training” is no object"),
        ({"training": {"x": "y" * 100_000}}, "“training” is larger than 2 labels ask for"),
        ({"thresholds": {"one": 0.5, "two": 10**400}}, "incomplete"),
        ({"format": 2}, "its format is 2"),
        ({"digest": ""}, "does not state its own digest"),
        ({"frontend": {"window_seconds": 1e9}}, "out of all bounds"),
        ({"frontend": {"n_fft": "many"}}, "out of all bounds"),
        ({"frontend": {"n_fft": 1}}, "out of all bounds"),
        ({"frontend": {"sample_rate": 8000, "n_fft": 16001, "fmax": 4e3}}, "out of all bounds"),
        ({"frontend": {"hop_length": 1, "window_seconds": 60.0}}, "out of all bounds"),
        ({"frontend": {"n_fft": 16384, "hop_length": 16}}, "out of all bounds"),
        ({"golden": [0.5, 0.6]}, "scores that its description states"),
        ({"golden": [0.5]}, "scores that its description states"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(
    child: Workers, tmp_path: Path, fields: dict[str, Any], words: str
) -> None:
    save(bad.plain_head(), tmp_path / "model.onnx", {**described(bad.LABELS), **fields})
    assert words in reason(child, tmp_path / "model.onnx")


def test_a_stated_golden_answer_is_compared(child: Workers, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    head = head_of(random.normal(0.0, 0.1, (DIMENSIONS, 2)), [0.0, 0.0])
    save(head, tmp_path / "plain.onnx", described(bad.LABELS))
    clip = golden_clip((DIMENSIONS,), is_bytes=False)
    scores = Model(tmp_path / "plain.onnx").scores(clip)[0]
    assert abs(float(scores[0]) - 0.5) > 0.01
    golden = [float(score) for score in scores]
    save(head, tmp_path / "good.onnx", described(bad.LABELS, golden=golden))
    assert parse(checked(child, tmp_path / "good.onnx")).golden == tuple(golden)


def test_a_figure_that_is_no_number_is_none_but_a_threshold_must_be_one() -> None:
    said = described(["a"], metrics={"roc_auc": float("nan"), "epochs": 3})
    assert parse(json.dumps(said)).metrics == {"roc_auc": None, "epochs": 3}
    with pytest.raises(EarmarkError, match="cannot be used"):
        parse(json.dumps({**said, "thresholds": {"a": float("nan")}}))
