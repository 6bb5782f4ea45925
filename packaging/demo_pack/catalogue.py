"""Which sounds the pack holds, what they are, and how each is made and stored."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from demo_pack import drums, electronic, keys, metal, strings, voice, wind
from demo_pack.dsp import Random, Signal, master
from demo_pack.riff import Layout
from demo_pack.store import CAF, OGG, OPUS, Aifc, Aiff, Format, M4a, Wav, flac, mp3

_SEED = 20250101


@dataclass(frozen=True)
class Sound:
    """One file of the pack.

    Attributes:
        path: relative to the pack.
        label: the class a listener would name.
        rate: samples a second.
        stored: its format.
        voice: makes it from a random generator and a rate.
        mono: folds both channels into one.
    """

    path: str
    label: str
    rate: int
    stored: Format
    voice: Callable[[Random, int], Signal]
    mono: bool = False

    def render(self) -> Signal:
        """The sound itself; the same at every call."""
        rng = np.random.default_rng([_SEED, zlib.crc32(self.path.encode())])
        x = self.voice(rng, self.rate)
        return master(x.mean(axis=1) if self.mono and x.ndim == 2 else x, self.rate)


_DRUMS = (
    Sound(
        "Drums/Kicks/Kick Deep.wav",
        "kick",
        44_100,
        Wav(broadcast="Kick Deep, Earmark First Light"),
        partial(drums.kick, seconds=0.55, pitch=46.0, punch=5.5, click=0.25, ring=0.75),
    ),
    Sound(
        "Drums/Kicks/Kick Punch.wav",
        "kick",
        48_000,
        Wav(Layout.PCM_24),
        partial(drums.kick, seconds=0.3, pitch=58.0, punch=7.0, click=0.5, ring=0.36, heat=2.2),
    ),
    Sound(
        "Drums/Kicks/EFL_01.wav",
        "kick",
        44_100,
        Wav(Layout.FLOAT),
        partial(drums.kick, seconds=0.26, pitch=52.0, punch=4.0, click=0.8, ring=0.3, heat=1.1),
    ),
    Sound(
        "Drums/Snares/Snare Tight.wav",
        "snare",
        44_100,
        Wav(info={"INAM": "Snare Tight", "IGNR": "Drums", "ICMT": "Dry, short, no room"}),
        partial(drums.snare, seconds=0.24, pitch=205.0, wires=0.9, rattle=0.22),
    ),
    Sound(
        "Drums/Snares/Snare Room.flac",
        "snare",
        48_000,
        flac(),
        partial(
            drums.snare_in_room, size=0.4, seconds=0.42, pitch=178.0, wires=1.0, rattle=0.34
        ),
    ),
    Sound(
        "Drums/Snares/EFL_07.aif",
        "snare",
        44_100,
        Aiff(),
        partial(
            drums.snare, seconds=0.3, pitch=226.0, wires=0.7, rattle=0.28, bright=12_500.0
        ),
    ),
    Sound(
        "Drums/Hats/Hat Closed 01.wav",
        "hihat",
        96_000,
        Wav(Layout.PCM_24),
        partial(metal.hihat, seconds=0.1, ring=0.09),
    ),
    Sound(
        "Drums/Hats/HH Open Air.flac",
        "hihat",
        44_100,
        flac(),
        partial(metal.hihat, seconds=0.5, ring=0.75, low=5600.0, clang=0.8),
    ),
    Sound(
        "Drums/Hats/EFL_11.wav",
        "hihat",
        44_100,
        Wav(),
        partial(metal.hihat, seconds=0.14, ring=0.13, low=7400.0, clang=0.9),
    ),
    Sound(
        "Drums/Claps/Clap Warehouse.wav",
        "clap",
        44_100,
        Wav(Layout.EXTENSIBLE),
        partial(
            drums.clap_wide, size=0.35, seconds=0.33, hands=4, centre=1150.0, tail=0.26
        ),
    ),
    Sound(
        "Drums/Claps/Clap Dry.aif",
        "clap",
        44_100,
        Aiff(annotation="Clap Dry"),
        partial(drums.clap, seconds=0.2, hands=3, centre=1400.0, tail=0.15),
    ),
    Sound(
        "Drums/Cymbals/Crash Dark.ogg",
        "cymbal",
        44_100,
        OGG,
        partial(metal.cymbal, seconds=1.9, ring=2.6, low=280.0, bright=13_000.0),
    ),
    Sound(
        "Drums/Cymbals/Ride Ping.mp3",
        "cymbal",
        44_100,
        mp3(),
        partial(metal.ride, seconds=1.6, ring=2.2),
    ),
    Sound(
        "Drums/Cymbals/EFL_14.ogg",
        "cymbal",
        48_000,
        OGG,
        partial(metal.cymbal, seconds=0.9, ring=0.95, low=520.0, bright=17_000.0),
        mono=True,
    ),
    Sound(
        "Drums/Toms/Tom Floor.wav",
        "tom",
        32_000,
        Wav(),
        partial(drums.tom, seconds=0.65, pitch=84.0, ring=0.9),
    ),
    Sound(
        "Drums/Toms/Tom Mid.aif",
        "tom",
        44_100,
        Aiff(24),
        partial(drums.tom, seconds=0.42, pitch=132.0, ring=0.6),
    ),
    Sound(
        "Drums/Toms/EFL_17.caf",
        "tom",
        44_100,
        CAF,
        partial(drums.tom, seconds=0.38, pitch=176.0, ring=0.5),
    ),
    Sound(
        "Percussion/Conga Open.wav",
        "percussion",
        44_100,
        Wav(),
        partial(drums.hand_drum, seconds=0.36, pitch=208.0, ring=0.45, slap=0.3),
    ),
    Sound(
        "Percussion/Woodblock High.wav",
        "percussion",
        88_200,
        Wav(),
        partial(metal.wood_block, seconds=0.14, pitch=1180.0),
    ),
    Sound(
        "Percussion/Shaker Soft.flac",
        "percussion",
        44_100,
        flac(),
        partial(metal.shaker, seconds=0.3),
    ),
    Sound(
        "Percussion/EFL_21.wav",
        "percussion",
        44_100,
        Wav(),
        partial(metal.cowbell, seconds=0.34, pitch=562.0),
    ),
    Sound(
        "Percussion/EFL_22.ogg",
        "percussion",
        44_100,
        OGG,
        partial(metal.tambourine, seconds=0.5),
    ),
)

_INSTRUMENTS = (
    Sound(
        "Bass/Sub C1.wav",
        "bass",
        22_050,
        Wav(note=24),
        partial(electronic.sub_bass, seconds=0.9, pitch=32.703, warmth=2.2),
    ),
    Sound(
        "Bass/Bass Finger E1.mp3",
        "bass",
        44_100,
        mp3(TIT2="Bass Finger E1", TPE1="Earmark", TALB="Earmark First Light", TCON="Bass"),
        partial(strings.electric_bass, seconds=1.5, pitch=41.203, ring=3.5, dull=0.3),
    ),
    Sound(
        "Bass/EFL_25.flac",
        "bass",
        44_100,
        flac(),
        partial(electronic.acid_bass, seconds=0.5, pitch=55.0, squelch=2.6, opened=2600.0),
    ),
    Sound(
        "Guitar/Nylon G3.flac",
        "guitar",
        44_100,
        flac(),
        partial(strings.guitar, seconds=0.9, pitch=195.998, ring=3.0, dull=0.32),
    ),
    Sound(
        "Guitar/Steel Strum Am.ogg",
        "guitar",
        44_100,
        OGG,
        partial(
            strings.strum,
            seconds=2.0,
            chord=(110.0, 164.814, 220.0, 261.626, 329.628),
            late=0.018,
        ),
    ),
    Sound(
        "Guitar/EFL_28.mp3",
        "guitar",
        44_100,
        mp3(),
        partial(strings.electric_guitar, seconds=1.2, pitch=82.407, ring=4.0, gain=9.0),
    ),
    Sound(
        "Keys/EP Mellow C4.mp3",
        "keys",
        44_100,
        mp3(),
        partial(keys.electric_piano, seconds=1.5, pitch=261.626, hard=0.8),
    ),
    Sound(
        "Keys/Felt Piano A3.ogg",
        "keys",
        44_100,
        OGG,
        partial(keys.piano, seconds=1.8, pitch=220.0, soft=0.38),
    ),
    Sound(
        "Keys/EFL_31.opus",
        "keys",
        48_000,
        OPUS,
        partial(
            keys.organ,
            seconds=1.0,
            chord=(130.813, 164.814, 195.998),
            bars=(6, 8, 8, 5, 3, 2, 0, 0, 3),
        ),
    ),
    Sound(
        "Strings/Ensemble D4.opus",
        "strings",
        48_000,
        OPUS,
        partial(strings.bowed, seconds=2.2, pitch=293.665, players=9, attack=0.28),
    ),
    Sound(
        "Strings/Cello Solo G2.mp3",
        "strings",
        44_100,
        mp3(),
        partial(
            strings.bowed, seconds=1.8, pitch=97.999, players=1, attack=0.16, low=True, wet=0.15
        ),
        mono=True,
    ),
    Sound(
        "Strings/EFL_34.flac",
        "strings",
        32_000,
        flac(),
        partial(strings.bowed, seconds=0.6, pitch=440.0, players=6, attack=0.05),
        mono=True,
    ),
    Sound(
        "Brass/Brass Stab Bb.wav",
        "brass",
        44_100,
        Wav(),
        partial(
            wind.brass,
            seconds=0.5,
            pitches=(233.082, 293.665, 349.228, 466.164),
            attack=0.04,
            blare=2600.0,
        ),
        mono=True,
    ),
    Sound(
        "Brass/Horn Soft F3.ogg",
        "brass",
        44_100,
        OGG,
        partial(wind.brass, seconds=1.6, pitches=(174.614,), attack=0.11, blare=800.0, wet=0.4),
    ),
    Sound(
        "Brass/EFL_37.m4a",
        "brass",
        44_100,
        M4a(),
        partial(wind.brass, seconds=1.1, pitches=(392.0,), attack=0.05, blare=3200.0),
        mono=True,
    ),
    Sound(
        "Woodwind/Flute Breathy A4.mp3",
        "woodwind",
        44_100,
        mp3(),
        partial(wind.flute, seconds=1.6, pitch=440.0, breath=0.09),
        mono=True,
    ),
    Sound(
        "Woodwind/Clarinet D4.flac",
        "woodwind",
        32_000,
        flac(),
        partial(wind.clarinet, seconds=0.8, pitch=293.665, reed=1900.0),
        mono=True,
    ),
    Sound(
        "Woodwind/EFL_40.ogg",
        "woodwind",
        44_100,
        OGG,
        partial(wind.oboe, seconds=1.2, pitch=523.251),
        mono=True,
    ),
)

_ELECTRICITY_AND_VOICES = (
    Sound(
        "Synth/Lead Saw C5.flac",
        "synth",
        44_100,
        flac(),
        partial(electronic.lead, seconds=0.6, pitch=523.251, bite=5200.0),
    ),
    Sound(
        "Synth/Supersaw Fm.mp3",
        "synth",
        44_100,
        mp3(),
        partial(
            electronic.supersaw,
            seconds=1.6,
            chord=(174.614, 207.652, 261.626, 349.228),
            opened=6500.0,
            attack=0.01,
        ),
    ),
    Sound(
        "Synth/EFL_43.aifc",
        "synth",
        44_100,
        Aifc(),
        partial(electronic.pluck, seconds=0.45, pitch=392.0, opened=9000.0),
    ),
    Sound(
        "Vocals/Vox Aah F3.ogg",
        "vocal",
        44_100,
        OGG,
        partial(voice.sung, seconds=1.6, pitch=174.614, vowels=("oh", "ah"), attack=0.05),
        mono=True,
    ),
    Sound(
        "Vocals/Choir Ooh A4.opus",
        "vocal",
        48_000,
        OPUS,
        partial(
            voice.sung,
            seconds=2.0,
            pitch=440.0,
            vowels=("oo", "oo"),
            singers=7,
            throat=1.14,
            attack=0.2,
            wet=0.4,
        ),
    ),
    Sound(
        "Vocals/EFL_46.flac",
        "vocal",
        32_000,
        flac(),
        partial(voice.shout, seconds=0.5, pitch=220.0, vowels=("eh", "ee")),
        mono=True,
    ),
    Sound(
        "FX/Riser Noise.opus",
        "fx",
        48_000,
        OPUS,
        partial(electronic.riser, seconds=2.4, chord=(110.0, 164.814)),
    ),
    Sound(
        "FX/Laser Zap.wav",
        "fx",
        44_100,
        Wav(),
        partial(electronic.zap, seconds=0.35, start=5200.0, end=90.0),
    ),
    Sound(
        "FX/EFL_49.ogg",
        "fx",
        44_100,
        OGG,
        partial(electronic.impact, seconds=2.2),
    ),
    Sound(
        "FX/Downlifter.mp3",
        "fx",
        44_100,
        mp3(),
        partial(electronic.downlifter, seconds=1.8),
    ),
)

SOUNDS = _DRUMS + _INSTRUMENTS + _ELECTRICITY_AND_VOICES
