"""All that can be asked of the daemon: each public method of a subject is one of the local API."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from earmark_daemon import index_faults
from earmark_daemon.errors import fail
from earmark_daemon.links import WatchedPaths
from earmark_daemon.service.choices import Choices
from earmark_daemon.service.requests.arguments import check


class Requests:
    """Answers requests; arguments and results are plain JSON data.

    Attributes:
        methods: what can be asked, by its name.
    """

    def __init__(self, subjects: Iterable[object], choices: Choices) -> None:
        """Gather what can be asked.

        Args:
            subjects: their public methods are the requests. An argument called ``path`` or
                ``paths`` holds those of files and folders, and comes as `call` says.
            choices: which folders are watched.

        Raises:
            ValueError: two of them have a method of the same name.
        """
        self._choices = choices
        self.methods: dict[str, Callable[..., Any]] = {}
        for subject in subjects:
            for name, method in inspect.getmembers(subject, inspect.ismethod):
                if name in self.methods:
                    raise ValueError(f"Two subjects have a request called {name!r}.")
                if not name.startswith("_"):
                    self.methods[name] = method

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer one request; a path that leads to a watched folder by a link is taken for its own.

        Raises:
            EarmarkError: what is wrong, in words.
        """
        if method not in self.methods:
            raise fail("bad-request", f"There is no request called {method!r}.")
        check(self.methods[method], arguments)
        with index_faults.told():
            return self.methods[method](**self._as_watched(arguments))

    def _as_watched(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        known = dict(arguments)
        watched = WatchedPaths(self._choices.now.folders)
        if isinstance(path := known.get("path"), str):
            known["path"] = watched.path_of(path)
        if isinstance(paths := known.get("paths"), list):
            known["paths"] = [watched.path_of(path) for path in paths]
        return known
