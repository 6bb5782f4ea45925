"""The web application: routes, gate and error answers around a service."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from earmark_trainer import __version__
from earmark_trainer.server import about, events, jobs, problems, results, spectrograms
from earmark_trainer.server.gate import Gate
from earmark_trainer.server.service import Service

_DESCRIPTION = (
    "Trains Earmark's tagging models from spectrograms and labels. It never sees audio unless a"
    " waveform architecture is ordered, and takes no paths, addresses or programs."
)


def build_app(service: Service) -> FastAPI:
    """The application; the service runs while it does."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = FastAPI(
        title="Earmark trainer",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    for module in (about, spectrograms, jobs, events, results):
        app.include_router(module.router)
    problems.install(app)
    app.add_middleware(
        Gate,
        tenants=service.tenants,
        limits=service.limits,
        clock=time.monotonic,
        on_entry=service.idleness.touch,
    )
    return app
