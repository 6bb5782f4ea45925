"""What a client orders: examples with labels, and how a model is to be made of them.

The same form is sent, stored and handed to the training process. Everything that can be judged
from the order alone is judged here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from earmark_trainer.problems import ConflictError, Problem, RefusedError
from earmark_trainer.storage.spectrograms import Place

MIN_EXAMPLES = 2
"""Examples that every label needs; with fewer there is nothing to learn from."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Opaque = Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Message(BaseModel):
    """A message that takes no unknown fields and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Frontend(Message):
    """The FrontendSpec that made the spectrograms; it is carried into the model unchanged."""

    kind: Literal["log-mel", "waveform"] = "log-mel"
    sample_rate: int = Field(default=32_000, ge=1_000, le=192_000)
    n_fft: int = Field(default=1024, ge=1, le=65_536)
    hop_length: int = Field(default=320, ge=1, le=65_536)
    n_mels: int = Field(default=64, ge=1, le=512)
    fmin: float = Field(default=30.0, ge=0.0, le=96_000.0)
    fmax: float = Field(default=15_500.0, gt=0.0, le=96_000.0)
    window_seconds: float = Field(default=3.0, ge=0.05, le=60.0)
    db_range: float = Field(default=80.0, ge=1.0, le=200.0)
    resample: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one spectrogram, ``(n_mels, frames)``; of one waveform, ``(samples,)``."""
        if self.kind == "waveform":
            return (round(self.window_seconds * self.sample_rate),)
        return (self.n_mels, round(self.window_seconds * self.sample_rate / self.hop_length))

    @property
    def blob_bytes(self) -> int:
        """Size of one uploaded spectrogram, decompressed: uint8, or float32 for waveforms."""
        if self.kind == "waveform":
            return 4 * self.shape[0]
        return self.shape[0] * self.shape[1]

    @model_validator(mode="after")
    def _edges(self) -> Self:
        if self.fmin >= self.fmax:
            raise ValueError("fmin must lie below fmax")
        if not all(self.shape):
            raise ValueError("the window is shorter than one hop")
        return self


class Example(Message):
    """One window of one sound, and what is known of it."""

    spectrogram: Digest = Field(description="SHA-256 of an uploaded spectrogram.")
    labels: tuple[Name, ...] = Field(
        default=(),
        max_length=512,
        description="Labels that are true of it; exactly one if exclusive.",
    )
    unknown: tuple[Name, ...] = Field(
        default=(),
        max_length=512,
        description="Labels that nobody has judged for it. All others are false of it.",
    )
    group: Opaque = Field(
        default="",
        description="Examples of one group never stand on both sides of a validation split: the"
        " windows of one sound, near-copies. Any string that means nothing to others.",
    )
    pack: Opaque = Field(
        default="", description="Like `group`: the sample pack that it comes from."
    )
    library: bool = Field(
        default=False,
        description="Nobody has judged it: it counts a little as none of the labels, and has none.",
    )
    augmented: bool = Field(default=False, description="Made by augmentation: never validated on.")


class Order(Message):
    """A training to be done."""

    name: Name = Field(description="What the model will be called.")
    tag_set: Name = Field(description="The tag set that the labels belong to.")
    labels: tuple[Name, ...] = Field(min_length=1, max_length=512)
    exclusive: bool = Field(description="Exactly one label is true of a sound, or any number.")
    frontend: Frontend = Frontend()
    architecture: Name = Field(
        default="compact", description="One of those that /v1/capabilities lists."
    )
    start: str = Field(
        default="builtin",
        pattern=r"^(builtin|scratch|[0-9a-f]{32})$",
        description="`builtin`, `scratch`, or the id of an earlier job whose model to go on from.",
    )
    seed: int = Field(default=1, ge=0, lt=2**31)
    epochs: int | None = Field(
        default=None, ge=1, le=1000, description="Most epochs; null: as is usual."
    )
    examples: tuple[Example, ...] = Field(min_length=1, max_length=50_000)

    @property
    def digests(self) -> list[str]:
        """The spectrograms that it needs, each once."""
        return list(dict.fromkeys(example.spectrogram for example in self.examples))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = set(self.labels)
        if len(known) != len(self.labels):
            raise ValueError("a label is listed twice")
        if self.exclusive and len(known) < 2:
            raise ValueError("an exclusive tag set needs at least two labels")
        counts: Counter[str] = Counter()
        for number, example in enumerate(self.examples):
            _check_example(number, example, known, self.exclusive)
            counts.update(example.labels)
        rare = [label for label in self.labels if counts[label] < MIN_EXAMPLES]
        if rare:
            raise ValueError(f"these labels have fewer than {MIN_EXAMPLES} examples: {rare[:20]}")
        return self


def _check_example(number: int, example: Example, known: set[str], exclusive: bool) -> None:
    named = (*example.labels, *example.unknown)
    if not known.issuperset(named):
        raise ValueError(f"example {number} has a label that is not among the order's labels")
    if len(set(named)) != len(named):
        raise ValueError(f"example {number} names a label twice")
    if example.library and (exclusive or named):
        raise ValueError(f"example {number} is of the library, but not without labels")
    if exclusive and (len(example.labels) != 1 or example.unknown):
        raise ValueError(f"example {number} must have exactly one label, and none unknown")


def check_spectrograms(order: Order, places: Mapping[str, Place]) -> None:
    """Make sure that every spectrogram of an order is there and of the front end's shape.

    Raises:
        ConflictError: some were not uploaded, or were deleted.
        RefusedError: one has another size than the front end gives.
    """
    missing = sum(digest not in places for digest in order.digests)
    if missing:
        raise ConflictError(
            Problem(
                "spectrograms-missing",
                "Some spectrograms are not here.",
                f"{missing} of {len(order.digests)} were never uploaded, or were deleted since.",
                "Ask for the missing ones, upload them, and submit the order again.",
            )
        )
    wanted = order.frontend.blob_bytes
    for digest, place in places.items():
        if place.size != wanted:
            raise RefusedError(
                Problem(
                    "wrong-shape",
                    "A spectrogram does not fit the front end.",
                    f"{digest} has {place.size} bytes; the front end gives {wanted}.",
                    "Make all spectrograms with the front end that the order names.",
                )
            )
