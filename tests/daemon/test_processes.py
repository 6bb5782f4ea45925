from __future__ import annotations

import errno
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from tests.waiting import until

from earmark_daemon import processes
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers, explained


def pid() -> int:
    return os.getpid()


def double(number: int) -> int:
    return 2 * number


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    signal.pause()


def refuse() -> None:
    raise fail("no", "It does not work.", "Leave it.", "/pack/a.wav")


def stumble() -> None:
    raise ZeroDivisionError("oh")


def meet(folder: str, count: int) -> int:
    """Return once so many are here at the same time."""
    (Path(folder) / str(os.getpid())).touch()
    until(lambda: len(os.listdir(folder)) == count, "the others are here")
    return os.getpid()


@pytest.fixture
def workers() -> Iterator[Workers]:
    pool = Workers(2)
    yield pool
    pool.close()


def test_calls_are_answered_in_other_processes(workers: Workers) -> None:
    answers = [workers.submit(double, n) for n in range(20)]
    assert [answer.result() for answer in answers] == [2 * n for n in range(20)]
    assert workers.submit(pid).result() != os.getpid()


def test_a_crash_costs_one_call(workers: Workers) -> None:
    with pytest.raises(WorkerDied):
        workers.submit(die).result()
    assert workers.submit(double, 4).result() == 8


def test_a_call_that_does_not_end_is_ended(workers: Workers) -> None:
    with pytest.raises(WorkerDied, match="more than"):
        workers.submit(hang, seconds=0.1).result()
    assert workers.submit(double, 4).result() == 8


def test_what_earmark_understands_comes_back_whole(workers: Workers) -> None:
    with pytest.raises(EarmarkError, match="does not work") as caught:
        workers.submit(refuse).result()
    assert (caught.value.problem.code, caught.value.path) == ("no", "/pack/a.wav")


def test_the_unexpected_comes_back_with_its_trace(workers: Workers) -> None:
    with pytest.raises(WorkerFailed, match="ZeroDivisionError: oh"):
        workers.submit(stumble).result()


def test_an_idle_child_ends_and_another_takes_over() -> None:
    pool = Workers(1, idle_seconds=0.05)
    first = pool.submit(pid).result()
    until(lambda: not psutil.pid_exists(first), "the idle child ends")
    assert pool.submit(pid).result() != first
    pool.close()


def test_a_child_that_rests_is_taken_before_another_is_started(workers: Workers) -> None:
    first = workers.submit(pid).result()
    assert {workers.submit(pid).result() for _ in range(20)} == {first}


def test_as_many_children_work_at_once_as_there_may_be(tmp_path: Path) -> None:
    pool = Workers(3)
    assert pool.submit(pid).result()
    calls = [pool.submit(meet, str(tmp_path), 3) for _ in range(3)]
    assert len({call.result() for call in calls}) == 3
    pool.close()


def test_what_waits_is_done_before_the_workers_end() -> None:
    pool = Workers(2)
    answers = [pool.submit(double, n) for n in range(6)]
    pool.close()
    assert [answer.result() for answer in answers] == [2 * n for n in range(6)]


def test_children_die_with_their_parent(tmp_path: Path) -> None:
    import subprocess
    import sys

    program = (
        "from earmark_daemon.processes import Workers; import os, signal\n"
        "if __name__ == '__main__':\n"
        "    pool = Workers(1)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    pool.submit(signal.pause)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    script = tmp_path / "parent.py"
    script.write_text(program)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    child = int(done.stdout)
    until(lambda: not psutil.pid_exists(child), "the child of a killed parent ends")


def test_a_child_takes_no_module_out_of_the_folder_that_one_works_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "multiprocessing.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    workers = Workers(1)
    assert workers.submit(os.path.basename, "/pack/kick.wav").result() == "kick.wav"
    workers.close()


@pytest.mark.parametrize(("what", "why"), [(die, "ended with code -9"), (stumble, "oh")])
def test_a_child_that_fails_is_explained_in_one_line(
    workers: Workers, what: Callable[[], None], why: str
) -> None:
    with pytest.raises(EarmarkError) as raised, explained("broken", "It broke", "Mend it."):
        workers.submit(what).result()
    problem = raised.value.problem
    assert (problem.code, problem.advice) == ("broken", "Mend it.")
    assert problem.message.startswith("It broke (")
    assert problem.message.endswith(f"{why}).")
    assert "\n" not in problem.message


def test_where_the_system_has_no_room_for_a_process_a_call_waits(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    refusals = [OSError(errno.EAGAIN, "Resource temporarily unavailable")] * 3
    child = processes._Child

    def scarce(niceness: int) -> processes._Child:
        if refusals:
            raise refusals.pop()
        return child(niceness)

    monkeypatch.setattr(processes, "_Child", scarce)
    monkeypatch.setattr(processes, "_AGAIN_SECONDS", 0.01)
    assert workers.submit(double, 4).result(timeout=60) == 8
    assert refusals == []
    assert capfd.readouterr().err.count("Resource temporarily unavailable") == 1


def test_a_pool_that_closes_does_not_wait_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(niceness: int) -> None:
        tried.set()
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    tried = threading.Event()
    monkeypatch.setattr(processes, "_Child", none)
    pool = Workers(1)
    waiting = pool.submit(double, 4)
    assert tried.wait(timeout=60)
    pool.close()
    with pytest.raises(WorkerDied, match="could not be started"):
        waiting.result(timeout=60)
