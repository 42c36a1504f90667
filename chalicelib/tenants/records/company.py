"""A company's own row: what it is and what it decides. And the private link by which it connects its Stripe account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.aws.rows import TenantsRow, TokensRow, Write, change, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.company import ReviewLink

PROFILE = "profile"


class CompanyRow(TenantsRow):
    slug = UnicodeAttribute()
    name = UnicodeAttribute()
    colour = UnicodeAttribute()
    logo = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    locale = UnicodeAttribute()
    currency = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    stripe_account = UnicodeAttribute(null=True)
    charges_enabled = BooleanAttribute()
    charges_version = NumberAttribute(null=True)
    whole_payments = BooleanAttribute(null=True)
    minimum_payment = NumberAttribute(null=True)
    hidden = UnicodeAttribute(null=True)
    off = BooleanAttribute(null=True)
    version = NumberAttribute(null=True)
    widget_hidden = BooleanAttribute(null=True)
    widget_side = UnicodeAttribute(null=True)
    widget_label = UnicodeAttribute(null=True)
    widget_colour = UnicodeAttribute(null=True)
    contact_form_off = BooleanAttribute(null=True)
    leads_email = UnicodeAttribute(null=True)
    link_days = NumberAttribute(null=True)
    review_links = UnicodeAttribute(null=True)
    documents_glance = UnicodeAttribute(null=True)
    booking = BooleanAttribute(null=True)
    created_at = UnicodeAttribute()


class ConnectRow(TokensRow):
    """`connect#<fingerprint>`: a private link by which a company connects its Stripe account, until it expires."""


def company_key(store: Store) -> Key:
    return store.company_key(PROFILE)


def company(store: Store) -> Company | None:
    (item,) = store.get(company_key(store))
    return to_company(item) if item else None


def to_company(item: Item) -> Company:
    """The company in a `profile` item of the tenants table."""
    return Company(
        id=item["tenant"],
        slug=item["slug"],
        name=item["name"],
        colour=item["colour"],
        logo=item.get("logo", ""),
        phone=item.get("phone", ""),
        email=item.get("email", ""),
        address=tuple(json.loads(item.get("address", "[]"))),
        locale=item["locale"],
        currency=item["currency"],
        time_zone=item["time_zone"],
        stripe_account=item.get("stripe_account", ""),
        charges_enabled=item["charges_enabled"],
        partial_payments=not item.get("whole_payments", False),
        minimum_payment=item.get("minimum_payment", 0),
        hidden=frozenset(json.loads(item.get("hidden", "[]"))),
        on=not item.get("off", False),
        version=item.get("version", 0),
        widget=not item.get("widget_hidden", False),
        widget_side=item.get("widget_side", "right"),
        widget_label=item.get("widget_label", ""),
        widget_colour=item.get("widget_colour", ""),
        contact_form=not item.get("contact_form_off", False),
        leads_email=item.get("leads_email", ""),
        link_days=item.get("link_days", 7),
        review_links=tuple(ReviewLink(*one) for one in json.loads(item.get("review_links", "[]"))),
        documents_glance=item.get("documents_glance", ""),
        booking=item.get("booking", False),
    )


def new_company(store: Store, company: Company, now: datetime) -> Write:
    assert company.id == store.tenant
    return create(
        CompanyRow(
            store.tenant,
            PROFILE,
            slug=company.slug,
            name=company.name,
            colour=company.colour,
            logo=company.logo or None,
            phone=company.phone or None,
            email=company.email or None,
            address=json.dumps(company.address),
            locale=company.locale,
            currency=company.currency,
            time_zone=company.time_zone,
            charges_enabled=False,
            created_at=now.isoformat(),
        ),
        "company",
    )


def change_company(store: Store, company: Company, **values: Any) -> Company:
    """Set some of what a company decides, whoever else is at it: no version, no line of the trail. That is for the
    sandbox; people decide by `decide`. The slug is not among it: no code path changes one."""
    if values.keys() & {"id", "slug"}:
        raise AssertionError("a portal's address is for ever")
    store.write(change(CompanyRow(store.tenant, PROFILE), "company", **{k: v or None for k, v in _stored(values)}))
    return replace(company, **values)


def decide(store: Store, before: Company, after: Company) -> Write:
    """What the company decides from now on; fails if its decisions have changed since `before` was read."""
    decided = ("name", "phone", "email", "address", "colour", "logo", "locale", "time_zone", "partial_payments",
               "minimum_payment", "hidden", "on", "version", "widget", "widget_side", "widget_label", "widget_colour",
               "contact_form", "leads_email", "link_days", "review_links")  # fmt: skip
    values = dict(_stored({name: getattr(after, name) for name in decided}))
    return change(CompanyRow(store.tenant, PROFILE), "company", _unmoved(before),
                  **{k: v or None for k, v in values.items()})  # fmt: skip


def choose_slug(store: Store, before: Company, slug: str) -> Write:
    """The company's address from now on; fails if it has one, or if its decisions have changed since it was read."""
    none = (CompanyRow.slug == "") & _unmoved(before)
    return change(CompanyRow(store.tenant, PROFILE), "company", none, slug=slug, version=before.version + 1)


