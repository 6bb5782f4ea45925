from __future__ import annotations

import queue
from collections.abc import Callable, Iterator

import pytest
from tests.daemon.audio_files import write
from tests.e2e.living import LivingDaemon

from earmark_daemon.api import local_client
from earmark_tray.follower import Follower
from earmark_tray.state import Condition, State

SECONDS = 60.0


@pytest.fixture
def states() -> Iterator[queue.SimpleQueue[State]]:
    told: queue.SimpleQueue[State] = queue.SimpleQueue()
    follower = Follower(local_client(), told.put)
    follower.start()
    yield told
    follower.stop()


def wait(states: queue.SimpleQueue[State], condition: Callable[[State], bool]) -> State:
    while True:
        state = states.get(timeout=SECONDS)
        if condition(state):
            return state


def test_it_follows_work_and_finds_a_restarted_daemon(
    daemon: LivingDaemon, states: queue.SimpleQueue[State]
) -> None:
    wait(states, lambda state: state.condition is Condition.IDLE)
    pack = daemon.folder / "Pack"
    pack.mkdir()
    write(pack / "a.wav")
    state = wait(states, lambda state: state.tagged == 1 and bool(state.packs))
    assert [(p.name, p.sounds) for p in state.packs] == [("Pack", 1)]
    write(pack / "b.wav")
    state = wait(states, lambda state: state.packs[0].sounds > 1)
    assert [(p.name, p.sounds) for p in state.packs] == [("Pack", 2)]
    daemon.client.call("pause")
    wait(states, lambda state: state.condition is Condition.PAUSED)
    daemon.kill()
    wait(states, lambda state: state.condition is Condition.OFFLINE)
    daemon.start()
    assert wait(states, lambda state: state.condition is Condition.IDLE).tagged == 2


def test_a_changed_setting_arrives(daemon: LivingDaemon, states: queue.SimpleQueue[State]) -> None:
    wait(states, lambda state: state.condition is Condition.IDLE)
    daemon.client.call("set", section="tray", name="notify_packs", value=False)
    wait(states, lambda state: not state.notify_packs)
