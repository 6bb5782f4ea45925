"""Runs a training process on another machine than the server, and writes down what it says.

Started there as ``python -m earmark_trainer.worker.relay ASSIGNMENT [COMMAND…]``; the assignment's
folder is on storage that both machines share. It is the process's supervisor: when this one dies,
however it dies, the training ends too. A machine that the server has lost sight of may still be
running: once the server has begun a newer attempt, or has put the job away, the training ends here.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from earmark_trainer.engines.engine import REPORTS
from earmark_trainer.groups import kill_group

WORKER = (sys.executable, "-P", "-m", "earmark_trainer.worker.main")
_LOOK_SECONDS = 5.0


def main(assignment: Path, command: Sequence[str] = WORKER) -> int:
    """Run the command on the assignment to its end; its exit status, 1 if a signal ended it."""
    folder = assignment.parent
    over = threading.Event()
    with (folder / "log.txt").open("ab") as log, (folder / REPORTS).open("ab", 0) as reports:
        process = subprocess.Popen(
            [*command, str(assignment)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
        signal.signal(signal.SIGTERM, lambda *_: kill_group(process.pid))
        watch = threading.Thread(target=_watch, args=(assignment, process, over), daemon=True)
        watch.start()
        assert process.stdout is not None
        try:
            for line in process.stdout:
                reports.write(line)
        finally:
            over.set()
            kill_group(process.pid)
    status = process.wait()
    return status if status >= 0 else 1


def is_current(assignment: Path) -> bool:
    """Whether the server still wants what this attempt makes."""
    folder = assignment.parent
    number = int(folder.name.rpartition("-")[2])
    newer = folder.with_name(f"attempt-{number + 1}")
    return assignment.exists() and not newer.exists()


def _watch(assignment: Path, process: subprocess.Popen[bytes], over: threading.Event) -> None:
    while not over.wait(_LOOK_SECONDS):
        if not is_current(assignment):
            kill_group(process.pid)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:] or WORKER))
