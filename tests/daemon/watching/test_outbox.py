from __future__ import annotations

from tests.daemon.watching.recorder import Recorder

from earmark_daemon.watching.facts import Found, Moved, Stamp
from earmark_daemon.watching.outbox import Outbox

STAMP = Stamp(4, 1, 1, 1)


def found(path: str) -> Found:
    return Found(path, STAMP, 1)


def test_news_is_told_in_batches() -> None:
    recorder = Recorder()
    outbox = Outbox(recorder, recorder, batch=10)
    for number in range(25):
        outbox.arrived(found(f"/{number}.wav"))
    assert (recorder.calls, len(recorder.files)) == (2, 20)
    assert outbox.has_news
    outbox.flush()
    assert (recorder.calls, len(recorder.files)) == (3, 25)
    assert not outbox.has_news


def test_news_about_one_path_is_told_in_order() -> None:
    recorder = Recorder()
    outbox = Outbox(recorder, recorder, batch=10)
    outbox.arrived(found("/a.wav"))
    outbox.moved(Moved("/a.wav", found("/b.wav"), certain=True))
    outbox.gone("/b.wav")
    outbox.arrived(found("/a.wav"))
    outbox.flush()
    assert recorder.files == {"/a.wav": STAMP}
    assert recorder.losses == ["/b.wav"]


def test_what_was_said_is_known() -> None:
    recorder = Recorder()
    outbox = Outbox(recorder, recorder, batch=10)
    outbox.arrived(found("/a.wav"))
    assert outbox.stamp("/b.wav") is None
    assert recorder.calls == 0
    assert outbox.stamp("/a.wav") == STAMP
