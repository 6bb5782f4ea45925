"""What a trainer says of itself, and whether it is the one that was paired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from earmark_daemon.errors import fail
from earmark_daemon.learning.endpoint.client import Client


@dataclass(frozen=True)
class About:
    """What a trainer can do.

    Attributes:
        version: of the trainer.
        gpus: names of its graphics processors.
        cpus: how many processor cores it has.
        kinds: network to what it hears, ``"log-mel"`` or ``"waveform"``.
    """

    version: str
    gpus: tuple[str, ...]
    cpus: int
    kinds: Mapping[str, str]


def about(client: Client) -> About:
    """Ask the trainer.

    Raises:
        EarmarkError: it is not there, is another one, or cannot train at all.
    """
    version, told = client.get("/v1/version"), client.get("/v1/capabilities")
    try:
        found = About(
            str(version["version"]),
            tuple(str(gpu["name"]) for gpu in told["gpus"]),
            int(told["cpus"]),
            {str(one["name"]): str(one["frontend"]["kind"]) for one in told["architectures"]},
        )
        key, torch = told["signing_key"], told["torch"]
    except (KeyError, TypeError, ValueError) as error:
        raise client.unexpected() from error
    if key != client.pairing.signing_key:
        raise fail(
            "other-trainer",
            "This is another trainer than the one that was paired: it signs with another key.",
            "If it was set up anew, pair again: earmark endpoint pair",
        )
    if torch is None:
        raise fail(
            "cannot-train",
            "The trainer answers, but it cannot train: torch does not work there.",
            "Install the trainer again on its machine.",
        )
    return found


def check_network(found: About, wanted: str, kind: str) -> None:
    """Make sure that a trainer knows a network, and that it hears what is sent.

    Raises:
        EarmarkError: it does not.
    """
    if wanted not in found.kinds:
        raise fail(
            "no-such-architecture",
            f"This trainer does not know the network {wanted!r}.",
            f"It knows: {', '.join(found.kinds)}.",
        )
    if found.kinds[wanted] != kind:
        raise fail(
            "needs-audio",
            f"The network {wanted!r} listens to the audio itself.",
            "Earmark sends pictures of sound, never audio. Choose another network.",
        )
