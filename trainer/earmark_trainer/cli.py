"""The command line of the trainer's machine: serve, pair, paired, unpair, certificate. No logic."""

from __future__ import annotations

import argparse
import base64
import datetime
import json
import logging
import os
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from earmark_trainer.problems import Problem, TrainerError, UnusableError
from earmark_trainer.server.settings import (
    DEFAULT_PORT,
    DEFAULT_RAY,
    RaySettings,
    Settings,
    default_data,
)

if TYPE_CHECKING:
    from earmark_trainer.storage.folders import Folders
    from earmark_trainer.storage.tenants import Pairing, Tenants


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 if it was done, 1 if it was refused or failed, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    options.data = options.data.absolute()  # trainings have a folder of their own to work in
    try:
        options.run(options)
    except TrainerError as error:
        problem = error.problem
        _say(f"{problem.title}\n{problem.detail}\n{problem.advice}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="earmark-trainer", description="Trains Earmark's tagging models."
    )
    parser.add_argument(
        "--data", type=Path, default=default_data(), help="the trainer's folder (%(default)s)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands.add_parser("serve", help="wait for clients and train for them"))
    pair = commands.add_parser("pair", help="pair a computer: prints the line to give to Earmark")
    pair.add_argument("name", help="whom the token is for")
    pair.add_argument("--address", help="how the client reaches this machine, https://HOST:PORT")
    pair.add_argument("--verbose", action="store_true", help="print token and key on their own too")
    pair.set_defaults(run=_pair)
    paired = commands.add_parser("paired", help="list what is paired, and what is kept of each")
    paired.set_defaults(run=_paired)
    unpair = commands.add_parser("unpair", help="make all tokens of somebody worthless")
    unpair.add_argument("name")
    unpair.add_argument(
        "--erase", action="store_true", help="delete their spectrograms and trainings as well"
    )
    unpair.set_defaults(run=_unpair)
    certificate = commands.add_parser("certificate", help="make a certificate for TLS")
    certificate.add_argument("hosts", nargs="+", metavar="HOST", help="names and addresses")
    certificate.add_argument(
        "--replace", action="store_true", help="make another; everybody must be paired again"
    )
    certificate.set_defaults(run=_certificate)
    return parser


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="(%(default)s)")
    parser.add_argument(
        "--tls-cert", type=Path, help="certificate, PEM; default: the one made here"
    )
    parser.add_argument("--tls-key", type=Path, help="its private key, PEM")
    parser.add_argument(
        "--idle-stop", type=float, default=0.0, metavar="MINUTES", help="stop when idle for so long"
    )
    parser.add_argument(
        "--idle-command",
        type=_words,
        default=(),
        metavar="COMMAND",
        help="run this then, such as 'poweroff'",
    )
    parser.add_argument("--bucket", metavar="NAME", help="take packs from this S3 bucket as well")
    parser.add_argument("--bucket-region", metavar="REGION", help="where the bucket is")
    parser.add_argument(
        "--engine", choices=("processes", "ray"), default="processes", help="(%(default)s)"
    )
    parser.add_argument(
        "--ray-address", default=DEFAULT_RAY, metavar="URL", help="Ray's dashboard (%(default)s)"
    )
    parser.add_argument(
        "--ray-cpus", type=int, default=1, metavar="N", help="cores a training takes (%(default)s)"
    )
    parser.set_defaults(run=_serve)


def _port(text: str) -> int:
    """A port, 0 for any that is free."""
    if not (text.isdecimal() and int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _words(command: str) -> tuple[str, ...]:
    """A command as a shell would part it."""
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"a shell could not read it: {error}") from error


def _serve(options: argparse.Namespace) -> None:
    from earmark_trainer.server.certificates import Certificate
    from earmark_trainer.server.run import serve
    from earmark_trainer.storage.bucket import BucketSettings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    made = Certificate.in_folder(options.data)
    use_made = made.exists and options.tls_cert is None and options.tls_key is None
    settings = Settings(
        data=options.data,
        host=options.host,
        port=options.port,
        tls_cert=made.cert if use_made else options.tls_cert,
        tls_key=made.key if use_made else options.tls_key,
        idle_minutes=options.idle_stop,
        idle_command=options.idle_command,
        ray=(
            RaySettings(options.ray_address, max(1, options.ray_cpus))
            if options.engine == "ray"
            else None
        ),
        bucket=options.bucket and BucketSettings(options.bucket, options.bucket_region),
    )
    serve(settings, lambda address: _say(f"Earmark trainer listens on {address}"))


