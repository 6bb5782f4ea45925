"""The sounds that a person names: by themselves, or by folders full of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from earmark_daemon.cli.output import complain
from earmark_daemon.errors import EarmarkError


def sound_files(paths: Iterable[Path]) -> Iterator[str]:
    """Each file as given, and every sound below each folder, as full paths."""
    from earmark_daemon.watching.facts import Trouble
    from earmark_daemon.watching.ignore import Rules
    from earmark_daemon.watching.scan import scan

    for path in paths:
        full = os.path.abspath(path)
        if not os.path.isdir(full):
            yield full
            continue
        for found in scan(full, Rules()):
            if isinstance(found, Trouble):
                complain(EarmarkError(found.problem, found.path))
            else:
                yield found.path
