"""Download: a model in parts that go on where they broke; nothing is taken that is not signed."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import requests

from earmark_daemon.errors import fail
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.faults import unreachable
from earmark_daemon.learning.endpoint.jobs import Result
from earmark_daemon.learning.storing import stored

LARGEST_MODEL = 1 << 30
_CONTEXT = b"earmark model 1\n"
_MODEL = "The model that the trainer made"
_CHUNK = 256 << 10
_SHA256 = re.compile(r"[0-9a-f]{64}")


def check_signature(result: Result, signing_key: str) -> None:
    """Make sure that the trainer which was paired vouches for a model.

    Raises:
        EarmarkError: it does not.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signing_key))
        signature = bytes.fromhex(result.signature)
        public.verify(signature, _CONTEXT + result.sha256.encode("ascii"))
    except (InvalidSignature, ValueError, TypeError) as error:
        raise fail(
            "wrong-signature",
            "The model is not signed by the trainer that this computer was paired with.",
            "It was not used. If that trainer was set up anew, pair again; otherwise somebody may "
            "have changed the model.",
        ) from error


def fetch(
    client: Client,
    job: str,
    result: Result,
    target: Path,
    tell: Callable[[int], None] = lambda _: None,
) -> Path:
    """Download a job's model to ``target``, which exists only once it is whole and checked.

    Args:
        client: the trainer.
        job: its name for the job.
        result: what it says of the model; its signature is checked first.
        target: the file; what has come of it so far lies beside it.
        tell: told how many bytes have come.

    Raises:
        TryAgain: it broke; call again, and it goes on where it was.
        EarmarkError: signature, size or digest are wrong, and nothing is left behind; or there is
            no room for it.
    """
    if not _SHA256.fullmatch(result.sha256) or not 0 < result.size <= LARGEST_MODEL:
        raise client.unexpected()
    check_signature(result, client.pairing.signing_key)
    part = target.with_name(f"{target.name}.{result.sha256[:16]}.part")
    _receive(client, job, result, part, tell)
    if _digest(part) != result.sha256:
        part.unlink()
        raise fail(
            "wrong-digest",
            "The model that arrived is not the one that the trainer made.",
            "It was not used. Train again, or ask whoever runs the trainer.",
        )
    os.replace(part, target)
    return target


def _receive(
    client: Client, job: str, result: Result, part: Path, tell: Callable[[int], None]
) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have >= result.size:
        return
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": f'"{result.sha256}"'}
    path = f"/v1/jobs/{job}/result/model.onnx"
    with client.answer("GET", path, headers=headers) as response:
        if response.status_code != 206:
            have = 0
        with stored(_MODEL):
            file = part.open("r+b" if have else "wb", buffering=0)
        with file:
            file.seek(have)
            _copy(client, response, result, file, tell)
            with stored(_MODEL):
                os.fsync(file.fileno())
    if part.stat().st_size < result.size:
        raise unreachable(client.pairing.address)


def _copy(
    client: Client,
    response: requests.Response,
    result: Result,
    file: FileIO,
    tell: Callable[[int], None],
) -> None:
    for chunk in response.iter_content(_CHUNK):
        client.stop.check()
        if file.tell() + len(chunk) > result.size:
            raise client.unexpected()
        with stored(_MODEL):
            _write(file, chunk)
        tell(file.tell())


def _write(file: FileIO, chunk: bytes) -> None:
    """All of it: on a disk that is about to be full a part alone may be taken."""
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) :]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
