"""Take in what a company's software sends in bulk: customers, invoices, payments, a line each, in order.

Lines come and go a window at a time, so that memory stays flat. A window's lookups are a few reads; then each
customer's lines are done one after the other (`filing.py`), and several customers beside each other. Every line comes
to its own end: a bad one leaves the others alone. Who sends the same lines again finds them done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from chalicelib import logs
from chalicelib.aws.store import Item, Key, Store
from chalicelib.billing import records
from chalicelib.billing.actions.filing import Filing, Known, failed
from chalicelib.billing.records.entered import entered_key
from chalicelib.billing.rules.imported import CustomerLine, InvoiceLine, Line, Outcome, PaymentLine
from chalicelib.customers import records as customers
from chalicelib.customers.actions.finding import OWN
from chalicelib.customers.records import lookups
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Change
from chalicelib.tokens import is_ulid

# Lines that are looked up and done together. What one read of the store takes is `AT_ONCE`.
WINDOW, AT_ONCE = 500, 100


class Import:
    """One import into one company. `left` tells how many seconds there are; `counts` what came of the lines so far."""

    def __init__(
        self, services: Services, store: Store, company: Company, note: Note, left: Callable[[], float]
    ) -> None:
        self._services, self._store, self._company = services, store, company
        self._note, self._left = note, left
        self.counts: Counter[str] = Counter()

    def run(self, lines: Iterable[Line], name: str) -> Iterator[Outcome]:
        """Each line's end, in the order of the lines. The trail gets a row about it all, by the import's `name`; lines
        that there was no time for are `not_reached`."""
        coming = iter(lines)
        try:
            with ThreadPoolExecutor(self._services.workers, initializer=logs.follow, initargs=(logs.here(),)) as pool:
                while window := list(islice(coming, WINDOW)):
                    for outcome in self._window(pool, window):
                        self.counts[outcome.result or "refused"] += 1
                        yield outcome
        finally:
            self._tell(name)

    def _tell(self, name: str) -> None:
        if self.counts["created"] or self.counts["changed"]:
            told = [Change(result, None, self.counts[result]) for result in sorted(self.counts)]
            self._store.write(self._note("import.run", name, told))

    def _window(self, pool: ThreadPoolExecutor, window: list[Line]) -> list[Outcome]:
        if self._left() <= 0:
            return [Outcome(line, "not_reached") for line in window]
        found = {line.number: Outcome(line, error=line.error) for line in window if line.content is None}
        lines = [line for line in window if line.content is not None]
        try:
            filings = self._filings(pool, lines)
        except Exception as error:
            return [found.get(line.number) or failed(line, error) for line in window]
        for outcomes in pool.map(lambda each: each[0].file(each[1]), filings):
            found |= {outcome.line.number: outcome for outcome in outcomes}
        return [found[line.number] for line in window]

    def _filings(self, pool: ThreadPoolExecutor, lines: Sequence[Line]) -> list[tuple[Filing, list[Line]]]:
        """The window's lines by customer, each with all that is known of them."""
        owners = self._read(pool, dict.fromkeys(key for line in lines for key in self._names(line)))
        ids: dict[str, str] = {}
        for line in lines:
            if (which := whose(line)) not in ids:
                item = owners.get(self._customer_key(which)) if which.startswith(OWN) else None
                ids[which] = str(item["who"]) if item else which if is_ulid(which) else ""
        known = self._known(pool, lines, ids, owners)
        groups: dict[str, list[Line]] = {}
        for line in lines:
            which = whose(line)
            groups.setdefault(ids[which] or which, []).append(line)
        return [
            (
                Filing(self._services, self._store, self._company, self._note, self._left, known.customers.get(who),
                       known, whose(mine[0])),
                mine,
            )
            for who, mine in groups.items()
        ]  # fmt: skip

    def _known(
        self, pool: ThreadPoolExecutor, lines: Sequence[Line], ids: dict[str, str], owners: dict[Key, Item]
    ) -> Known:
        store = self._store
        known = Known()
        for line in lines:
            content = line.content
            if isinstance(content, InvoiceLine) and (item := owners.get(self._names(line)[-1])):
                known.invoice_owners[content.draft.external_id] = records.to_owner(item)
            elif isinstance(content, PaymentLine) and (item := owners.get(self._names(line)[-1])):
                known.payment_owners[content.external_id] = records.to_owner(item)
        profiles = {customers.profile_key(store, id): id for id in ids.values() if id}
        rows = {
            external: (records.invoice_key(store, *owner), records.lines_key(store, *owner))
            for external, owner in known.invoice_owners.items()
        }
        items = self._read(pool, dict.fromkeys((*profiles, *(key for pair in rows.values() for key in pair))))
        known.customers = {id: customers.to_customer(items[key]) for key, id in profiles.items() if key in items}
        for external, (row, lines_row) in rows.items():
            if whole := records.to_whole(items.get(row), items.get(lines_row)):
                known.invoices[external] = whole
        return known

    def _names(self, line: Line) -> list[Key]:
        """Where it stands whom this line is about; the last of them is the thing's own name."""
        which = whose(line)
        keys = [self._customer_key(which)] if which.startswith(OWN) else []
        if isinstance(line.content, InvoiceLine):
            keys.append(records.external_key(self._store, line.content.draft.external_id))
        if isinstance(line.content, PaymentLine):
            keys.append(entered_key(self._store, line.content.external_id))
        return keys

    def _customer_key(self, which: str) -> Key:
        return lookups.external_key(self._store, which.removeprefix(OWN))

    def _read(self, pool: ThreadPoolExecutor, keys: Iterable[Key]) -> dict[Key, Item]:
        """What lies at these keys, a hundred a call, several calls at once."""
        wanted = list(keys)
        parts = [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]
        found: dict[Key, Item] = {}
        for part, items in zip(parts, pool.map(lambda part: self._store.get(*part), parts), strict=True):
            found |= {key: item for key, item in zip(part, items, strict=True) if item}
        return found


def whose(line: Line) -> str:
    """The customer that a line is about, as it names them."""
    content = line.content
    if isinstance(content, CustomerLine):
        return OWN + content.wanted.external_id
    assert content is not None
    return content.customer
