"""Rows of the nightly audit: how far it has come with each company, and what the night came to. And what it reads: a
company's customers, and a customer's books whole, as they are at the moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.aws.rows import TokensRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.billing.records.invoices import to_invoice
from chalicelib.billing.records.ledger import PREFIX, to_entry
from chalicelib.billing.records.payments import to_payment
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.billing.rules.audit import Drift, Entry, Progress

# Long enough to look into, and for a message that was brought again to find that it is done.
KEEP = timedelta(days=90)
PAGE = 1000
BY_TENANT = ("by_tenant", "list", "list_key")


class AuditRow(TokensRow):
    """`<tenant>#audit#<date>`: one company's audit of one night."""

    progress = UnicodeAttribute()
    done = BooleanAttribute()
    version = NumberAttribute()


class NightRow(TokensRow):
    """`platform#audit#<date>`: what one night's audits came to, so far. `expected` is set once all were begun."""

    expected = NumberAttribute(null=True)
    companies = NumberAttribute(null=True)
    drift = NumberAttribute(null=True)
    drifting = UnicodeSetAttribute(null=True)


def audit_key(store: Store, date: str) -> Key:
    return store.token_key("audit", date)


def new_audit(store: Store, date: str, progress: Progress) -> Write:
    row = AuditRow(store.token("audit", date), expires=_expires(progress.started_at), **_stored(progress))
    return create(row, "audit")


def move_audit(store: Store, date: str, before: Progress, after: Progress) -> Write:
    """The audit a step further, if nobody else took that step."""
    row = AuditRow(store.token("audit", date))
    return change(row, "audit", AuditRow.version == before.version, **_stored(after))


def _stored(progress: Progress) -> dict[str, Any]:
    values = {
        "started_at": progress.started_at.isoformat(), "after": progress.after, "listed": progress.listed,
        "accounts": progress.accounts, "compared": progress.compared, "counts": dict(progress.counts),
        "drift": progress.drift, "drifts": [asdict(one) for one in progress.drifts],
    }  # fmt: skip
    return {"progress": json.dumps(values), "done": progress.done, "version": progress.version}


def to_progress(item: Item) -> Progress:
    values = json.loads(item["progress"])
    return Progress(
        datetime.fromisoformat(values["started_at"]), values["after"], values["listed"], tuple(values["accounts"]),
        tuple(values["compared"]), values["counts"], values["drift"],
        tuple(Drift(**one) for one in values["drifts"]), item["done"], item["version"],
    )  # fmt: skip


def night_key(date: str) -> Key:
    return Key("tokens", _night(date))


def _night(date: str) -> str:
    return f"platform#audit#{date}"


def new_night(date: str, now: datetime) -> Write:
    return create(NightRow(_night(date), expires=_expires(now)), "night")


def expect(date: str, companies: int) -> Write:
    return change(NightRow(_night(date)), "night", expected=companies)


def add_to_night(date: str, tenant: str, drift: int) -> Write:
    """One company more is through. An ADD, which a transaction with a condition keeps from counting twice."""
    row = NightRow(_night(date))
    actions = [NightRow.companies.add(1), NightRow.drift.add(drift)]
    if drift:
        actions.append(NightRow.drifting.add({tenant}))
    return Write("night", "update", row, NightRow.token.exists(), tuple(actions))


def _expires(now: datetime) -> int:
    return int((now + KEEP).timestamp())


def customers_of(
    store: Store, limit: int, after: dict[str, str] | None = None
) -> tuple[list[str], dict[str, str] | None]:
    """A page of a company's customers' ids."""
    partition = f"{store.tenant}#customer"
    page = store.query("customers", partition, index=BY_TENANT, limit=limit, after=after, newest_first=False)
    return [item["customer"].partition("#")[2] for item in page.items], page.last


def all_of(store: Store, customer: str) -> tuple[list[Invoice], list[Payment], list[Entry]]:
    """All invoices, payments and ledger rows of a customer, as they are now."""
    invoices = [to_invoice(item) for item in _all(store, customer, "invoice#")]
    payments = [to_payment(item) for item in _all(store, customer, "payment#")]
    return invoices, payments, [to_entry(item) for item in _all(store, customer, PREFIX)]


def _all(store: Store, customer: str, prefix: str) -> Iterator[Item]:
    after: dict[str, str] | None = None
    while True:
        page = store.query(
            "customers", store.customer(customer), prefix=prefix, limit=PAGE, after=after, consistent=True
        )
        yield from page.items
        after = page.last
        if after is None:
            return
