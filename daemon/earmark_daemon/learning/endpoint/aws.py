"""Asks AWS: an EC2 instance, and an S3 bucket. boto3 is loaded by the first question.

Credentials are found as AWS's own tools find them. Every question is asked in a thread of its own
(`Stop.during`), for boto3 cannot be broken off; each may be asked twice.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import partial
from typing import IO, Any, TypeVar

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.learning.endpoint.aws_faults import of_error
from earmark_daemon.learning.endpoint.machines import Machine
from earmark_daemon.learning.endpoint.packs import Pack
from earmark_daemon.learning.endpoint.stopping import Stop
from earmark_daemon.program import how_to_install

_CONNECT_SECONDS = 10
_READ_SECONDS = 30
_TRIES = 3

T = TypeVar("T")


class Aws:
    """The user's account, as far as one machine needs it."""

    def __init__(self, machine: Machine, stop: Stop) -> None:
        """Prepare to ask; nothing is sent yet.

        Raises:
            EarmarkError: boto3 is not installed.
        """
        try:
            import boto3
            import botocore.config
        except ImportError as error:
            raise no_boto3() from error
        self._session: Callable[[], Any] = partial(
            boto3.session.Session, region_name=machine.region, profile_name=machine.profile
        )
        self._config = botocore.config.Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _TRIES},
            user_agent_extra="earmark",
        )
        self._stop = stop
        self._clients: dict[str, Any] = {}

    def ask(
        self,
        service: str,
        method: str,
        meanwhile: Callable[[], None] = lambda: None,
        **arguments: Any,
    ) -> Any:
        """What a method of a boto3 client answers.

        Raises:
            TryAgain: AWS cannot be reached, or asks for patience.
            EarmarkError: AWS refused, or knows no credentials; in words.
            Stopped: somebody asked to stop.
        """
        import botocore.exceptions
        import botocore.parsers

        def asked() -> Any:
            if service not in self._clients:
                self._clients[service] = self._session().client(service, config=self._config)
            return getattr(self._clients[service], method)(**arguments)

        try:
            return self._stop.during(asked, meanwhile)
        except (
            botocore.exceptions.ClientError,
            botocore.exceptions.BotoCoreError,
            botocore.parsers.ResponseParserError,
            ValueError,
        ) as error:
            self._stop.check()
            raise of_error(error, arguments.get("Bucket")) from error


class Instance:
    """One EC2 instance."""

    def __init__(self, aws: Aws, instance: str) -> None:
        self._aws = aws
        self._ids = [instance]

    def state(self) -> str:
        """``pending``, ``running``, ``stopping``, ``stopped``, ``shutting-down``, ``terminated``.

        Raises:
            EarmarkError: there is no such instance; and see `Aws.ask`.
        """
        answer = self._aws.ask("ec2", "describe_instances", InstanceIds=self._ids)
        found = [one for part in answer["Reservations"] for one in part["Instances"]]
        return str(found[0]["State"]["Name"]) if found else "terminated"

    def start(self) -> None:
        """Switch it on; see `Aws.ask`."""
        self._aws.ask("ec2", "start_instances", InstanceIds=self._ids)

    def stop(self) -> None:
        """Switch it off; see `Aws.ask`."""
        self._aws.ask("ec2", "stop_instances", InstanceIds=self._ids)


class Bucket:
    """The folder of one pairing in a bucket; packs are named by their content."""

    def __init__(self, aws: Aws, name: str, token: str) -> None:
        self._aws = aws
        self._name = name
        self._folder = folder_of(token)

    def held(self) -> dict[str, int]:
        """Size of each pack that is there, by its digest; see `Aws.ask`."""
        sizes: dict[str, int] = {}
        more: dict[str, Any] = {}
        while True:
            answer = self._aws.ask(
                "s3", "list_objects_v2", Bucket=self._name, Prefix=self._folder, **more
            )
            for one in answer.get("Contents", []):
                digest = one["Key"].removeprefix(self._folder).removesuffix(".tar")
                sizes[digest] = int(one["Size"])
            if not answer.get("IsTruncated"):
                return sizes
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def put(self, pack: Pack, body: IO[bytes], meanwhile: Callable[[], None]) -> None:
        """Leave a pack, which AWS compares with its digest; see `Aws.ask`."""
        checksum = base64.b64encode(bytes.fromhex(pack.digest)).decode()
        self._aws.ask(
            "s3",
            "put_object",
            meanwhile,
            Bucket=self._name,
            Key=f"{self._folder}{pack.digest}.tar",
            Body=body,
            ContentLength=len(pack.data),
            ChecksumSHA256=checksum,
        )


def look_at(machine: Machine, token: str, stop: Stop) -> str | None:
    """Make sure that instance and bucket are there and may be used; the instance's state.

    Raises:
        EarmarkError: they are not; in words.
    """
    if not machine.needs_aws:
        return None
    aws = Aws(machine, stop)
    if machine.bucket:
        Bucket(aws, machine.bucket, token).held()
    return Instance(aws, machine.instance).state() if machine.instance else None


def folder_of(token: str) -> str:
    """Where whoever has this token leaves packs; the trainer works it out in the same way."""
    hidden = hashlib.sha256(f"earmark bucket 1\n{token}".encode()).hexdigest()
    return f"earmark/{hidden[:32]}/"


def no_boto3() -> EarmarkError:
    """What AWS is asked with is not installed."""
    return fail(
        "no-boto3",
        "Earmark asks AWS through boto3, which is not installed.",
        f"Install it. {how_to_install('aws')}",
    )
