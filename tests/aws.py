"""AWS as moto's server acts it: a process of its own that is spoken to over HTTP."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import boto3
import pytest
import requests
from tests.waiting import until

BUCKET = "earmark-packs"
REGION = "eu-central-1"
ACCOUNT = "123456789012"
IMAGE = "ami-12c6146b"
_SETTINGS = {
    "INITIAL_NO_AUTH_ACTION_COUNT": "1000000",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # 1,300 of them, anew after each reset
}
POLICIES = Path(__file__).parents[1] / "packaging" / "cloud" / "aws"


class Moto:
    """The server's process."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.log = home / "moto.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **_SETTINGS},
            )
        until(self._listens, "moto listens")

    def tell(self, what: str, data: bytes = b"") -> None:
        """Use moto's own API."""
        answer = requests.post(f"{self.address}/moto-api/{what}", data=data, timeout=30)
        assert answer.status_code == 200, answer.text

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _listens(self) -> bool:
        assert self._process.poll() is None, self.log.read_text()
        try:
            return requests.get(f"{self.address}/moto-api/data.json", timeout=5).ok
        except requests.ConnectionError:
            return False


class Aws:
    """One account: a bucket, an instance that is stopped, and keys for whoever needs one."""

    def __init__(self, moto: Moto, home: Path) -> None:
        self._moto = moto
        self._home = home
        self._changing = threading.Lock()
        self.address = moto.address
        moto.tell("reset-auth", b"1000000")
        moto.tell("reset")
        self._log_start = moto.log.stat().st_size
        self.computer_key = ""
        self.nobody = ("", "")
        self._clients(("owner", "owner"))
        self.s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        made = self.ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)
        self.instance = made["Instances"][0]["InstanceId"]
        self.ec2.stop_instances(InstanceIds=[self.instance])

    def _clients(self, key: tuple[str, str]) -> None:
        self.key = key
        self.s3, self.ec2, self.iam = (
            boto3.client(
                service,
                region_name=REGION,
                endpoint_url=self.address,
                aws_access_key_id=key[0],
                aws_secret_access_key=key[1],
            )
            for service in ("s3", "ec2", "iam")
        )

    def state(self) -> str:
        with self._changing:
            found = self.ec2.describe_instances(InstanceIds=[self.instance])
        return found["Reservations"][0]["Instances"][0]["State"]["Name"]

    def keys(self) -> list[str]:
        """Of everything in the bucket."""
        found = self.s3.list_objects_v2(Bucket=BUCKET)
        return [one["Key"] for one in found.get("Contents", [])]

    def succeeded(self, what: str) -> list[str]:
        """Requests that moto has logged, look like this, and were answered with 200."""
        log = self._moto.log.read_bytes()[self._log_start :].decode()
        return [found[1] for found in re.finditer(rf'({what}) [^"]*" 200', log)]

    def enlist(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Point boto3 in this process and its children here, with keys that are never checked."""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_ENDPOINT_URL", self.address)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(self._home / "config"))
        self._credentials(monkeypatch, default=("trainer", "trainer"), computer=("me", "me"))

    def guard(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on every request needs a good signature and a policy that allows it.

        moto does not know conditions and compares no EC2 request with its instance, so what the
        policies say of those is left out here; that of actions, buckets and keys is checked.
        """
        trainer = self._user("trainer", "machine-policy.json")
        computer = self._user("me", "computer-policy.json")
        self.computer_key = computer[0]
        self.nobody = self._user("nobody", None)
        self._credentials(monkeypatch, default=trainer, computer=computer)
        owner = self._user("owner", None)
        allowed = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
        document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
        self.iam.put_user_policy(UserName="owner", PolicyName="all", PolicyDocument=document)
        with self._changing:
            self._clients(owner)
            self._moto.tell("reset-auth", b"0")

    def use_key(self, monkeypatch: pytest.MonkeyPatch, key: str, secret: str) -> None:
        """Let the computer show this key."""
        self._credentials(monkeypatch, default=("trainer", "trainer"), computer=(key, secret))

    def close(self) -> None:
        for client in (self.s3, self.ec2, self.iam):
            client.close()

    def _user(self, name: str, policy: str | None) -> tuple[str, str]:
        self.iam.create_user(UserName=name)
        if policy:
            document = json.loads(filled_in((POLICIES / policy).read_text(), self.instance))
            for statement in document["Statement"]:
                statement.pop("Condition", None)
                if "arn:aws:ec2" in str(statement["Resource"]):
                    statement["Resource"] = "*"
            self.iam.put_user_policy(
                UserName=name, PolicyName="recipe", PolicyDocument=json.dumps(document)
            )
        made = self.iam.create_access_key(UserName=name)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]

    def _credentials(self, monkeypatch: pytest.MonkeyPatch, **keys: tuple[str, str]) -> None:
        path = self._home / "credentials"
        path.write_text(
            "".join(
                f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
                for name, (key, secret) in keys.items()
            )
        )
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))


def filled_in(policy: str, instance: str) -> str:
    """A recipe's policy with the names of this account."""
    names = {"REGION": REGION, "ACCOUNT": ACCOUNT, "INSTANCE": instance, "BUCKET": BUCKET}
    return re.sub("|".join(names), lambda found: names[found[0]], policy)
