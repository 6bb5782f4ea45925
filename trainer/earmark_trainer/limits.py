"""How much of anything the trainer accepts, keeps and spends; shared by all rooms."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB
DAY = 86_400.0


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds, the rest are counts.

    Attributes:
        pack_bytes: one uploaded pack.
        pack_blobs: spectrograms in one pack.
        pack_content_bytes: one pack's spectrograms, decompressed.
        blob_bytes: one spectrogram, decompressed.
        json_bytes: any other request body.
        tenant_bytes: all packs of one tenant.
        tenant_jobs: jobs of one tenant that are kept; those that ended first make room for others.
        waiting_jobs: jobs of one tenant that are queued or running.
        requests_per_second: of one tenant, sustained.
        request_burst: of one tenant, at once.
        failures_per_second: wrong tokens from one address, sustained.
        failure_burst: wrong tokens from one address, at once.
        connections: open at once, of everybody together.
        listeners: event streams and long polls open at once, of one tenant.
        handshake_patience: longest wait for a TLS handshake.
        head_patience: longest wait for a whole request head, from the handshake or the answer on.
        body_patience: longest wait for the next piece of a request body.
        free_bytes: what must stay free on the disk.
        attempt_seconds: one attempt at a job.
        attempt_bytes: the folder of one job.
        heartbeat_seconds: longest silence of a training process before it is ended.
        losses: training processes lost before a job is given up.
        attempts: attempts at a job, counting those that a restart of the server cut short.
        housekeeping_seconds: from one look at what can be deleted to the next.
        keep_days: how long spectrograms that no job uses are kept, and what an attempt that came to
            nothing left behind.
    """

    pack_bytes: int = 8 * MIB + 64 * KIB
    pack_blobs: int = 8192
    pack_content_bytes: int = 512 * MIB
    blob_bytes: int = 8 * MIB
    json_bytes: int = 16 * MIB
    tenant_bytes: int = 20 * GIB
    tenant_jobs: int = 500
    waiting_jobs: int = 20
    requests_per_second: float = 50.0
    request_burst: int = 200
    failures_per_second: float = 1.0
    failure_burst: int = 20
    connections: int = 256
    listeners: int = 16
    handshake_patience: float = 10.0
    head_patience: float = 30.0
    body_patience: float = 30.0
    free_bytes: int = 256 * MIB
    attempt_seconds: float = 12 * 3600.0
    attempt_bytes: int = 8 * GIB
    heartbeat_seconds: float = 60.0
    losses: int = 3
    attempts: int = 20
    housekeeping_seconds: float = 60.0
    keep_days: float = 30.0
