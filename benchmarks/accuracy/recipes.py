"""How the ear is trained: the built-in model's recipe, and others measured beside it.

A recipe says which pictures are learnt from and with which settings. `LOG.md` holds the figures.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.pictures import DROPPED, SYNTHESISED, Pictures
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_trainer.training.types import GENTLE, SpectrogramDataset, TrainConfig

TAG_SET = "instrument"

_BASE = TrainConfig(
    epochs=80,
    clips_per_epoch=5000,
    batch_size=32,
    learning_rate=2e-3,
    ema=0.997,
    crop=96,
    teacher_weight=1.0,
    validation_share=0.0,
    patience=0,
    bfloat16=True,
    augment=GENTLE,
)


@dataclass(frozen=True)
class Recipe:
    """What is learnt from, and how.

    Attributes:
        config: of the training.
        copies: learn from treated copies of the audio as well.
        synthesised: learn from synthesised sounds as well.
        finishes: trainings that each go on from the net so far; the net is the mean of theirs.
        summary_head: the tags are read off the summaries of all layers (`summary_head`).
        last: of the last training, on all packs, which goes on from a fold's net; like the folds'
            where it is None.
    """

    config: TrainConfig = field(default_factory=lambda: _BASE)
    copies: bool = True
    synthesised: bool = True
    finishes: tuple[TrainConfig, ...] = ()
    summary_head: bool = False
    last: TrainConfig | None = None

    @property
    def unfinished(self) -> Recipe:
        """The training of the net that the finishes go on from."""
        return replace(self, finishes=(), summary_head=False, last=None)

    @property
    def before(self) -> Recipe | None:
        """The stage that the last one goes on from; None where there is only one."""
        if self.summary_head:
            return replace(self, summary_head=False)
        return self.unfinished if self.finishes else None


_LAST = replace(_BASE, epochs=48, learning_rate=1.5e-3, warmup=0.1)
_FINISH = replace(_LAST, epochs=12)
_CROSSED = replace(_BASE.augment, hybrid_share=0.5, style_share=0.4)
_FINISHES = (
    replace(_FINISH, seed=2),
    replace(_FINISH, seed=3, augment=replace(_BASE.augment, hybrid_share=0.5)),
    replace(
        _FINISH,
        seed=4,
        epochs=24,
        augment=_CROSSED,
    ),
)
"""Three ends of one training: as before; clips crossed in parts; in parts and in style, longer."""


def _with(**settings: object) -> Recipe:
    return Recipe(replace(_BASE, **settings))  # type: ignore[arg-type]


RECIPES: dict[str, Recipe] = {
    "gently bent": Recipe(),
    "finished": Recipe(finishes=_FINISHES, last=_LAST),
    "summarised": Recipe(finishes=_FINISHES, summary_head=True, last=_LAST),
    "strongly bent": _with(augment=replace(_BASE.augment, tilt=14.0, floor=0.3, mixup_share=0.4)),
    "untaught": _with(teacher_weight=0.0),
}
BUILTIN = "summarised"
"""The recipe that the built-in model is made with."""

LARGE = Recipe(replace(_FINISH, seed=31, learning_rate=5e-4, teacher_weight=0.0, augment=_CROSSED))
"""How the large net is tuned that stands beside it in `heard_more`."""


def dataset(pictures: Pictures, recipe: Recipe, left_out: Collection[str]) -> SpectrogramDataset:
    """What the recipe learns from when some packs are left out.

    The teacher's numbers are brought to mean 0 and spread 1 over the clips that are learnt from.
    """
    use = ~np.isin(pictures.packs, sorted(left_out)) & (pictures.labels != DROPPED)
    if not recipe.copies:
        use &= ~pictures.copies | (pictures.packs == SYNTHESISED)
    if not recipe.synthesised:
        use &= pictures.packs != SYNTHESISED
    labels = pictures.labels[use]
    return SpectrogramDataset(
        clips=pictures.clips[use],
        targets=np.eye(len(LABELS), dtype=np.float32)[labels],
        known=np.ones((len(labels), len(LABELS)), dtype=np.bool_),
        groups=_numbers(pictures.groups[use]),
        packs=_numbers(pictures.packs[use]),
        copies=pictures.copies[use],
        labels=LABELS,
        exclusive=True,
        tag_set=TAG_SET,
        frontend=FrontendSpec().to_dict(),
        teacher=_standard(pictures.teacher[use]) if recipe.config.teacher_weight > 0 else None,
    )


def _numbers(names: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _standard(values: npt.NDArray[np.float16]) -> npt.NDArray[np.float32]:
    exact = values.astype(np.float32)
    return np.asarray((exact - exact.mean(axis=0)) / (exact.std(axis=0) + 1e-3))
