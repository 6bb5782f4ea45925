"""The real thing: server, TLS, token, real training, and a model that tells sounds apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.trainer.service.client import SHAPE, Blob, Client, make_order, toy_sounds
from tests.trainer.service.processes import Trainer, assert_gone

from earmark_trainer.server.certificates import Certificate

LABELS = ("low", "middle", "high")


@pytest.fixture(scope="module")
def trainer(
    tmp_path_factory: pytest.TempPathFactory, certificate: Certificate
) -> Iterator[Trainer]:
    home = tmp_path_factory.mktemp("trainer")
    trainer = Trainer(home / "data", certificate.cert, certificate.key)
    yield trainer.start()
    trainer.close()


@pytest.fixture(scope="module")
def client(trainer: Trainer) -> Client:
    return trainer.client()


def sounds(count: int) -> dict[str, list[Blob]]:
    return {label: toy_sounds(count, kind, 1) for kind, label in enumerate(LABELS)}


def flat(several: dict[str, list[Blob]]) -> list[Blob]:
    return [blob for blobs in several.values() for blob in blobs]


def fetch_model(client: Client, job: str, key: str) -> onnxruntime.InferenceSession:
    """The model, once its digest, signature and own description have been checked."""
    answer = client.call("GET", f"/v1/jobs/{job}/result/model.onnx")
    sha256 = hashlib.sha256(answer.content).hexdigest()
    assert answer.headers["ETag"] == f'"{sha256}"'
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    signature = bytes.fromhex(answer.headers["Earmark-Signature"])
    public.verify(signature, b"earmark model 1\n" + sha256.encode())
    onnx.checker.check_model(onnx.load_from_string(answer.content))
    return onnxruntime.InferenceSession(answer.content, providers=["CPUExecutionProvider"])


def accuracy(model: onnxruntime.InferenceSession) -> float:
    right = []
    for kind in range(len(LABELS)):
        blobs = toy_sounds(20, kind, 99)
        stack = [np.frombuffer(blob.data, np.uint8).reshape(SHAPE) for blob in blobs]
        clips = np.cumsum(np.stack(stack), axis=2, dtype=np.uint8)
        scores = model.run(["scores"], {"spectrogram": clips})[0]
        right.append(scores.argmax(axis=1) == kind)
    return float(np.mean(right))


def test_from_labels_to_a_better_model(client: Client) -> None:
    key = client.get("/v1/capabilities")["signing_key"]
    first_bytes = client.upload(flat(sounds(20)))
    job = client.submit(make_order(sounds(20), epochs=3, start="scratch"))["id"]
    events = list(client.stream(job))
    phases = [event["data"]["phase"] for event in events if event["kind"] == "progress"]
    assert phases == ["loading", *3 * ["training"], "calibrating", "exporting"]
    assert client.job(job)["state"] == "succeeded"
    fetch_model(client, job, key)

    assert len(client.missing(flat(sounds(40)))) == 60
    assert client.upload(flat(sounds(40))) == pytest.approx(first_bytes, rel=0.1)
    second = client.submit(make_order(sounds(40), epochs=6, start=job))["id"]
    assert client.wait(second)["state"] == "succeeded"
    model = fetch_model(client, second, key)
    assert accuracy(model) > 0.9
    described = json.loads(model.get_modelmeta().custom_metadata_map["earmark"])
    assert described["labels"] == list(LABELS)
    assert described["frontend"]["window_seconds"] == 0.5
    metrics = client.get(f"/v1/jobs/{second}/result/metrics.json")
    assert set(metrics["labels"]) == set(LABELS)
    plots = client.get(f"/v1/jobs/{second}/result/plots.json")
    assert plots["training"]["epoch"] == [1, 2, 3, 4, 5, 6]
    assert np.shape(plots["confusion"]["counts"]) == (3, 3)
    assert plots["learning_curve"]["examples"] == [2, 5, 10, 20]
    assert plots["learning_curve"] == described["training"]["learning_curve"]


def test_a_killed_training_and_a_killed_server_give_the_same_model(
    trainer: Trainer, client: Client
) -> None:
    key = client.get("/v1/capabilities")["signing_key"]
    client.upload(flat(sounds(20)))
    order = make_order(sounds(20), epochs=6, start="scratch", seed=5)
    calm = client.submit(order)["id"]
    assert client.wait(calm)["state"] == "succeeded"
    hunted = client.submit(order)["id"]
    seen = client.wait_for_event(hunted, "progress", epoch=2)
    (worker,) = trainer.workers()
    worker.kill()
    client.wait_for_event(hunted, "progress", after=seen, phase="training")
    assert_gone(trainer.kill())
    trainer.start()
    assert client.wait(hunted)["state"] == "succeeded"
    epochs = [
        event["data"]["epoch"]
        for event in client.updates(hunted)
        if event["data"].get("phase") == "training"
    ]
    assert sorted(set(epochs)) == [1, 2, 3, 4, 5, 6]
    assert len(epochs) <= 8
    fetch_model(client, hunted, key)
    models = [client.call("GET", f"/v1/jobs/{job}/result/model.onnx") for job in (calm, hunted)]
    assert models[0].content == models[1].content


def test_training_starts_from_the_builtin_model(client: Client) -> None:
    client.upload(flat(sounds(20)))
    job = client.submit(make_order(sounds(20), epochs=1, start="builtin"))["id"]
    assert client.wait(job)["state"] == "succeeded"


def test_what_cannot_be_trained_is_explained(client: Client) -> None:
    client.upload(flat(sounds(20)))
    order = make_order(sounds(20), architecture="mel-2d", start="scratch")
    failed = client.wait(client.submit(order)["id"])
    assert failed["state"] == "failed"
    assert failed["problem"]["code"] == "cannot-train"
    assert "too short" in failed["problem"]["detail"]
    wave = {**order, "architecture": "sample-level"}
    assert client.call("POST", "/v1/jobs", json=wave).json()["code"] == "wrong-kind"


def packs_of(trainer: Trainer) -> list[Path]:
    return list(trainer.data.glob("tenants/*/packs/*.tar"))


def test_a_damaged_pack_is_not_learnt_from_and_comes_anew(trainer: Trainer) -> None:
    client = trainer.client("damage")
    toys, before = sounds(4), packs_of(trainer)
    client.upload(flat(toys), pack_size=6)
    pack = next(path for path in packs_of(trainer) if path not in before)
    whole = bytearray(pack.read_bytes())
    whole[1000] ^= 1
    pack.write_bytes(whole)
    job = client.submit(make_order(toys, epochs=1))["id"]
    ended = client.wait(job)
    assert (ended["state"], ended["problem"]["code"]) == ("failed", "bad-data")
    assert len(client.missing(flat(toys))) == 6
    client.upload(flat(toys))
    assert client.call("POST", f"/v1/jobs/{job}/resume").status_code == 200
    assert client.wait(job)["state"] == "succeeded"


def test_a_folder_may_be_named_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    trainer = Trainer(Path("data")).start()
    toys = sounds(4)
    client = trainer.client()
    client.upload(flat(toys))
    job = client.wait(client.submit(make_order(toys, epochs=1))["id"])
    trainer.close()
    assert job["state"] == "succeeded", job["problem"]
    assert (tmp_path / "data" / "tenants").is_dir()
