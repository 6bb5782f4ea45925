"""The trainer's Ed25519 key, made at its first start, with which it signs every model.

A client keeps the public key at pairing and afterwards takes no model without its signature.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from earmark_trainer.problems import Problem, UnusableError

CONTEXT = b"earmark model 1\n"
"""Precedes the model's SHA-256 in what is signed, so that no other signature can pass for one."""


class SigningKey:
    """Signs models; the private key never leaves its file."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def load_or_create(cls, folder: Path) -> SigningKey:
        """The key in this folder, made now if there is none.

        Raises:
            UnusableError: the file holds something else.
        """
        path = folder / "signing-key.pem"
        if not path.exists():
            _create(path)
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except ValueError as error:
            raise _not_a_key(path) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise _not_a_key(path)
        return cls(key)

    @property
    def public(self) -> str:
        """The public key: 64 hexadecimal digits."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, sha256: str) -> str:
        """The signature for a model with this digest: 128 hexadecimal digits."""
        return self._key.sign(CONTEXT + sha256.encode("ascii")).hex()


def _create(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    new = path.with_name(f"signing-key-{os.getpid()}.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(new, path)
    new.unlink()


def _not_a_key(path: Path) -> UnusableError:
    return UnusableError(
        Problem(
            "bad-signing-key",
            "The trainer's signing key cannot be read.",
            f"{path} does not hold an Ed25519 key.",
            "Put the file back from a backup; or delete it and pair every client again.",
        )
    )
