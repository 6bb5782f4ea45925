"""Two processes training together learn what one learns from batches twice the size."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
SCRIPT = HERE / "worker_script.py"


Pair = tuple[list[np.ndarray], list[np.ndarray]]


def _train(out: Path, workers: int, batch: int) -> Pair:
    """Weights after training and a batch statistic that was the worker's number, of each."""
    meeting = out / f"meeting-{workers}"
    command = [sys.executable, str(SCRIPT), str(out), str(meeting)]
    numbers = [[str(value) for value in (number, workers, batch)] for number in range(workers)]
    running = [subprocess.Popen([*command, *each]) for each in numbers]
    assert [process.wait(timeout=120) for process in running] == [0] * workers
    weights = [np.load(out / f"weights-{workers}-{number}.npy") for number in range(workers)]
    return weights, [np.load(out / f"mean-{workers}-{number}.npy") for number in range(workers)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workers")
    return _train(folder, 1, batch=8), _train(folder, 2, batch=4)


def test_all_workers_end_with_the_same_weights(trained):
    first, second = trained[1][0]
    np.testing.assert_array_equal(first, second)


def test_two_with_half_the_batch_are_one_with_the_whole(trained):
    ((alone,), _), ((together, _), _) = trained
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_batch_statistics_become_the_mean_of_all_workers(trained):
    assert [float(mean[0]) for mean in trained[1][1]] == [0.5, 0.5]
