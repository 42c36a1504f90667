"""Let an admin's session or an API key in: one read, as they and the company are at this moment."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import tokens
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import PortalError, Unauthenticated
from chalicelib.services import Services
from chalicelib.tenants import admin_tokens, api_keys, records
from chalicelib.tenants.admin_tokens import AdminSession
from chalicelib.tenants.api_keys import Spelled
from chalicelib.tenants.records import keys, people
from chalicelib.tenants.rules.access import HELD, Actor, Scope, TeamMember
from chalicelib.tenants.rules.company import Company

LAST_USED_EVERY = timedelta(minutes=5)
NO_CREDENTIAL = "Sign in, or send an API key: Authorization: Bearer <token>."
OVER = "This session is over, or the token has expired. Refresh it, or sign in again."
NO_KEY = "This API key is unknown or was revoked. Make a new one in the console."


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who came in, and what they may do. `session` is '' for a key."""

    store: Store
    company: Company
    actor: Actor
    scopes: frozenset[Scope]
    session: str


def admit(services: Services, token: str) -> Admitted:
    """Whoever this token is of. Unauthenticated: nobody's, expired, signed out, revoked."""
    if not token:
        raise Unauthenticated(NO_CREDENTIAL)
    spelled = api_keys.read(token)
    return _by_key(services, spelled) if spelled else _by_session(services, token)


def _by_session(services: Services, token: str) -> Admitted:
    try:
        session = admin_tokens.read(services.secrets, token, "admin", services.now())
    except Unauthenticated:
        raise Unauthenticated(OVER) from None
    store = services.tables.for_tenant(session.tenant)
    found = standing(services, store, session)
    if found is None:
        raise Unauthenticated(OVER)
    company, member = found
    actor = Actor("admin", member.email, member.email)
    return Admitted(store, company, actor, HELD[member.role], session.id)


def standing(services: Services, store: Store, session: AdminSession) -> tuple[Company, TeamMember] | None:
    """Whom a session is of and for which company, as they are now; None if it is over."""
    company, admin, opened = store.get(
        records.company_key(store), people.admin_key(store, session.email), people.session_key(store, session.id)
    )
    if not (company and admin and opened) or not people.stands(opened, admin, session.epoch, services.now()):
        return None
    return records.to_company(company), people.to_member(admin)


def _by_key(services: Services, spelled: Spelled) -> Admitted:
    store = services.tables.for_tenant(spelled.tenant)
    company, item = store.get(records.company_key(store), keys.key_key(store, spelled.id))
    key = keys.to_key(item) if item else None
    fits = key is not None and tokens.same(key.fingerprint, tokens.fingerprint(spelled.secret))
    if company is None or key is None or not fits or key.revoked_at:
        raise Unauthenticated(NO_KEY)
    _note_use(services, store, key)
    return Admitted(store, records.to_company(company), Actor("key", key.id, key.name), frozenset(key.scopes), "")


def _note_use(services: Services, store: Store, key: keys.ApiKey) -> None:
    """When a key was last used, right to five minutes: a busy one must not write at each call."""
    now = services.now()
    if not key.last_used or now - datetime.fromisoformat(key.last_used) >= LAST_USED_EVERY:
        with suppress(ConditionFailed, PortalError):
            store.write(keys.used(store, key.id, now))
