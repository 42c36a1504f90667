"""Passwords: argon2id with OWASP's parameters (m=19 MiB, t=2, p=1), and what may be one.

Loaded only where somebody signs in. Source: OWASP Password Storage Cheat Sheet; NIST SP 800-63B (length, no rules of
composition, a list of common ones).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from chalicelib.errors import N_, Invalid

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_LENGTH, MAX_LENGTH = 10, 200


@lru_cache(1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


# The hash of a password that nobody has. A constant: were it made at first use, a container's first sign-in would take
# longer for a name that nobody has.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$HwK6GFn0A3a58BKoQzMU6A$00yorUiqaHfdI93K9fEghbCHSzRbFDdYArhtudGtxEY"


def check(password: str, field: str = "password") -> None:
    """Invalid unless this may be a password: 10 characters or more, not a common one."""
    if len(password.strip()) < MIN_LENGTH:
        raise Invalid(field, N_("Use 10 characters or more."))
    if len(password) > MAX_LENGTH:
        raise Invalid(field, N_("Use 200 characters or fewer."))
    if password.lower() in _common():
        raise Invalid(field, N_("This password is on a list of common ones. Please choose another."))


def make(password: str) -> str:
    """The hash to keep."""
    return _hasher().hash(password)


def verify(password: str, stored: str | None) -> bool:
    """Whether it fits. With nothing stored the same work is done, so that time tells nothing."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        fits = _hasher().verify(stored or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def outdated(stored: str) -> bool:
    """Whether the parameters have changed since; then the next sign-in makes it anew."""
    return _hasher().check_needs_rehash(stored)


@lru_cache(1)
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])
