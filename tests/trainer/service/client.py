"""A reference client of the trainer's API, as small as the tests allow."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import requests
import zstandard

FRONTEND = {"n_mels": 64, "window_seconds": 0.5}
SHAPE = (64, 50)


@dataclass(frozen=True)
class Blob:
    """A spectrogram as it is uploaded: differences along time, and their SHA-256."""

    data: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @classmethod
    def of(cls, spectrogram: npt.NDArray[np.uint8]) -> Blob:
        return cls(np.diff(spectrogram, axis=1, prepend=np.uint8(0)).tobytes())


def make_pack(blobs: Iterable[Blob]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for blob in blobs:
            member = tarfile.TarInfo(blob.digest)
            frame = zstandard.compress(blob.data)
            member.size = len(frame)
            archive.addfile(member, io.BytesIO(frame))
    return file.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def toy_sounds(count: int, kind: int, seed: int) -> list[Blob]:
    """Spectrograms that a net tells apart at a glance: a band of its own for each kind."""
    random = np.random.default_rng((kind, seed))
    sounds = []
    for _ in range(count):
        picture = random.integers(0, 60, SHAPE, dtype=np.uint8)
        picture[20 * kind : 20 * kind + 12] += 150
        sounds.append(Blob.of(picture))
    return sounds


def make_order(sounds: Mapping[str, Sequence[Blob]], **changes: Any) -> dict[str, Any]:
    examples = [
        {"spectrogram": blob.digest, "labels": [label]}
        for label, blobs in sounds.items()
        for blob in blobs
    ]
    return {
        "name": "Test",
        "tag_set": "test",
        "labels": list(sounds),
        "exclusive": True,
        "frontend": FRONTEND,
        "start": "scratch",
        "examples": examples,
        **changes,
    }


class Client:
    """One paired client."""

    def __init__(self, address: str, token: str, cert: Path | None = None) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {token}"
        if cert is not None:
            self.session.verify = str(cert)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        options.setdefault("timeout", 60)
        return self.session.request(method, self.address + path, **options)

    def get(self, path: str, **options: Any) -> Any:
        response = self.call("GET", path, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def missing(self, blobs: Sequence[Blob]) -> list[str]:
        body = {"digests": [blob.digest for blob in blobs]}
        response = self.call("POST", "/v1/spectrograms/missing", json=body)
        assert response.status_code == 200, response.text
        return list(response.json()["missing"])

    def put_pack(self, pack: bytes, name: str | None = None) -> requests.Response:
        return self.call("PUT", f"/v1/spectrograms/packs/{name or sha256(pack)}", data=pack)

    def upload(self, blobs: Sequence[Blob], pack_size: int = 20) -> int:
        """Upload what is missing; how many bytes were sent."""
        wanted = set(self.missing(blobs))
        rest = [blob for blob in blobs if blob.digest in wanted]
        sent = 0
        for start in range(0, len(rest), pack_size):
            pack = make_pack(rest[start : start + pack_size])
            response = self.put_pack(pack)
            assert response.status_code == 200, response.text
            sent += len(pack)
        return sent

    def submit(self, order: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        headers = {} if key is None else {"Idempotency-Key": key}
        response = self.call("POST", "/v1/jobs", json=order, headers=headers)
        assert response.status_code in (200, 201), response.text
        return dict(response.json())

    def job(self, job: str) -> dict[str, Any]:
        return dict(self.get(f"/v1/jobs/{job}"))

    def updates(self, job: str, after: int = 0) -> Iterator[dict[str, Any]]:
        """Events by long polls, until the job has ended."""
        while True:
            found = self.get(f"/v1/jobs/{job}/updates", params={"after": after, "wait": 20})
            yield from found["events"]
            after = found["next"]
            if found["final"]:
                return

    def wait_for_event(self, job: str, kind: str, after: int = 0, **data: Any) -> int:
        """The number of the first such event."""
        for event in self.updates(job, after):
            if event["kind"] == kind and data.items() <= event["data"].items():
                return int(event["number"])
        raise AssertionError(f"{kind} {data} never came; the job is {self.job(job)}")

    def wait(self, job: str) -> dict[str, Any]:
        """The job once it has ended."""
        for _ in self.updates(job):
            pass
        return self.job(job)

    def stream(self, job: str, last: int | None = None) -> Generator[dict[str, Any], None, None]:
        """Events by server-sent events, until the server ends the stream."""
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        with self.call("GET", f"/v1/jobs/{job}/events", headers=headers, stream=True) as response:
            for line in response.iter_lines():
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))
