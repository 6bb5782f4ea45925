"""Whether what is asked fits the request: its arguments, and of which kinds they are."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Any, get_args, get_type_hints

from earmark_daemon.errors import EarmarkError, fail

_LARGEST = 1 << 53
"""Beyond it whole numbers are not the same to all who read JSON (RFC 8259, section 6)."""


def check(method: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """Compare arguments with the annotations of a bound method.

    Raises:
        EarmarkError: one is lacking, unknown, of another kind, or a number of no use.
    """
    try:
        inspect.signature(method).bind(**arguments)
    except TypeError as error:
        raise senseless(str(error)) from error
    kinds = _kinds(getattr(method, "__func__", method))
    for name, value in arguments.items():
        if not _is(value, kinds[name]):
            raise senseless(f"“{name}” cannot be of the kind {type(value).__name__}")
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise fail(
                "bad-request",
                "A number in this is larger than Earmark can count to.",
                "Say a smaller one.",
            )


def senseless(why: str) -> EarmarkError:
    """The error to raise where a request cannot be understood, and why."""
    return fail("bad-request", f"The request makes no sense: {why}.")


@cache
def _kinds(function: Callable[..., Any]) -> Mapping[str, Any]:
    return get_type_hints(function)


def _is(value: Any, kind: Any) -> bool:
    """Whether a value is of an annotation's kind; a whole number is a ``float`` as well."""
    if isinstance(kind, UnionType):
        return any(_is(value, each) for each in get_args(kind))
    if kind == Sequence[str]:
        return isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value)
    if kind in (int, float):
        return isinstance(value, (int, kind)) and not isinstance(value, bool)
    return isinstance(value, kind)
