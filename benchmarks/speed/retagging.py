"""Sounds a second that are tagged anew: by a head, by a whole model, and on the way back.

python -m benchmarks.speed.retagging 20000

The library is made up of what real one-shots sound like, under as many names as asked for; the
daemon, its queue and its workers are real. The whole model is the built-in network under another
name. Nothing is written into files, for there are none.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from benchmarks.speed.running import one_shots, own_home, started
from earmark_daemon.api import Client
from earmark_daemon.hearing.listen import Heard, listen
from earmark_daemon.hearing.model import load
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.learning.head import Head
from earmark_daemon.learning.headfile import Description, write_head
from earmark_daemon.places import places
from earmark_db.index import Index
from earmark_db.records import Arrival, Hearing, Stamp

_NO_DIGEST = "0" * 64
_AT_ONCE = 5_000


def heard_sounds(count: int) -> list[Heard]:
    """What real one-shots sound like."""
    model = load(str(BUILTIN))
    answers = listen([str(path) for path in one_shots(count)], model)
    return [answer for answer in answers if isinstance(answer, Heard)]


def fill(path: Path, sounds: list[Heard], count: int, *, spectrograms: bool = True) -> None:
    """An index with ``count`` sounds, of which none exists, that sound like those given.

    Embeddings are told apart by a little noise, so that no two are the same.
    """
    index = Index.for_writing(path)
    index.models.set_backbone(sounds[0].model)
    noise = np.random.default_rng(1)
    for start in range(0, count, _AT_ONCE):
        with index.transaction():
            for number in range(start, min(count, start + _AT_ONCE)):
                _add(index, number, sounds[number % len(sounds)], noise, spectrograms)
    index.close()


def _add(
    index: Index, number: int, sound: Heard, noise: np.random.Generator, spectrograms: bool
) -> None:
    path = f"/library/Deep Pack {number // 200}/sound {number}.wav"
    (file_id,) = index.files.arrived([Arrival(path, Stamp(1, 1, number, 1), None)])
    index.files.heard(file_id, hearing_like(sound, number, noise, spectrogram=spectrograms), {})
    index.files.set_tags(file_id, [])


def hearing_like(
    sound: Heard, number: int, noise: np.random.Generator, *, spectrogram: bool
) -> Hearing:
    """What is heard of the sound with this number, which sounds almost like ``sound``."""
    embedding = np.frombuffer(sound.embedding, dtype=np.float16)
    moved = embedding + noise.normal(0.0, 0.01, len(embedding)).astype(np.float16)
    return Hearing(
        content=str(number),
        duration=sound.info.duration,
        sample_rate=sound.info.sample_rate,
        channels=sound.info.channels,
        frontend=sound.frontend,
        spectrogram=sound.spectrogram if spectrogram else b"",
        model=sound.model,
        scores=sound.scores,
        embedding=moved.astype(np.float16).tobytes(),
    )


def head(path: Path, sounds: list[Heard]) -> None:
    """A head of ten labels with these sounds as landmarks, whose weights are drawn by chance."""
    info = load(str(BUILTIN)).info
    embeddings = [np.frombuffer(sound.embedding, dtype=np.float16) for sound in sounds]
    landmarks = np.stack(embeddings).astype(np.float64)
    landmarks /= np.linalg.norm(landmarks, axis=1, keepdims=True)
    labels = [f"own {number}" for number in range(10)]
    weights = np.random.default_rng(2).normal(0.0, 1.0, (len(landmarks), len(labels)))
    made = Head(landmarks, 1.0, weights, np.zeros(len(labels)), exclusive=False)
    thresholds = dict.fromkeys(labels, 0.7)
    frontend = info.frontend.to_dict()
    said = Description("a head", "head", tuple(labels), thresholds, info.digest, frontend, {}, {})
    write_head(made, said, path)


def whole(path: Path) -> None:
    """The built-in network as a model of another tag set."""
    info = load(str(BUILTIN)).info
    described = _description(list(info.labels), "a whole model")
    _save(onnx.load(str(BUILTIN)), path, {**described, "frontend": info.frontend.to_dict()})


def _description(labels: list[str], name: str) -> dict[str, Any]:
    return {
        "format": 1,
        "name": name,
        "tag_set": name.split()[-1],
        "labels": labels,
        "exclusive": False,
        "thresholds": dict.fromkeys(labels, 0.3),
        "digest": _NO_DIGEST,
    }


def _save(proto: onnx.ModelProto, path: Path, description: dict[str, Any]) -> None:
    del proto.metadata_props[:]
    proto.metadata_props.add(key="earmark", value=json.dumps(description, sort_keys=True))
    data = proto.SerializeToString()
    path.write_bytes(data.replace(_NO_DIGEST.encode(), hashlib.sha256(data).hexdigest().encode()))


def until_tagged(client: Client) -> float:
    """Seconds until nothing is left to be tagged anew."""
    began = time.perf_counter()
    while client.call("status")["retagging"] is not None:
        time.sleep(0.05)
    return time.perf_counter() - began


def print_figures(client: Client, file: Path, sounds: list[Heard], count: int) -> None:
    """Take each kind of model into use, and go back."""
    for make in (partial(head, sounds=sounds), whole):
        make(file)
        model = client.call("add_model", path=str(file))
        for words, method, arguments in (
            (f"to {model['name']}", "use_model", {"digest": model["digest"]}),
            ("back", "rollback_model", {}),
        ):
            began = time.perf_counter()
            client.call(method, **arguments)
            swapped = time.perf_counter() - began
            rate = count / until_tagged(client)
            print(f"{words:<18} swapped in {swapped:.2f} s, then {rate:7.0f} sounds/s")


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with own_home() as home:
        sounds = heard_sounds(400)
        fill(places().index, sounds, count)
        with started() as client:
            print_figures(client, home / "model.onnx", sounds, count)


if __name__ == "__main__":
    main()
