"""Static files that come inside Python wheels: Bootstrap, served from this host and never from a CDN."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bootstrap
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage


class BootstrapFinder(BaseFinder):
    """Finds ``bootstrap/bootstrap.min.css`` and its script in the ``bootstrap-wrapper`` wheel."""

    files = {
        "bootstrap/bootstrap.min.css": "css/bootstrap.min.css",
        "bootstrap/bootstrap.bundle.min.js": "js/bootstrap.bundle.min.js",
    }
    base = Path(next(iter(bootstrap.__path__)))  # a namespace package: it has a path and no file

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Take and ignore what other finders are given: there is one source of files."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the absolute path of one of the wheel's files (in a list with ``find_all``), or an empty list."""
        inner = self.files.get(path)
        if inner is None:
            return []
        found = str(self.base / inner)
        return [found] if find_all else found

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the files for collectstatic, under the names that pages use."""
        for public, inner in self.files.items():
            yield public, _Renamed(location=str(self.base), names={public: inner})


class _Renamed(FileSystemStorage):
    """A storage that shows a wheel's file under the portal's own name for it."""

    prefix = ""

    def __init__(self, location: str, names: dict[str, str]) -> None:
        super().__init__(location=location)
        self.names = names

    def path(self, name: str) -> str:
        return super().path(self.names.get(name, name))
