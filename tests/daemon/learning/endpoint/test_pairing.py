from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
from tests.daemon.learning.endpoint.paired import packed
from tests.e2e.small_disk import fill, small_disk

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint.keeping import Keeper, TokenPlace
from earmark_daemon.learning.endpoint.pairing import PREFIX, Pairing, parse

__all__ = ["small_disk"]

SAID = {"address": "https://gpu.example:8750", "token": "t" * 43, "signing_key": "ab" * 32}
PAIRING = Pairing("https://gpu.example:8750", "t" * 43, "ab" * 32)


class ShelfKeyring(keyring.backend.KeyringBackend):
    """A keyring that keeps its secrets in a file, as a desktop's does.

    Attributes:
        full: whether it refuses what it is given.
        forgets: whether it takes what it is given and does not keep it.
    """

    priority = 1.0

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.full = self.forgets = False

    def secrets(self) -> dict[str, str]:
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.full:
            raise keyring.errors.PasswordSetError("full")
        if not self.forgets:
            self.path.write_text(json.dumps(self.secrets() | {f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self.secrets()
        if kept.pop(f"{service} {username}", None) is None:
            raise keyring.errors.PasswordDeleteError("not there")
        self.path.write_text(json.dumps(kept))


@pytest.fixture
def shelf(tmp_path: Path):
    before = keyring.get_keyring()
    made = ShelfKeyring(tmp_path / "keyring.json")
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring_at_all():
    import keyring.backends.fail

    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(before)


def test_a_line_says_where_and_how() -> None:
    assert parse(packed(SAID)) == PAIRING
    wrapped = packed(SAID)[:40] + "\n  " + packed(SAID)[40:] + "\n"
    assert parse(wrapped) == PAIRING
    assert parse(packed(SAID | {"address": None}), "https://here:1/").address == "https://here:1"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({**SAID, "address": None}, "no-address"),
        ({**SAID, "address": "http://gpu.example:8750"}, "not-encrypted"),
        ({**SAID, "address": "http://localhost.example"}, "not-encrypted"),
        ({**SAID, "address": "ftp://gpu.example"}, "bad-address"),
        ({**SAID, "address": "https://gpu.example:port"}, "bad-address"),
        ({**SAID, "address": "https://me:word@gpu.example"}, "bad-address"),
        ({**SAID, "address": ["https://gpu.example"]}, "bad-address"),
        ({**SAID, "token": "short"}, "bad-pairing"),
        ({**SAID, "token": "t" * 20 + "\r\nHost: x"}, "bad-pairing"),
        ({**SAID, "signing_key": "AB" * 32}, "bad-pairing"),
        ({**SAID, "certificate": "no certificate"}, "bad-pairing"),
        ({**SAID, "certificate": 5}, "bad-pairing"),
        ([], "bad-pairing"),
    ],
)
def test_what_is_no_pairing_is_refused_in_words(said, code: str) -> None:
    with pytest.raises(EarmarkError) as raised:
        parse(packed(said))
    assert raised.value.problem.code == code
    assert raised.value.problem.message


@pytest.mark.parametrize("line", ["", "hello", PREFIX, PREFIX + "!!!!", packed(SAID)[:-9]])
def test_a_line_that_was_cut_off_is_refused(line: str) -> None:
    with pytest.raises(EarmarkError, match="whole line"):
        parse(line)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_plain_http_stays_on_this_machine(host: str) -> None:
    assert parse(packed(SAID | {"address": f"http://{host}:1"})).address == f"http://{host}:1"


def test_the_token_is_in_no_text_of_the_pairing() -> None:
    assert PAIRING.token not in repr(PAIRING)


def test_the_keyring_has_the_token_and_the_folder_does_not(shelf, tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "endpoint")
    assert keeper.keep(PAIRING) is TokenPlace.KEYRING
    assert keeper.pairing() == (PAIRING, TokenPlace.KEYRING)
    for file in (tmp_path / "endpoint").iterdir():
        assert PAIRING.token not in file.read_text()
    assert keeper.forget()
    assert shelf.secrets() == {}
    assert keeper.pairing() is None
    assert not keeper.forget()


def test_a_token_that_goes_into_a_file_leaves_none_in_the_keyring(shelf, tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "endpoint")
    keeper.keep(PAIRING)
    shelf.full = True
    assert keeper.keep(replace(PAIRING, token="n" * 43)) is TokenPlace.FILE
    assert shelf.secrets() == {}


def test_a_keyring_that_does_not_give_the_token_back_is_not_trusted(shelf, tmp_path: Path) -> None:
    shelf.forgets = True
    keeper = Keeper(tmp_path / "endpoint")
    assert keeper.keep(PAIRING) is TokenPlace.FILE
    assert keeper.pairing() == (PAIRING, TokenPlace.FILE)


def test_a_folder_that_was_there_is_closed_to_others(shelf, tmp_path: Path) -> None:
    folder = tmp_path / "endpoint"
    folder.mkdir(mode=0o755)
    Keeper(folder).keep(PAIRING)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_keyring_that_lost_the_token_is_explained(shelf, tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "endpoint")
    keeper.keep(PAIRING)
    shelf.path.unlink()
    with pytest.raises(EarmarkError, match="keyring"):
        keeper.pairing()


@pytest.mark.usefixtures("no_keyring_at_all")
def test_without_a_keyring_only_the_user_can_read_the_token(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "endpoint")
    before = os.umask(0)
    try:
        assert keeper.keep(PAIRING) is TokenPlace.FILE
    finally:
        os.umask(before)
    assert keeper.pairing() == (PAIRING, TokenPlace.FILE)
    assert stat.S_IMODE((tmp_path / "endpoint").stat().st_mode) == 0o700
    for file in (tmp_path / "endpoint").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.usefixtures("no_keyring_at_all")
def test_what_is_kept_and_damaged_is_explained(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "endpoint")
    keeper.keep(PAIRING)
    (tmp_path / "endpoint" / "pairing.json").write_text("{}")
    with pytest.raises(EarmarkError, match="Pair again"):
        keeper.pairing()


@pytest.mark.parametrize("keyring_there", ["shelf", "no_keyring_at_all"])
def test_a_pairing_that_cannot_be_kept_leaves_the_one_before(
    keyring_there: str, request: pytest.FixtureRequest, small_disk: Path
) -> None:
    request.getfixturevalue(keyring_there)
    keeper = Keeper(small_disk / "endpoint")
    keeper.keep(PAIRING)
    before = keeper.pairing()
    files = sorted((small_disk / "endpoint").iterdir())
    filler = fill(small_disk)
    other = Pairing("https://other.example:8750", "o" * 43, "cd" * 32, "-" * 5000)
    with pytest.raises(EarmarkError, match="cannot be kept") as raised:
        keeper.keep(other)
    assert raised.value.problem.code == "not-kept"
    assert keeper.pairing() == before
    assert sorted((small_disk / "endpoint").iterdir()) == files
    filler.unlink()
    place = keeper.keep(other)
    assert keeper.pairing() == (other, place)
    keeper.keep(PAIRING)
    assert keeper.pairing() == before
    assert sorted((small_disk / "endpoint").iterdir()) == files


def test_a_first_pairing_that_cannot_be_kept_leaves_no_token(shelf, small_disk: Path) -> None:
    fill(small_disk)
    keeper = Keeper(small_disk / "endpoint")
    with pytest.raises(EarmarkError, match="cannot be kept"):
        keeper.keep(PAIRING)
    assert keeper.pairing() is None
    assert shelf.secrets() == {}


def test_the_key_for_hashes_is_made_once(tmp_path: Path) -> None:
    key = Keeper(tmp_path / "endpoint").hash_key()
    assert len(key) == 32
    assert Keeper(tmp_path / "endpoint").hash_key() == key
    assert Keeper(tmp_path / "other").hash_key() != key
