"""Routes: what a finished job has made."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from earmark_trainer.engines.engine import METRICS, MODEL, PLOTS
from earmark_trainer.jobs.job import Job
from earmark_trainer.jobs.workshop import result_folder
from earmark_trainer.server.context import Responses, TheJob, TheService, problems
from earmark_trainer.server.service import Service

router = APIRouter(prefix="/v1/jobs/{job}/result", tags=["results"])

_MODEL: Responses = {
    200: {
        "description": "The model. Parts of it can be asked for with `Range`.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {
            "ETag": {"description": "SHA-256 of the file.", "schema": {"type": "string"}},
            "Earmark-Signature": {
                "description": "Ed25519 signature, in hex.",
                "schema": {"type": "string"},
            },
        },
    }
}
_JSON: Responses = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}


@router.get("/model.onnx", response_class=FileResponse, responses={**problems(404, 409), **_MODEL})
async def model(job: TheJob, service: TheService) -> FileResponse:
    """The model: one ONNX file that carries labels, thresholds and front end."""
    folder = result_folder(service.folders, job)
    assert job.result is not None
    headers = {"ETag": f'"{job.result["sha256"]}"', "Earmark-Signature": job.result["signature"]}
    return FileResponse(folder / MODEL, media_type="application/octet-stream", headers=headers)


@router.get("/metrics.json", response_class=FileResponse, responses={**problems(404, 409), **_JSON})
async def metrics(job: TheJob, service: TheService) -> FileResponse:
    """How good the model is, label by label."""
    return _json(service, job, METRICS)


@router.get("/plots.json", response_class=FileResponse, responses={**problems(404, 409), **_JSON})
async def plots(job: TheJob, service: TheService) -> FileResponse:
    """Curves and tables to draw: learning curves and the confusion of labels."""
    return _json(service, job, PLOTS)


def _json(service: Service, job: Job, name: str) -> FileResponse:
    folder = result_folder(service.folders, job)
    return FileResponse(folder / name, media_type="application/json")
