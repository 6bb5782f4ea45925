"""Bengani, Vadivel and Arul Jothi (2019): table 5, all seven combinations, sizes and seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.papers import experiment, metrics
from benchmarks.papers.experiment import Floats, Settings
from benchmarks.papers.loaders import magnatagatune
from benchmarks.papers.loaders.collection import Collection, Ints, Split
from benchmarks.papers.printed import bengani as printed
from benchmarks.papers.tables import table
from earmark_trainer.architectures.ensemble import COMBINATIONS, MEMBERS, Combiner
from earmark_trainer.architectures.registry import architecture

SONGS = 1_000
_MEGABYTE = 2**20
_COMBINER_EPOCHS = 30
_COMBINER_BATCH = 256


@dataclass(frozen=True)
class _Member:
    """A trained model: its scores on every clip, its size, its time for 1,000 songs."""

    scores: Floats
    megabytes: float
    seconds: float


def run(settings: Settings, members: tuple[str, ...] = MEMBERS) -> str:
    """Table 5 and the sizes.

    Args:
        settings: see there.
        members: which of the models to train; combinations of others stay empty.

    Raises:
        DataMissingError: the data set is not there.
    """
    data = magnatagatune.load(settings.data, seed=settings.seed)
    collection = experiment.some_of(data, settings)
    trained = {name: _train(name, collection, settings) for name in members}
    train, test = collection.rows(Split.TRAIN), collection.rows(Split.TEST)
    rows = []
    for chosen in COMBINATIONS:
        row = printed.TABLE_5[chosen]
        there = [trained[name] for name in chosen if name in trained]
        auc = seconds = None
        if len(there) == len(chosen):
            auc, extra = _together(there, collection, train, test, settings.seed)
            seconds = extra + sum(member.seconds for member in there)
        rows.append((" + ".join(chosen), row.roc_auc, auc, row.seconds, seconds))
    table_5 = table(
        "Bengani et al., table 5; seconds for 1,000 songs: printed on a Tesla V100, "
        f"measured on {settings.device}",
        ("models", "AUC printed", "measured", "seconds printed", "measured"),
        rows,
    )
    return f"{table_5}\n{sizes(len(collection.labels))}"


def sizes(n_labels: int = 50) -> str:
    """Megabytes of float32 weights beside the printed sizes; needs no data."""
    nets: dict[str, nn.Module] = {name: architecture(name).build(n_labels) for name in MEMBERS}
    nets["combiner"] = Combiner(len(MEMBERS), n_labels)
    measured = {name: _megabytes(net) for name, net in nets.items()}
    rows = [(name, printed.MEGABYTES[name], size) for name, size in measured.items()]
    rows.append(("all", sum(printed.MEGABYTES.values()), sum(measured.values())))
    return table("Bengani et al., sizes in MB", ("model", "printed", "measured"), rows, digits=2)


def _megabytes(net: nn.Module) -> float:
    numbers = [weights for weights in net.state_dict().values() if weights.is_floating_point()]
    return float(sum(weights.nbytes for weights in numbers)) / _MEGABYTE


def _train(name: str, collection: Collection, settings: Settings) -> _Member:
    prepared = experiment.prepare(architecture(name), collection, settings)
    config = experiment.configured(prepared.architecture, settings)
    model = experiment.fit(prepared, collection.rows(Split.TRAIN), config)
    net = experiment.network(model, prepared.architecture.build, settings.device)
    every = np.arange(len(collection), dtype=np.int64)
    there = experiment.readable(prepared, every)
    began = time.perf_counter()
    given = experiment.scores(net, prepared, there, config)
    seconds = (time.perf_counter() - began) * SONGS / len(there)
    whole = np.full((len(every), given.shape[1]), np.nan, dtype=np.float32)
    whole[there] = given
    return _Member(whole, _megabytes(net), seconds)


def _together(
    members: list[_Member], collection: Collection, train: Ints, test: Ints, seed: int
) -> tuple[float, float]:
    """ROC AUC on the test clips, and the seconds that the combiner takes for 1,000 songs."""
    joined = np.concatenate([member.scores for member in members], axis=1)
    heard = ~np.isnan(joined).any(axis=1)
    train, test = train[heard[train]], test[heard[test]]
    given, seconds = members[0].scores[test], 0.0
    if len(members) > 1:
        combiner = train_combiner(joined[train], collection.targets[train], len(members), seed)
        began = time.perf_counter()
        given = _apply(combiner, torch.from_numpy(joined[test]))
        seconds = (time.perf_counter() - began) * SONGS / max(1, len(test))
    auc = metrics.mean_roc_auc(given, collection.targets[test], collection.known[test])
    return auc, seconds


def train_combiner(scores: Floats, targets: Floats, n_members: int, seed: int) -> Combiner:
    """Table 4's network on the members' scores: binary cross entropy, Adam."""
    torch.manual_seed(seed)
    combiner = Combiner(n_members, targets.shape[1])
    optimiser = torch.optim.Adam(combiner.parameters())
    shown, wanted = torch.from_numpy(scores), torch.from_numpy(targets)
    for _ in range(_COMBINER_EPOCHS):
        for index in torch.split(torch.randperm(len(shown)), _COMBINER_BATCH):
            optimiser.zero_grad()
            logits, _ = combiner(shown[index])
            loss = functional.binary_cross_entropy_with_logits(logits, wanted[index])
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return combiner.eval()


@torch.no_grad()
def _apply(combiner: Combiner, scores: Tensor) -> Floats:
    given: Floats = torch.sigmoid(combiner(scores)[0]).numpy()
    return given
