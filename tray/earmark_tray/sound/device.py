"""Audio devices: which there are, and opening the chosen one. Alone in loading miniaudio."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from gettext import gettext as _
from typing import Any

from earmark_tray.sound.decode import RATE

Backends = Sequence[Any]

_BUFFER_MILLISECONDS = 10


class NoDevice(Exception):
    """Why nothing can be heard, in words."""


def device_names(backends: Backends | None = None) -> list[str]:
    """The names of the devices that sounds can be played through; none where there is no audio.

    Args:
        backends: miniaudio's backends to ask; None for those of real devices.
    """
    return list(_devices(backends))


def open_device(
    name: str, source: Generator[Any, int, None], backends: Backends | None = None
) -> tuple[Any, str | None]:
    """A device that plays what ``source`` yields, and what is to be told of it.

    Where no device has this ``name`` the system's own is taken, and that is told.

    Raises:
        NoDevice: there is none at all.
    """
    import miniaudio

    chosen = _devices(backends).get(name) if name else None
    try:
        device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.FLOAT32,
            nchannels=2,
            sample_rate=RATE,
            buffersize_msec=_BUFFER_MILLISECONDS,
            device_id=chosen,
            backends=_real(backends),
            app_name="Earmark",
        )
        device.start(source)
    except miniaudio.MiniaudioError as error:
        raise NoDevice(
            _("There is no audio device. Connect one, then choose a sound again.")
        ) from error
    if name and chosen is None:
        missing = _("“{name}” is not connected; you hear the system's own output.")
        return device, missing.format(name=name)
    return device, None


def _devices(backends: Backends | None) -> dict[str, Any]:
    """Name to miniaudio's id."""
    import miniaudio

    try:
        found = miniaudio.Devices(_real(backends)).get_playbacks()
    except miniaudio.MiniaudioError:
        return {}
    return {device["name"]: device["id"] for device in found}


def _real(backends: Backends | None) -> list[Any]:
    import miniaudio

    if backends is not None:
        return list(backends)
    return [each for each in miniaudio.Backend if each.name not in ("NULL", "CUSTOM")]
