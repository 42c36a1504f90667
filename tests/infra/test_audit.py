"""The audit of what we depend on: it fails for a known advisory, and never calls clean what nobody was asked about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra import audit

CLEAN = {"name": "jinja2", "version": "3.1.6", "vulns": []}
BAD = {"name": "pillow", "version": "9.0.0", "vulns": [{"id": "PYSEC-2022-10", "fix_versions": ["9.0.1", "9.1"]}]}
UNMENDED = {"name": "pillow", "version": "9.0.0", "vulns": [{"id": "PYSEC-2022-10", "fix_versions": []}]}
SKIPPED = {"name": "boto3", "skip_reason": "Dependency not found on PyPI and could not be audited: boto3 (1.44.5)"}
NO_NETWORK = ("", "Traceback (most recent call last):\n  …\nConnectionError: Failed to resolve 'pypi.org'\n")


def answer(*packages: dict[str, Any]) -> audit.Asked:
    return json.dumps({"dependencies": packages, "fixes": []}), "No known vulnerabilities found\n"


def audited(*answers: audit.Asked, strict: bool = False) -> int:
    said = iter(answers)
    return audit.audit([f"{number}.txt" for number in range(len(answers))], strict, lambda file: next(said))


@pytest.mark.parametrize("strict", [False, True])
def test_nothing_known_passes(strict: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert audited(answer(CLEAN), answer(CLEAN, CLEAN), strict=strict) == 0
    assert capsys.readouterr().out.splitlines() == [
        "0.txt: 1 packages, no advisory is known", "1.txt: 2 packages, no advisory is known",
    ]  # fmt: skip


@pytest.mark.parametrize("strict", [False, True])
def test_a_known_advisory_fails_and_says_what_mends_it(strict: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert audited(answer(CLEAN, BAD), answer(CLEAN), strict=strict) == 1
    assert "0.txt: pillow 9.0.0: PYSEC-2022-10, mended in 9.0.1, 9.1" in capsys.readouterr().out
    assert audited(answer(UNMENDED)) == 1
    assert "not mended yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    "unanswered", [NO_NETWORK, answer(SKIPPED), ("", ""), ("null", ""), ("{}", ""), ("<html>", "proxy")]
)
def test_where_the_service_does_not_answer_that_is_said(
    unanswered: audit.Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(unanswered) == 0
    assert "NOT AUDITED: the advisory service can't be reached" in capsys.readouterr().out
    assert audited(unanswered, strict=True) == 1


def test_a_package_that_it_does_not_know_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert audited(answer(CLEAN, SKIPPED)) == 0
    assert capsys.readouterr().out == "0.txt: NOT AUDITED: boto3\n"
    assert audited(answer(CLEAN, SKIPPED), strict=True) == 1
    assert audited(answer(BAD, SKIPPED)) == 1


def test_all_that_is_pinned_is_audited() -> None:
    root = Path(__file__).parents[2]
    pinned = {
        str(path.relative_to(root)) for path in root.rglob("requirements*.txt")
        if not {".venv", "build", "out"} & set(path.parts)
    }  # fmt: skip
    assert pinned == set(audit.PINNED)


def test_pip_audit_is_asked_for_what_is_pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The real one, of no packages: it needs nobody's answer."""
    (tmp_path / "requirements.txt").write_text("")
    said, _ = audit.ask(str(tmp_path / "requirements.txt"))
    assert json.loads(said)["dependencies"] == []
