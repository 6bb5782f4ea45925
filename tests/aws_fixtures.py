"""Fixtures for tests that need AWS; import them by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.aws import Aws, Moto


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    moto = Moto(tmp_path_factory.mktemp("moto"))
    yield moto
    moto.close()


@pytest.fixture
def aws(moto: Moto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An empty account; boto3 in this process and its children speaks to it."""
    home = tmp_path / "aws"
    home.mkdir()
    account = Aws(moto, home)
    account.enlist(monkeypatch)
    yield account
    account.close()
