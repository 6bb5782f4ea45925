"""Stopping a daemon that this command cannot ask anything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from earmark_daemon import api
from earmark_daemon.api import local_client
from earmark_daemon.cli.running import stop_daemon
from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.service.requests.server import Server


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What a server of this version was asked."""
    methods: list[str] = []

    def answer(method: str, arguments: Mapping[str, Any]) -> None:
        methods.append(method)

    places().make()
    server = Server(places().socket, places().key, answer)
    yield methods
    server.close()


def test_a_daemon_of_another_version_can_be_stopped(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earmark_daemon.service.requests.server.VERSION", api.VERSION + 1)
    with pytest.raises(EarmarkError, match="another version"):
        local_client().call("status")
    stop_daemon(places())
    assert asked == ["stop"]
