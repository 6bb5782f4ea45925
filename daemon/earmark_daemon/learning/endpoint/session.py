"""One job on the trainer, from the order to the checked model file; begins again wherever it broke.

What was agreed lies in the job's own folder (the order itself) and in its note (the trainer and its
name for the job). Each step may be done twice, so after any interruption the way is gone again from
its beginning, and what is there already costs one question.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint import fetching, jobs, uploading
from earmark_daemon.learning.endpoint.about import about, check_network
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.endpoint.jobs import Job, News, State
from earmark_daemon.learning.endpoint.orders import Plan, check_size, plan
from earmark_daemon.learning.endpoint.pace import Backoff, Teller
from earmark_daemon.learning.endpoint.pictures import Pictures
from earmark_daemon.learning.endpoint.spinup import SpinUp
from earmark_daemon.learning.place import Made, Order, Progress, Tell
from earmark_daemon.learning.storing import stored

_PLAN = "order.json"
_MODEL = "model.onnx"
_TRAINING = "The trainer trains."
_LOST = {"no-such-job"}
_UPLOAD_ANEW = {"spectrograms-missing"}


class Session:
    """Works on one job until there is a model, or a reason why there is none."""

    def __init__(
        self,
        order: Order,
        pictures: Pictures,
        client: Client,
        spin_up: SpinUp,
        key: Callable[[], bytes],
        note: Mapping[str, Any],
        tell: Tell,
        ordered: Callable[[str], None],
    ) -> None:
        """Prepare.

        Args:
            order: what to train.
            pictures: where blobs come from.
            client: the trainer.
            spin_up: gets its machine up.
            key: secret bytes for hashes of names.
            note: what an earlier life of this job told, or nothing.
            tell: takes progress down.
            ordered: told the trainer's name for the job, as soon as it has one.
        """
        self._order = order
        self._pictures = pictures
        self._client = client
        self._spin_up = spin_up
        self._checked = False
        self._key = key
        same = note.get("trainer") == client.pairing.signing_key
        self._job: str | None = note.get("job") if same else None
        self._tell = Teller(tell)
        self._ordered = ordered
        self._backoff = Backoff()
        self._phase = "preparing"
        self._seen = 0
        self._arrived = 0

    def make(self) -> Made:
        """The checked model file.

        Raises:
            Stopped: somebody asked to stop.
            EarmarkError: why there is none.
        """
        while True:
            try:
                return self._make()
            except TryAgain as error:
                seconds = self._backoff.after(error)
                words = f"{error.problem.message} Earmark tries again by itself."
                self._tell(Progress(self._phase, waiting=True, message=words))
                self._client.stop.wait(seconds)

    def _make(self) -> Made:
        agreed = self._plan()
        check_size(agreed.order)
        self._spin_up.bring_up([] if self._job else list(agreed.places), self._source(agreed))
        job = self._found() or self._submitted(agreed)
        if not job.state.final:
            job = self._followed(job)
        if job.state is not State.SUCCEEDED or job.result is None:
            raise jobs.error_of(job)
        return Made(self._fetched(job), agreed.left_out)

    def _plan(self) -> Plan:
        """What was agreed; laid out once, so that labels may change meanwhile."""
        path = self._order.folder / _PLAN
        if path.exists():
            data = json.loads(path.read_bytes())
            places = {digest: (place[0], place[1]) for digest, place in data["places"].items()}
            return Plan(data["order"], places, data["left_out"])
        self._say("preparing")
        lesson, wish = self._order.lesson, self._order.wish
        made = plan(lesson, self._pictures, wish, self._key())
        with stored("What is to be trained"):
            _write(path, {"order": made.order, "places": made.places, "left_out": made.left_out})
        return made

    def _check(self) -> None:
        """Make sure, once, that the trainer is the one that was paired and knows the network."""
        if self._checked:
            return
        found, wanted = about(self._client), self._order.wish.architecture
        if wanted is not None:
            check_network(found, wanted, str(self._order.lesson.frontend["kind"]))
        self._checked = True

    def _found(self) -> Job | None:
        """The job that an earlier life ordered, if the trainer still knows it."""
        if self._job is None:
            return None
        try:
            return jobs.look(self._client, self._job)
        except EarmarkError as error:
            if error.problem.code not in _LOST:
                raise
            self._job, self._seen = None, 0
            return None

    def _submitted(self, agreed: Plan) -> Job:
        """Upload what is missing and order; an order that failed before goes on where it was."""
        self._check()
        text = json.dumps(agreed.order, sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()
        while True:
            self._upload(agreed)
            try:
                with self._client.stop.held():
                    job = jobs.submit(self._client, agreed.order, key)
                    self._ordered(job.id)
                if job.state in (State.FAILED, State.CANCELLED):
                    job = jobs.resume(self._client, job.id)
                break
            except EarmarkError as error:
                if error.problem.code not in _UPLOAD_ANEW:
                    raise
        self._job = job.id
        note = {"trainer": self._client.pairing.signing_key, "job": job.id}
        self._phase = "queued"
        self._tell(Progress("queued", waiting=True, note=note, message=_queued(job)))
        return job

    def _upload(self, agreed: Plan) -> None:
        self._phase = "uploading"
        digests, trouble = list(agreed.places), ""

        def tell(sent: uploading.Sent) -> None:
            if sent.done > self._arrived:  # what is on its way may be refused each time
                self._arrived = sent.done
                self._backoff.succeeded()
            words = f"{sent.done:,} of {sent.total:,} pictures of sound are at the trainer."
            self._tell(
                Progress("uploading", sent.done, sent.total, message=f"{words} {trouble}".rstrip())
            )

        trouble = self._spin_up.hand_over(digests, tell)
        uploading.upload(self._client, digests, self._source(agreed), tell)
        self._spin_up.arrived(digests)

    def _source(self, agreed: Plan) -> uploading.Source:
        return lambda some: self._pictures.blobs(some, agreed.places)

    def _followed(self, job: Job) -> Job:
        for news in jobs.follow(self._client, job.id, self._seen):
            self._backoff.succeeded()
            self._seen = news.number
            self._tell_news(news, job)
        return jobs.look(self._client, job.id)

    def _tell_news(self, news: News, job: Job) -> None:
        data = news.data
        if news.kind == "state":
            if data.get("state") == State.QUEUED:
                job = jobs.look(self._client, job.id)
                self._phase = "queued"
                self._tell(Progress("queued", waiting=True, message=_queued(job)))
            return
        self._phase = str(data.get("phase", "training"))
        epoch, epochs = (_whole(data.get(name)) for name in ("epoch", "epochs"))
        self._tell(
            Progress(
                self._phase,
                epoch or 0,
                epochs or 0,
                epoch=epoch,
                epochs=epochs,
                loss=jobs.number_of(data.get("loss")),
                score=jobs.number_of(data.get("score")),
                seconds_left=jobs.number_of(data.get("seconds_left")),
                message=_TRAINING if self._phase == "training" else "",
            )
        )

    def _fetched(self, job: Job) -> Path:
        assert job.result is not None
        size = job.result.size
        self._say("downloading")

        def tell(have: int) -> None:
            self._backoff.succeeded()
            self._tell(Progress("downloading", have, size))

        return fetching.fetch(self._client, job.id, job.result, self._order.folder / _MODEL, tell)

    def _say(self, phase: str) -> None:
        self._phase = phase
        self._tell(Progress(phase))


def _queued(job: Job) -> str:
    if job.before:
        plural = "s come" if job.before > 1 else " comes"
        return f"{job.before} other training{plural} first on the trainer."
    return "The trainer begins soon."


def _whole(value: object) -> int | None:
    number = jobs.number_of(value)
    return None if number is None else int(number)


def _write(path: Path, data: Mapping[str, Any]) -> None:
    """Write JSON, whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="ascii") as file:
        json.dump(data, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
