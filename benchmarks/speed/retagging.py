"""Sounds a second that are tagged anew: by a head, by a whole model, on the way back, and when all
tags come to lie under a broader one.

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

from benchmarks.speed.library import fill, heard_sounds, untagged
from benchmarks.speed.running import own_home, started
from earmark_daemon.api import Client
from earmark_daemon.hearing.listen import Heard
from earmark_daemon.hearing.model import load
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.learning.head import Head
from earmark_daemon.learning.headfile import Description, write_head
from earmark_daemon.places import places

_NO_DIGEST = "0" * 64


def head(path: Path, sounds: list[Heard]) -> None:
    """A head of ten labels with these sounds as landmarks, whose weights are drawn by chance."""
    info = load(str(BUILTIN)).info
    embeddings = [np.frombuffer(sound.first.embedding, dtype=np.float16) for sound in sounds]
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
    """Take each kind of model into use, and go back; then put all tags under one, and on top."""
    for make in (partial(head, sounds=sounds), whole):
        make(file)
        model = client.call("add_model", path=str(file))
        change(client, f"to {model['name']}", count, "use_model", digest=model["digest"])
        change(client, "back", count, "rollback_model")
    in_use = [tag for tag in client.call("tags") if tag["count"]]
    tags, carrying = [tag["tag"] for tag in in_use], sum(tag["count"] for tag in in_use)
    change(client, "under a broader tag", carrying, "nest_tags", tags=tags, under="sound")
    change(client, "on top again", carrying, "nest_tags", tags=tags)


def change(client: Client, words: str, count: int, method: str, **arguments: Any) -> None:
    """Have so many sounds tagged anew, and print how quickly that went."""
    began = time.perf_counter()
    client.call(method, **arguments)
    swapped = time.perf_counter() - began
    rate = count / until_tagged(client)
    print(f"{words:<20} swapped in {swapped:.2f} s, then {rate:7.0f} sounds/s")


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with own_home() as home:
        sounds = heard_sounds(400)
        fill(places().index, sounds, count, untagged, spectrograms=True)
        with started() as client:
            print_figures(client, home / "model.onnx", sounds, count)


if __name__ == "__main__":
    main()
