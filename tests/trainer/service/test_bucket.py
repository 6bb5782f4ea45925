"""Packs that the trainer takes from its bucket: the same checks as those that are uploaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.aws import BUCKET, Aws
from tests.aws_fixtures import aws, moto
from tests.trainer.service import processes
from tests.trainer.service.client import Blob, Client, make_pack, sha256, toy_sounds
from tests.trainer.service.processes import Trainer, run_cli

from earmark_trainer.limits import Limits
from earmark_trainer.server.certificates import Certificate
from earmark_trainer.storage.bucket import key_of

__all__ = ["aws", "moto"]


@pytest.fixture
def trainer(tmp_path: Path, certificate: Certificate, aws: Aws) -> Iterator[Trainer]:
    home = tmp_path / "machine"
    home.mkdir()
    limits = {"blob_bytes": 1 << 16}
    trainer = Trainer(home / "data", certificate.cert, certificate.key, limits, bucket=BUCKET)
    yield trainer.start()
    trainer.close()


def token_of(client: Client) -> str:
    return str(client.session.headers["Authorization"]).removeprefix("Bearer ")


def leave(aws: Aws, client: Client, data: bytes, digest: str | None = None) -> str:
    digest = digest or sha256(data)
    aws.s3.put_object(Bucket=BUCKET, Key=key_of(token_of(client), digest), Body=data)
    return digest


def take(client: Client, digest: str) -> tuple[int, str]:
    answer = client.call("POST", f"/v1/spectrograms/packs/{digest}/take")
    return answer.status_code, answer.json().get("code", "")


def test_a_pack_is_taken_and_gone(aws: Aws, trainer: Trainer) -> None:
    client = trainer.client()
    assert client.get("/v1/capabilities")["bucket"] == BUCKET
    blobs = toy_sounds(3, 0, 1)
    digest = leave(aws, client, make_pack(blobs))
    assert take(client, digest) == (200, "")
    assert client.missing(blobs) == []
    assert aws.keys() == []
    assert take(client, digest) == (404, "not-in-bucket")


def test_the_folder_of_another_is_out_of_reach(aws: Aws, trainer: Trainer) -> None:
    mine, theirs = trainer.client("mine"), trainer.client("theirs")
    digest = leave(aws, theirs, make_pack(toy_sounds(3, 0, 1)))
    assert take(mine, digest) == (404, "not-in-bucket")
    assert len(aws.keys()) == 1


@pytest.mark.parametrize("name", ["..%2f..%2fsecret", "A" * 64, "0" * 63, "http:%2f%2fx"])
def test_only_a_digest_names_a_pack(trainer: Trainer, name: str) -> None:
    assert take(trainer.client(), name)[0] in (404, 422)


def test_what_lies_there_is_checked_as_an_upload_is(aws: Aws, trainer: Trainer) -> None:
    client = trainer.client()
    good = make_pack(toy_sounds(3, 0, 1))
    changed = leave(aws, client, good + b"\0" * 512, sha256(good))
    assert take(client, changed) == (422, "wrong-digest")
    assert take(client, leave(aws, client, b"not a tar" * 100)) == (422, "bad-pack")
    bomb = make_pack([Blob(bytes(1 << 20))])
    assert take(client, leave(aws, client, bomb)) == (413, "pack-too-large")
    long = bytes(Limits().pack_bytes + 1)
    assert take(client, leave(aws, client, long)) == (413, "pack-too-large")
    assert client.missing(toy_sounds(3, 0, 1))
    assert not list(trainer.data.glob("tenants/*/incoming/*"))
    assert not list(trainer.data.glob("tenants/*/packs/*"))
    assert len(aws.keys()) == 4, "what was refused stays for whoever looks into it"


def test_a_bucket_that_cannot_be_read_is_explained(
    aws: Aws, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = trainer.client()
    digest = leave(aws, client, make_pack(toy_sounds(3, 0, 1)))
    aws.guard(monkeypatch)
    aws.use_key(monkeypatch, "x", "y")
    trainer.kill()
    trainer.start()
    assert take(client, digest) == (409, "bucket-unusable")
    aws.s3.delete_object(Bucket=BUCKET, Key=aws.keys()[0])
    aws.s3.delete_bucket(Bucket=BUCKET)
    assert take(client, digest) == (409, "bucket-unusable")


def test_a_trainer_without_a_bucket_says_so(scripted: Callable[..., Trainer]) -> None:
    client = scripted().client()
    assert client.get("/v1/capabilities")["bucket"] is None
    assert take(client, "0" * 64) == (409, "no-bucket")


def test_a_bucket_without_boto3_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "boto3.py").write_text("raise ImportError('not here')")
    usual = processes.environment()
    found_first = {**usual, "PYTHONPATH": os.pathsep.join([str(hidden), usual["PYTHONPATH"]])}
    monkeypatch.setattr(processes, "environment", lambda: found_first)
    done = run_cli(tmp_path / "data", "serve", "--port", "0", "--bucket", BUCKET)
    assert done.returncode == 1
    assert f"{sys.executable} -m pip install './trainer[aws]'" in done.stderr
