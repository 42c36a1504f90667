"""A customer's profile: who they are, their money at a glance, whether and since when they come in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.aws.rows import CustomersRow, Write, change, create
from chalicelib.aws.store import Item, Key, Page, Store
from chalicelib.customers.records import lookups
from chalicelib.customers.rules import Contact, Customer, Glances, Pending, Sums
from chalicelib.customers.rules.finding import fold

PROFILE = "profile"
BY_TENANT = ("by_tenant", "list", "list_key")
# Who keeps a glance: the attribute is called `<feature>_glance`.
Feature = Literal["estimates", "documents", "visits", "bookings"]


class CustomerRow(CustomersRow):
    name = UnicodeAttribute()
    first_name = UnicodeAttribute()
    contacts = UnicodeAttribute(null=True)
    emails = UnicodeAttribute()
    phones = UnicodeAttribute()
    address = UnicodeAttribute()
    language = UnicodeAttribute(null=True)
    external_id = UnicodeAttribute(null=True)
    logins = UnicodeAttribute(null=True)
    access = BooleanAttribute()
    must_change = BooleanAttribute(null=True)
    epoch = NumberAttribute()
    link_epoch = NumberAttribute()
    balance = NumberAttribute()
    in_flight = NumberAttribute()
    credit = NumberAttribute()
    open_count = NumberAttribute()
    sums_version = NumberAttribute()
    pending = UnicodeAttribute(null=True)
    stripe_account = UnicodeAttribute(null=True)
    stripe_customer = UnicodeAttribute(null=True)
    methods = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    invited_at = UnicodeAttribute(null=True)
    last_sign_in = UnicodeAttribute(null=True)
    version = NumberAttribute()
    estimates_glance = UnicodeAttribute(null=True)
    documents_glance = UnicodeAttribute(null=True)
    visits_glance = UnicodeAttribute(null=True)
    bookings_glance = UnicodeAttribute(null=True)
    list = UnicodeAttribute(null=True)
    list_key = UnicodeAttribute(null=True)


def profile_key(store: Store, customer: str) -> Key:
    return store.customer_key(customer, PROFILE)


def to_customer(item: Item) -> Customer:
    """The customer in a `profile` item of the customers table."""
    return Customer(
        id=item["customer"].rpartition("#")[2],
        name=item["name"],
        first_name=item["first_name"],
        emails=tuple(json.loads(item["emails"])),
        phones=tuple(json.loads(item["phones"])),
        address=tuple(json.loads(item["address"])),
        language=item.get("language", ""),
        logins=tuple(json.loads(item.get("logins", "[]"))),
        access=item["access"],
        must_change=item.get("must_change", False),
        epoch=item["epoch"],
        sums=_to_sums(item),
        stripe_account=item.get("stripe_account", ""),
        stripe_customer=item.get("stripe_customer", ""),
        methods=item.get("methods", "[]"),
        contacts=tuple(Contact(*one) for one in json.loads(item.get("contacts", "[]"))),
        external_id=item.get("external_id", ""),
        created_at=item["created_at"],
        last_sign_in=item.get("last_sign_in", ""),
        invited_at=item.get("invited_at", ""),
        link_epoch=item["link_epoch"],
        version=item["version"],
        glances=Glances(
            item.get("estimates_glance", ""),
            item.get("documents_glance", ""),
            item.get("visits_glance", ""),
            item.get("bookings_glance", ""),
        ),
    )


def _to_sums(item: Item) -> Sums:
    pending = tuple(
        Pending(one[0], one[1], one[2], one[3], date.fromisoformat(one[4]) if one[4] else None)
        for one in json.loads(item.get("pending", "[]"))
    )
    return Sums(
        item["balance"], item["in_flight"], item["credit"], item["open_count"], item["sums_version"], pending
    )  # fmt: skip


def _from_pending(sums: Sums) -> str | None:
    if not sums.pending:
        return None
    return json.dumps(
        [
            [p.payment, p.amount, p.credit, p.method_id, p.expected_on and p.expected_on.isoformat()]
            for p in sums.pending
        ]
    )


def customers(store: Store, ids: Sequence[str]) -> list[Customer]:
    """Those that exist, in order."""
    return [to_customer(item) for item in store.get(*(profile_key(store, one) for one in ids)) if item]


def customers_by_name(
    store: Store, limit: int, after: dict[str, str] | None = None
) -> tuple[list[Customer], dict[str, str] | None]:
    """A page of a company's customers, as they were a moment ago."""
    page = _by_name(store, limit, after)
    return [to_customer(item) for item in page.items], page.last


