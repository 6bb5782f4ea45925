"""The commands that pair, list and unpair: what they print, and of whom."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.trainer.service.processes import pair

from earmark_trainer import cli
from earmark_trainer.storage.database import Database

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """A command in this process: its exit code, output and errors."""
    mask = os.umask(0o077)  # the command sets it too, and leaves it so

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(["--data", str(data), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    yield run
    os.umask(mask)


def decoded(line: str) -> dict[str, str | None]:
    code: dict[str, str | None] = json.loads(
        base64.urlsafe_b64decode(line.removeprefix("earmark-pair:"))
    )
    return code


def keep_something(data: Path, name: str) -> None:
    """A job and a pack of this name's, as rows."""
    database = Database(data)
    try:
        with database.transaction() as connection:
            (tenant,) = connection.execute(
                "SELECT id FROM tenants WHERE name = ?", (name,)
            ).fetchone()
            connection.execute(
                "INSERT INTO packs (tenant, digest, size, used_at) VALUES (?, 'd', 1234, 0)",
                (tenant,),
            )
            connection.execute(
                "INSERT INTO jobs (id, tenant, request_digest, request, summary, state,"
                " created_at, queued_at) VALUES ('j', ?, '', x'', '', 'failed', 0, 0)",
                (tenant,),
            )
    finally:
        database.close()


def test_the_pairing_line_stands_alone(run: Run) -> None:
    code, printed, advice = run("pair", "laptop", "--address", "https://here.example:8750")
    assert code == 0
    assert re.fullmatch(r"earmark-pair:\S+\n", printed)
    told = decoded(printed.strip())
    assert told["address"] == "https://here.example:8750"
    for secret in (told["token"], told["signing_key"]):
        assert secret
        assert secret not in advice
    assert "keep it secret" in advice
    assert "--address" not in advice


def test_a_line_without_an_address_says_that_one_is_needed(run: Run) -> None:
    _, printed, advice = run("pair", "laptop")
    assert decoded(printed.strip())["address"] is None
    assert "Earmark will need the address" in advice
    assert "--address" in advice


def test_token_and_key_are_printed_behind_the_line_if_asked_for(run: Run) -> None:
    assert run("certificate", "127.0.0.1")[0] == 0
    _, printed, _ = run("pair", "laptop", "--verbose")
    line, *rest = printed.splitlines()
    told = decoded(line)
    assert re.fullmatch(
        rf"\nToken: +{told['token']}\nSigning key: +{told['signing_key']}\nCertificate: +\S+",
        "\n".join(rest),
    )


def test_who_is_paired_is_listed_with_what_is_kept(run: Run, data: Path) -> None:
    code, printed, _ = run("paired")
    assert (code, printed) == (0, f"Nobody is paired. The trainer's folder is {data}.\n")
    for name in ("laptop", "studio"):
        pair(data, name)
    keep_something(data, "studio")
    since = r"paired since \d{4}-\d\d-\d\d \d\d:\d\d"
    laptop, studio = run("paired")[1].splitlines()
    assert re.fullmatch(rf"“laptop”: {since}, 0 trainings and 0 bytes of spectrograms", laptop)
    kept = "1 training and 1,234 bytes of spectrograms"
    assert re.fullmatch(rf"“studio”: {since}, {kept}", studio)
    assert run("unpair", "studio")[1] == "“studio” is no longer paired.\n"
    assert run("paired")[1].splitlines() == [laptop, f"“studio”: no longer paired, {kept}"]


def test_unpairing_twice_says_so_and_what_is_still_kept(run: Run, data: Path) -> None:
    pair(data, "laptop")
    keep_something(data, "laptop")
    assert run("unpair", "laptop")[0] == 0
    code, again, _ = run("unpair", "laptop")
    assert code == 0
    assert "had been unpaired before" in again
    assert "Still kept: 1 training and 1,234 bytes of spectrograms; --erase" in again
    assert "Deleted: 1 training and 1,234 bytes" in run("unpair", "laptop", "--erase")[1]
    code, _, refused = run("unpair", "laptop", "--erase")
    assert code == 1
    assert "Nobody called “laptop” is paired." in refused
    assert "Nobody is paired with this trainer." in refused


@pytest.mark.parametrize("erase", [(), ("--erase",)])
def test_an_unknown_name_is_answered_with_the_known_ones(
    run: Run, data: Path, erase: tuple[str, ...]
) -> None:
    for name in ("my laptop", "studio"):
        pair(data, name)
    code, _, refused = run("unpair", "laptop", *erase)
    assert code == 1
    assert "Nobody called “laptop” is paired." in refused
    assert "“my laptop”, “studio”" in refused
    assert "earmark-trainer paired" in refused
    assert run("paired")[1].count("paired since") == 2
