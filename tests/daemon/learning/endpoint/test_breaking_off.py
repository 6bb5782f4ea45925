"""Who asks a trainer that does not answer is let go as soon as Earmark ends."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.learning.endpoint.mute import Mute, mute

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.spectra import unpack
from earmark_daemon.learning.endpoint.keeping import Keeper
from earmark_daemon.learning.endpoint.pairing import parse
from earmark_daemon.learning.endpoint.remote import Endpoint

__all__ = ["mute"]

ASKING: dict[str, Callable[[Endpoint, str], Any]] = {
    "pair": lambda endpoint, line: endpoint.pair(line),
    "test": lambda endpoint, _: endpoint.test(),
    "erase": lambda endpoint, _: endpoint.erase(lambda: None),
}


@pytest.mark.parametrize("what", ASKING)
def test_a_trainer_that_does_not_answer_holds_up_no_end(
    mute: Mute, tmp_path: Path, what: str
) -> None:
    if what != "pair":
        Keeper(tmp_path / "endpoint").keep(parse(mute.line))
    endpoint = Endpoint(tmp_path / "endpoint", unpack)
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ASKING[what], endpoint, mute.line)
        assert mute.asked.wait(60)
        endpoint.close()
        with pytest.raises(EarmarkError, match=r"stopped before the trainer.*Say it again"):
            asking.result(timeout=30)
    with pytest.raises(EarmarkError, match="stopped before the trainer"):
        ASKING[what](endpoint, mute.line)
