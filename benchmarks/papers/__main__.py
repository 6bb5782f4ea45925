"""One command a paper: its table, with what was measured here beside it.

python -m benchmarks.papers vibrary --data FOLDER
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.papers import bengani, cost, magnatagatune, openmic, packs, pons, vibrary
from benchmarks.papers.experiment import Settings
from benchmarks.papers.loaders.collection import DataMissingError
from earmark_trainer.architectures.ensemble import MEMBERS
from earmark_trainer.architectures.magnatagatune import VARIANTS
from earmark_trainer.architectures.registry import ARCHITECTURES
from earmark_trainer.training import workers
from earmark_trainer.training.types import TrainingError

Command = Callable[[argparse.Namespace], str]

_PONS_MODELS = ("sample-level", "spectrogram-frontend", "GBT+features")


def main(arguments: list[str] | None = None) -> int:
    """0 if the table was made, 1 with a sentence why not."""
    chosen = _parser().parse_args(arguments)
    try:
        with workers.joined():
            report = chosen.command(chosen)
            if workers.number() == 0:
                print(report)
    except (DataMissingError, TrainingError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _settings(chosen: argparse.Namespace) -> Settings:
    return Settings(
        data=chosen.data,
        cache=chosen.cache,
        epochs=chosen.epochs,
        seed=chosen.seed,
        device=chosen.device,
        decoders=chosen.decoders,
        batch_size=chosen.batch_size,
        clips=chosen.clips,
    )


def _vibrary(chosen: argparse.Namespace) -> str:
    return vibrary.run(_settings(chosen), chosen.set, chosen.start)


def _magnatagatune(chosen: argparse.Namespace) -> str:
    return magnatagatune.run(
        _settings(chosen), chosen.features, chosen.variant, chosen.map, chosen.words
    )


def _bengani(chosen: argparse.Namespace) -> str:
    if chosen.data is None:
        return bengani.sizes()
    return bengani.run(_settings(chosen), tuple(chosen.members))


def _openmic(chosen: argparse.Namespace) -> str:
    return openmic.run(_settings(chosen), chosen.checkpoint, tuple(chosen.only), chosen.tags)


def _pons(chosen: argparse.Namespace) -> str:
    return pons.run(_settings(chosen), tuple(chosen.models))


def _packs(chosen: argparse.Namespace) -> str:
    return packs.run(_settings(chosen), chosen.seconds, tuple(chosen.architectures))


def _cost(chosen: argparse.Namespace) -> str:
    return cost.run(tuple(chosen.architectures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.papers", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="PAPER")
    one = _add(commands, "vibrary", _vibrary, "figure 3 and the upload ratio")
    one.add_argument("--set", choices=vibrary.SETS, default="gtzan", help="which data set")
    one.add_argument("--start", type=Path, help="a model file to start from (transfer)")
    one = _add(commands, "magnatagatune", _magnatagatune, "each tag, and the map of the tags")
    one.add_argument("--features", choices=("mel", "mfcc"), default="mel")
    one.add_argument("--variant", choices=VARIANTS, default="three layers, third not pooled")
    one.add_argument("--map", type=Path, help="folder for the map of the tags")
    one.add_argument("--words", type=Path, help="word vectors for the map, as text")
    one = _add(commands, "bengani", _bengani, "table 5 and the sizes", data_needed=False)
    one.add_argument("--members", nargs="+", choices=MEMBERS, default=list(MEMBERS))
    one = _add(commands, "openmic", _openmic, "configurations I to VII")
    one.add_argument("--checkpoint", type=Path, help="a published CNN14 checkpoint")
    one.add_argument("--only", nargs="+", default=[], choices=[r.name for r in openmic.RECIPES])
    one.add_argument("--tags", type=Path, help="file for names and predicted tags")
    one = _add(commands, "pons", _pons, "the poster's table")
    one.add_argument("--models", nargs="+", choices=_PONS_MODELS, default=list(_PONS_MODELS))
    one = _add(commands, "packs", _packs, "every architecture on packs left out")
    one.add_argument("--seconds", type=float, default=60.0, help="processor time to train each")
    one.add_argument("architectures", nargs="*", default=list(ARCHITECTURES))
    one = commands.add_parser("cost", help="parameters, MB and ms of every architecture")
    one.add_argument("architectures", nargs="*", default=list(ARCHITECTURES))
    one.set_defaults(command=_cost)
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Command,
    what: str,
    *,
    data_needed: bool = True,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what)
    parser.set_defaults(command=command)
    parser.add_argument("--data", type=Path, required=data_needed, help="where the data set is")
    parser.add_argument("--cache", type=Path, default=Path(".cache/papers"))
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=0, help="0 is the paper's")
    parser.add_argument("--clips", type=int, default=0, help="use at most so many clips")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--decoders", type=int, default=2, help="files decoded at once")
    return parser


if __name__ == "__main__":
    sys.exit(main())
