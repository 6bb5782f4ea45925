"""The pairing line that a trainer prints: what it says, and whether it can be trusted with it."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from earmark_daemon.errors import EarmarkError, fail

PREFIX = "earmark-pair:"
_KEY = re.compile(r"[0-9a-f]{64}")
_TOKEN = re.compile(r"[!-~]{16,512}")
_LONGEST_LINE = 64 << 10


@dataclass(frozen=True)
class Pairing:
    """One trainer, and what lets this user in.

    Attributes:
        address: ``https://HOST:PORT``; plain ``http`` only on this machine itself.
        token: the secret that is shown with every request.
        signing_key: the Ed25519 key that its models are signed with, 64 hexadecimal digits.
        certificate: PEM of the one certificate to trust, or None to trust as browsers do.
    """

    address: str
    token: str = field(repr=False)
    signing_key: str
    certificate: str | None = None


def parse(line: str, address: str | None = None) -> Pairing:
    """Read a pairing line.

    Args:
        line: what ``earmark-trainer pair`` printed.
        address: how the trainer is reached, where the line does not say or says it wrongly.

    Raises:
        EarmarkError: it is no pairing line, lacks something, or its address is not safe to use.
    """
    data = _decoded(line.strip())
    wanted = address or data.get("address")
    if not wanted:
        raise fail(
            "no-address",
            "The pairing line does not say how to reach the trainer.",
            "Add its address: earmark endpoint pair --address https://HOST:8750",
        )
    token, key, certificate = (data.get(n) for n in ("token", "signing_key", "certificate"))
    if not (isinstance(token, str) and _TOKEN.fullmatch(token)):
        raise _damaged("its token is missing or damaged")
    if not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise _damaged("its signing key is missing or damaged")
    return Pairing(checked_address(wanted), token, key, _checked_certificate(certificate))


def checked_address(address: object) -> str:
    """The address without a slash at its end.

    Raises:
        EarmarkError: it is not an address, or would send the token unprotected over a network.
    """
    try:
        parts = urlsplit(str(address).strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https") or parts.path not in ("", "/"):
        raise fail(
            "bad-address",
            f"{address!r} is not the address of a trainer.",
            "It looks like this: https://my-machine.example:8750",
        )
    if parts.username or parts.query or parts.fragment:
        raise fail("bad-address", "The address holds more than a machine and a port.")
    if parts.scheme == "http" and not _is_loopback(host):
        raise fail(
            "not-encrypted",
            f"{address} is not encrypted: everybody on the way could read and change what is sent.",
            "Make a certificate on the trainer's machine (earmark-trainer certificate NAME), "
            "and pair anew with https://",
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def _decoded(line: str) -> Mapping[str, Any]:
    if not line.startswith(PREFIX) or len(line) > _LONGEST_LINE:
        raise _damaged(f"it must begin with {PREFIX}")
    packed = "".join(line.removeprefix(PREFIX).split())
    try:
        data = json.loads(base64.b64decode(packed, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _damaged("some of it is missing or was changed") from error
    if not isinstance(data, dict):
        raise _damaged("some of it is missing or was changed")
    return data


def _checked_certificate(certificate: object) -> str | None:
    if certificate is None:
        return None
    try:
        if not isinstance(certificate, str):
            raise ValueError("not a text")
        ssl.create_default_context(cadata=certificate)
    except (ValueError, ssl.SSLError) as error:
        raise _damaged("its certificate is damaged") from error
    return certificate


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _damaged(why: str) -> EarmarkError:
    return fail(
        "bad-pairing",
        f"This is not a whole pairing line: {why}.",
        "Copy the whole line that `earmark-trainer pair NAME` printed.",
    )
