"""GitHub's workflows: what they run exists, what they use is pinned, and they may do no more than they must."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from infra.deploy.deploying import PYTHON
from infra.package import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def loaded(name: str) -> dict[str, Any]:
    text = (ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
    # YAML 1.1 reads the key `on` as true.
    return {"on" if key is True else key: value for key, value in yaml.safe_load(text).items()}


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in loaded(name)["jobs"].values() for step in job["steps"]]


def runs(name: str) -> list[str]:
    return [step["run"] for step in steps(name) if "run" in step]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_workflow(path: Any) -> None:
    name = path.stem
    made = [target for line in runs(name) for target in re.findall(r"\bmake ([a-z]+)", line)]
    assert made and set(made) <= TARGETS
    used = [step["uses"] for step in steps(name) if "uses" in step]
    assert all(re.fullmatch(r"(actions|aws-actions)/[a-z-]+@v\d+", one) for one in used), used
    pythons = {step["with"]["python-version"] for step in steps(name) if "setup-python" in step.get("uses", "")}
    assert pythons == {".".join(map(str, PYTHON))}
    checkouts = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout")]
    assert checkouts and all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert loaded(name)["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] for job in loaded(name)["jobs"].values())


def test_a_pull_request_is_checked_and_gets_no_role() -> None:
    check = loaded("check")
    assert "pull_request" in check["on"] and "pull_request_target" not in check["on"]
    assert all("permissions" not in job and "environment" not in job for job in check["jobs"].values())
    assert "secrets." not in str(check)


def test_a_tag_is_checked_then_deployed_by_a_role_that_github_vouches_for() -> None:
    deploy = loaded("deploy")
    assert deploy["on"] == {"push": {"tags": ["v*"]}}
    check, job = deploy["jobs"]["check"], deploy["jobs"]["deploy"]
    # What the tests install and run can ask for no token.
    assert "permissions" not in check and "environment" not in check and job["needs"] == "check"
    ran = [step.get("run", "") for step in check["steps"]]
    assert any(one.startswith("make check") for one in ran)
    assert any("--is-ancestor" in one and one.endswith("origin/main") for one in ran)
    assert job["permissions"] == {"contents": "read", "id-token": "write"} and job["environment"] == "prod"
    assert deploy["concurrency"]["cancel-in-progress"] is False
    order = [step.get("uses", step.get("run", "")) for step in job["steps"]]
    role = next(place for place, step in enumerate(order) if "configure-aws-credentials" in step)
    assert role < order.index("make deploy STAGE=prod")
    # No key is kept anywhere.
    assert "secrets." not in str(deploy) and "aws-secret-access-key" not in str(deploy)