def customer_ids(
    store: Store, limit: int, after: dict[str, str] | None = None
) -> tuple[list[str], dict[str, str] | None]:
    """A page of the ids of a company's customers, by name."""
    page = _by_name(store, limit, after)
    return [item["customer"].partition("#")[2] for item in page.items], page.last


def _by_name(store: Store, limit: int, after: dict[str, str] | None) -> Page:
    partition = f"{store.tenant}#customer"
    return store.query("customers", partition, index=BY_TENANT, limit=limit, after=after, newest_first=False)


def new_customer(store: Store, customer: Customer, now: datetime) -> list[Write]:
    """The profile and all that leads to it."""
    row = CustomerRow(
        store.customer(customer.id),
        PROFILE,
        language=customer.language or None,
        logins=json.dumps(customer.logins),
        access=customer.access,
        must_change=customer.must_change or None,
        epoch=customer.epoch,
        link_epoch=customer.link_epoch,
        balance=customer.sums.balance,
        in_flight=customer.sums.in_flight,
        credit=customer.sums.credit,
        open_count=customer.sums.open_count,
        sums_version=customer.sums.version,
        pending=_from_pending(customer.sums),
        stripe_account=customer.stripe_account or None,
        stripe_customer=customer.stripe_customer or None,
        methods=customer.methods,
        created_at=now.isoformat(),
        invited_at=customer.invited_at or None,
        last_sign_in=customer.last_sign_in or None,
        version=customer.version,
        list=f"{store.tenant}#customer",
        **_described(customer),
    )
    return [create(row, "customer"), *lookups.new(store, customer)]


def edit_customer(store: Store, before: Customer, after: Customer) -> list[Write]:
    """Who the customer is from now on, and what leads to them; fails if that has changed since `before` was read."""
    values = _described(after)
    if after.language != before.language:
        values["language"] = after.language or None
    row = CustomerRow(store.customer(before.id), PROFILE)
    profile = change(row, "customer", CustomerRow.version == before.version, version=before.version + 1, **values)
    return [profile, *lookups.moved(store, before, after)]


def _described(customer: Customer) -> dict[str, Any]:
    return {
        "name": customer.name,
        "first_name": customer.first_name,
        "contacts": json.dumps([[one.name, one.email, one.phone] for one in customer.contacts]),
        "emails": json.dumps(customer.emails),
        "phones": json.dumps(customer.phones),
        "address": json.dumps(customer.address),
        "external_id": customer.external_id or None,
        "list_key": f"{fold(customer.name)}#{customer.id}",
    }


def change_sums(store: Store, customer: str, old: Sums, new: Sums, **values: Any) -> Write:
    """Move a customer's sums on, if nothing else has moved them since they were read; and set what goes with it."""
    row = CustomerRow(store.customer(customer), PROFILE)
    return change(
        row,
        "sums",
        CustomerRow.sums_version == old.version,
        balance=new.balance,
        in_flight=new.in_flight,
        credit=new.credit,
        open_count=new.open_count,
        pending=_from_pending(new),
        sums_version=old.version + 1,
        **values,
    )


def change_profile(store: Store, customer: str, **values: Any) -> Write:
    """Set attributes that no sum depends on."""
    return change(CustomerRow(store.customer(customer), PROFILE), "profile", **values)


def change_glance(store: Store, customer: Customer, feature: Feature, after: str) -> Write:
    """What a feature has the first page say from now on; fails ("glance") if that has changed since `customer` was
    read. Each change must differ from the one before, or two at once would not notice each other: count them in it."""
    return change_glances(store, customer, {feature: after})


