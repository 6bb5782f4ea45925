"""What routes are given: the service, and the tenant whom the gate has let in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Request, Security
from fastapi.security import HTTPBearer

from earmark_trainer.jobs.job import Job
from earmark_trainer.server.problems import ProblemMessage
from earmark_trainer.server.service import Service
from earmark_trainer.storage.tenants import Tenant

_bearer = HTTPBearer(auto_error=False, description="The token that `earmark-trainer pair` prints.")


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _tenant(request: Request, _: Annotated[object, Security(_bearer)]) -> Tenant:
    tenant: Tenant = request.state.tenant
    return tenant


TheService = Annotated[Service, Depends(_service)]
TheTenant = Annotated[Tenant, Depends(_tenant)]


async def _job(
    service: TheService,
    tenant: TheTenant,
    job: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The job's id.")],
) -> Job:
    return service.board.get(tenant.id, job)


TheJob = Annotated[Job, Depends(_job)]

Responses = dict[int | str, dict[str, Any]]
"""A part of a route's OpenAPI description."""

_MEANINGS = {
    400: "The request is malformed.",
    401: "No token, or a wrong one.",
    404: "There is no such thing.",
    408: "The request took too long to arrive.",
    409: "Not possible in the state that things are in.",
    413: "Too large or too many.",
    422: "The request is not acceptable.",
    429: "Too many requests.",
    507: "No space left.",
}


def problems(*statuses: int) -> Responses:
    """The OpenAPI description of the problems that a route may answer with."""
    media = {"application/problem+json": {"schema": ProblemMessage.model_json_schema()}}
    every = {400, 401, 408, 413, 422, 429, *statuses}
    return {
        status: {"description": _MEANINGS[status], "content": media} for status in sorted(every)
    }
