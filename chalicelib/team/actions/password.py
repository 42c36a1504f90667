"""A person's password: changed by its owner, or chosen anew by a mailed link. Either ends their sessions everywhere."""

from __future__ import annotations

from datetime import timedelta

from chalicelib import passwords, tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Platform, Store
from chalicelib.errors import Conflict, Invalid, NotFound, Unauthenticated
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.team.actions import sessions
from chalicelib.team.actions.invites import OUTBOX
from chalicelib.team.actions.sessions import QUARTER, SignedIn
from chalicelib.team.actions.trail import note
from chalicelib.tenants import records
from chalicelib.tenants.records import people
from chalicelib.tenants.throttle import Limit, from_address, throttle

RESET_LIFE = timedelta(minutes=60)
OVER = "This link has expired or was used. Ask for a new one."
TRIES = 3


def change(services: Services, store: Store, email: str, current: str, password: str, address: str) -> SignedIn:
    """Set a new password for somebody signed in to this company. All their sessions end; a fresh one begins.

    Invalid: the current one is wrong, the new one may not be, or is the old one.
    """
    platform = services.tables.platform()
    counted = throttle(services, platform, *sessions.guesses(email, address))
    stored = people.password_of(platform, email)
    if not passwords.verify(current, stored) or stored is None:
        raise Invalid("current", "That isn't your current password.")
    counted.give_back()
    passwords.check(password)
    if passwords.verify(password, stored):
        raise Invalid("password", "This is your current password. Choose a new one.")
    _set(services, email, stored, passwords.make(password), address, "password.change")
    member = sessions.membership(store, email)
    if member is None:
        raise Unauthenticated()
    return sessions.sign_in(services, member)


def ask(services: Services, email: str, address: str) -> None:
    """Mail a link to choose a new password to somebody who has one. The same answer, by the same calls, for others.

    TooMany by name and by address.
    """
    platform, name = services.tables.platform(), sessions.tidy(email)
    throttle(
        services, platform,
        Limit("admin-reset", name, 5, QUARTER), from_address("admin-reset-address", address, 30, QUARTER),
    )  # fmt: skip
    now = services.now()
    id, served = services.new_id(now), people.companies_of(platform, name)
    store = services.tables.for_tenant(served[0]) if served else None
    person, company = platform.get(
        people.person_key(name), records.company_key(store) if store else people.person_key("-")
    )
    stored = str(person["password"]) if person else passwords.NOBODY
    secret = ("admin-reset", id)
    mine = _reset(services, platform, secret, name, stored)
    if store is None or company is None or person is None:
        platform.transact(mine, _reset(services, platform, ("nobody", id), name, stored))
        services.queue.put({"tenant": "nobody", "customer": OUTBOX, "message": f"reset-{id}"})
        return
    message = Message(
        f"reset-{id}", "admin_password_reset", name, records.to_company(company).locale[:2],
        {"reset": {"minutes": minutes()}}, {"url": secret}, console_path="/reset/%s",
        until=(now + RESET_LIFE).isoformat(),
    )  # fmt: skip
    platform.transact(mine, outbox.new_message(store, OUTBOX, message, now))
    messages.hand_over(services, store, OUTBOX, message.id)


def minutes() -> int:
    return int(RESET_LIFE.total_seconds() // 60)


def _reset(services: Services, platform: Platform, secret: tuple[str, ...], email: str, stored: str) -> Write:
    fingerprint = tokens.fingerprint(tokens.derive(services.secrets.links, *secret))
    return people.new_reset(platform, fingerprint, email, tokens.fingerprint(stored), services.now() + RESET_LIFE)


def reset(services: Services, token: str, password: str, address: str) -> None:
    """Set a new password by a mailed link, once; all the person's sessions end with it.

    NotFound: the link is unknown, used, expired, or the password has changed since. Invalid: it may not be one.
    """
    platform, fingerprint = services.tables.platform(), tokens.fingerprint(token)
    throttle(
        services, platform,
        Limit("admin-reset-use", fingerprint, 30, QUARTER),
        from_address("admin-reset-use-address", address, 60, QUARTER),
    )  # fmt: skip
    (item,) = platform.get(people.reset_key(platform, fingerprint))
    if item is None or "used" in item or item["expires"] <= services.now().timestamp():
        raise NotFound(OVER)
    email = str(item["email"])
    stored = people.password_of(platform, email)
    if stored is None or tokens.fingerprint(stored) != item["of"]:
        raise NotFound(OVER)
    passwords.check(password)
    use = people.use_reset(platform, fingerprint, services.new_id(services.now()))
    try:
        _set(services, email, stored, passwords.make(password), address, "password.reset", use)
    except Conflict:
        raise NotFound(OVER) from None


def _set(services: Services, email: str, known: str, stored: str, address: str, action: str, *also: Write) -> None:
    """The new hash in the place of the known one, and the end of all sessions in every company, in one transaction.

    Conflict: somebody else has changed the password meanwhile.
    """
    platform = services.tables.platform()
    for _ in range(TRIES):
        writes = [people.set_person(email, stored, known), *also]
        for one in sessions.memberships(services, email):
            writes.append(people.raise_epoch(one.store, email, one.member.epoch))
            writes.append(note(services, one.store, email, address, action))
        try:
            platform.transact(*writes)
            return
        except ConditionFailed as failed:
            # The answer of our own success may have been lost and the write sent again: read back before saying no.
            if people.password_of(platform, email) == stored:
                return
            if set(failed.names) != {"admin"}:
                break
    raise Conflict()
