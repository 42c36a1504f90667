"""Connect a company's Stripe account: `make connect SLUG=bright`.

Prints where the company stands with Stripe, and a private link to give to it: a page of its portal that leads to
Stripe's onboarding, usable for a week. On AWS or on a running sandbox, found as `make tenant` finds it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from chalicelib.billing.actions import connect
from chalicelib.billing.rules.connection import WORDS
from chalicelib.errors import PortalError
from chalicelib.services import Services
from chalicelib.settings import MissingSettings
from chalicelib.tenants.actions import companies, stripe_account
from infra.tenant import NOWHERE, ask_desk, reach, refuse

DESK_PATH = "/operator/connections"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which company."""

    slug: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the company stands, in words, and the private link; or what is wrong."""

    state: str = ""
    link: str = ""
    error: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def invite(services: Services, wanted: Wanted) -> Outcome:
    """A fresh link for this company; those given before go on working. What is wrong is an outcome."""
    try:
        store = companies.find(services, wanted.slug)
        found = connect.look(services, store)
        token = stripe_account.invite_to_connect(services, store)
    except PortalError as wrong:
        return Outcome(error=str(wrong))
    needs = f" It needs: {'; '.join(found.needs)}." if found.needs else ""
    return Outcome(WORDS[found.kind] + needs, services.settings.portal(wanted.slug, f"/connect/{token}"))


def main(environ: Mapping[str, str] = os.environ) -> int:
    """The command; its argument is an environment variable, as make passes it."""
    slug = environ.get("SLUG", "").strip()
    if not slug:
        return refuse("Missing: SLUG. As in: make connect SLUG=bright")
    try:
        place = reach(environ)
    except MissingSettings as why:
        return refuse(str(why))
    if not place:
        return refuse(NOWHERE)
    wanted = Wanted(slug)
    outcome = (
        invite(place, wanted) if isinstance(place, Services) else Outcome(**ask_desk(place, DESK_PATH, asdict(wanted)))
    )
    if outcome.error:
        return refuse(outcome.error)
    print(f"{slug}: {outcome.state}")
    print(f"The company connects its Stripe account here (private, for {stripe_account.CONNECT_DAYS} days):")
    print(f"  {outcome.link}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
