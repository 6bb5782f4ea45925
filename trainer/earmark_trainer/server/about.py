"""Routes: is the trainer there, which version is it, and what can it do."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from earmark_trainer import __version__
from earmark_trainer.jobs.orders import Frontend
from earmark_trainer.server.context import TheService, TheTenant, problems

router = APIRouter(prefix="/v1", tags=["about"])

API_VERSION = 1


class Health(BaseModel):
    """Whether the trainer answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok", "api": 1}]})

    status: str
    api: int = Field(description="Version of this API.")


class Version(BaseModel):
    """What is running."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": "0.1.0", "api": 1}]})

    version: str
    api: int


class GpuMessage(BaseModel):
    """A graphics processor."""

    name: str
    memory_bytes: int = Field(description="0 where it is on another machine and not known.")


class ArchitectureMessage(BaseModel):
    """A network that can be trained."""

    name: str
    source: str = Field(description="Where it was published.")
    frontend: Frontend = Field(description="What it is meant to hear; windows may be shorter.")


class CapabilitiesMessage(BaseModel):
    """What the machine can train with, and how much it accepts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "torch": "2.13.0",
                    "gpus": [{"name": "NVIDIA L4", "memory_bytes": 23_609_475_072}],
                    "cpus": 16,
                    "jobs_at_once": 1,
                    "architectures": [
                        {
                            "name": "compact",
                            "source": "Earmark's own, for one-shots",
                            "frontend": Frontend().model_dump(),
                        }
                    ],
                    "max_pack_bytes": 8_454_144,
                    "max_pack_spectrograms": 8192,
                    "max_spectrogram_bytes": 8_388_608,
                    "bucket": None,
                    "signing_key": 32 * "d7",
                }
            ]
        }
    )

    torch: str | None = Field(description="Version of torch; null if nothing can be trained.")
    gpus: list[GpuMessage]
    cpus: int
    jobs_at_once: int
    architectures: list[ArchitectureMessage]
    max_pack_bytes: int
    max_pack_spectrograms: int
    max_spectrogram_bytes: int
    bucket: str | None = Field(description="S3 bucket that packs are taken from; null if none.")
    signing_key: str = Field(description="Ed25519 public key of this trainer's models, in hex.")


@router.get("/health")
async def health() -> Health:
    """Whether the trainer answers; needs no token."""
    return Health(status="ok", api=API_VERSION)


@router.get("/version", responses=problems())
async def version_of_trainer(_: TheTenant) -> Version:
    """Which version is running."""
    return Version(version=__version__, api=API_VERSION)


@router.get("/capabilities", responses=problems())
async def capabilities(service: TheService, _: TheTenant) -> CapabilitiesMessage:
    """What the machine can train with; right after a start the answer takes a few seconds."""
    found = await service.capabilities()
    return CapabilitiesMessage(
        torch=found.torch,
        gpus=[GpuMessage(name=gpu.name, memory_bytes=gpu.memory_bytes) for gpu in found.gpus],
        cpus=found.cpus,
        jobs_at_once=service.engine.slots if service.engine else max(1, len(found.gpus)),
        architectures=[
            ArchitectureMessage(
                name=one.name, source=one.source, frontend=Frontend.model_validate(one.frontend)
            )
            for one in found.architectures
        ],
        max_pack_bytes=service.limits.pack_bytes,
        max_pack_spectrograms=service.limits.pack_blobs,
        max_spectrogram_bytes=service.limits.blob_bytes,
        bucket=service.bucket.name if service.bucket else None,
        signing_key=service.key.public,
    )
