"""Pons et al. (2017): both front ends and the baseline at growing amounts of training data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.papers import baseline, experiment, metrics
from benchmarks.papers.experiment import Floats, Settings
from benchmarks.papers.loaders import magnatagatune
from benchmarks.papers.loaders import table as table_loader
from benchmarks.papers.loaders.collection import Bools, Collection, Ints, Split
from benchmarks.papers.printed import pons as printed
from benchmarks.papers.tables import table
from earmark_trainer.architectures.registry import architecture

WINDOWS = 2
"""Segments of 15 seconds for each song; their predictions are averaged."""

_FRONT_ENDS = ("sample-level", "spectrogram-frontend")


@dataclass(frozen=True)
class _Measured:
    roc_auc: float
    pr_auc: float
    root_mse: float


def run(settings: Settings, models: tuple[str, ...] = (*_FRONT_ENDS, printed.BASELINE)) -> str:
    """The poster's table.

    The 1.2 million songs are not public. ``settings.data`` is MagnaTagATune's folder, or a CSV
    table of files and tags; the amounts of data are the same shares of what is there.

    Args:
        settings: see there.
        models: which rows to measure.

    Raises:
        DataMissingError: the data set is not there.
    """
    collection = experiment.some_of(_load(settings), settings)
    degrees = table_loader.regression_tags(collection)
    measured: dict[tuple[str, str], _Measured] = {}
    for model in models:
        is_baseline = model == printed.BASELINE
        heard_by = architecture("spectrogram-frontend" if is_baseline else model)
        prepared = experiment.prepare(heard_by, collection, settings, WINDOWS)
        test = experiment.readable(prepared, collection.rows(Split.TEST))
        for (name, amount), _ in printed.RESULTS.items():
            if name != model:
                continue
            train = _share(experiment.readable(prepared, collection.rows(Split.TRAIN)), amount)
            given = (
                baseline.fit_and_score(prepared, train, test, degrees, settings.seed)
                if is_baseline
                else _deep(prepared, train, test, settings)
            )
            measured[name, amount] = _judge(given, collection, test, degrees)
    return _table(collection.name, measured)


def _load(settings: Settings) -> Collection:
    if settings.data.suffix == ".csv":
        return table_loader.load(settings.data, settings.seed)
    return magnatagatune.load(settings.data, by_song=True, seed=settings.seed)


def _share(clips: Ints, amount: str) -> Ints:
    """The same random order at every amount, so that more data holds the less."""
    order = np.random.default_rng(0).permutation(clips)
    return order[: max(1, round(len(order) * printed.SHARES[amount]))].astype(np.int64)


def _deep(prepared: experiment.Prepared, train: Ints, test: Ints, settings: Settings) -> Floats:
    config = experiment.configured(prepared.architecture, settings)
    model = experiment.fit(prepared, train, config)
    net = experiment.network(model, prepared.architecture.build, settings.device)
    return experiment.scores(net, prepared, test, config)


def _judge(
    given: Floats,
    collection: Collection,
    test: Ints,
    degrees: Bools,
) -> _Measured:
    targets, known = collection.targets[test], collection.known[test]
    classes = (given[:, ~degrees], targets[:, ~degrees], known[:, ~degrees])
    return _Measured(
        roc_auc=metrics.mean_roc_auc(*classes),
        pr_auc=metrics.mean_pr_auc(*classes),
        root_mse=metrics.root_mse(given[:, degrees], targets[:, degrees], known[:, degrees]),
    )


def _table(data: str, measured: dict[tuple[str, str], _Measured]) -> str:
    rows = []
    for (name, amount), row in printed.RESULTS.items():
        own = measured.get((name, amount))
        share = f"{100 * printed.SHARES[amount]:.0f} %"
        ours = (own.roc_auc, own.pr_auc, own.root_mse) if own else (None, None, None)
        pairs = zip((row.roc_auc, row.pr_auc, row.root_mse), ours, strict=True)
        rows.append((name, amount, share, *(cell for pair in pairs for cell in pair)))
    header = ("model", "printed for", "here", "ROC AUC", "here", "PR AUC", "here", "root MSE")
    return table(
        f"Pons et al.: printed on 1.2 million songs, here on {data}", (*header, "here"), rows, 4
    )
