"""Requests about the trainer on another machine."""

from __future__ import annotations

from functools import partial
from typing import Any

from earmark_daemon.learning.endpoint.machines import machine_of
from earmark_daemon.learning.endpoint.remote import Endpoint
from earmark_daemon.service.training.jobs import Training


class EndpointRequests:
    """Pairing, what is known of the trainer, and what it keeps of this computer."""

    def __init__(self, endpoint: Endpoint, training: Training) -> None:
        self._endpoint = endpoint
        self._training = training

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
            "keyring" or "file", "machine": how it is switched on, or None}``.
        """
        return self._endpoint.show()

    def test_endpoint(self) -> dict[str, Any]:
        """Ask the trainer: what `endpoint` gives, and ``version, gpus, cpus, architectures``."""
        return self._endpoint.test()

    def forget_endpoint(self) -> bool:
        """Forget the trainer; whether there was one. What was sent to it stays there."""
        return self._endpoint.forget()

    def erase_endpoint(self) -> dict[str, Any]:
        """Erase at the trainer what this computer has sent; trainings under way there are ended.

        The pairing stays, and so do labels and models that are here. It may be asked again.

        Returns:
            ``{"address", "jobs": how many are gone, "bytes": what their spectrograms took}``.
        """
        end = partial(self._training.cancel_all, self._endpoint.name)
        return self._endpoint.erase(end)

    def spin_up_endpoint(
        self,
        instance: str | None = None,
        command: str | None = None,
        bucket: str | None = None,
        region: str | None = None,
        profile: str | None = None,
    ) -> dict[str, Any]:
        """Say how the trainer's machine is switched on; see `learning.endpoint.machines.Machine`.

        Returns:
            As `endpoint`, and ``"state"``: of the EC2 instance, as AWS says it, or None.
        """
        machine = machine_of(instance, command, bucket, region, profile)
        return self._endpoint.spin_up(machine)

    def no_spin_up_endpoint(self) -> bool:
        """Switch the trainer's machine on no more; whether that was so."""
        return self._endpoint.no_spin_up()
