"""The templates under test: our own resources, and the whole as `chalice package` makes it."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra import checkov, package


@pytest.fixture(scope="session")
def resources() -> dict[str, Any]:
    """Our own resources, those of `aws/` included."""
    return package.merged_template("prod")


@pytest.fixture(scope="session")
def sam_file(sam: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template that would be deployed as stage prod, in a file."""
    path = tmp_path_factory.mktemp("template") / "sam.json"
    path.write_text(json.dumps(sam, indent=2), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def sam(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The same, parsed."""
    return checkov.packaged("prod", tmp_path_factory.mktemp("prod"))


@pytest.fixture(scope="session")
def sam_dev(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """That of stage dev, which may lie in the same account."""
    return checkov.packaged("dev", tmp_path_factory.mktemp("dev"))
