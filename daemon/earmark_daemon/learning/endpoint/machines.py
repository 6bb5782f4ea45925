"""How the trainer's machine is switched on, and where packs wait for it: what the user said."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from earmark_daemon.errors import EarmarkError, fail

_FILE = "machine.json"
_INSTANCE = re.compile(r"i-[0-9a-f]{8,32}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class Machine:
    """A machine that is off until there is something to train.

    Attributes:
        instance: id of the EC2 instance, where it is one.
        command: program and arguments that switch it on, where it is another cloud's.
        bucket: S3 bucket in which packs wait for it; None to send them once it is up.
        region: AWS region of both; None for the one in AWS's own settings.
        profile: which of the user's AWS profiles to show; None for the usual one.
    """

    instance: str | None = None
    command: tuple[str, ...] = ()
    bucket: str | None = None
    region: str | None = None
    profile: str | None = None

    @property
    def needs_aws(self) -> bool:
        """Whether AWS is asked for anything."""
        return self.instance is not None or self.bucket is not None


def machine_of(
    instance: str | None,
    command: str | None,
    bucket: str | None = None,
    region: str | None = None,
    profile: str | None = None,
) -> Machine:
    """A machine as a person describes it.

    Raises:
        EarmarkError: it is not described in a way that can be used.
    """
    if (instance is None) == (command is None):
        raise _bad(
            "Say how the machine is switched on: either an EC2 instance or a command of your own."
        )
    if instance is not None and not _INSTANCE.fullmatch(instance):
        raise _bad(f"{instance!r} is no EC2 instance; those are called like i-0abc12345678.")
    if bucket is not None and not _BUCKET.fullmatch(bucket):
        raise _bad(f"{bucket!r} is not the name of a bucket.")
    return Machine(instance, _words(command), bucket, region, profile)


def keep(folder: Path, machine: Machine) -> None:
    """Keep it in place of an earlier one.

    Raises:
        EarmarkError: the folder cannot be written.
    """
    new = folder / f"{_FILE}.new"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_text(json.dumps(asdict(machine)), encoding="utf-8")
        os.replace(new, folder / _FILE)
    except OSError as error:
        raise fail(
            "not-kept",
            f"How to start the machine cannot be kept ({error.strerror}).",
            "Make the folder writable, or free some space, and say it again.",
            str(folder),
        ) from error


def kept(folder: Path) -> Machine | None:
    """What was kept; None where nothing was.

    Raises:
        EarmarkError: it is damaged.
    """
    try:
        data = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return Machine(**{**data, "command": tuple(data["command"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise fail(
            "bad-machine",
            f"What Earmark keeps of the trainer's machine is damaged ({error}).",
            "Say it again: earmark endpoint spin-up --help",
        ) from error


def drop(folder: Path) -> bool:
    """Forget it; whether there was one."""
    known = (folder / _FILE).exists()
    (folder / _FILE).unlink(missing_ok=True)
    return known


def _words(command: str | None) -> tuple[str, ...]:
    if command is None:
        return ()
    try:
        words = tuple(shlex.split(command, posix=os.name != "nt"))
    except ValueError as error:
        raise _bad(f"The command cannot be read: {error}.") from error
    if not words:
        raise _bad("The command is empty.")
    if shutil.which(words[0]) is None:
        raise _bad(f"There is no program {words[0]!r} on this computer.")
    return words


def _bad(message: str) -> EarmarkError:
    return fail("bad-machine", message, "See: earmark endpoint spin-up --help")
