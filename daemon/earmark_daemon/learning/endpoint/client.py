"""Asks the trainer: one request at a time, over TLS, with a token, and never for longer than told.

Each request is tried once; whoever asks decides what is worth another try (`faults.TryAgain`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import urllib3
from requests.auth import AuthBase

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint.faults import not_a_trainer, of_answer, of_exception
from earmark_daemon.learning.endpoint.pairing import Pairing
from earmark_daemon.learning.endpoint.stopping import Breakable, Stop

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""Longest silence within an answer; a stream of events beats every 15 s."""

_LARGEST_JSON = 64 << 20
_CHUNK = 64 << 10


class _Token(AuthBase):
    """Shows the token; set this way, no ``.netrc`` can take its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Client:
    """One paired trainer."""

    def __init__(self, pairing: Pairing, certificate: Path | None, stop: Stop) -> None:
        """Prepare to ask; nothing is sent yet.

        Args:
            pairing: whom to ask, and what to show.
            certificate: file of the one certificate to trust; None to trust as browsers do.
            stop: breaks off what takes long.
        """
        self.pairing = pairing
        self.stop = stop
        self._verify: str | bool = str(certificate) if certificate else True
        self._session = requests.Session()
        # Plain http goes to this machine itself: through a proxy, the token would leave it.
        self._session.trust_env = pairing.address.startswith("https://")
        self._session.auth = _Token(pairing.token)
        self._session.headers["User-Agent"] = "Earmark"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, Breakable(stop))

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def get(self, path: str, **parameters: str | float) -> Any:
        """The JSON at a path."""
        with self.answer("GET", path, params=parameters) as response:
            return self._json(response)

    def post(self, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
        """Post JSON; the JSON that is answered."""
        data = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        told = {"Content-Type": "application/json", **(headers or {})}
        with self.answer("POST", path, data=data, headers=told) as response:
            return self._json(response)

    def put(self, path: str, data: object) -> Any:
        """Put bytes, or a file of known length; the JSON that is answered."""
        told = {"Content-Type": "application/octet-stream"}
        with self.answer("PUT", path, data=data, headers=told) as response:
            return self._json(response)

    def delete(self, path: str) -> Any:
        """Delete what is at a path; the JSON that is answered, None where there is none."""
        with self.answer("DELETE", path) as response:
            return None if response.status_code == 204 else self._json(response)

    @contextmanager
    def answer(self, method: str, path: str, **options: Any) -> Iterator[requests.Response]:
        """The answer to a request, good and still to be read.

        Raises:
            TryAgain: it did not get through, or only a part of the answer came.
            EarmarkError: the trainer refused, or is not what it was at pairing.
            Stopped: somebody asked to stop.
        """
        self.stop.check()
        try:
            with self._session.request(
                method,
                self.pairing.address + path,
                stream=True,
                allow_redirects=False,
                verify=self._verify,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                **options,
            ) as response:
                if not 200 <= response.status_code < 300:
                    raise of_answer(response, self.pairing.address)
                yield response
        except (
            requests.exceptions.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
        ) as error:
            self.stop.check()
            raise of_exception(error, self.pairing.address) from error

    def unexpected(self) -> EarmarkError:
        """What to raise where an answer has another form than was agreed."""
        return not_a_trainer(self.pairing.address)

    def _json(self, response: requests.Response) -> Any:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > _LARGEST_JSON:
                raise self.unexpected()
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self.unexpected() from error
