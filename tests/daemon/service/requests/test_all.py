"""What can be asked is what its subjects say, each name once."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark_daemon.errors import EarmarkError
from earmark_daemon.service.choices import Choices
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.requests.all import Requests


class Weather:
    def rain(self) -> str:
        return self._drop()

    def _drop(self) -> str:
        return "drip"


class Plumbing:
    def rain(self) -> str:
        return "drop"


@pytest.fixture
def choices(tmp_path: Path) -> Choices:
    return Choices(tmp_path / "settings.toml", Feed())


def test_public_methods_of_a_subject_can_be_asked_and_no_others(choices: Choices) -> None:
    requests = Requests([Weather()], choices)
    assert requests.call("rain", {}) == "drip"
    for method in ("_drop", "call", "__init__"):
        with pytest.raises(EarmarkError, match="There is no request called"):
            requests.call(method, {})


def test_a_name_that_two_subjects_say_is_a_mistake(choices: Choices) -> None:
    with pytest.raises(ValueError, match="'rain'"):
        Requests([Weather(), Plumbing()], choices)
