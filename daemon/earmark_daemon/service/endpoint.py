"""What can be asked about the trainer on another machine; part of `service.requests`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from earmark_daemon.hearing.spectra import unpack
from earmark_daemon.learning.endpoint.remote import Endpoint


def endpoint_below(data: Path) -> Endpoint:
    """The place `endpoint`, kept below Earmark's own folder."""
    return Endpoint(data / "endpoint", unpack)


class EndpointRequests:
    """Pairing, and what is known of the trainer."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def pair_endpoint(self, line: str, address: str | None = None) -> dict[str, Any]:
        """Pair with the trainer that printed this line, once it has answered.

        Returns:
            As `test_endpoint`.
        """
        return self._endpoint.pair(line, address)

    def endpoint(self) -> dict[str, Any] | None:
        """The paired trainer, without asking it; None where there is none.

        Returns:
            ``{"address", "signing_key", "certificate": whether it is pinned, "token_in":
            "keyring" or "file"}``.
        """
        return self._endpoint.show()

    def test_endpoint(self) -> dict[str, Any]:
        """Ask the trainer: what `endpoint` gives, and ``version, gpus, cpus, architectures``."""
        return self._endpoint.test()

    def forget_endpoint(self) -> bool:
        """Forget the trainer; whether there was one."""
        return self._endpoint.forget()
