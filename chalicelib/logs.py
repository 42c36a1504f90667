"""The log: a line of JSON each, with the ids of the request or message that it belongs to, and nothing of anybody's.
A line that is an error counts itself.

Whoever logs names things by our own ids. Errors of libraries quote what they were given, so messages are looked through
for addresses, numbers and keys, and an error's for what stands in quotes. Customers' ids are hashed:
`printf %s <id> | sha256sum | cut -c1-16` finds somebody's lines.
"""

from __future__ import annotations

import json
import logging
import os.path
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from hashlib import sha256
from time import perf_counter
from traceback import walk_tb

from chalicelib.tokens import ULID

NAMESPACE = "Porchlight"
# The metric of lines that are errors.
ERRORS = "Errors"

# Beside `chalicelib`, whose lines the sandbox's desk shows as what came of a job.
ended = logging.getLogger("porchlight.ended")

_about: ContextVar[Mapping[str, str] | None] = ContextVar("about", default=None)

_ROOT = os.path.dirname(os.path.dirname(__file__)) + os.sep
_DEPTH = 5  # errors that came of each other
# Keys begin with the company, then comes the customer.
_KEY = re.compile(rf"(?<![0-9A-Z])({ULID}[#.])({ULID})(?![0-9A-Z])")
_SCRUBBED = (
    (re.compile(r"(https?://[^/\s]+)/\S+"), r"\1/[path]"),
    (re.compile(r"[\w.+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), "[address]"),
    (re.compile(r"\b(?:[sr]k_(?:live|test)|whsec)_\w+|\w+_secret_\w+|\bBearer \S+|\beyJ[\w-]+(?:\.[\w-]+)*"), "[key]"),
    # As long as our tokens are, and no name made with a ULID.
    (re.compile(r"(?<![\w-])(?![\w-]*" + ULID + r")[\w-]{40,}"), "[key]"),
    # Nine digits and more: phones, cards, accounts. Days have eight.
    (re.compile(r"(?<![\w-])\+?\(?\d(?:[ ().-]{0,2}\d){8,}(?![\w-])"), "[number]"),
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
# These quote names of the code; all others may quote what somebody typed.
_QUOTE_CODE = (AttributeError, ImportError, NameError, TypeError)


def hashed(id: str) -> str:
    """A customer's id as it stands in lines: the same each time, and nothing that a portal would take. The letter keeps
    sixteen digits from passing for a card's."""
    return "c" + sha256(id.encode()).hexdigest()[:16]


@contextmanager
def during(route: str, request: str = "") -> Iterator[dict[str, object]]:
    """All lines meanwhile are about this, and the last of them says that it ended, how long it took, and what was put
    into the dict. `route` is the pattern of a path: the path itself may have a token in it."""
    before = _about.set({"route": route, **({"request": request} if request else {})})
    began, facts = perf_counter(), dict[str, object]()
    try:
        yield facts
    finally:
        facts["ms"] = round((perf_counter() - began) * 1000)
        ended.info("ended", extra={"facts": facts})
        _about.reset(before)


def about(*, tenant: str = "", customer: str = "") -> None:
    """The lines that follow are about this company, this customer: until what is under way ends."""
    before = _about.get()
    if before is None:
        return
    ids = {"tenant": tenant, "customer": hashed(customer) if customer else ""}
    follow({**before, **{name: value for name, value in ids.items() if value}})


def here() -> Mapping[str, str]:
    """What lines are about now: another thread goes on with it by `follow`."""
    return _about.get() or {}


def follow(ids: Mapping[str, str]) -> None:
    _about.set(ids)


def set_up(stage: str, function: str) -> None:
    """Once, in each of Lambda's functions. Where there is no `function`, whoever runs this prints as they like."""
    if not function:
        return
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler(sys.stdout))
    for handler in root.handlers:
        # The runtime's own handler is no stream's, and ends no line.
        end = "" if isinstance(handler, logging.StreamHandler) else "\n"
        handler.setFormatter(Lines(stage, function, end))
    for name in ("chalicelib", "porchlight"):
        logging.getLogger(name).setLevel(logging.INFO)


class Lines(logging.Formatter):
    """A record as a line of JSON."""

    def __init__(self, stage: str, function: str, end: str = "") -> None:
        super().__init__()
        self._stage, self._function, self._end = stage, function, end

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
            "stage": self._stage,
            "function": self._function,
            **here(),
            **getattr(record, "facts", {}),
        }
        # Lambda's own id of this run, which its START and REPORT lines have.
        if run := getattr(record, "aws_request_id", ""):
            line["run"] = run
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _told(record.exc_info[1])
        if record.levelno >= logging.ERROR:
            line |= counted(ERRORS, 1, self._stage, record.created)
        return json.dumps(line, ensure_ascii=False) + self._end


def counted(name: str, value: int, stage: str, at: float) -> dict[str, object]:
    """What makes a line of JSON count in CloudWatch (its embedded metric format); `at` in seconds."""
    metrics = [{"Name": name, "Unit": "Count"}]
    told = {"Namespace": NAMESPACE, "Dimensions": [["Stage"]], "Metrics": metrics}
    return {"_aws": {"Timestamp": int(at * 1000), "CloudWatchMetrics": [told]}, "Stage": stage, name: value}


def scrubbed(text: str) -> str:
    """The text without addresses, numbers and secrets, and its customers hashed."""
    for pattern, instead in _SCRUBBED:
        text = pattern.sub(instead, text)
    return _KEY.sub(lambda key: key[1] + hashed(key[2]), text)


def _told(error: BaseException) -> list[dict[str, object]]:
    """An error, then those it came of: what kind, what it says, and where."""
    told: list[dict[str, object]] = []
    cause: BaseException | None = error
    while cause is not None and len(told) < _DEPTH:
        name, words = f"{type(cause).__module__}.{type(cause).__qualname__}", str(cause)
        if not isinstance(cause, _QUOTE_CODE):
            words = _QUOTED.sub("'…'", words)
        told.append({"type": name, "message": scrubbed(words), "at": _places(cause)})
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return told


def _places(error: BaseException) -> list[str]:
    """Our own lines on the way to where it was raised, and that one whosever it is."""
    steps = [(frame.f_code.co_filename, line, frame.f_code.co_name) for frame, line in walk_tb(error.__traceback__)]
    return [
        f"{file.removeprefix(_ROOT) if file.startswith(_ROOT) else os.path.basename(file)}:{line} {name}"
        for step, (file, line, name) in enumerate(steps)
        if file.startswith(_ROOT + "chalicelib") or step == len(steps) - 1
    ]