@contextmanager
def _tenants(folders: Folders) -> Iterator[Tenants]:
    """Who is paired, from the database of this folder."""
    from earmark_trainer.storage.database import Database
    from earmark_trainer.storage.tenants import Tenants

    folders.create()
    database = Database(folders.root)
    try:
        yield Tenants(database, time.time)
    finally:
        database.close()


def _pair(options: argparse.Namespace) -> None:
    """Print the pairing line alone, so that it can be piped on; advice goes to standard error."""
    from earmark_trainer.server.certificates import Certificate
    from earmark_trainer.storage.folders import Folders
    from earmark_trainer.storage.signing import SigningKey

    with _tenants(Folders(options.data)) as tenants:
        key = SigningKey.load_or_create(options.data).public
        token = tenants.pair(options.name)
    made = Certificate.in_folder(options.data)
    code = {"address": options.address, "token": token, "signing_key": key}
    if made.exists:
        code["certificate"] = made.cert.read_text()
    packed = base64.urlsafe_b64encode(json.dumps(code).encode()).decode()
    _say(f"earmark-pair:{packed}")
    if options.verbose:
        _say(f"\nToken:        {token}\nSigning key:  {key}")
        if made.exists:
            _say(f"Certificate:  {made.fingerprint()}")
    _say(_PAIRED if options.address else f"{_PAIRED}\n{_NO_ADDRESS}", file=sys.stderr)


_PAIRED = """
Paste this line into Earmark. Anyone who has it can train here, so keep it secret. It is not shown
again."""
_NO_ADDRESS = """\
It does not say how to reach this machine, so Earmark will need the address (https://HOST:PORT) as
well. To have it in the line, run `earmark-trainer pair` again with --address."""


def _paired(options: argparse.Namespace) -> None:
    from earmark_trainer.storage.folders import Folders

    with _tenants(Folders(options.data)) as tenants:
        found = tenants.all()
    for pairing in found:
        _say(f"“{pairing.name}”: {_since(pairing)}, {_kept(pairing)}")
    if not found:
        _say(f"Nobody is paired. The trainer's folder is {options.data}.")


def _since(pairing: Pairing) -> str:
    if pairing.since is None:
        return "no longer paired"
    since = datetime.datetime.fromtimestamp(pairing.since, datetime.UTC).astimezone()
    return f"paired since {since:%Y-%m-%d %H:%M}"


def _kept(pairing: Pairing) -> str:
    trainings = "1 training" if pairing.jobs == 1 else f"{pairing.jobs} trainings"
    return f"{trainings} and {pairing.bytes:,} bytes of spectrograms"


def _unpair(options: argparse.Namespace) -> None:
    from earmark_trainer.storage.folders import Folders

    folders = Folders(options.data)
    with _tenants(folders) as tenants:
        if options.erase:
            said = _erase(tenants, folders, options.name)
        else:
            said = _revoked(tenants.unpair(options.name))
    _say(said)


def _revoked(before: Pairing) -> str:
    """What to say of a name that was unpaired."""
    if before.since is not None:
        return f"“{before.name}” is no longer paired."
    kept = f"Still kept: {_kept(before)}; --erase deletes them."
    return f"“{before.name}” had been unpaired before. {kept}"


def _erase(tenants: Tenants, folders: Folders, name: str) -> str:
    """Erase somebody, at once or by the server that runs; what to say of it.

    Raises:
        UnusableError: some of the files cannot be deleted.
    """
    from earmark_trainer.storage.folders import lock

    before = tenants.erase(name)
    gone, what = f"“{name}” is no longer paired.", _kept(before)
    try:
        claimed = lock(folders.root)
    except UnusableError:
        return f"{gone} The running trainer deletes within a minute: {what}."
    with claimed:
        try:
            tenants.sweep(folders)
        except OSError as error:
            raise UnusableError(_left_behind(error)) from error
    return f"{gone} Deleted: {what}."


def _left_behind(error: OSError) -> Problem:
    return Problem(
        "not-erased",
        "Not all files could be deleted.",
        f"The system said of {error.filename}: {error.strerror}.",
        "Delete it by hand; the trainer tries it as well, once it runs.",
    )


def _certificate(options: argparse.Namespace) -> None:
    from earmark_trainer.server import certificates
    from earmark_trainer.storage.folders import Folders

    Folders(options.data).create()
    now = datetime.datetime.now(datetime.UTC)
    made = certificates.make(options.data, options.hosts, now, replace=options.replace)
    _say(f"Certificate:  {made.cert}\nKey:          {made.key}\nSHA-256:      {made.fingerprint()}")


def _say(text: str, file: TextIO | None = None) -> None:
    stream = file or sys.stdout
    stream.write(text + "\n")
    stream.flush()


if __name__ == "__main__":
    sys.exit(main())
