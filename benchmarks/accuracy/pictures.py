"""Spectrograms of every clip, of treated copies of it and of synthesised sounds, kept in a cache.

Corrections of labels are applied to what the cache holds: pictures, and nets trained with the
labels of that day, stay usable when a label is corrected. Each clip's randomness comes from its own
name, so the cache is the same whatever the number of processes. Copies are layered only with sounds
of their own pack: nothing of a pack that is left out may reach training.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy import corpus, drums, effects, tones, voices
from benchmarks.accuracy.corpus import HERE, LABELS, RATE, Clip
from benchmarks.accuracy.teacher import EMBEDDING_SIZE, Teacher
from benchmarks.accuracy.voices import Random, Wave
from earmark_daemon.hearing.frontend import Audio, FrontendSpec, onset, spectrogram

CACHE = HERE.parents[1] / ".cache" / "accuracy"
SYNTHESISED = "synthesised"
DROPPED = -1
WANTED_OF_LABEL = 1500
FEWEST_COPIES, MOST_COPIES = 2, 12
LAYERED = {"clap", "cymbal", "hihat", "kick", "percussion", "snare", "tom", "fx", "synth"}
LAYER_SHARE = 0.2

VOICES: dict[str, tuple[Callable[[Random], Wave], int]] = {
    "bass": (tones.bass, 350),
    "clap": (drums.clap, 300),
    "cymbal": (drums.cymbal, 150),
    "fx": (tones.fx, 200),
    "hihat": (drums.hihat, 200),
    "keys": (tones.keys, 150),
    "kick": (drums.kick, 250),
    "percussion": (drums.percussion, 300),
    "snare": (drums.snare, 250),
    "synth": (tones.synth, 350),
    "tom": (drums.tom, 250),
}
"""Which labels are synthesised, how, and how many sounds of each."""


@dataclass(frozen=True)
class Pictures:
    """Everything there is to train on and to test with.

    Attributes:
        clips: uint8 ``[N, n_mels, frames]``.
        teacher: float16 ``[N, EMBEDDING_SIZE]``.
        labels: int64 ``[N]``, numbers in `corpus.LABELS`, corrected; `DROPPED` for none.
        packs: ``[N]`` names; `SYNTHESISED` for sounds that were made.
        groups: ``[N]`` names of takes within a pack.
        copies: bool ``[N]``, true for treated copies and synthesised sounds.
    """

    clips: npt.NDArray[np.uint8]
    teacher: npt.NDArray[np.float16]
    labels: npt.NDArray[np.int64]
    packs: npt.NDArray[np.str_]
    groups: npt.NDArray[np.str_]
    copies: npt.NDArray[np.bool_]

    def only(self, use: npt.NDArray[np.bool_]) -> Pictures:
        """The pictures where this is true."""
        return Pictures(**{name: column[use] for name, column in vars(self).items()})


@dataclass(frozen=True)
class _Order:
    """What one worker makes pictures of: a clip and its copies, or one synthesised sound."""

    clip: Clip
    copies: int
    layers: tuple[Clip, ...]
    spec: FrontendSpec


def pictures(spec: FrontendSpec, processes: int = 2) -> Pictures:
    """All pictures, from the cache if nothing that decides them has changed."""
    orders = _orders(spec)
    place = place_of(spec)
    if place.exists():
        with np.load(place) as stored:
            return replace(Pictures(**stored), labels=_labels(orders))
    CACHE.mkdir(parents=True, exist_ok=True)
    with get_context("spawn").Pool(processes) as pool:
        made = list(pool.imap(_make, orders, chunksize=16))
    repeats = [len(picture) for picture, _ in made]
    result = Pictures(
        clips=np.concatenate([picture for picture, _ in made]),
        teacher=np.concatenate([embedding for _, embedding in made]),
        labels=_labels(orders),
        packs=np.repeat([order.clip.pack for order in orders], repeats),
        groups=np.repeat([f"{o.clip.pack}/{o.clip.group}" for o in orders], repeats),
        copies=np.concatenate([_copies(o, n) for o, n in zip(orders, repeats, strict=True)]),
    )
    beside = place.with_suffix(".part.npz")
    np.savez(beside, **vars(result))
    beside.replace(place)
    return result


def place_of(spec: FrontendSpec) -> Path:
    """Where the pictures are kept; the name tells the clips and the code that made them."""
    return CACHE / f"pictures-{_fingerprint(_orders(spec))}.npz"


def _labels(orders: list[_Order]) -> npt.NDArray[np.int64]:
    """Of every picture that is made of these."""
    corrected = {clip.path: LABELS.index(clip.label) for clip in corpus.clips()}
    own = [
        LABELS.index(order.clip.label)
        if order.clip.pack == SYNTHESISED
        else corrected.get(order.clip.path, DROPPED)
        for order in orders
    ]
    return np.repeat(own, [1 + order.copies for order in orders]).astype(np.int64)


def _copies(order: _Order, count: int) -> npt.NDArray[np.bool_]:
    return (np.arange(count) > 0) | (order.clip.pack == SYNTHESISED)


def _orders(spec: FrontendSpec) -> list[_Order]:
    clips = corpus.indexed()
    counts = Counter(clip.label for clip in clips)
    kin = defaultdict(list)
    for clip in clips:
        kin[clip.pack, clip.label].append(clip)
    orders = []
    for clip in clips:
        copies = WANTED_OF_LABEL // counts[clip.label]
        layers = tuple(kin[clip.pack, clip.label][:40]) if clip.label in LAYERED else ()
        orders.append(_Order(clip, min(MOST_COPIES, max(FEWEST_COPIES, copies)), layers, spec))
    return orders + [_Order(clip, 0, (), spec) for clip in _synthesised()]


def _synthesised() -> Iterator[Clip]:
    for label, (_, count) in VOICES.items():
        for number in range(count):
            yield Clip(f"{SYNTHESISED}/{label}/{number}", SYNTHESISED, label, label, "own")


def _fingerprint(orders: list[_Order]) -> str:
    """Of the orders and of the code that fills them."""
    print_ = hashlib.sha256(repr([(o.clip, o.copies, o.spec) for o in orders]).encode())
    for module in (drums, effects, tones, voices):
        print_.update(Path(str(module.__file__)).read_bytes())
    return print_.hexdigest()[:16]


_teachers: list[Teacher] = []
"""The teacher of this worker process, made with the first order."""


def _make(order: _Order) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]:
    if not _teachers:
        _teachers.append(Teacher())
    sounds = list(_sounds(order))
    heard = [spectrogram(audio, RATE, order.spec) for audio in sounds]
    taught = [_teachers[0].embed(audio) for audio in sounds]
    return np.stack(heard), np.stack(taught).reshape(-1, EMBEDDING_SIZE)


def _sounds(order: _Order) -> Iterator[Audio]:
    random = np.random.default_rng(zlib.crc32(order.clip.path.encode()))
    if order.clip.pack == SYNTHESISED:
        yield _started(_synthesise(order.clip.label, random))
        return
    audio = corpus.read(order.clip)
    yield audio
    for _ in range(order.copies):
        layer = None
        if order.layers and random.random() < LAYER_SHARE:
            layer = corpus.read(order.layers[random.integers(len(order.layers))])
        yield _started(effects.treated(audio, random, layer))


def _synthesise(label: str, random: Random) -> Audio:
    """A made sound; two of three are treated as recorded ones are."""
    audio = np.asarray(VOICES[label][0](random), dtype=np.float32)
    return effects.treated(audio, random) if random.random() < 2 / 3 else audio


def _started(audio: Audio) -> Audio:
    return audio[onset(audio, RATE) :]


def describe(found: Pictures) -> str:
    """How many pictures there are of each label, as JSON."""
    return json.dumps(
        {
            label: {
                "clips": int(((found.labels == number) & ~found.copies).sum()),
                "all": int((found.labels == number).sum()),
            }
            for number, label in enumerate(LABELS)
        }
    )
