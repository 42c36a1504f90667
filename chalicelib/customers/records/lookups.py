"""What leads to a customer, in the tenants table: addresses, what a search may begin with, the company's own id.

Written and deleted in the transaction of the profile they are of.
"""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create, put
from chalicelib.aws.store import Key, Store
from chalicelib.customers.rules import Customer
from chalicelib.customers.rules.finding import texts

EXTERNAL = "external"


class LookupRow(TenantsRow):
    """`email#<address>#<customer>` and `find#<text>#<customer>`: whose this is, maybe of several.
    `external#customer#<id>`: whose the company's own id is, one's alone."""

    who = UnicodeAttribute()


def _items(customer: Customer) -> dict[str, None]:
    emails = (f"email#{one}#{customer.id}" for one in customer.emails)
    return dict.fromkeys((*emails, *(f"find#{one}#{customer.id}" for one in texts(customer))))


def new(store: Store, customer: Customer) -> list[Write]:
    """All that leads to a new customer; fails if its external id is taken."""
    return moved(store, None, customer)


def moved(store: Store, before: Customer | None, after: Customer) -> list[Write]:
    """What leads to the customer from now on, and no more what did before."""
    old, now = _items(before) if before else {}, _items(after)
    writes = [put(_row(store, item, after), "lookup") for item in now if item not in old]
    writes += [Write("lookup", "delete", _row(store, item, after)) for item in old if item not in now]
    given = before.external_id if before else ""
    if given != after.external_id:
        if given:
            mine = LookupRow.who == after.id
            writes.append(Write("lookup", "delete", _row(store, _external(given), after), mine))
        if after.external_id:
            writes.append(create(_row(store, _external(after.external_id), after), EXTERNAL))
    return writes


def _row(store: Store, item: str, customer: Customer) -> LookupRow:
    return LookupRow(store.tenant, item, who=customer.id)


def _external(external_id: str) -> str:
    return f"external#customer#{external_id}"


def external_key(store: Store, external_id: str) -> Key:
    return store.company_key(_external(external_id))


def customers_at(store: Store, email: str) -> list[str]:
    """Ids of those who have this address, ten at most."""
    page = store.query("tenants", store.tenant, prefix=f"email#{email}#", limit=10, newest_first=False)
    return [item["who"] for item in page.items]


def found(
    store: Store, text: str, limit: int, after: dict[str, str] | None = None
) -> tuple[list[tuple[str, str]], dict[str, str] | None]:
    """A page of (text, customer) whose text begins so, in its order."""
    page = store.query(
        "tenants", store.tenant, prefix=f"find#{text}", limit=limit, after=after, newest_first=False, consistent=True
    )
    return [(item["item"].split("#")[1], item["who"]) for item in page.items], page.last


def place(store: Store, text: str, customer: str) -> dict[str, str]:
    """Where the page after this one of `found` begins."""
    return {"tenant": store.tenant, "item": f"find#{text}#{customer}"}
