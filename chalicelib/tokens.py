"""Tokens that nobody can guess and that we need not keep, and how the ids are spelled that they are derived from. Pure:
keys, time and ids are arguments.

A token is derived from an id by HMAC-SHA256, so that a message waiting to be sent holds only the id, and the store
only the token's hash: neither lets its reader in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

# An id of ours, for patterns: https://github.com/ulid/spec
ULID = r"[0-9A-HJKMNP-TV-Z]{26}"
_ULID = re.compile(ULID)


def is_ulid(text: str) -> bool:
    """Whether this could be an id of ours: nothing else gets near a key."""
    return _ULID.fullmatch(text) is not None


def derive(key: bytes, kind: str, *names: str) -> str:
    """256 bits, URL-safe, 43 characters; `kind` keeps one sort of token from passing for another."""
    digest = hmac.digest(key, "\x1f".join((kind, *names)).encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def derive_code(key: bytes, kind: str, *names: str) -> str:
    """Six digits for a person to type. Weak by nature: always with few tries and minutes to live."""
    digest = hmac.digest(key, "\x1f".join(("code", kind, *names)).encode(), "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def fingerprint(token: str) -> str:
    """What is stored in a token's place: SHA-256. Fast is fine here, a token has 256 bits of its own."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
