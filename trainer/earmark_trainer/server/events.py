"""Routes: a job's events as they happen, as server-sent events or by long polls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from earmark_trainer.jobs.job import Job
from earmark_trainer.problems import NotFoundError
from earmark_trainer.server.context import Responses, TheJob, TheService, problems
from earmark_trainer.server.messages import EventMessage, Updates
from earmark_trainer.server.service import Service

router = APIRouter(prefix="/v1/jobs", tags=["events"])

_KEEP_ALIVE_SECONDS = 15.0
_STREAM: Responses = {200: {"description": "The events.", "content": {"text/event-stream": {}}}}
_NOTHING: Responses = {204: {"description": "The job has ended, and nothing more is to come."}}


@router.get(
    "/{job}/events",
    response_class=StreamingResponse,
    responses={**problems(404), **_STREAM, **_NOTHING},
)
async def stream(
    job: TheJob,
    service: TheService,
    last_event_id: Annotated[int, Header(ge=0, lt=2**63)] = 0,
) -> Response:
    """Stream a job's events until it ends; goes on after `Last-Event-ID`."""
    if job.state.final and not service.board.events(job, last_event_id, 1):
        return Response(status_code=204)
    with service.listening(job.tenant):
        pass
    return StreamingResponse(
        _lines(service, job, last_event_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/{job}/updates", responses=problems(404))
async def updates(
    job: TheJob,
    service: TheService,
    after: Annotated[int, Query(ge=0, lt=2**63, description="Number of the last known event.")] = 0,
    wait: Annotated[float, Query(ge=0.0, le=55.0, description="Longest wait, seconds.")] = 0.0,
) -> Updates:
    """Tell what happened since an event; waits for something to happen if nothing did."""
    with service.listening(job.tenant):
        if not job.state.final and not service.board.events(job, after, 1) and wait:
            await service.bells.wait(job.id, wait)
    job = service.board.get(job.tenant, job.id)
    events = service.board.events(job, after)
    last = events[-1].number if events else after
    return Updates(
        events=[EventMessage.of(event) for event in events],
        next=last,
        final=job.state.final and not service.board.events(job, last, 1),
    )


async def _lines(service: Service, job: Job, after: int) -> AsyncIterator[str]:
    with service.listening(job.tenant):
        while True:
            try:
                job = service.board.get(job.tenant, job.id)
            except NotFoundError:
                return
            events = service.board.events(job, after)
            if not events and job.state.final:
                return
            if not events:
                yield ": still here\n\n"
                await service.bells.wait(job.id, _KEEP_ALIVE_SECONDS)
            for event in events:
                data = EventMessage.of(event).model_dump_json()
                yield f"id: {event.number}\nevent: {event.kind}\ndata: {data}\n\n"
                after = event.number
            await asyncio.sleep(0)
