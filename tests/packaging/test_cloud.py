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


RAY_CLUSTER = {
    "rayVersion",
    "authOptions",
    "headGroupSpec",
    "workerGroupSpecs",
    "autoscalerOptions",
}
HEAD_GROUP = {"rayStartParams", "template", "serviceType", "headService"}
WORKER_GROUP = {"rayStartParams", "template"} | {
    *("groupName", "replicas", "minReplicas", "maxReplicas", "numOfHosts", "idleTimeoutSeconds"),
}
POD = {"containers", "volumes", "securityContext", "nodeSelector", "tolerations"}
CONTAINER = {
    *("name", "image", "args", "env", "ports", "readinessProbe", "resources", "securityContext"),
    *("volumeMounts", "imagePullPolicy"),
}
KINDS = {"PersistentVolumeClaim", "RayCluster", "Deployment", "Service"}


def pods_of(thing: dict) -> list[dict]:
    spec = thing["spec"]
    if thing["kind"] == "RayCluster":
        groups = [spec["headGroupSpec"], *spec["workerGroupSpecs"]]
        return [group["template"]["spec"] for group in groups]
    return [spec["template"]["spec"]] if thing["kind"] == "Deployment" else []


@pytest.fixture(scope="module")
def kubernetes() -> dict[str, dict]:
    text = (CLOUD / "kubernetes" / "trainer.yaml").read_text()
    return {thing["kind"]: thing for thing in yaml.safe_load_all(text)}


def test_the_kubernetes_recipe_has_fields_that_kubernetes_and_kuberay_have(
    kubernetes: dict[str, dict],
) -> None:
    assert set(kubernetes) == KINDS
    cluster = kubernetes["RayCluster"]["spec"]
    assert kubernetes["RayCluster"]["apiVersion"] == "ray.io/v1"
    assert RAY_CLUSTER.issuperset(cluster)
    assert HEAD_GROUP.issuperset(cluster["headGroupSpec"])
    for group in cluster["workerGroupSpecs"]:
        assert WORKER_GROUP.issuperset(group)
        assert group["minReplicas"] <= group["replicas"] <= group["maxReplicas"]
    for thing in kubernetes.values():
        for pod in pods_of(thing):
            assert POD.issuperset(pod)
            assert pod["securityContext"]["runAsNonRoot"]
            for container in pod["containers"]:
                assert CONTAINER.issuperset(container)
                volumes = {volume["name"] for volume in pod.get("volumes", [])}
                assert volumes.issuperset(
                    mount["name"] for mount in container.get("volumeMounts", [])
                )


def test_the_parts_of_the_kubernetes_recipe_fit_together(kubernetes: dict[str, dict]) -> None:
    """Token on, one shared volume, nothing but the trainer published, options that there are."""
    name = kubernetes["RayCluster"]["metadata"]["name"]
    assert kubernetes["RayCluster"]["spec"]["authOptions"] == {"mode": "token"}
    (trainer,) = pods_of(kubernetes["Deployment"])
    (container,) = trainer["containers"]
    options = _parser().parse_args(container["args"])
    assert options.engine == "ray"
    assert options.ray_address == f"http://{name}-head-svc:8265"
    (token,) = [one for one in container["env"] if one["name"] == "RAY_AUTH_TOKEN"]
    assert token["valueFrom"]["secretKeyRef"] == {"name": name, "key": "auth_token"}
    claim = kubernetes["PersistentVolumeClaim"]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    workers = pods_of(kubernetes["RayCluster"])[1:]
    for pod in (trainer, *workers):
        mounts = {
            mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]
        }
        assert mounts["data"] == "/data", "the assignment names packs by their paths"
        claims = [
            volume["persistentVolumeClaim"] for volume in pod["volumes"] if volume["name"] == "data"
        ]
        assert claims == [{"claimName": claim["metadata"]["name"]}]
    service = kubernetes["Service"]["spec"]
    labels = kubernetes["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert service["selector"] == labels
    assert [port["port"] for port in service["ports"]] == [8750]
