"""Words for tests of estimates: staff offer, a customer decides, and afterwards all that is kept must agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.aws.store import Item
from chalicelib.billing import records as billing
from chalicelib.billing.actions.keeping import dated
from chalicelib.billing.records.lookups import folded
from chalicelib.billing.rules import Line
from chalicelib.customers.rules import Customer
from chalicelib.estimates import records, rules
from chalicelib.estimates.actions import converting, deciding, keeping, marking, reading, sending, terms
from chalicelib.estimates.actions.converting import Converted
from chalicelib.estimates.actions.reading import Whole
from chalicelib.estimates.rules import Decision, Draft, Estimate, Signing, waiting
from tests.billing.till import Till, everything, outbox

AGENT = "Mozilla/5.0 (a phone)"
_numbers = count(3001)


@dataclass
class Desk:
    """A customer of one company, and the staff who write their estimates."""

    till: Till

    @property
    def customer(self) -> Customer:
        return self.till.person.now

    @property
    def store(self) -> Any:
        return self.till.company.store

    @property
    def staff(self) -> keeping.Desk:
        return keeping.desk(self.till.world.services, self.till.account)

    @property
    def today(self) -> date:
        """Where the company is."""
        return self.till.clock().astimezone(ZoneInfo(self.till.company.company.time_zone)).date()

    def signing(self, address: str = "203.0.113.7") -> Signing:
        return Signing(address, AGENT, self.till.clock())

    # What staff do

    def draft(self, total: int = 120_000, **odd: Any) -> Draft:
        """An estimate as staff write it, good for a week; a test names the odd part."""
        made: dict[str, Any] = {
            "number": str(next(_numbers)), "issued_on": self.today, "expires_on": self.today + timedelta(days=7),
            "lines": (Line("Aeration and overseeding", "1", total, total),), "title": "Lawn renovation",
        }  # fmt: skip
        return rules.check_draft(Draft(**{**made, **odd}))

    def offers(self, total: int = 120_000, **odd: Any) -> Estimate:
        """A new estimate, which waits unless it is not `issued`."""
        return self.sends(self.draft(total, **odd))

    def sends(self, draft: Draft, id: str = "") -> Estimate:
        """As the company's software does, by its external id if it has one."""
        id = id or dated(self.till.world.services, self.till.attempt(), draft.issued_on)
        if draft.external_id:
            return keeping.upsert(self.staff, id, draft, self.till.note).estimate
        return keeping.create(self.staff, id, draft, self.till.note).estimate

    def as_it_is(self, estimate: Estimate) -> Draft:
        """What staff would write for it to be as it is now."""
        now = self.whole(estimate)
        one, details = now.estimate, now.details
        return Draft(
            one.number, one.issued_on, one.expires_on, details.lines, one.title, details.tax, details.tax_name,
            details.notes, details.terms, one.status != "draft", one.external_id,
        )  # fmt: skip

    def changes(self, estimate: Estimate, **odd: Any) -> Estimate:
        draft = rules.check_draft(replace(self.as_it_is(estimate), **odd))
        return keeping.change(self.staff, estimate.id, draft, self.till.note).estimate

    def prices(self, estimate: Estimate, total: int) -> Estimate:
        """The same for another price."""
        return self.changes(estimate, lines=(Line("Aeration and overseeding", "1", total, total),))

    def removes(self, estimate: Estimate) -> None:
        keeping.remove(self.staff, estimate.id, self.till.note)

    def opens(self, estimate: Estimate) -> None:
        """Issues a draft, or re-opens."""
        marking.open_again(self.staff, estimate.id, self.till.note)

    def marks(self, estimate: Estimate, status: Any, reason: str = "") -> None:
        marking.mark(self.staff, estimate.id, status, "Rosa", reason, self.signing("198.51.100.4"), self.till.note)

    def invoices(self, estimate: Estimate, **wanted: Any) -> Converted:
        services, asked = self.till.world.services, converting.Wanted(**wanted)
        return converting.convert(services, self.till.account, estimate.id, asked, self.till.note)

    def mails(self, estimate: Estimate, link: str = "", **order: Any) -> str:
        services, asked = self.till.world.services, sending.Order(**order)
        return sending.deliver(
            services, self.till.account, estimate.id, asked, self.till.note, link or self.till.attempt()
        )

    def demands(self, text: str) -> rules.Terms:
        """The company's standard terms from now on."""
        return terms.change(
            self.store, text, self.till.clock(), lambda changed: self.till.note("estimate_terms.change", "", changed)
        )

    # What the customer does

    def accepts(
        self, estimate: Estimate, signature: str = "Dana Whitfield", *, agreed: bool = True, revision: int = 0
    ) -> Decision:
        """As the page has it that shows this estimate."""
        return deciding.accept(
            self.till.world.services, self.store, self.till.company.company, self.customer, estimate.id,
            revision or estimate.revision, signature, agreed, self.signing(),
        )  # fmt: skip

    def declines(self, estimate: Estimate, reason: str = "", *, revision: int = 0) -> Decision:
        return deciding.decline(
            self.till.world.services, self.store, self.till.company.company, self.customer, estimate.id,
            revision or estimate.revision, reason, self.signing(),
        )  # fmt: skip

    def asks(self, estimate: Estimate, text: str = "Please leave the hedge out.", request: str | None = None) -> None:
        deciding.ask_for_changes(
            self.till.world.services, self.store, self.till.company.company, self.customer, estimate.id,
            estimate.revision, text, self.signing(), self.till.attempt() if request is None else request,
        )  # fmt: skip

    # What there is

    def whole(self, estimate: Estimate) -> Whole:
        """As staff see it."""
        return reading.whole(self.store, self.till.person.id, estimate.id)[1]

    def now(self, estimate: Estimate) -> Estimate:
        return self.whole(estimate).estimate

    def now_of(self, id: str) -> Estimate:
        return reading.whole(self.store, self.till.person.id, id)[1].estimate

    @property
    def waits(self) -> list[str]:
        """Numbers of those that the first page shows, the newest first."""
        return [one.number for one in waiting.read(self.customer.glances.estimates).on(self.today)]

    @property
    def told(self) -> list[str]:
        """The messages that were written, by template."""
        return sorted(one["template"] for one in outbox(self.till.person))

    def trail(self, action: str) -> list[str]:
        """The targets that the audit trail tells this of."""
        rows = self.store.query("tenants", self.store.tenant, prefix="audit#", limit=1000).items
        return [row["target"] for row in rows if row["action"] == action]


