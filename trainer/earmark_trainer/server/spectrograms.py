"""Routes: which spectrograms are missing, and packs of them."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import ConfigDict, Field

from earmark_trainer.jobs.orders import Digest, Message
from earmark_trainer.problems import ConflictError, NoSpaceError, Problem, RefusedError, disk_full
from earmark_trainer.server.context import TheService, TheTenant, problems
from earmark_trainer.server.gate import bearer_token
from earmark_trainer.server.service import Service
from earmark_trainer.storage.bucket import NO_BUCKET
from earmark_trainer.storage.packs import Entry, read_pack
from earmark_trainer.storage.tenants import Tenant

router = APIRouter(prefix="/v1/spectrograms", tags=["spectrograms"])

_EXAMPLE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_PACK_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Wanted(Message):
    """Spectrograms that a client has."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"digests": [_EXAMPLE]}]})

    digests: tuple[Digest, ...] = Field(max_length=10_000)


class Missing(Message):
    """Those of them that it needs to upload."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"missing": [_EXAMPLE]}]})

    missing: list[str]


class Stored(Message):
    """What came of a pack."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"spectrograms": 420, "new": 420}]})

    spectrograms: int = Field(description="How many the pack holds.")
    new: int = Field(description="How many of them were not here before.")


class Forgotten(Message):
    """What was deleted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"bytes": 1_048_576}]})

    bytes: int


@router.post("/missing", responses=problems())
async def missing(wanted: Wanted, service: TheService, tenant: TheTenant) -> Missing:
    """Tell which of these spectrograms are not here."""
    return Missing(missing=service.spectrograms.missing(tenant.id, wanted.digests))


@router.put("/packs/{digest}", responses=problems(409, 507), openapi_extra=_PACK_BODY)
async def put_pack(
    digest: Annotated[Digest, Path(description="SHA-256 of the pack's bytes.")],
    request: Request,
    service: TheService,
    tenant: TheTenant,
) -> Stored:
    """Upload a pack: a tar of zstd-compressed spectrograms, each named by its SHA-256.

    A pack that breaks off leaves nothing behind; sending one twice does nothing.
    """
    service.spectrograms.check_room(tenant.id, int(request.headers.get("content-length", "0")))

    async def received(path: FilePath) -> str:
        actual = hashlib.sha256()
        with path.open("xb") as file:
            async for chunk in request.stream():
                file.write(chunk)
                actual.update(chunk)
        return actual.hexdigest()

    return await _store(service, tenant, digest, received)


@router.post("/packs/{digest}/take", responses=problems(404, 409, 507))
async def take_pack(
    digest: Annotated[Digest, Path(description="SHA-256 of the pack's bytes.")],
    request: Request,
    service: TheService,
    tenant: TheTenant,
) -> Stored:
    """Take a pack from the trainer's bucket, where the client has left it; then delete it there.

    It passes the same checks as an uploaded pack. What was taken is in the bucket no more.
    """
    bucket, limit = service.bucket, service.limits.pack_bytes
    if bucket is None:
        raise ConflictError(NO_BUCKET)
    token = bearer_token(request.headers.get("authorization", ""))
    service.spectrograms.check_room(tenant.id, limit)

    async def received(path: FilePath) -> str:
        async with service.takings:
            return await asyncio.to_thread(bucket.fetch, token, digest, path, limit)

    stored = await _store(service, tenant, digest, received)
    await asyncio.to_thread(bucket.drop, token, digest)
    return stored


@router.delete("", responses=problems(409))
async def forget(service: TheService, tenant: TheTenant) -> Forgotten:
    """Delete all of your spectrograms; finished jobs and their models stay.

    An upload that is under way is refused.
    """
    if service.board.any_active(tenant.id):
        raise ConflictError(_IN_USE)
    return Forgotten(bytes=service.spectrograms.forget(tenant.id))


async def _store(
    service: Service, tenant: Tenant, digest: str, receive: Callable[[FilePath], Awaitable[str]]
) -> Stored:
    """Check and keep a pack that ``receive`` writes into a new file, and says the SHA-256 of."""
    folder = service.folders.incoming(tenant.id)
    path = folder / secrets.token_hex(16)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if await receive(path) != digest:
            raise RefusedError(_WRONG_DIGEST)
        async with service.checks:
            entries = await asyncio.to_thread(_read, path, service)
        service.spectrograms.check_room(tenant.id, path.stat().st_size)
        new = service.spectrograms.add(tenant.id, digest, path, entries)
    except FileNotFoundError as error:
        raise ConflictError(_DELETED) from error
    except OSError as error:
        raise _of_os_error(error) from error
    finally:
        path.unlink(missing_ok=True)
    return Stored(spectrograms=len(entries), new=new)


def _read(path: FilePath, service: TheService) -> list[Entry]:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return read_pack(file, service.limits)


def _of_os_error(error: OSError) -> NoSpaceError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full("this upload")
    raise error


_WRONG_DIGEST = Problem(
    "wrong-digest",
    "This pack did not arrive as it was sent.",
    "Its SHA-256 is not the one in its address.",
    "Send it again.",
)
_DELETED = Problem(
    "spectrograms-deleted",
    "This pack was not stored.",
    "Your spectrograms were deleted while it was on its way.",
    "Send it again, if it is still wanted.",
)
_IN_USE = Problem(
    "spectrograms-in-use",
    "Your spectrograms are in use.",
    "A job of yours waits or runs.",
    "Wait for it to end, or cancel it.",
)