def change_glances(store: Store, customer: Customer, after: Mapping[Feature, str]) -> Write:
    """The same of several features at once: a transaction may touch a customer only once."""
    row, same = CustomerRow(store.customer(customer.id), PROFILE), None
    for feature, text in after.items():
        before, attribute = getattr(customer.glances, feature), getattr(CustomerRow, f"{feature}_glance")
        if before == text:
            raise AssertionError("a glance that does not change guards nothing")
        unchanged = attribute == before if before else attribute.does_not_exist()
        same = unchanged if same is None else same & unchanged
    return change(row, "glance", same, **{f"{feature}_glance": text for feature, text in after.items()})


def know_at_stripe(store: Store, customer: Customer, account: str | None, stripe_customer: str | None) -> Write:
    """Note who the customer is at a Stripe account, or None: nobody any more. Fails if somebody has noted that since it
    was read. What they had on file at another account is nothing here."""
    unchanged = (
        CustomerRow.stripe_customer == customer.stripe_customer
        if customer.stripe_customer
        else CustomerRow.stripe_customer.does_not_exist()
    )
    row = CustomerRow(store.customer(customer.id), PROFILE)
    return change(row, "stripe", unchanged, stripe_account=account, stripe_customer=stripe_customer, methods="[]")


def copy_methods(store: Store, customer: Customer, methods: str) -> Write:
    """Keep a newer copy of what is on file; fails if another was kept since this one was read."""
    row = CustomerRow(store.customer(customer.id), PROFILE)
    return change(row, "methods", _same_methods(customer), methods=methods)


def mark_methods(store: Store, customer: Customer, methods: str) -> Write:
    """Keep a copy in which one is marked; fails also if the sums have moved, as they do when a payment begins, and
    moves them on, so that a payment that has read them looks again."""
    version = customer.sums.version
    row = CustomerRow(store.customer(customer.id), PROFILE)
    same = _same_methods(customer) & (CustomerRow.sums_version == version)
    return change(row, "methods", same, methods=methods, sums_version=version + 1)


def _same_methods(customer: Customer) -> Condition:
    copied = CustomerRow.methods == customer.methods
    if customer.methods == "[]":
        copied = copied | CustomerRow.methods.does_not_exist()
    same: Condition = copied & (CustomerRow.stripe_customer == customer.stripe_customer)
    return same


def raise_epoch(store: Store, customer: str, epoch: int, **values: Any) -> Write:
    """End all of a customer's sessions at once, and set what goes with it."""
    row = CustomerRow(store.customer(customer), PROFILE)
    return change(row, "epoch", CustomerRow.epoch == epoch, epoch=epoch + 1, **values)


def change_access(store: Store, before: Customer, after: Customer) -> Write:
    """Whether and how a customer comes in from now on; fails if that has changed since `before` was read."""
    cls, row = CustomerRow, CustomerRow(store.customer(before.id), PROFILE)
    unmoved = (cls.epoch == before.epoch) & (cls.access == before.access) & (cls.logins == json.dumps(before.logins))
    return change(
        row, "access", unmoved, access=after.access, must_change=after.must_change or None, epoch=after.epoch,
        link_epoch=after.link_epoch, logins=json.dumps(after.logins),
    )  # fmt: skip


def invited(store: Store, customer: Customer, now: datetime, *, first: bool = False) -> Write:
    """Note the invite; fails where access is turned off, and for the `first` one where there was one before."""
    on: Condition = CustomerRow.access == True  # noqa: E712
    if first:
        on = on & CustomerRow.invited_at.does_not_exist()
    return change(CustomerRow(store.customer(customer.id), PROFILE), "access", on, invited_at=now.isoformat())


def sign_in(store: Store, customer: str, now: datetime) -> Write:
    """Note the sign-in; fails where portal access is turned off."""
    row = CustomerRow(store.customer(customer), PROFILE)
    return change(row, "access", CustomerRow.access == True, last_sign_in=now.isoformat())  # noqa: E712
