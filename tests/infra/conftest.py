"""The templates under test: our own resources, and the whole as `chalice package` makes it."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra import package


@pytest.fixture(scope="session")
def resources() -> dict[str, Any]:
    """Our own resources, those of `aws_only.json` included."""
    return package.merged_template("prod")


@pytest.fixture(scope="session")
def sam_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template that would be deployed as stage prod."""
    folder = tmp_path_factory.mktemp("package")
    package.copy_project(package.ROOT, folder / "project", with_requirements=False)
    package.chalice_package(folder / "project", folder / "out", "prod", package.merged_template("prod"))
    return folder / "out" / "sam.json"


@pytest.fixture(scope="session")
def sam(sam_file: Path) -> dict[str, Any]:
    """The same, parsed."""
    template: dict[str, Any] = json.loads(sam_file.read_text(encoding="utf-8"))
    return template
