"""Look estimates up: a customer's, as they see them, and one with all that was decided and asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.aws.store import Item, Key, Store
from chalicelib.billing import records as billing
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound, Unavailable
from chalicelib.estimates import records
from chalicelib.estimates.rules import ChangeRequest, Decision, Details, Estimate, Known, with_standard

PAGE = 20
# How often rows may be read of two different moments, one after the other.
READS = 4


@dataclass(frozen=True, slots=True)
class Whole:
    """An estimate with what its own page shows. Decisions and change requests: the oldest first, a hundred at the most.
    Its `invoice` is one that there is, and for a customer one that they may see."""

    estimate: Estimate
    details: Details
    decisions: tuple[Decision, ...] = ()
    change_requests: tuple[ChangeRequest, ...] = ()

    @property
    def decision(self) -> Decision | None:
        """The one that stands; None while it waits, also where it was re-opened."""
        decided = self.estimate.status in ("won", "lost") and self.decisions
        return max(self.decisions, key=lambda one: one.number) if decided else None


@dataclass(frozen=True, slots=True)
class EstimatePage:
    """One page of a list, and where the next one begins."""

    estimates: list[Estimate]
    last: dict[str, str] | None


def page(store: Store, customer: str, after: dict[str, str] | None = None, limit: int = PAGE) -> EstimatePage:
    """A customer's estimates, newest first, in one call. Drafts are the company's own and are not among them."""
    found, last = records.list_estimates(store, customer, limit, after)
    return EstimatePage([one for one in found if one.status != "draft"], last)


def one(store: Store, customer: str, estimate_id: str) -> Whole:
    """An estimate as its customer sees it, in two calls; three for one that has an invoice or was decided anew.

    NotFound for an unknown one, another customer's, and a draft alike.
    """
    found, _ = _whole(store, customer, estimate_id, staff=False)
    return found


def whole(store: Store, customer: str, estimate_id: str) -> tuple[Customer, Whole]:
    """An estimate in any state, drafts too, and its customer, in as many calls; one more for a draft that follows the
    standard terms, which it has as they are now. NotFound: there is none."""
    found, profile = _whole(store, customer, estimate_id, customers.profile_key(store, customer), staff=True)
    if profile is None:
        raise NotFound()
    return customers.to_customer(profile), found


def _whole(store: Store, customer: str, estimate_id: str, *beside: Key, staff: bool) -> tuple[Whole, Item | None]:
    """The estimate, and the item that lies at the key `beside`. One that is just being changed is read again."""
    first = records.decision_key(store, customer, estimate_id, 1)
    for _ in range(READS):
        known, (decision, *others) = known_with(store, customer, estimate_id, first, *beside)
        if known is None or (known[0].status == "draft" and not staff):
            raise NotFound()
        estimate, details = known
        if details.follows:
            details = with_standard(details, records.terms(store), issued=False)
        items, invoice = _more(store, customer, estimate, decision, staff=staff)
        if None in items:
            continue
        decisions = tuple(records.to_decision(item) for item in items if item)
        asked = records.change_requests(store, customer, estimate_id)
        made = Whole(replace(estimate, invoice=invoice), details, decisions, tuple(asked))
        return made, others[0] if others else None
    raise Unavailable()


def _more(
    store: Store, customer: str, estimate: Estimate, first: Item | None, *, staff: bool
) -> tuple[list[Item | None], str]:
    """All decisions, of which the first is known, and the invoice if it is still there; one read at most."""
    newest = range(max(2, estimate.decisions - records.MOST_TOLD + 2), estimate.decisions + 1)
    keys = [records.decision_key(store, customer, estimate.id, number) for number in newest]
    if estimate.invoice:
        keys.append(billing.invoice_key(store, customer, estimate.invoice))
    items = store.get(*keys) if keys else []
    invoice = items.pop() if estimate.invoice else None
    seen = invoice is not None and (staff or billing.to_invoice(invoice).status != "draft")
    return [first, *items] if estimate.decisions else [], estimate.invoice if seen else ""


def known_with(store: Store, customer: str, estimate: str, *beside: Key) -> tuple[Known | None, list[Item | None]]:
    """An estimate and its lines of the same moment, and what else lies at these keys, in one read unless it is just
    being changed. Unavailable: it never stops being changed."""
    for _ in range(READS):
        row, lines, *others = store.get(
            records.estimate_key(store, customer, estimate), records.lines_key(store, customer, estimate), *beside
        )
        found = records.to_known(row, lines)
        if found or row is None or lines is None:
            return found, others
    raise Unavailable()


def gather(
    store: Store, customer: str, estimate: str, *beside: Key
) -> tuple[Known | None, Customer, list[Item | None]]:
    """What a change of an estimate hangs on, in one read: the estimate, if there is one, its customer, and what else
    lies at these keys. NotFound: there is no such customer."""
    known, (profile, *others) = known_with(store, customer, estimate, customers.profile_key(store, customer), *beside)
    if profile is None:
        raise NotFound()
    return known, customers.to_customer(profile), others
