"""What the person who runs the trainer chose."""

from __future__ import annotations

import ipaddress
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from earmark_trainer.limits import Limits
from earmark_trainer.problems import Problem, UnusableError
from earmark_trainer.storage.bucket import BucketSettings

DEFAULT_PORT = 8750
DEFAULT_RAY = "http://127.0.0.1:8265"


@dataclass(frozen=True)
class RaySettings:
    """Which Ray cluster.

    Attributes:
        address: of its dashboard, ``http://HOST:PORT``.
        cpus: processor cores that each training takes.
    """

    address: str
    cpus: int = 1


@dataclass(frozen=True)
class Settings:
    """How to serve.

    Attributes:
        data: the trainer's folder.
        host: address to listen on.
        port: port to listen on; 0 for any that is free.
        tls_cert: file with the certificate, and the chain above it.
        tls_key: file with its private key.
        idle_minutes: how long nothing must happen before the server stops itself; 0 for never.
        idle_command: what to run then, as words.
        ray: the Ray cluster that trains; None to train in child processes.
        bucket: where clients leave packs before the machine is up; None for nowhere.
        limits: how much of anything.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    tls_cert: Path | None = None
    tls_key: Path | None = None
    idle_minutes: float = 0.0
    idle_command: tuple[str, ...] = ()
    ray: RaySettings | None = None
    bucket: BucketSettings | None = None
    limits: Limits = field(default_factory=Limits)


def default_data() -> Path:
    """Where the trainer keeps things unless told otherwise."""
    if home := os.environ.get("EARMARK_TRAINER_HOME"):
        return Path(home)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Earmark Trainer"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "earmark-trainer"


def check_exposure(settings: Settings, *, anybody_paired: bool) -> None:
    """Make sure that the trainer is only reachable from elsewhere when it is protected.

    Raises:
        UnusableError: it would listen beyond this machine without TLS or without any token.
    """
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise _unusable(
            "half-tls",
            "A certificate and its key belong together.",
            "Give both --tls-cert and --tls-key, or neither.",
        )
    if is_loopback(settings.host):
        return
    if settings.tls_cert is None:
        raise _unusable(
            "no-tls",
            f"{settings.host} can be reached from other machines, and there is no TLS.",
            "Run `earmark-trainer certificate HOST`, or give --tls-cert and --tls-key.",
        )
    if not anybody_paired:
        raise _unusable(
            "no-token",
            f"{settings.host} can be reached from other machines, and nobody is paired.",
            "Run `earmark-trainer pair NAME` first.",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address; names other than localhost never count."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unusable(code: str, detail: str, advice: str) -> UnusableError:
    return UnusableError(Problem(code, "The trainer was not started.", detail, advice))
