"""People sign in, go on, and sign out. A person has one password, and picks the company if they serve several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import passwords
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Invalid, Unauthenticated
from chalicelib.services import Services
from chalicelib.tenants import admin_tokens, records
from chalicelib.tenants.actions.admission import standing
from chalicelib.tenants.admin_tokens import AdminSession
from chalicelib.tenants.records import people
from chalicelib.tenants.rules.access import TeamMember
from chalicelib.tenants.rules.company import Company
from chalicelib.tenants.throttle import Limit, from_address, throttle

QUARTER = 15 * 60
# A console asks for a fresh token each time it is opened, and every quarter of an hour.
REFRESHES, REFRESHES_OF_ADDRESS = 120, 600
LONGEST_NAME = 254
OVER = "This session is over. Sign in again."


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody on the team of a company."""

    store: Store
    company: Company
    member: TeamMember


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun or goes on."""

    session: AdminSession
    company: Company
    member: TeamMember


def tidy(email: str) -> str:
    """An address as it is looked up; '-', which is nobody's, for what can be none."""
    name = email.strip().lower()
    return name if name and "#" not in name and len(name) <= LONGEST_NAME else "-"


def guesses(email: str, address: str) -> tuple[Limit, Limit]:
    """How often somebody's password may be tried wrongly: by name, and from one address. What is right is given back,
    so that a busy owner is not shut out."""
    return Limit("admin-sign-in", email, 10, QUARTER), from_address("admin-sign-in-address", address, 60, QUARTER)


def verify(services: Services, email: str, password: str, address: str) -> list[Membership]:
    """The companies that this person serves, by name. Invalid for a wrong password and an unknown name alike, after the
    same work. TooMany by name and by address, where only wrong tries count."""
    platform, name = services.tables.platform(), tidy(email)
    counted = throttle(services, platform, *guesses(name, address))
    stored = people.password_of(platform, name)
    if not passwords.verify(password, stored) or stored is None:
        raise Invalid("", "That e-mail and password don't match. Try again, or have a link to a new password sent.")
    counted.give_back()
    return sorted(memberships(services, name), key=lambda one: one.company.name.lower())


def memberships(services: Services, email: str) -> list[Membership]:
    """Every team that this person has joined, by two calls."""
    platform = services.tables.platform()
    stores = [services.tables.for_tenant(one) for one in people.companies_of(platform, email)]
    keys = [key for store in stores for key in (records.company_key(store), people.admin_key(store, email))]
    items = platform.get(*keys)
    pairs = zip(stores, items[::2], items[1::2], strict=True)
    return [
        Membership(store, records.to_company(company), people.to_member(admin))
        for store, company, admin in pairs
        if company and admin and admin.get("joined")
    ]


def membership(store: Store, email: str) -> Membership | None:
    """Somebody on the team of this company, None if they are not, or have not joined."""
    company, admin = store.get(records.company_key(store), people.admin_key(store, email))
    if not company or not admin or not admin.get("joined"):
        return None
    return Membership(store, records.to_company(company), people.to_member(admin))


def choose(served: Sequence[Membership], company: str) -> list[Membership]:
    """Those of the companies that were meant: one by its id, all if none was named."""
    return [one for one in served if not company or one.company.id == company]


def sign_in(services: Services, chosen: Membership) -> SignedIn:
    """A session of somebody who has proven who they are. Unauthenticated: they were taken off the team meanwhile."""
    now, store, member = services.now(), chosen.store, chosen.member
    session = AdminSession(
        services.new_id(now), chosen.company.id, member.email, member.epoch, now + admin_tokens.SESSION_LIFE
    )
    try:
        store.transact(
            people.new_session(store, session),
            people.change_admin(store, member.email, last_sign_in=now.isoformat()),
        )
    except ConditionFailed:
        raise Unauthenticated() from None
    return SignedIn(session, chosen.company, member)


def refresh(services: Services, token: str, address: str) -> SignedIn:
    """The session behind a refresh token, as it is now. Unauthenticated: it is over. TooMany by session and address."""
    session, store = _known(services, "admin-refresh", token, address)
    found = standing(services, store, session)
    if found is None:
        raise Unauthenticated(OVER)
    return SignedIn(session, *found)


def sign_out(services: Services, token: str, address: str) -> None:
    """End the session behind a refresh token, if it is one of ours."""
    session, store = _known(services, "admin-sign-out", token, address)
    store.write(people.end_session(store, session.id))


def _known(services: Services, what: str, token: str, address: str) -> tuple[AdminSession, Store]:
    """What a refresh token says, counted: forged ones cost no call, ours are few."""
    try:
        session = admin_tokens.read(services.secrets, token, "admin-refresh", services.now())
    except Unauthenticated:
        raise Unauthenticated(OVER) from None
    store = services.tables.for_tenant(session.tenant)
    throttle(services, store, Limit(what, session.id, REFRESHES, QUARTER),
             from_address(f"{what}-address", address, REFRESHES_OF_ADDRESS, QUARTER))  # fmt: skip
    return session, store
