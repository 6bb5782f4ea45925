"""Two processes training together learn what one learns from batches twice the size."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
SCRIPT = HERE / "worker_script.py"


def _train(out: Path, workers: int, batch: int) -> list[np.ndarray]:
    meeting = out / f"meeting-{workers}"
    command = [sys.executable, str(SCRIPT), str(out), str(meeting)]
    numbers = [[str(value) for value in (number, workers, batch)] for number in range(workers)]
    running = [subprocess.Popen([*command, *each]) for each in numbers]
    assert [process.wait(timeout=120) for process in running] == [0] * workers
    return [np.load(out / f"weights-{workers}-{number}.npy") for number in range(workers)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workers")
    return _train(folder, 1, batch=8), _train(folder, 2, batch=4)


def test_all_workers_end_with_the_same_weights(trained):
    first, second = trained[1]
    np.testing.assert_array_equal(first, second)


def test_two_with_half_the_batch_are_one_with_the_whole(trained):
    (alone,), (together, _) = trained
    np.testing.assert_allclose(together, alone, atol=1e-5)
