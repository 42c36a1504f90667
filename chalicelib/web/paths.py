"""Paths that a request may lead us to. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Encoded dots, slashes, backslashes and control characters: what is not itself until somebody decodes it.
_DECODES_TO_TRICKS = re.compile(r"%(2e|2f|5c|[01]|7f)", re.I)


def is_local_path(path: str) -> bool:
    """Whether `next` may be followed after signing in: a path below this portal, never another site.

    '//evil', '/\\evil', a scheme, control characters and what decodes to such are not.
    """
    return (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and len(path) <= 500
        and all(" " < c < "\x7f" for c in path)
        and ".." not in path
        and not _DECODES_TO_TRICKS.search(path)
    )


def local_path(path: str) -> str:
    """Where to go on: this page of the portal, or its first if the path is none of the portal's."""
    return path if is_local_path(path) else "/"


@dataclass(frozen=True)
class Next:
    """What a form or a query says of where somebody was going: `path` is a page of this portal, whatever it says."""

    next: str

    @property
    def path(self) -> str:
        return local_path(self.next)
