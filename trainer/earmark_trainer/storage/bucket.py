"""The S3 bucket in which clients leave packs while the trainer's machine is not up yet.

Name and region are this trainer's own settings; a client names a pack's digest and nothing else.
Each token has a folder of its own in the bucket, so that knowing a digest shows nobody whether
somebody else has sent it.
"""

from __future__ import annotations

import contextlib
import hashlib
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark_trainer.problems import (
    ConflictError,
    NotFoundError,
    Problem,
    TooLargeError,
    TrainerError,
    UnusableError,
)

_PIECE = 256 << 10
_CONNECT_SECONDS = 10
_READ_SECONDS = 30
_ABSENT = {"404", "NoSuchKey", "NotFound"}


@dataclass(frozen=True)
class BucketSettings:
    """Which bucket.

    Attributes:
        name: of the bucket.
        region: where it is; None for the one that AWS's own settings name.
    """

    name: str
    region: str | None = None


def key_of(token: str, digest: str) -> str:
    """Where whoever has this token leaves the pack of this digest."""
    folder = hashlib.sha256(f"earmark bucket 1\n{token}".encode()).hexdigest()[:32]
    return f"earmark/{folder}/{digest}.tar"


class Bucket:
    """One bucket. Methods wait for the network: call them in a thread."""

    def __init__(self, settings: BucketSettings) -> None:
        """Prepare to ask; credentials are found as AWS's tools find them.

        Raises:
            UnusableError: boto3 is not installed, or the settings make no sense to it.
        """
        self.name = settings.name
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError
        except ImportError as error:
            raise UnusableError(_NO_BOTO) from error
        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "max_attempts": 3},
        )
        try:
            self._s3: Any = boto3.client("s3", region_name=settings.region, config=config)
        except (BotoCoreError, ValueError) as error:
            raise UnusableError(_unusable(settings.name, str(error))) from error

    def fetch(self, token: str, digest: str, target: Path, limit: int) -> str:
        """Write a pack to a file; the SHA-256 of what came.

        Raises:
            NotFoundError: it is not there.
            TooLargeError: it has more than ``limit`` bytes.
            ConflictError: the bucket does not exist, or does not let the trainer in.
            OSError: the file cannot be written.
        """
        import botocore.exceptions as faults

        try:
            answer = self._s3.get_object(Bucket=self.name, Key=key_of(token, digest))
            with contextlib.closing(answer["Body"]) as body:
                return _copied(body, target, limit)
        except faults.ClientError as error:
            raise self._refused(error) from error
        except faults.BotoCoreError as error:
            raise ConflictError(_unusable(self.name, str(error))) from error

    def drop(self, token: str, digest: str) -> None:
        """Delete a pack that was taken; where that fails, the bucket's own rule does it later."""
        import botocore.exceptions as faults

        with contextlib.suppress(faults.ClientError, faults.BotoCoreError):
            self._s3.delete_object(Bucket=self.name, Key=key_of(token, digest))

    def _refused(self, error: Any) -> TrainerError:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _ABSENT:
            return NotFoundError(_NOT_THERE)
        return ConflictError(_unusable(self.name, f"AWS said: {code}"))


def _copied(body: Any, target: Path, limit: int) -> str:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while piece := body.read(_PIECE):
            size += len(piece)
            if size > limit:
                raise TooLargeError(_TOO_LARGE)
            file.write(piece)
            digest.update(piece)
    return digest.hexdigest()


def _unusable(name: str, why: str) -> Problem:
    return Problem(
        "bucket-unusable",
        f"The trainer cannot read the bucket {name}.",
        f"{why.rstrip('.')}.",
        "Check its name and region, and the rights of the trainer's machine (docs/CLOUD.md).",
    )


NO_BUCKET = Problem(
    "no-bucket",
    "This trainer takes no packs from a bucket.",
    "It was started without one.",
    "Start it with --bucket NAME, or upload the packs.",
)
_NOT_THERE = Problem(
    "not-in-bucket",
    "This pack is not in the bucket.",
    "It never was, or it was deleted since.",
    "Upload it.",
)
_TOO_LARGE = Problem(
    "pack-too-large",
    "This pack is too large.",
    "What lies in the bucket has more bytes than a pack may have.",
    "Send smaller packs.",
)
_NO_BOTO = Problem(
    "no-boto3",
    "The trainer was not started.",
    "To read a bucket it needs boto3, which is not installed.",
    f"In a copy of its source: {shlex.quote(sys.executable)} -m pip install './trainer[aws]'",
)
