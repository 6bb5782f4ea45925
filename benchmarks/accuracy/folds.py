"""How the packs are divided: whole packs are left out together, and the rest is trained on."""

from __future__ import annotations

FOLDS: tuple[tuple[str, ...], ...] = (
    (
        "fluidr3-gm",
        "meadowlark",
        "musyngkite-modriff",
        "oramics-pearl",
        "producerspace-shouts",
        "uzu-drumkit",
    ),
    (
        "olpc-berklee",
        "oramics-pd",
        "philharmonia",
    ),
    (
        "dsmolken-double-bass",
        "libre-sample-pack",
        "producerspace-sung",
        "salamander-piano",
        "sonic-pi",
        "tonejs-instruments",
        "war-tuba",
        "weresax",
    ),
    (
        "body-percussion",
        "discord-gm",
        "freedoom",
        "greg-sullivan-epianos",
        "karoryfer-guitars",
        "keyboardia",
        "open-source-drumkit",
        "producerspace-spoken",
        "scratch-music",
        "tamtam",
        "teeworlds",
        "vcsl-kit",
    ),
)
"""Every label is both left out and left in, and the two soundfonts are left out together. The three
products of Producer Space stand apart: they share no voice, and hold most voices that there are."""

NINE = (*FOLDS[1], *FOLDS[2], "greg-sullivan-epianos")
"""Left out together, these hold nine kinds of instrument with 94 sounds or more of each: what is
needed for Vibrary's figures with up to 80 examples."""

OTHERS = tuple(pack for packs in FOLDS for pack in packs if pack not in NINE)
"""All other packs: the nine kinds too, 110 sounds or more of each. They had no part in choosing how
tags of one's own are heard together."""


def fold_of(pack: str) -> int:
    """The number of the fold that leaves this pack out."""
    return next(number for number, packs in enumerate(FOLDS) if pack in packs)
