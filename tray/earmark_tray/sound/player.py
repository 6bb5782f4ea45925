"""Playback: one sound at a time, at once, through a device that stays open while it is needed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from earmark_tray.sound.clip import Clip
from earmark_tray.sound.decode import RATE, Stereo
from earmark_tray.sound.device import Backends, NoDevice, open_device

MATCHED_LUFS = -20.0
"""How loud the loudest moment of every sound is where levels are matched."""

_MOST_GAIN_DB = 18.0
_FADE = RATE // 500
_KEPT_SECONDS = 200.0
"""Of sound that was decoded; 75 MB."""


class Player:
    """Plays what was chosen last; never two sounds at once.

    Attributes:
        loop: begin again at the end.
        matched: play every sound equally loud.
        at_once: whether a window plays a sound as soon as it is chosen.
        problem: why nothing is heard, or is heard elsewhere, in words.
    """

    def __init__(
        self,
        backends: Backends | None = None,
        started: Callable[[str, float], None] = lambda path, at: None,
    ) -> None:
        """Prepare; the device is opened with the first sound.

        Args:
            backends: miniaudio's backends to use; None for those of real devices.
            started: told path and `time.perf_counter` when the first samples of a sound go out,
                in the device's thread.
        """
        self._backends = backends
        self._started = started
        self._lock = threading.Lock()
        self._clips: OrderedDict[str, Clip] = OrderedDict()
        self._decoding = ThreadPoolExecutor(2, thread_name_prefix="decode")
        self._device: Any = None
        self._clip: Clip | None = None
        self._position = 0
        self._loudness: float | None = None
        self._device_name = ""
        self._closed = False
        self.loop = False
        self.matched = False
        self.at_once = True
        self._tail: Stereo = np.zeros((0, 2), dtype=np.float32)
        self.problem: str | None = None

    def play(self, path: str, begin: float = 0.0, loudness: float | None = None) -> None:
        """Play a sound.

        Args:
            path: of the sound.
            begin: seconds into it.
            loudness: of its loudest moment, LUFS; where it is unknown its level stays as it is.
        """
        if self._closed:
            return
        clip = self._get(path, begin)
        with self._lock:
            self._tail = self._next(_FADE) * np.linspace(1.0, 0.0, _FADE, dtype=np.float32)[:, None]
            if self._clip is not None and self._clip is not clip:
                self._clip.give_up()
                if not self._clip.complete and self._clips.get(self._clip.path) is self._clip:
                    del self._clips[self._clip.path]
            self._clip, self._position = clip, round(begin * RATE)
            self._loudness = loudness
        self._open()

    def prepare(self, path: str) -> None:
        """Decode a sound that will probably be next."""
        if not self._closed:
            self._get(path)

    def stop(self) -> None:
        """Be silent."""
        with self._lock:
            self._clip = None

    def close(self) -> None:
        """Let go of device and threads; whatever is to be played later stays silent."""
        self._closed = True
        self.stop()
        for clip in self._clips.values():
            clip.give_up()
        self._decoding.shutdown()
        self._let_go()

    def use_device(self, name: str) -> None:
        """Play through the device of this name from the next sound on; "" is the system's."""
        if name != self._device_name:
            self._device_name = name
            self._let_go()

    def _let_go(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None

    @property
    def seconds(self) -> float | None:
        """Where in the sound it is; None where nothing plays."""
        with self._lock:
            return None if self._ended() else self._position / RATE

    @property
    def complaint(self) -> str | None:
        """Why the sound that was asked for is not heard, in words."""
        clip = self._clip
        return self.problem or (clip.problem if clip is not None else None)

    @property
    def decoding(self) -> bool:
        """Whether it is not known yet that the sound that was asked for can be played."""
        clip = self._clip
        return clip is not None and not clip.ready and not clip.complete

    def _get(self, path: str, begin: float = 0.0) -> Clip:
        clip = self._clips.pop(path, None)
        if clip is None or clip.problem or not clip.holds(begin):
            clip = Clip(path, begin)
            self._decoding.submit(clip.fill)
        self._clips[path] = clip
        self._forget(sum(each.room for each in self._clips.values()) - _KEPT_SECONDS)
        return clip

    def _forget(self, seconds: float) -> None:
        """Let go of so many, what was heard longest ago first, but not of what plays or is next."""
        *others, _ = self._clips.items()
        for path, clip in others:
            if seconds <= 0.0:
                return
            if clip is not self._clip:
                seconds -= clip.room
                clip.give_up()
                del self._clips[path]

    def _open(self) -> None:
        """Open the device, if it is not; another try with each sound until one is there."""
        if self._device is not None:
            return
        source = self._source()
        next(source)
        try:
            self._device, self.problem = open_device(self._device_name, source, self._backends)
        except NoDevice as error:
            self.problem = str(error)

    def _source(self) -> Generator[Any, int, None]:
        """What the device takes its samples from."""
        count = yield b""
        while True:
            with self._lock:
                first = self._position == 0
                out = self._next(count)
                heard = self._clip.path if self._clip and first and self._position else None
                fade = self._tail[:count]
                self._tail = self._tail[count:]
            out[: len(fade)] += fade
            if heard is not None:
                self._started(heard, time.perf_counter())
            count = yield out

    def _next(self, count: int) -> Stereo:
        """The next samples, silence where there are none; moves on."""
        out = np.zeros((count, 2), dtype=np.float32)
        clip, filled = self._clip, 0
        while clip is not None and filled < count:
            last = min(self._position + count - filled, clip.end)
            part = clip.samples[self._position - clip.first : max(0, last - clip.first)]
            out[filled : filled + len(part)] = part
            filled += len(part)
            self._position += len(part)
            if filled < count:
                if not (self.loop and clip.complete and clip.ready):
                    break
                self._position = clip.first
        return out if clip is None else out * np.float32(self._gain(clip))

    def _gain(self, clip: Clip) -> float:
        """What brings the sound to the common level, as far as it does not clip."""
        if not self.matched or self._loudness is None:
            return 1.0
        gain = 10 ** (min(MATCHED_LUFS - self._loudness, _MOST_GAIN_DB) / 20)
        return float(min(gain, 1.0 / max(clip.peak, 1e-6)))

    def _ended(self) -> bool:
        clip = self._clip
        return clip is None or (clip.complete and self._position >= clip.end)
