"""Makes a certificate for a trainer that has no name in the public web.

It is trusted because the client keeps it at pairing, not because anybody vouches for it.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from earmark_trainer.problems import Problem, UnusableError

_YEARS = 5
_DAY = datetime.timedelta(days=1)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)
"""A name as machines have them, or all names below one."""


@dataclass(frozen=True)
class Certificate:
    """The files of a certificate and its key."""

    cert: Path
    key: Path

    @classmethod
    def in_folder(cls, folder: Path) -> Certificate:
        """Where a trainer's own certificate is kept."""
        return cls(folder / "tls-cert.pem", folder / "tls-key.pem")

    @property
    def exists(self) -> bool:
        """Whether it was made."""
        return self.cert.is_file() and self.key.is_file()

    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in pairs of hexadecimal digits."""
        certificate = x509.load_pem_x509_certificate(self.cert.read_bytes())
        return certificate.fingerprint(hashes.SHA256()).hex(":")


def make(
    folder: Path, hosts: Sequence[str], now: datetime.datetime, *, replace: bool = False
) -> Certificate:
    """Make a certificate for these names and addresses.

    Raises:
        UnusableError: one of them is none, or there is a certificate that is not to be replaced.
    """
    names = x509.SubjectAlternativeName([_name(host) for host in hosts])
    made = Certificate.in_folder(folder)
    if made.exists and not replace:
        raise _there_already(made)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Earmark trainer")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _YEARS * 365 * _DAY)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(made.key, pem)
    _write(made.cert, certificate.public_bytes(Encoding.PEM))
    return made


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        if not _NAME.fullmatch(host):
            raise _no_host(host) from None
        return x509.DNSName(host)


def _there_already(made: Certificate) -> UnusableError:
    return UnusableError(
        Problem(
            "certificate-there",
            "No certificate was made.",
            f"There is one already, {made.cert}, and whoever is paired trusts that one alone.",
            "To make another all the same: --replace. Then pair everybody again.",
        )
    )


def _no_host(host: str) -> UnusableError:
    return UnusableError(
        Problem(
            "no-host",
            "No certificate was made.",
            f"“{host}” is neither the name of a machine nor an address.",
            "Give what stands between https:// and the port, such as my-machine.example.",
        )
    )


def _write(path: Path, data: bytes) -> None:
    new = path.with_suffix(".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    new.replace(path)
