"""Runs the service under uvicorn until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from earmark_trainer.engines.probe import Capabilities, probe
from earmark_trainer.engines.processes import ProcessEngine
from earmark_trainer.problems import Problem, UnusableError
from earmark_trainer.server.app import build_app
from earmark_trainer.server.idle import stop_when_idle
from earmark_trainer.server.patience import (
    allow_many_handles,
    patient_loop,
    patient_protocol,
)
from earmark_trainer.server.ray import on_ray
from earmark_trainer.server.service import MakeEngine, Probe, Service
from earmark_trainer.server.settings import Settings, check_exposure
from earmark_trainer.storage.database import Database
from earmark_trainer.storage.folders import Folders, lock

_GOODBYE_SECONDS = 2


def serve(
    settings: Settings,
    on_ready: Callable[[str], None],
    *,
    look: Probe = probe,
    make_engine: MakeEngine | None = None,
) -> None:
    """Serve until a signal comes or the machine has been idle for long enough.

    Args:
        settings: how to serve.
        on_ready: told the address once it listens.
        look: finds out what the machine can train with.
        make_engine: makes what runs the trainings; by default child processes.

    Raises:
        UnusableError: it may not or cannot serve like this.
        NoSpaceError: the disk is full.
    """
    os.umask(0o077)
    allow_many_handles()
    Folders(settings.data).create()
    with lock(settings.data):
        database = Database(settings.data)
        try:
            with asyncio.Runner(loop_factory=patient_loop(settings.limits)) as runner:
                runner.run(_serve(settings, database, on_ready, look, make_engine))
        finally:
            database.close()


async def _serve(
    settings: Settings,
    database: Database,
    on_ready: Callable[[str], None],
    look: Probe,
    make_engine: MakeEngine | None,
) -> None:
    def processes(found: Capabilities) -> ProcessEngine:
        return ProcessEngine(len(found.gpus), settings.limits)

    make = make_engine or processes
    if settings.ray is not None:
        look, make = on_ray(settings.ray, settings.limits, look)
    service = Service(settings, database, look, make)
    check_exposure(settings, anybody_paired=service.tenants.any_token())
    server = _Server(_config(settings, service), on_ready, secure=settings.tls_cert is not None)
    idle = asyncio.create_task(_idle(settings, service, server))
    try:
        await server.serve()
    finally:
        idle.cancel()
        await asyncio.gather(idle, return_exceptions=True)


class _Server(uvicorn.Server):
    """Tells the address, which matters when any free port was asked for."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[str], None], *, secure: bool
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._scheme = "https" if secure else "http"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        with suppress(SystemExit):  # so uvicorn ends where it cannot; it has logged why
            await super().startup(sockets)
        if not self.started:
            raise UnusableError(self._why_not())
        if not self.should_exit:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            name = f"[{host}]" if ":" in host else host
            self._on_ready(f"{self._scheme}://{name}:{port}")

    def _why_not(self) -> Problem:
        if self.lifespan.should_exit:
            return _failed_to_begin()
        return _cannot_listen(self.config.host, self.config.port)


def _config(settings: Settings, service: Service) -> uvicorn.Config:
    config = uvicorn.Config(
        build_app(service),
        host=settings.host,
        port=settings.port,
        http=patient_protocol(settings.limits),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=settings.limits.connections,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise UnusableError(_bad_certificate(settings, error)) from error
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


async def _idle(settings: Settings, service: Service, server: uvicorn.Server) -> None:
    if settings.idle_minutes <= 0:
        return

    def stop() -> None:
        server.should_exit = True

    await stop_when_idle(service.idleness, settings.idle_minutes * 60, settings.idle_command, stop)


def _cannot_listen(host: str, port: int) -> Problem:
    return Problem(
        "cannot-listen",
        "The trainer was not started.",
        f"It cannot listen on {host}, port {port}.",
        "Choose another --host or --port; perhaps something else listens there.",
    )


def _failed_to_begin() -> Problem:
    return Problem(
        "failed-to-begin",
        "The trainer was not started.",
        "Something went wrong as it began; the lines before this one say what.",
        "Put that right and start it again.",
    )


def _bad_certificate(settings: Settings, error: Exception) -> Problem:
    return Problem(
        "bad-certificate",
        "The trainer was not started.",
        f"{settings.tls_cert} and {settings.tls_key} cannot be used: {error}.",
        "Check that both are PEM files and belong together.",
    )
