"""The first-run guide: what a company does before its customers come, and how far it is. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.tenants.rules.company import Company

Step = Literal["address", "branding", "permissions", "stripe", "website", "invite"]
STEPS: tuple[Step, ...] = get_args(Step)


@dataclass(frozen=True, slots=True)
class Guide:
    """`marked` are the steps that somebody has called done; `finished`: the guide need not be shown any more."""

    marked: frozenset[Step] = frozenset()
    finished: bool = False


def is_done(step: Step, marked: Collection[Step], company: Company) -> bool:
    """An address is there or is not, whatever was marked; charges that are enabled need no mark. A website is done when
    somebody says so: a sign of life from it may be a mere trial."""
    if step == "address":
        return bool(company.slug)
    return step in marked or (step == "stripe" and company.charges_enabled)
