"""The few rows that belong to no company: reserved addresses, admins' logins, Stripe accounts, the list of all."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create, put
from chalicelib.aws.store import Key, Platform

RESERVATION = "reservation"
# The partition that lists every company, by its id: whoever must visit all of them reads it page by page.
COMPANIES = "companies"


class ReservationRow(TenantsRow):
    """`slug#<slug>`, `account#<stripe account>`: a public name that leads to a tenant; `companies`: that there is one.
    Those are written once and never changed. `login#<email>`: that a person serves a tenant, until they are taken off.
    """

    owner = UnicodeAttribute()


def register(tenant: str) -> Write:
    """The company's line in the list of all."""
    return create(ReservationRow(COMPANIES, tenant, owner=tenant), "companies")


def companies(
    platform: Platform, limit: int, after: dict[str, str] | None = None
) -> tuple[list[str], dict[str, str] | None]:
    """A page of all companies' ids, the oldest first."""
    page = platform.query("tenants", COMPANIES, limit=limit, after=after, newest_first=False, consistent=True)
    return [item["owner"] for item in page.items], page.last


def reserve_slug(slug: str, tenant: str) -> Write:
    return create(ReservationRow(f"slug#{slug}", RESERVATION, owner=tenant), "slug")


def reserve_account(account: str, tenant: str) -> Write:
    return create(ReservationRow(f"account#{account}", RESERVATION, owner=tenant), "account")


def slug_key(slug: str) -> Key:
    return Key("tenants", f"slug#{slug}", RESERVATION)


def owner_of_slug(platform: Platform, slug: str) -> str | None:
    return _owner(platform, slug_key(slug))


def owner_of_account(platform: Platform, account: str) -> str | None:
    return _owner(platform, Key("tenants", f"account#{account}", RESERVATION))


def _owner(platform: Platform, key: Key) -> str | None:
    (item,) = platform.get(key)
    return str(item["owner"]) if item else None


def login(email: str, tenant: str) -> Write:
    """One of the companies that somebody serves, once they have joined: the console asks which when there are several.
    Whether it was there before makes no difference."""
    return put(ReservationRow(f"login#{email}", tenant, owner=tenant), "login")
