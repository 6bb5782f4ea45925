"""The recipes for rented machines, as far as they can be checked without renting one.

The JSON is given to moto, which refuses policies and rules of the wrong form; YAML is compared with
the field names that SkyPilot and KubeRay publish; scripts are parsed by the shell. That the
policies suffice for a training is seen in tests/daemon/learning/endpoint/test_spinup.py.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from tests.aws import BUCKET, Aws, filled_in
from tests.aws_fixtures import aws, moto

from earmark_trainer.cli import _parser

__all__ = ["aws", "moto"]

ROOT = Path(__file__).parents[2]
CLOUD = ROOT / "packaging" / "cloud"
SCRIPTS = [CLOUD / "aws" / "user-data.sh", CLOUD / "skypilot" / "up"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_shell_can_read_the_scripts(script: Path) -> None:
    subprocess.run(["sh", "-n", str(script)], check=True, timeout=30)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", "--shell=sh", str(script)], check=True, timeout=60)
    assert "set -eu\n" in script.read_text()


def test_aws_takes_the_policies_and_the_rule(aws: Aws) -> None:
    def recipe(name: str) -> str:
        return filled_in((CLOUD / "aws" / name).read_text(), aws.instance)

    aws.iam.create_role(
        RoleName="earmark-trainer", AssumeRolePolicyDocument=recipe("machine-trust.json")
    )
    for name in ("machine-policy.json", "computer-policy.json"):
        aws.iam.put_role_policy(
            RoleName="earmark-trainer", PolicyName=name[:-5], PolicyDocument=recipe(name)
        )
    aws.s3.put_bucket_lifecycle_configuration(
        Bucket=BUCKET, LifecycleConfiguration=json.loads(recipe("bucket-lifecycle.json"))
    )
    (rule,) = aws.s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert rule["Filter"]["Prefix"] == "earmark/"


@pytest.mark.parametrize("name", ["machine-policy.json", "computer-policy.json"])
def test_nobody_gets_more_than_it_needs(name: str) -> None:
    statements = json.loads((CLOUD / "aws" / name).read_text())["Statement"]
    for statement in statements:
        actions = statement["Action"]
        assert not any(
            "*" in action for action in ([actions] if isinstance(actions, str) else actions)
        )
        if statement["Resource"] == "*":
            assert actions == "ec2:DescribeInstances", "AWS cannot narrow this one down"
        elif "s3:ListBucket" in actions:
            assert statement["Condition"] == {"StringLike": {"s3:prefix": "earmark/*"}}


def trainer_commands(text: str) -> list[list[str]]:
    """What a recipe has `earmark-trainer` do, as words."""
    joined = re.sub(r"\\+\n\s*", " ", text)
    found = re.findall(r"(?:earmark-trainer|\$PROGRAM) (serve [^\n]*)", joined)
    return [re.findall(r'"[^"]*"|\S+', words) for words in found]


@pytest.mark.parametrize("path", ["aws/user-data.sh", "skypilot/trainer.yaml"])
def test_the_trainer_knows_the_options_that_recipes_give_it(path: str) -> None:
    (words,) = trainer_commands((CLOUD / path).read_text())
    options = _parser().parse_args([word.strip('"') for word in words])
    assert options.idle_stop == 30


SKY_TASK = {"name", "workdir", "num_nodes", "resources", "envs", "file_mounts", "setup", "run"}
SKY_RESOURCES = {
    *("cloud", "region", "zone", "infra", "accelerators", "cpus", "memory", "instance_type"),
    *("use_spot", "disk_size", "disk_tier", "ports", "image_id", "autostop", "any_of"),
}


def test_the_skypilot_task_has_fields_that_skypilot_has() -> None:
    task = yaml.safe_load((CLOUD / "skypilot" / "trainer.yaml").read_text())
    assert SKY_TASK.issuperset(task)
    assert SKY_RESOURCES.issuperset(task["resources"])
    assert {"idle_minutes", "down"}.issuperset(task["resources"]["autostop"])
    assert all(count == 1 for count in task["resources"]["accelerators"].values())
    assert (ROOT / task["workdir"] / "trainer" / "pyproject.toml").exists()
    subprocess.run(["sh", "-n"], input=task["setup"] + task["run"], text=True, check=True)
