"""Where the pairing is kept: address, key and certificate in a file, the token in the keyring.

Where the system has no keyring, the token lies in a file that only the user can read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.learning.endpoint.pairing import Pairing, checked_address
from earmark_daemon.private_file import drafted, write_private

_SERVICE = "Earmark trainer"
_PAIRING = "pairing.json"
_CERTIFICATE = "certificate.pem"
_TOKEN = "token"
_HASH_KEY = "hash.key"
_KEY = "signing_key"


class TokenPlace(StrEnum):
    """Where the token is."""

    KEYRING = "keyring"
    FILE = "file"


class Keeper:
    """The one trainer that this user is paired with, kept in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Keep it in ``folder``, which is made when there is something to keep."""
        self._folder = folder

    @property
    def certificate_file(self) -> Path:
        """The pinned certificate, where there is one."""
        return self._folder / _CERTIFICATE

    def keep(self, pairing: Pairing) -> TokenPlace:
        """Keep a pairing in place of an earlier one; says where the token went.

        Raises:
            EarmarkError: the folder cannot be written. The earlier pairing stays then.
        """
        before = _from_keyring(self._user)
        taken = _put_in_keyring(self._user, pairing.token)
        place = TokenPlace.KEYRING if taken else TokenPlace.FILE
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            self._replace(_texts(pairing, place))
        except OSError as error:
            if before is None or not _put_in_keyring(self._user, before):
                _drop_from_keyring(self._user)
            raise fail(
                "not-kept",
                f"The pairing cannot be kept ({error.strerror}).",
                "Make the folder writable, or free some space, and pair again.",
                str(self._folder),
            ) from error
        if not taken:
            _drop_from_keyring(self._user)
        return place

    def pairing(self) -> tuple[Pairing, TokenPlace] | None:
        """The pairing and where its token lies; None where there is none.

        Raises:
            EarmarkError: it is damaged, or the keyring does not give the token.
        """
        try:
            data = json.loads((self._folder / _PAIRING).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise _lost(f"cannot be read ({error})") from error
        try:
            place = TokenPlace(data["token_in"])
            token = self._token(place)
            certificate = self.certificate_file.read_text() if data["pinned"] else None
            address, key = checked_address(data["address"]), str(data[_KEY])
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise _lost(f"is damaged ({error})") from error
        return Pairing(address, token, key, certificate), place

    def signing_key(self) -> str | None:
        """The key of the trainer that is paired; None where there is none, or it cannot be read."""
        try:
            return str(json.loads((self._folder / _PAIRING).read_text(encoding="utf-8"))[_KEY])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def forget(self) -> bool:
        """Forget the trainer, and take the token out of the keyring; whether there was one."""
        known = (self._folder / _PAIRING).exists()
        if known:
            _drop_from_keyring(self._user)
        self._drop_files()
        return known

    def hash_key(self) -> bytes:
        """32 secret bytes, made once, with which names are hashed before anybody sees them."""
        path = self._folder / _HASH_KEY
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(path, os.urandom(32).hex().encode())
        return bytes.fromhex(path.read_text())

    @property
    def _user(self) -> str:
        return str(self._folder)

    def _token(self, place: TokenPlace) -> str:
        if place is TokenPlace.FILE:
            return (self._folder / _TOKEN).read_text(encoding="utf-8")
        token = _from_keyring(self._user)
        if token is None:
            raise fail(
                "no-token",
                "The system's keyring does not give the trainer's token.",
                "Unlock the keyring, or pair again: earmark endpoint pair",
            )
        return token

    def _replace(self, texts: Mapping[str, str]) -> None:
        """Put these files in place of all there are, once there is room for every one of them."""
        with ExitStack() as over:
            drafts = {
                self._folder / name: over.enter_context(drafted(self._folder / name, text.encode()))
                for name, text in texts.items()
            }
            self._drop_files()
            for path, draft in drafts.items():
                os.replace(draft, path)

    def _drop_files(self) -> None:
        for name in (_PAIRING, _TOKEN, _CERTIFICATE):
            (self._folder / name).unlink(missing_ok=True)


def _texts(pairing: Pairing, place: TokenPlace) -> dict[str, str]:
    """What stands in which file; the one that says that there is a pairing comes last."""
    texts = {} if place is TokenPlace.KEYRING else {_TOKEN: pairing.token}
    if pairing.certificate is not None:
        texts[_CERTIFICATE] = pairing.certificate
    data = {
        "address": pairing.address,
        _KEY: pairing.signing_key,
        "pinned": pairing.certificate is not None,
        "token_in": place.value,
    }
    return {**texts, _PAIRING: json.dumps(data)}


def _put_in_keyring(user: str, token: str) -> bool:
    """Whether the keyring took the token, and gives it back."""
    import keyring
    import keyring.errors

    try:
        keyring.set_password(_SERVICE, user, token)
    except (keyring.errors.KeyringError, OSError, RuntimeError):
        return False
    return _from_keyring(user) == token


def _from_keyring(user: str) -> str | None:
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(_SERVICE, user)
    except (keyring.errors.KeyringError, OSError, RuntimeError):
        return None


def _drop_from_keyring(user: str) -> None:
    import contextlib

    import keyring
    import keyring.errors

    with contextlib.suppress(keyring.errors.KeyringError, OSError, RuntimeError):
        keyring.delete_password(_SERVICE, user)


def _lost(why: str) -> EarmarkError:
    return fail(
        "bad-pairing",
        f"What Earmark keeps of the trainer {why}.",
        "Pair again: earmark endpoint pair",
    )
