from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.errors import PortalError

# 200 payments in all when asked to be thorough: `PORCHLIGHT_THOROUGH=1 make test`.
ROUNDS = 50 if os.environ.get("PORCHLIGHT_THOROUGH") else 2


def at_once(actions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment, each in a thread of its own. What each came to: an answer or an error word."""
    answers: list[Any] = [None] * len(actions)
    start = threading.Barrier(len(actions))

    def run(place: int) -> None:
        start.wait()
        try:
            answers[place] = actions[place]()
        except PortalError as word:
            answers[place] = word
        except BaseException as wrong:
            answers[place] = AssertionError(repr(wrong))

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers:
        if isinstance(answer, AssertionError):
            raise answer
    return answers
