"""A Ray cluster in place of this machine: what it can train with, and the engine for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from earmark_trainer.engines.probe import Capabilities, Gpu
from earmark_trainer.engines.ray_cluster import RayCluster, Unreachable
from earmark_trainer.engines.ray_jobs import RayEngine
from earmark_trainer.limits import Limits
from earmark_trainer.server.service import MakeEngine, Probe
from earmark_trainer.server.settings import RaySettings

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 5.0
_KIND = "accelerator_type:"


def on_ray(
    settings: RaySettings, limits: Limits, look: Probe, worker: Sequence[str] = ()
) -> tuple[Probe, MakeEngine]:
    """What finds out what a cluster has, and what makes the engine for it.

    Args:
        settings: which cluster.
        limits: of each attempt.
        look: finds out what this machine knows of torch and networks.
        worker: what does an attempt, in place of training.

    Raises:
        UnusableError: Ray is not installed.
    """
    cluster = RayCluster(settings.address)

    async def looked() -> Capabilities:
        found = await look()
        while True:
            try:
                resources = await asyncio.to_thread(cluster.resources)
            except Unreachable as error:
                _log.warning("waiting for Ray at %s: %s", settings.address, error)
                await asyncio.sleep(_LOOK_SECONDS)
            else:
                return of_resources(found, resources)

    def engine(found: Capabilities) -> RayEngine:
        needs = {"CPU": float(settings.cpus), "GPU": 1.0 if found.gpus else 0.0}
        slots = len(found.gpus) or max(1, found.cpus // settings.cpus)
        return RayEngine(cluster, slots, needs, limits, arguments=worker)

    return looked, engine


def of_resources(here: Capabilities, resources: dict[str, float]) -> Capabilities:
    """What this machine knows of torch and networks, with what the cluster declares."""
    kinds = [name.removeprefix(_KIND) for name in resources if name.startswith(_KIND)]
    name = ", ".join(sorted(kinds)) or "GPU"
    gpus = tuple(Gpu(name, 0) for _ in range(int(resources.get("GPU", 0))))
    return replace(here, gpus=gpus, cpus=max(1, int(resources.get("CPU", 0))))
