"""Estimates for tests: valid ones, of which a test names only the odd part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from chalicelib.aws.rows import Write
from chalicelib.billing.rules import Line
from chalicelib.estimates.actions import deciding, keeping, marking, reading
from chalicelib.estimates.rules import Decision, Estimate, Signing
from chalicelib.estimates.rules.drafting import Draft
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import Changes
from tests.builders import Person

TERMS = "1. We come on a dry day.\n\n2. You pay within 14 days."
_numbers = count(2001)


@dataclass
class Offer:
    """An estimate of a customer's, and what can be done with it."""

    person: Person
    id: str

    @property
    def now(self) -> reading.Whole:
        return reading.whole(self.person.company.store, self.person.id, self.id)[1]

    @property
    def estimate(self) -> Estimate:
        return self.now.estimate

    @property
    def path(self) -> str:
        return f"/{self.person.company.slug}/estimates/{self.id}"

    def changed(self, **values: Any) -> None:
        """Staff make another offer of it."""
        found = self.now
        keeping.change(_desk(self.person), self.id, _draft(found.estimate.issued_on, **values), _note(self.person))

    def accepted(self, signature: str = "Dana Whitfield") -> Decision:
        services, company = self.person.company.world.services, self.person.company
        signing = Signing("203.0.113.7", "Firefox", services.now())
        return deciding.accept(
            services, company.store, company.company, self.person.now, self.id, self.estimate.revision, signature, True,
            signing,
        )  # fmt: skip

    def marked(self, status: Any, reason: str = "") -> None:
        signing = Signing("198.51.100.4", "Console", self.person.company.world.services.now())
        marking.mark(_desk(self.person), self.id, status, "owner", reason, signing, _note(self.person))

    def opened_again(self) -> None:
        marking.open_again(_desk(self.person), self.id, _note(self.person))


def offer(person: Person, total: int = 120_000, *, good_for: int | None = 12, **values: Any) -> Offer:
    """An estimate that waits for its customer, issued today, good for so many days (None: for ever)."""
    services = person.company.world.services
    today = _desk(person).today
    issued = values.pop("issued_on", today)
    until = None if good_for is None else today + timedelta(days=good_for)
    plan = keeping.create(
        _desk(person), services.new_id(services.now()), _draft(issued, total, expires_on=until, **values),
        _note(person),
    )  # fmt: skip
    return Offer(person, plan.estimate.id)


def _draft(day: date, total: int = 120_000, **values: Any) -> Draft:
    given: dict[str, Any] = {
        "number": str(next(_numbers)), "issued_on": day, "expires_on": None, "title": "Fall cleanup",
        "lines": (Line("Leaves, beds and edges", "1", total, total),), "terms": TERMS,
    }  # fmt: skip
    return Draft(**{**given, **values})


def _desk(person: Person) -> keeping.Desk:
    return keeping.desk(person.company.world.services, person.account)


def _note(person: Person) -> Any:
    services, store = person.company.world.services, person.company.store

    def note(action: str, target: str, changes: Changes = ()) -> Write:
        now = services.now()
        return audit.new_entry(
            store, services.new_id(now), Actor("admin", "owner", "Owner"), "198.51.100.4", now, action, target, changes
        )

    return note
