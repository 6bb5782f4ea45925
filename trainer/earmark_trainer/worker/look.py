"""Looks at what this machine can train with, in a process of its own; prints it as JSON."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

import torch

from earmark_trainer.architectures.registry import ARCHITECTURES
from earmark_trainer.engines.probe import Capabilities, Gpu, Network


def look() -> Capabilities:
    """What torch sees."""
    devices = [torch.cuda.get_device_properties(i) for i in range(torch.cuda.device_count())]
    return Capabilities(
        torch.__version__,
        tuple(Gpu(device.name, device.total_memory) for device in devices),
        os.cpu_count() or 1,
        tuple(Network(a.name, a.source, dict(a.frontend)) for a in ARCHITECTURES.values()),
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(look())))
