"""What only a run of all tests can tell: whether the functions' policies allow something that nothing ever needs.

With workers, each tells the controller what its tests needed. A run of some tests, or one in which any failed, says
nothing about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.infra import calls
from tests.infra.policies import Grant

TESTS = Path(__file__).parent
# Which marks may be left out: what a browser does, tests without one do too.
LEFT_OUT = ("", "not browser")

unused: list[str] = []


def is_whole(config: pytest.Config) -> bool:
    """Whether all tests were asked for, but those that need a browser."""
    options = config.option
    asked = {(config.invocation_params.dir / one).resolve() for one in config.args}
    narrowed = (options.keyword, options.deselect, options.ignore, options.ignore_glob, getattr(options, "lf", False))
    everything = asked in ({TESTS}, {TESTS.parent})
    return everything and options.markexpr in LEFT_OUT and not any(narrowed) and not options.collectonly


def as_told(needed: Mapping[str, Iterable[Grant]]) -> dict[str, list[list[str]]]:
    """As a worker's pipe takes it."""
    return {function: sorted(map(list, grants)) for function, grants in needed.items()}


def hear(told: Mapping[str, Iterable[Iterable[str]]]) -> None:
    """What a worker's tests needed was needed."""
    for function, grants in told.items():
        calls.used[function].update(Grant(*one) for one in grants)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended."""
    hear(getattr(node, "workeroutput", {}).get("needed", {}))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["needed"] = as_told(calls.used)
    elif exitstatus == pytest.ExitCode.OK and is_whole(session.config):
        unused[:] = calls.unused(calls.used)
        if unused:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if unused:
        terminalreporter.section("allowed, and needed by no test", red=True)
        terminalreporter.write_line("Take it out of .chalice/policy-*.json, or write the test that needs it:")
        for one in unused:
            terminalreporter.write_line(f"  {one}")
