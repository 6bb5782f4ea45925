"""Where Earmark is installed without what its tray and windows need."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from earmark_daemon.program import TRAY_NEEDS

PROGRAM = """
import sys
sys.modules[sys.argv.pop(1)] = None
from earmark_tray.__main__ import main
sys.exit(main())
"""


def test_windows_opens_no_console_for_it_and_it_needs_none() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["gui-scripts"] == {"earmark-tray": "earmark_tray.__main__:main"}
    assert "earmark-tray" not in project["scripts"]
    blind = PROGRAM.replace("import sys\n", "import sys\nsys.stderr = sys.stdout = None\n", 1)
    blind = blind.replace("main())", "40 + main())")
    done = subprocess.run([sys.executable, "-c", blind, "PIL"], check=False, timeout=60)
    assert done.returncode == 41


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
