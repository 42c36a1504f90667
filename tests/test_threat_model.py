"""The threat model says which test holds what: they must be there, and so must the code that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SAID = (ROOT / "docs" / "threat-model.md").read_text()


def named() -> list[str]:
    """Paths as they are written; a bare test's name stands in the folder of the one before it."""
    found, folder = list[str](), ""
    for one in re.findall(r"`([\w/-]*(?:\.py|/))`", SAID):
        folder = one.rpartition("/")[0] or folder
        found.append(one if "/" in one else f"{folder}/{one}")
    return found


@pytest.mark.parametrize("path", sorted(set(named())))
def test_what_the_threat_model_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_it_names_enough() -> None:
    assert len(set(named())) > 20


@pytest.mark.parametrize("page", ["docs/threat-model.md", "SECURITY.md"])
def test_links_of_both_pages_lead_somewhere(page: str) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text()):
        assert link.startswith("https://") or (ROOT / page).parent.joinpath(link).exists(), link
