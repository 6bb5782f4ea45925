"""Broken files are written rightly or refused; none is harmed, and none makes Earmark stumble."""

import os

from tests.daemon.writing.harm import count

MUTANTS = int(os.environ.get("EARMARK_MUTANTS", "3000"))


def test_no_broken_file_is_harmed() -> None:
    tally = count(MUTANTS)
    assert tally.total() == MUTANTS
    assert tally["written"] > MUTANTS // 20
    assert sum(files for name, files in tally.items() if name.startswith("refused")) > MUTANTS // 4
