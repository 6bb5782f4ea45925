"""Files a second from cold, decode to searchable, beside the Vibrary pipeline in the same run.

The Vibrary pipeline is what its paper describes, made of the usual parts: librosa loads and
resamples to 44.1 kHz, librosa's mel spectrogram, and its VGG by onnxruntime, one file at a time.
Ours is the daemon's own way, from the request to the commit that makes files searchable.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.papers.cost import fresh_model
from benchmarks.speed.running import copy_many, one_shots, running_daemon, times_of
from earmark_daemon.containers.digest import content_digest
from earmark_daemon.hearing.facts import facts
from earmark_daemon.hearing.frontend import Audio, FrontendSpec
from earmark_daemon.hearing.model import Model, load
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.hearing.sound import open_sound
from earmark_daemon.hearing.spectra import pack
from earmark_daemon.hearing.windows import heard_stretches, heard_windows
from earmark_daemon.writing.metadata import read_metadata
from earmark_trainer.architectures.registry import architecture

_ROUNDS = 3
T = TypeVar("T")


def vibrary_pipeline(model: Model) -> Callable[[Path], None]:
    """What hears one file as Vibrary does."""
    import librosa

    spec = FrontendSpec.from_dict(dict(architecture("vgg-elu").frontend))

    def hear(path: Path) -> None:
        audio, _ = librosa.load(path, sr=spec.sample_rate, mono=True)
        mel = librosa.feature.melspectrogram(
            y=audio,
            sr=spec.sample_rate,
            n_fft=spec.n_fft,
            hop_length=spec.hop_length,
            n_mels=spec.n_mels,
        )
        decibel = librosa.power_to_db(mel, ref=np.max)[:, : spec.frames]
        window = np.zeros((1, spec.n_mels, spec.frames), dtype=np.uint8)
        window[0, :, : decibel.shape[1]] = np.clip((decibel + 80.0) * 255.0 / 80.0, 0, 255)
        model.run(window)

    return hear


def vibrary_rate(files: list[Path]) -> float:
    """Files a second of the Vibrary pipeline."""
    with tempfile.TemporaryDirectory() as folder:
        hear = vibrary_pipeline(fresh_model(architecture("vgg-elu"), Path(folder, "vgg.onnx")))
        hear(files[0])
        began = time.perf_counter()
        for path in files:
            hear(path)
        return len(files) / (time.perf_counter() - began)


def earmark_rate(files: list[Path], *, write_tags: bool) -> float:
    """Files a second of a running daemon, until searchable, or until the files carry their tags."""
    final = "written" if write_tags else "tagged"
    with running_daemon(write_tags=write_tags) as (client, folder, _):
        place = folder.parent / "asked for" if write_tags else folder / ".asked for"
        warm = list(copy_many(files[:32], 32, place / "warm"))
        client.call("tag", paths=warm)
        times_of(client, set(warm), ("tagged", final))
        copies = list(copy_many(files, len(files), place / "cold"))
        began = time.time()
        client.call("tag", paths=copies)
        seen = times_of(client, set(copies), ("tagged", final))
        return len(copies) / (max(seen[final].values()) - began)


def parts(files: list[Path]) -> dict[str, float]:
    """Milliseconds of processor time a file for each part of the way, on one core."""
    model = load(str(BUILTIN))
    spec = model.info.frontend
    spent: dict[str, float] = {}

    def timed(name: str, action: Callable[[], T]) -> T:
        began = time.process_time()
        result = action()
        spent[name] = spent.get(name, 0.0) + (time.process_time() - began) / len(files) * 1000.0
        return result

    def decode(path: Path) -> tuple[int, list[Audio]]:
        with open_sound(str(path)) as sound:
            return sound.info.sample_rate, heard_stretches(sound, spec)

    for path in files:
        timed("digest", partial(content_digest, str(path)))
        rate, stretches = timed("decode", partial(decode, path))
        windows = timed("spectrogram", partial(heard_windows, stretches, rate, spec))
        timed("facts", partial(facts, stretches, rate, str(path)))
        timed("pack", partial(pack, windows))
        timed("model", partial(model.run, windows))
        timed("vendors' words", partial(read_metadata, str(path)))
    return spent


def main() -> None:
    """Print the rates, side by side, and where the time goes."""
    files = one_shots(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
    for _ in range(_ROUNDS):
        theirs = vibrary_rate(files[:150])
        ours = earmark_rate(files, write_tags=False)
        written = earmark_rate(files, write_tags=True)
        print(
            f"Vibrary pipeline {theirs:6.1f} files/s   Earmark, searchable {ours:6.1f} files/s"
            f" ({ours / theirs:.1f} times)   with tags in the files {written:6.1f} files/s"
        )
    for name, milliseconds in parts(files[:200]).items():
        print(f"{name:<24} {milliseconds:6.2f} ms of one core a file")


if __name__ == "__main__":
    main()
