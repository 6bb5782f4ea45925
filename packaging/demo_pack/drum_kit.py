"""The drums and percussion of the pack."""

from functools import partial

from demo_pack import drums, metal
from demo_pack.riff import Layout
from demo_pack.sound import Sound
from demo_pack.store import CAF, OGG, Aiff, Wav, flac, mp3

DRUMS = (
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
        "One Shots/EFL_01.wav",
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
            drums.in_room,
            make=partial(drums.snare, seconds=0.42, pitch=178.0, wires=1.0, rattle=0.34),
            size=0.4,
        ),
    ),
    Sound(
        "Drums/Snares/EFL_07.aif",
        "snare",
        44_100,
        Aiff(),
        partial(drums.snare, seconds=0.3, pitch=226.0, wires=0.7, rattle=0.28, bright=12_500.0),
    ),
    Sound(
        "Drums/Hats/Hat Closed 01.wav",
        "hihat",
        96_000,
        Wav(Layout.PCM_24),
        partial(metal.hihat, seconds=0.1, ring=0.12),
    ),
    Sound(
        "Drums/Hats/HH Open Air.flac",
        "hihat",
        44_100,
        flac(),
        partial(metal.hihat, seconds=0.5, ring=1.0, low=3900.0, clang=1.0),
    ),
    Sound(
        "One Shots/EFL_11.wav",
        "hihat",
        44_100,
        Wav(),
        partial(metal.hihat, seconds=0.14, ring=0.17, low=5200.0, clang=0.9),
    ),
    Sound(
        "Drums/Claps/Clap Warehouse.wav",
        "clap",
        44_100,
        Wav(Layout.EXTENSIBLE),
        partial(
            drums.in_room,
            make=partial(drums.clap, seconds=0.33, hands=4, centre=1150.0, tail=0.26),
            size=0.35,
            wide=True,
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
        partial(metal.cymbal, seconds=1.9, ring=4.5, low=240.0, bright=13_000.0),
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
        partial(metal.cymbal, seconds=1.1, ring=1.7, low=420.0, bright=17_000.0),
        mono=True,
    ),
    Sound(
        "Drums/Toms/Tom Floor.wav",
        "tom",
        32_000,
        Wav(),
        partial(drums.tom, seconds=0.65, pitch=88.0, ring=1.0),
    ),
    Sound(
        "Drums/Toms/Tom Mid.aif",
        "tom",
        44_100,
        Aiff(24),
        partial(drums.tom, seconds=0.42, pitch=140.0, ring=0.75),
    ),
    Sound(
        "One Shots/EFL_17.caf",
        "tom",
        44_100,
        CAF,
        partial(drums.tom, seconds=0.38, pitch=196.0, ring=0.6),
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
        "One Shots/EFL_22.ogg",
        "percussion",
        44_100,
        OGG,
        partial(metal.tambourine, seconds=0.5),
    ),
)
