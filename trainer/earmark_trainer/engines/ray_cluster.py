"""One Ray cluster as the engine sees it: its Jobs API, asked in threads. Loads Ray."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from earmark_trainer.problems import Problem, UnusableError


class Unreachable(Exception):
    """The cluster does not answer, or not as Ray does."""


class RayState(Enum):
    """How a Ray job is, as far as it matters here."""

    WAITING = auto()
    RUNNING = auto()
    SUCCEEDED = auto()
    FAILED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Seen:
    """A Ray job: its state, and what Ray says of it."""

    state: RayState
    message: str


class RayCluster:
    """Asks the cluster; each method waits for the network."""

    def __init__(self, address: str) -> None:
        """Prepare to ask the cluster whose dashboard is at ``address``, ``http://HOST:PORT``.

        The token comes from RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH, as for all of Ray.

        Raises:
            UnusableError: Ray is not installed.
        """
        try:
            from ray.job_submission import JobSubmissionClient
        except ImportError as error:
            raise UnusableError(_NO_RAY) from error
        self.address = address
        self._make: Callable[[str], Any] = JobSubmissionClient
        self._made: Any = None

    def resources(self) -> dict[str, float]:
        """What all living nodes have together, such as ``{"CPU": 16, "GPU": 2}``.

        Raises:
            Unreachable: it does not answer.
        """
        try:
            answer = self._client()._do_request("GET", "/nodes?view=summary")
            nodes = answer.json()["data"]["summary"]
            totals: dict[str, float] = {}
            for node in nodes:
                raylet = node["raylet"]
                for name, count in raylet.get("resourcesTotal", {}).items():
                    if raylet.get("state") == "ALIVE":
                        totals[name] = totals.get(name, 0.0) + count
        except Exception as error:
            raise Unreachable(str(error)) from error
        return totals

    def submit(self, name: str, command: Sequence[str], needs: Mapping[str, float]) -> None:
        """Hand over a job of this name.

        Raises:
            Unreachable: it was not taken.
        """
        self._ask(
            "submit_job",
            submission_id=name,
            entrypoint=f"exec {shlex.join(command)}",
            entrypoint_num_cpus=needs.get("CPU", 0),
            entrypoint_num_gpus=needs.get("GPU", 0),
        )

    def look(self, name: str) -> Seen:
        """How a job is.

        Raises:
            Unreachable: the cluster does not answer.
        """
        found = self._ask("get_job_info", name)
        states = {
            "PENDING": RayState.WAITING,
            "RUNNING": RayState.RUNNING,
            "SUCCEEDED": RayState.SUCCEEDED,
            "FAILED": RayState.FAILED,
            "STOPPED": RayState.FAILED,
        }
        return Seen(states.get(str(found.status.value), RayState.UNKNOWN), found.message or "")

    def stop(self, name: str) -> None:
        """Have a job end; one that has ended, or was never there, stays as it is.

        Raises:
            Unreachable: the cluster does not answer.
        """
        self._ask("stop_job", name)

    def _ask(self, method: str, *arguments: Any, **named: Any) -> Any:
        try:
            return getattr(self._client(), method)(*arguments, **named)
        except Unreachable:
            raise
        except Exception as error:
            raise Unreachable(str(error)) from error

    def _client(self) -> Any:
        if self._made is None:
            try:
                self._made = self._make(self.address)
            except Exception as error:
                raise Unreachable(str(error)) from error
        return self._made


_NO_RAY = Problem(
    "no-ray",
    "The trainer was not started.",
    "The engine `ray` needs Ray, which is not installed.",
    f"In a copy of its source: {shlex.quote(sys.executable)} -m pip install './trainer[ray]'",
)