def check(desk: Desk) -> None:
    """All that is kept of a customer's estimates agrees."""
    rows = sorted(everything(desk.till.person), key=lambda row: str(row["item"]))
    found = [row for row in rows if row["item"].startswith("estimate#")]
    messages = {row["item"].removeprefix("message#") for row in rows if row["item"].startswith("message#")}
    expected: set[str] = set()
    for row in found:
        expected |= _check_estimate(desk, row, rows)
    about = {one for one in messages if one.startswith(("accepted-", "decided-", "changes-"))}
    assert about == expected, "one cause, one message"
    _check_names(desk, [records.to_estimate(row) for row in found])
    _check_glance(desk, [records.to_estimate(row) for row in found])
    assert {row["item"].split("#")[1] for row in rows if row["item"].startswith(("decision#", "change-request#"))} <= {
        row["item"].split("#")[1] for row in found
    }


def _check_estimate(desk: Desk, row: Item, rows: list[Item]) -> set[str]:
    """One of them; the messages that it must have caused."""
    estimate, person = records.to_estimate(row), desk.till.person.id
    (lines,) = [one for one in rows if one["item"] == f"estimate-lines#{estimate.id}"]
    known = records.to_known(row, lines)
    assert known is not None and known[1].subtotal + known[1].tax == estimate.total
    offers = [one["item"] for one in rows if one["item"].startswith(f"decision-offer#{estimate.id}#")]
    assert len(offers) == estimate.decisions, "each is kept with what it was about"
    decisions = [records.to_decision(one) for one in rows if one["item"].startswith(f"decision#{estimate.id}#")]
    assert [one.number for one in decisions] == [*range(1, estimate.decisions + 1)], "none is lost, none is made twice"
    if estimate.status in ("won", "lost"):
        last = decisions[-1]
        assert (last.kind, last.at) == ("accepted" if estimate.status == "won" else "declined", estimate.decided_at)
        assert last.total == estimate.total and last.revision == estimate.revision
    else:
        assert not estimate.decided_at and not estimate.invoice
    assert row["list"] == f"{desk.store.tenant}#estimates#{estimate.status}"
    assert row["list_key"] == f"{estimate.issued_on}#{person}#{estimate.id}"
    if estimate.invoice:
        assert estimate.status == "won"
        assert [one.total for one in billing.invoices(desk.store, person, [estimate.invoice])] in ([], [estimate.total])
    asked = [one for one in rows if one["item"].startswith(f"change-request#{estimate.id}#")]
    theirs = [one for one in decisions if one.by == rules.CUSTOMER]
    return {
        *(f"decided-{estimate.id}-{one.number}-company" for one in theirs),
        *(f"accepted-{estimate.id}-{one.number}" for one in theirs if one.kind == "accepted"),
        *(f"changes-{estimate.id}-{one['item'].split('#')[2]}-company" for one in asked),
    }


def _check_names(desk: Desk, estimates: list[Estimate]) -> None:
    store, person = desk.store, desk.till.person.id
    numbers = store.query("tenants", store.tenant, prefix="estimate-number#", limit=1000).items
    mine = {row["item"] for row in numbers if f"#{person}#" in row["item"]}
    assert mine == {f"estimate-number#{folded(one.number)}#{person}#{one.id}" for one in estimates}
    external = store.query("tenants", store.tenant, prefix="external#estimate#", limit=1000).items
    owners = {row["item"]: row["who"] for row in external if row["who"].startswith(person)}
    assert owners == {f"external#estimate#{e.external_id}": f"{person}-{e.id}" for e in estimates if e.external_id}


def _check_glance(desk: Desk, estimates: list[Estimate]) -> None:
    """What the first page shows is what waits, the newest first; it may be cut, and says so."""
    open_ones = [one for one in estimates if one.standing(desk.today) == "pending" and not one.changes_asked]
    ordered = sorted(open_ones, key=lambda one: one.id, reverse=True)
    kept = waiting.read(desk.customer.glances.estimates)
    shown = [(one.id, one.number, one.title, one.total, one.expires_on) for one in kept.on(desk.today)]
    right = [(one.id, one.number, one.title, one.total, one.expires_on) for one in ordered]
    assert shown == right[: len(shown)]
    assert len(shown) == len(right) or (kept.more and len(kept.estimates) >= waiting.FEW)
