"""Routes: submit, list, look at, cancel, resume and delete jobs."""

from __future__ import annotations

import asyncio
import shutil
from typing import Annotated

from fastapi import APIRouter, Body, Header, Query, Response, status

from earmark_trainer.engines.probe import Capabilities
from earmark_trainer.jobs.job import Job
from earmark_trainer.jobs.orders import Order, check_spectrograms
from earmark_trainer.jobs.workshop import result_folder
from earmark_trainer.problems import ConflictError, Problem, RefusedError
from earmark_trainer.server.context import TheJob, TheService, TheTenant, problems
from earmark_trainer.server.messages import ORDER_EXAMPLE, JobList, JobMessage
from earmark_trainer.server.service import Service

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


@router.post("", status_code=201, responses=problems(404, 409, 507))
async def submit(
    order: Annotated[Order, Body(examples=[ORDER_EXAMPLE])],
    service: TheService,
    tenant: TheTenant,
    response: Response,
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=128, pattern=r"^[!-~]+$")
    ] = None,
) -> JobMessage:
    """Order a training. With the same `Idempotency-Key`, the same job is given again."""
    await _check_feasible(service, tenant.id, order)
    service.spectrograms.check_room(tenant.id, 0)
    submitted = service.board.submit(tenant.id, order, idempotency_key)
    if submitted.is_new:
        service.spectrograms.touch(tenant.id, order.digests)
        service.foreman.wake()
    else:
        response.status_code = status.HTTP_200_OK
    response.headers["Location"] = f"/v1/jobs/{submitted.job.id}"
    return _message(service, submitted.job)


@router.get("", responses=problems())
async def list_jobs(
    service: TheService,
    tenant: TheTenant,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> JobList:
    """List your jobs, from the newest to the oldest."""
    jobs = service.board.page(tenant.id, before, limit)
    return JobList(
        jobs=[_message(service, job) for job in jobs],
        next=jobs[-1].number if len(jobs) == limit else None,
    )


@router.get("/{job}", responses=problems(404))
async def show(job: TheJob, service: TheService) -> JobMessage:
    """Tell how a job is doing."""
    return _message(service, job)


@router.post("/{job}/cancel", responses=problems(404, 507))
async def cancel(job: TheJob, service: TheService, tenant: TheTenant) -> JobMessage:
    """End a job; its checkpoint stays, so that it can be resumed. Does nothing to ended jobs."""
    await _end(service, job)
    return _message(service, service.board.get(tenant.id, job.id))


@router.post("/{job}/resume", responses=problems(404, 409, 507))
async def resume(job: TheJob, service: TheService, tenant: TheTenant) -> JobMessage:
    """Go on with a failed or cancelled job from its last checkpoint."""
    order = service.board.order(job)
    check_spectrograms(order, service.spectrograms.locate(tenant.id, order.digests))
    service.spectrograms.check_room(tenant.id, 0)
    service.board.resume(job)
    service.foreman.wake()
    return _message(service, service.board.get(tenant.id, job.id))


@router.delete("/{job}", status_code=204, responses=problems(404, 507))
async def delete(job: TheJob, service: TheService, tenant: TheTenant) -> None:
    """Delete a job with its model; one that runs is ended first."""
    await _end(service, job)
    service.board.delete(job)
    folder = service.folders.job(tenant.id, job.id)
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _end(service: Service, job: Job) -> None:
    service.board.cancel(job)
    if service.engine is not None:
        await service.engine.cancel(job.id)
    await service.foreman.wait_for(job)


async def _check_feasible(service: Service, tenant: str, order: Order) -> None:
    _check_architecture(await service.capabilities(), order)
    if order.start not in ("builtin", "scratch"):
        earlier = service.board.get(tenant, order.start)
        result_folder(service.folders, earlier)
        if earlier.summary["architecture"] != order.architecture:
            raise ConflictError(_OTHER_ARCHITECTURE)
    check_spectrograms(order, service.spectrograms.locate(tenant, order.digests))


def _check_architecture(found: Capabilities, order: Order) -> None:
    kinds = {network.name: network.frontend["kind"] for network in found.architectures}
    if order.architecture not in kinds:
        raise RefusedError(
            Problem(
                "no-such-architecture",
                "This trainer does not know the architecture.",
                f"{order.architecture!r} is not one of {', '.join(kinds)}.",
                "Choose one that it knows, or install a newer trainer.",
            )
        )
    if order.frontend.kind != kinds[order.architecture]:
        raise RefusedError(
            Problem(
                "wrong-kind",
                "The architecture and the front end do not fit together.",
                f"{order.architecture} hears {kinds[order.architecture]} input.",
                "Use the front end that /v1/capabilities names for the architecture.",
            )
        )


def _message(service: Service, job: Job) -> JobMessage:
    return JobMessage.of(job, service.board.position(job))


_OTHER_ARCHITECTURE = Problem(
    "other-architecture",
    "The training cannot start from that job's model.",
    "It is of another architecture.",
    "Choose the same architecture, or start from scratch.",
)
