"""Where Earmark is installed without what its tray and windows need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from earmark_daemon.program import TRAY_NEEDS

PROGRAM = """
import sys
sys.modules[sys.argv.pop(1)] = None
from earmark_tray.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("lacking", TRAY_NEEDS)
def test_it_is_said_what_is_lacking_and_what_brings_it(lacking: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, lacking, "search"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert f"need {lacking}" in done.stderr
    assert f'{sys.executable} -m pip install ".[tray]"' in done.stderr
    assert "Traceback" not in done.stderr
