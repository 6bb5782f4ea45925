"""Models are run on this machine, and nobody hears of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from earmark_daemon.hearing.modelfile import BUILTIN


def test_what_runs_models_keeps_no_book_of_it(tmp_path: Path) -> None:
    """onnxruntime has its makers told of each start, unless `CI` or the like is set."""
    program = "import sys; from earmark_daemon.hearing.model import load; load(sys.argv[1])"
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    subprocess.run(
        [sys.executable, "-c", program, str(BUILTIN)],
        env={**kept, "HOME": str(tmp_path)},
        check=True,
        timeout=120,
    )
    assert not list(tmp_path.iterdir())
