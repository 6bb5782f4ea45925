"""What does not fit a request is refused in words, before anything is done."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.requests.all import Requests


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Requests]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARMARK_HOME", str(tmp_path_factory.mktemp("home")))
        daemon = Daemon(places(), watch=False)
        daemon.start()
        yield daemon.requests
        daemon.close()


def refusal(requests: Requests, method: str, arguments: Mapping[str, Any]) -> str:
    with pytest.raises(EarmarkError) as caught:
        requests.call(method, arguments)
    assert caught.value.problem.code == "bad-request"
    return str(caught.value)


def test_arguments_of_another_kind_are_named(requests: Requests) -> None:
    for method, function in requests.methods.items():
        takes = inspect.signature(function).parameters
        needed = [name for name, each in takes.items() if each.default is inspect.Parameter.empty]
        for name in takes:
            junk = {**dict.fromkeys(needed, "x"), name: {"odd": 1}}
            told = refusal(requests, method, junk)
            assert "makes no sense" in told
            assert any(f"“{each}”" in told for each in junk)


def test_arguments_that_are_not_known_are_named(requests: Requests) -> None:
    for method, function in requests.methods.items():
        known = dict.fromkeys(inspect.signature(function).parameters, "x")
        told = refusal(requests, method, {**known, "odd": 1})
        assert "unexpected keyword argument 'odd'" in told, method


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("training_job", {"id": 99999999999999999999}),
        ("cancel_training", {"id": 99999999999999999999}),
        ("undo_merge", {"id": 99999999999999999999}),
        ("review", {"limit": 2**63 - 1}),
        ("search", {"query": "kick", "offset": -(2**70)}),
        ("set", {"section": "watching", "name": "quiet_seconds", "value": 10**400}),
    ],
)
def test_a_number_beyond_all_that_is_kept_is_refused(
    requests: Requests, method: str, arguments: Mapping[str, Any]
) -> None:
    assert "larger than Earmark can count to" in refusal(requests, method, arguments)


def test_a_limit_below_nothing_is_nothing(requests: Requests) -> None:
    assert requests.call("review", {"limit": -1}) == []
