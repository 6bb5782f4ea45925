"""Jobs as clients see them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from earmark_trainer.jobs.job import Event, Job, State
from earmark_trainer.jobs.orders import Frontend
from earmark_trainer.problems import Problem

_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
ORDER_EXAMPLE: dict[str, Any] = {
    "name": "My drums",
    "tag_set": "drums",
    "labels": ["kick", "snare"],
    "exclusive": True,
    "architecture": "compact",
    "start": "builtin",
    "seed": 1,
    "examples": [
        {"spectrogram": _SHA256, "labels": [label], "group": str(number)}
        for number, label in enumerate(("kick", "kick", "snare", "snare"))
    ],
}


class Summary(BaseModel):
    """What was ordered, without the examples themselves."""

    name: str
    tag_set: str
    labels: list[str]
    exclusive: bool
    frontend: Frontend
    architecture: str
    start: str
    seed: int
    epochs: int | None
    examples: int = Field(description="How many.")


class ProgressMessage(BaseModel):
    """How far the newest attempt is."""

    phase: str = Field(description="`loading`, `training`, `calibrating` or `exporting`.")
    epoch: int | None = Field(default=None, description="Epochs done.")
    epochs: int | None = Field(default=None, description="Epochs planned; it may stop earlier.")
    loss: float | None = Field(default=None, description="Mean loss of the last epoch.")
    validation_loss: float | None = None
    score: float | None = Field(default=None, description="Score on sounds kept aside, 0 to 1.")
    seconds_left: float | None = Field(default=None, description="Estimated.")


class ProblemPart(BaseModel):
    """Why a job failed: what, why, and what to do."""

    code: str
    title: str
    detail: str
    advice: str

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The message for a problem."""
        return cls(**problem.to_dict())


class ResultPart(BaseModel):
    """The model that a job made."""

    sha256: str = Field(description="Of the bytes of model.onnx.")
    size: int = Field(description="Of model.onnx, bytes.")
    signature: str = Field(
        description="Ed25519 signature, in hex, of `earmark model 1`, a newline and `sha256`."
    )


class JobMessage(BaseModel):
    """A job."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0123456789abcdef0123456789abcdef",
                    "state": "running",
                    "queue_position": None,
                    "attempt": 1,
                    "order": {
                        **ORDER_EXAMPLE,
                        "frontend": Frontend().model_dump(),
                        "epochs": None,
                        "examples": 4,
                    },
                    "progress": {"phase": "training", "epoch": 3, "epochs": 40, "loss": 0.41},
                    "problem": None,
                    "result": None,
                    "created_at": "2026-01-31T12:00:00Z",
                    "started_at": "2026-01-31T12:00:01Z",
                    "ended_at": None,
                }
            ]
        }
    )

    id: str
    state: State
    queue_position: int | None = Field(description="Jobs before it, while it waits.")
    attempt: int = Field(description="How often it was begun.")
    order: Summary
    progress: ProgressMessage | None
    problem: ProblemPart | None
    result: ResultPart | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, job: Job, position: int | None) -> Self:
        """The message for a job."""
        return cls(
            id=job.id,
            state=job.state,
            queue_position=position,
            attempt=job.attempt,
            order=Summary(**job.summary),
            progress=None if job.progress is None else ProgressMessage(**job.progress),
            problem=None if job.problem is None else ProblemPart.of(job.problem),
            result=None if job.result is None else ResultPart(**job.result),
            created_at=_time(job.created_at),
            started_at=None if job.started_at is None else _time(job.started_at),
            ended_at=None if job.ended_at is None else _time(job.ended_at),
        )


class JobList(BaseModel):
    """Jobs from the newest to the oldest."""

    jobs: list[JobMessage]
    next: int | None = Field(description="`before` for the next page; null at the end.")


class EventMessage(BaseModel):
    """Something that happened to a job."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": 2,
                    "at": "2026-01-31T12:00:01Z",
                    "kind": "state",
                    "data": {"state": "running", "attempt": 1},
                }
            ]
        }
    )

    number: int
    at: datetime
    kind: str = Field(description="`state` or `progress`.")
    data: dict[str, Any]

    @classmethod
    def of(cls, event: Event) -> Self:
        """The message for an event."""
        return cls(number=event.number, at=_time(event.at), kind=event.kind, data=event.data)


class Updates(BaseModel):
    """What happened since."""

    events: list[EventMessage]
    next: int = Field(description="`after` for the next request.")
    final: bool = Field(description="The job has ended, and nothing more is to come.")


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
