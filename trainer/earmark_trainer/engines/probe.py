"""Asks a child process, once, what this machine can train with; torch is only loaded there."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from typing import Any

PROBE = (sys.executable, "-P", "-m", "earmark_trainer.worker.look")
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Gpu:
    """A graphics processor: its name and its memory in bytes."""

    name: str
    memory_bytes: int


@dataclass(frozen=True)
class Network:
    """An architecture: its name, its publication and the front end that it is meant for."""

    name: str
    source: str
    frontend: dict[str, Any]


@dataclass(frozen=True)
class Capabilities:
    """What training can use.

    Attributes:
        torch: version of torch; None if it cannot be loaded, and nothing can be trained.
        gpus: in CUDA's order.
        cpus: processor cores.
        architectures: the networks that can be trained.
    """

    torch: str | None = None
    gpus: tuple[Gpu, ...] = ()
    cpus: int = 1
    architectures: tuple[Network, ...] = ()


async def probe() -> Capabilities:
    """What the machine can train with, as a child process sees it."""
    try:
        process = await asyncio.create_subprocess_exec(
            *PROBE, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
        )
    except OSError:
        return Capabilities()
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            output, _ = await process.communicate()
        found = json.loads(output)
    except (TimeoutError, ValueError):
        return Capabilities()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Capabilities(
        found["torch"],
        tuple(Gpu(**gpu) for gpu in found["gpus"]),
        found["cpus"],
        tuple(Network(**network) for network in found["architectures"]),
    )
