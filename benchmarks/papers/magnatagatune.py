"""The MagnaTagATune project: ROC AUC, each tag's accuracy and true positive rate, the tag map."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from torch import nn

from benchmarks.papers import experiment, metrics, tagmap
from benchmarks.papers.experiment import Settings
from benchmarks.papers.loaders import magnatagatune
from benchmarks.papers.loaders.collection import Split
from benchmarks.papers.printed import magnatagatune as printed
from benchmarks.papers.tables import table
from earmark_trainer.architectures.magnatagatune import VARIANTS, ShallowNet
from earmark_trainer.architectures.registry import Architecture, Shape, architecture


def run(
    settings: Settings,
    features: str = "mel",
    variant: str = "three layers, third not pooled",
    map_folder: Path | None = None,
    words: Path | None = None,
) -> str:
    """The project's measures; nothing but its warning is printed there in numbers or words.

    Args:
        settings: see there.
        features: ``"mel"`` or ``"mfcc"``.
        variant: one of `VARIANTS`.
        map_folder: where to write the map of the tags, or None.
        words: a file of word vectors for the map, or None for the model's own vectors.

    Raises:
        DataMissingError: the data set is not there.
    """
    data = magnatagatune.load(settings.data, merge_synonyms=True, seed=settings.seed)
    collection = experiment.some_of(data, settings)
    chosen = _variant(architecture(f"shallow-{features}"), features, variant)
    prepared = experiment.prepare(chosen, collection, settings)
    config = experiment.configured(chosen, settings)
    model = experiment.fit(prepared, collection.rows(Split.TRAIN, Split.VALIDATE), config)
    net = experiment.network(model, chosen.build, settings.device)
    test = experiment.readable(prepared, collection.rows(Split.TEST))
    given = experiment.scores(net, prepared, test, config)
    truth = (collection.targets[test], collection.known[test])
    if map_folder is not None:
        own = tagmap.output_vectors(net)
        vectors = tagmap.word_vectors(words, collection.labels) if words else own
        tagmap.write(collection.labels, vectors, map_folder, settings.seed)
    rows = [
        (row.tag, row.clips, row.accuracy, row.true_positive_rate, row.roc_auc)
        for row in metrics.by_tag(given, *truth, collection.labels)
    ]
    whole = metrics.pooled(given, *truth)
    rows.append(
        (
            "all tags",
            int(truth[0].sum()),
            whole.accuracy,
            whole.recall,
            metrics.mean_roc_auc(given, *truth),
        )
    )
    report = table(
        f"MagnaTagATune project, {chosen.name}, {variant}; predictions at 0.5; measured",
        ("tag", "clips", "accuracy", "true positive rate", "ROC AUC"),
        rows,
    )
    return f"{report}\n{printed.WARNING}\n"


def _variant(one: Architecture, features: str, variant: str) -> Architecture:
    pools = VARIANTS[variant]

    def make(labels: int, shape: Shape) -> nn.Module:
        mfcc = features == "mfcc"
        return ShallowNet(labels, shape[0], shape[1], "mfcc" if mfcc else "mel", pools)

    return replace(one, make=make)
