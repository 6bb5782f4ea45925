"""Several processes train one network, each on its share of every epoch (data parallelism).

Started by ``torchrun``; alone, every function here does nothing. All workers draw the same clips
in the same order and take turns, so that together their batches are what one process would have
seen at so many times the batch size.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import distributed, nn

from earmark_trainer.training.types import Ints


@contextmanager
def joined() -> Iterator[None]:
    """Work together with the other workers that ``torchrun`` started, if it did."""
    if "RANK" not in os.environ:
        yield
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def count() -> int:
    """How many workers there are; 1 without ``torchrun``."""
    return distributed.get_world_size() if _running() else 1


def number() -> int:
    """Which of them this is; 0 is the one that saves."""
    return distributed.get_rank() if _running() else 0


def share(picked: Ints) -> Ints:
    """The part of an epoch that is for the worker asking; equally long for all."""
    whole = len(picked) - len(picked) % count()
    return picked[:whole][number() :: count()]


def average_gradients(module: nn.Module) -> None:
    """Make every worker's gradients the mean of all of them."""
    for weights in module.parameters() if _running() else ():
        if weights.grad is not None:
            _average(weights.grad)


def average_statistics(module: nn.Module) -> None:
    """Make batch statistics the mean of all workers', so that all validate the same network."""
    for buffer in module.buffers() if _running() else ():
        if buffer.is_floating_point():
            _average(buffer)


def _running() -> bool:
    return distributed.is_available() and distributed.is_initialized()


def _average(values: torch.Tensor) -> None:
    distributed.all_reduce(values)
    values /= count()
