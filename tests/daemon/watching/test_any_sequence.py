"""Whatever is done to a folder while it is watched, in the end what is known is what is there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.daemon.watching.recorder import Recorder, sound, watching

NAMES = st.sampled_from(["a.wav", "b.wav", "c.wav", "d.part"])
FOLDERS = st.sampled_from(["", "x", "y", "x/z", "kick.wav", "../outside"])
PLACES = st.tuples(FOLDERS, NAMES).map("/".join)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PLACES, st.binary(max_size=8)),
        st.tuples(st.just("delete"), PLACES, st.none()),
        st.tuples(st.just("rename"), PLACES, PLACES),
        st.tuples(st.just("rename"), FOLDERS, FOLDERS),
        st.tuples(st.just("remove"), FOLDERS, st.none()),
    ),
    max_size=30,
)


def perform(root: Path, kind: str, place: str, argument: object) -> None:
    """Do one thing to the disk; what the system refuses is simply not done."""
    path = root / place
    try:
        if kind == "write" and isinstance(argument, bytes):
            sound(path, argument)
        elif kind == "delete":
            path.unlink()
        elif kind == "rename" and place not in ("", "../outside") and argument:
            (root / str(argument)).parent.mkdir(parents=True, exist_ok=True)
            path.rename(root / str(argument))
        elif kind == "remove" and place:
            shutil.rmtree(path)
    except OSError:
        return


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(operations=OPERATIONS)
def test_in_the_end_what_is_known_is_what_is_there(
    operations: list[tuple[str, str, object]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        root.mkdir()
        (Path(folder) / "outside").mkdir()
        recorder = Recorder()
        with watching(recorder, root) as coordinator:
            for kind, place, argument in operations:
                perform(root, kind, place, argument)
            recorder.wait_for_disk(root)
            scans = len(recorder.scans)
            coordinator.rescan(str(root))
            recorder.wait(lambda: len(recorder.scans) > scans)
            recorder.wait_for_disk(root)