def _unmoved(before: Company) -> Condition:
    return CompanyRow.version == before.version if before.version else CompanyRow.version.does_not_exist()


def _stored(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if name == "address":
            yield name, json.dumps(value)
        elif name == "hidden":
            yield name, json.dumps(sorted(value)) if value else None
        elif name == "review_links":
            yield name, json.dumps([[one.name, one.url] for one in value]) if value else None
        elif name in _STORED_AS_NOT:
            yield _STORED_AS_NOT[name], not value
        else:
            yield name, value


# What is so unless the row says otherwise.
_STORED_AS_NOT = {
    "partial_payments": "whole_payments",
    "on": "off",
    "widget": "widget_hidden",
    "contact_form": "contact_form_off",
}


def set_charges(store: Store, account: str, enabled: bool) -> Write:
    return change(CompanyRow(store.tenant, PROFILE), "company", stripe_account=account, charges_enabled=enabled)


def adopt_account(store: Store, account: str, instead_of: str) -> Write:
    """The company's Stripe account from now on; fails if it has another than the one to be replaced ('' for none)."""
    mine = CompanyRow.stripe_account
    free = mine == instead_of if instead_of else mine.does_not_exist()
    return change(CompanyRow(store.tenant, PROFILE), "company", free, stripe_account=account, charges_enabled=False)


def change_documents_glance(store: Store, before: Company, after: str) -> Write:
    """What is kept of the documents that are shared with all; fails ("glance") if that has changed since `before` was
    read. Each change must differ from the one before: count them in it."""
    if before.documents_glance == after:
        raise AssertionError("a glance that does not change guards nothing")
    attribute = CompanyRow.documents_glance
    same = attribute == before.documents_glance if before.documents_glance else attribute.does_not_exist()
    return change(CompanyRow(store.tenant, PROFILE), "glance", same, documents_glance=after)


def set_booking(store: Store, on: bool) -> Write:
    """Whether there is online booking from now on."""
    return change(CompanyRow(store.tenant, PROFILE), "company", booking=on or None)


def charges_seen(item: Item) -> int:
    """How often it was written down what Stripe says of the account, in a company's item."""
    return int(item.get("charges_version", 0))


def note_charges(store: Store, account: str, seen: int, enabled: bool) -> Write:
    """What Stripe says of this account; fails if somebody wrote that down, or changed the account, since `seen`."""
    version = CompanyRow.charges_version
    unmoved = version == seen if seen else version.does_not_exist()
    row = CompanyRow(store.tenant, PROFILE)
    return change(
        row, "company", (CompanyRow.stripe_account == account) & unmoved, charges_enabled=enabled,
        charges_version=seen + 1,
    )  # fmt: skip


def new_connect(store: Store, fingerprint: str, expires: datetime) -> Write:
    return put(ConnectRow(store.token("connect", fingerprint), expires=int(expires.timestamp())), "connect")


def connect_key(store: Store, fingerprint: str) -> Key:
    return store.token_key("connect", fingerprint)
