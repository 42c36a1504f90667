"""However nasty a file is, looking at it is little work: time that grows with its bytes, not with their square."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256

import pytest

from chalicelib.documents.rules import contents
from chalicelib.errors import Invalid
from tests.documents.files import TYPES
from tests.documents.nasty import FILES, ROOM

# So many times what it takes to hash a file of the greatest size: about the time in which it arrives.
AT_MOST = 60


@lru_cache
def to_hash() -> float:
    """The seconds that hashing takes here, the slower way, so that a quick machine for it is no stricter judge."""
    content, began = b"a" * ROOM, time.process_time()
    for _ in range(5):
        sha256(content).digest()
    return max((time.process_time() - began) / 5, 0.05)


@pytest.mark.parametrize("name", FILES)
def test_a_look_takes_no_longer_than_its_bytes_ask_for(name: str) -> None:
    ending, make = FILES[name]
    content = make()
    assert len(content) <= contents.MOST_BYTES
    began = time.process_time()
    with suppress(Invalid):
        contents.look(content, TYPES[ending])
    assert time.process_time() - began < AT_MOST * to_hash()
