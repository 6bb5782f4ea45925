"""What is asked of AWS, and what its refusals mean."""

from __future__ import annotations

import hashlib
import io
from base64 import b64encode
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.aws import BUCKET, Aws
from tests.aws_fixtures import aws, moto
from tests.daemon.learning.endpoint.renting import of

from earmark_daemon.learning.endpoint import aws as amazon
from earmark_daemon.learning.endpoint.aws_faults import of_error
from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.endpoint.packs import Pack
from earmark_daemon.learning.endpoint.stopping import Stop
from earmark_trainer.storage import bucket as trainers

__all__ = ["aws", "moto"]

TOKEN = "t" * 16


class OneByOne(amazon.Aws):
    """Lists a bucket one pack a page, as AWS does with more than a thousand.

    Attributes:
        checksums: what it told AWS of each pack that it left there.
    """

    def __init__(self, *what: Any) -> None:
        super().__init__(*what)
        self.checksums: list[str] = []

    def ask(self, service: str, method: str, *meanwhile: Any, **arguments: Any) -> Any:
        if method == "put_object":
            self.checksums.append(arguments["ChecksumSHA256"])
        if method == "list_objects_v2":
            arguments["MaxKeys"] = 1
        return super().ask(service, method, *meanwhile, **arguments)


def test_packs_lie_in_the_bucket_where_the_trainer_looks_with_their_digest(aws: Aws) -> None:
    packs = [Pack(data, ()) for data in (b"one", b"another", b"third")]
    asked = OneByOne(of(aws), Stop())
    bucket = amazon.Bucket(asked, BUCKET, TOKEN)
    for pack in packs:
        bucket.put(pack, io.BytesIO(pack.data), lambda: None)
    assert bucket.held() == {pack.digest: len(pack.data) for pack in packs}
    assert sorted(aws.keys()) == sorted(trainers.key_of(TOKEN, pack.digest) for pack in packs)
    digests = [hashlib.sha256(pack.data).digest() for pack in packs]
    assert asked.checksums == [b64encode(digest).decode() for digest in digests]


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        ("IncorrectInstanceState", True),
        ("InsufficientInstanceCapacity", True),
        ("SlowDown", True),
        ("UnauthorizedOperation", False),
        ("InstanceLimitExceeded", False),
    ],
)
def test_what_passes_by_itself_is_tried_again_and_nothing_else(code: str, passes: bool) -> None:
    refusal = ClientError({"Error": {"Code": code, "Message": "No."}}, "StartInstances")
    assert isinstance(of_error(refusal, None), TryAgain) == passes
