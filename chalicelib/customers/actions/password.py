"""Sign in with a password, forget it, set a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from chalicelib import passwords, tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import TRANSACTION_LIMIT, ConditionFailed, Store
from chalicelib.customers import records, rules
from chalicelib.customers.actions import people
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.actions.link import look
from chalicelib.customers.actions.people import Known
from chalicelib.customers.rules import Customer, Link, Login, Session
from chalicelib.errors import N_, Conflict, Invalid, NotFound, PortalOff
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants import records as tenants
from chalicelib.tenants.throttle import Limit, from_address, throttle

QUARTER, DAY = 15 * 60, 24 * 60 * 60


def verify(services: Services, store: Store, login: str, password: str, address: str) -> tuple[str, ...]:
    """The ids of the accounts this name and password open.

    Invalid for a wrong password and an unknown name alike, after the same work. TooMany by name and by address.
    PortalOff: nobody comes in at all; the company is read with the login, in one call.
    """
    name = rules.tidy_login(login)
    company, item = store.get(tenants.company_key(store), records.login_key(store, name[:256] or "-"))
    if company is not None and not tenants.to_company(company).on:
        raise PortalOff()
    count_guess(services, store, name, address)
    known = records.to_login(item) if item else None
    stored = known.password if known else None
    if not passwords.verify(password, stored) or known is None or stored is None:
        raise Invalid("", N_("That name and password don't match. Try again, or have a link sent to your e-mail."))
    if passwords.outdated(stored):
        _rehash(store, known.name, stored, passwords.make(password))
    return known.customers


def count_guess(services: Services, store: Store, name: str, address: str = "") -> None:
    """One more guess at this name's password, wherever it is typed; of one address where it is known. TooMany."""
    limits = [Limit("sign-in", name, 10, QUARTER)]
    if address:
        limits.append(from_address("sign-in-address", address, 60, QUARTER))
    throttle(services, store, *limits)


def _rehash(store: Store, name: str, old: str, new: str) -> None:
    try:
        store.write(records.rehash(store, name, old, new))
    except ConditionFailed:
        return  # changed meanwhile: that one is made with today's parameters


def forgotten(services: Services, store: Store, login: str, address: str, language: str) -> None:
    """Mail a link to choose a new password, if we know the name. The same answer, in the same time, if not."""
    name = rules.tidy_login(login)
    throttle(
        services, store,
        Limit("reset", name, 5, QUARTER), Limit("reset-day", name, 20, DAY),
        from_address("reset-address", address, 30, QUARTER),
    )  # fmt: skip
    known = people.behind(store, name)
    mail_reset(services, store, name, known, known.language or language, services.new_id(services.now()))


def mail_reset(
    services: Services, store: Store, login: str, known: Known, language: str, link_id: str, also: Sequence[Write] = ()
) -> None:
    """Mail a link to choose a new password for this login, which then opens the accounts of `known`. The same `link_id`
    again sends nothing new; for nobody there are decoys. ConditionFailed: `also` did not hold."""
    now, secret = services.now(), ("reset", store.tenant, link_id)
    whom = known if known.email else people.STAND_IN
    link = Link("reset", whom.customers, whom.email, now + rules.RESET_LIFE, login=login, epoch=whom.epochs)
    message = Message(
        f"reset-{link_id}", "password_reset", whom.email, language,
        {"reset": {"minutes": rules.minutes(rules.RESET_LIFE)}}, {"url": secret},
        phone=whom.phone, path="/password/reset/%s", until=(now + rules.RESET_LIFE).isoformat(),
    )  # fmt: skip
    fingerprint = tokens.fingerprint(tokens.derive(services.secrets.links, *secret))
    rows = [records.new_link(store, fingerprint, link), outbox.new_message(store, whom.customers[0], message, now)]
    try:
        store.transact(*(rows if known.email else records.decoys(store, link_id, rows, now)), *also)
    except ConditionFailed as failed:
        # It is there: our own answer was lost, or whoever asks asks again.
        if "link" not in failed.names:
            raise
    messages.hand_over(services, store, whom.customers[0], message.id)


def look_reset(store: Store, token: str) -> Link | None:
    """The reset link behind a token, in whatever state: revoked by all that has ended its accounts' sessions or links
    since, and by taking its address off one of them."""
    link = look(store, token)
    if link is None or link.kind != "reset":
        return None
    found = records.customers(store, link.customers)
    stands = all(one.access and link.email in one.emails for one in found) and people.epochs(found) == link.epoch
    return link if stands else replace(link, revoked=True)


def open_reset(services: Services, store: Store, token: str) -> Link:
    """The reset link behind a token. Changes nothing. NotFound unless it can still be used."""
    link = look_reset(store, token)
    if link is None or link.state(services.now()) != "open":
        raise NotFound(N_("This link has expired or was used. Ask for a new one."))
    return link


def reset(services: Services, store: Store, token: str, password: str) -> tuple[str, ...]:
    """Set a new password by a mailed link, use the link up and end all sessions, in one transaction. The accounts."""
    link = open_reset(services, store, token)
    passwords.check(password)
    use = tokens.fingerprint(token)
    set_password(services, store, (link.login,), link.customers, password, proven=link.email, use=use)
    return link.customers


def must_prove(session: Session, customer: Customer) -> bool:
    """Whether changing the password takes the current one: not when it must be changed, nor after a mailed code."""
    return session.proof == "password" and not customer.must_change


def change(
    services: Services, store: Store, session: Session, customer: Customer, current: str, password: str
) -> Session:
    """Set a new password for somebody signed in. Ends all their sessions, and opens the one to go on with.

    Invalid: the current one is wrong (where it is asked for), the new one may not be, or is the old one.
    Conflict: there is no name the password could be for, or the customer's address is another person's login.
    """
    passwords.check(password)
    names = customer.logins or ((customer.email,) if customer.email else ())
    if not names:
        raise Conflict(
            N_("There is no e-mail address or user name for your account yet. Please contact us to add one.")
        )
    known, mine = logins(store, names), {customer.id, *(account for account, _ in session.accounts)}
    # A name that opens accounts which this session does not is somebody else's too: theirs is not to be touched.
    own = tuple(name for name in names if name not in known or set(known[name].customers) <= mine)
    if not own:
        raise Conflict(
            N_("This address already opens another account. Use “I forgot my password” to set one for both.")
        )
    accounts = sessions.accounts_standing(store, session)
    stored = [known[name].password for name in own if name in known]
    if must_prove(session, customer):
        count_guess(services, store, own[0])
        if not any(passwords.verify(current, one) for one in stored or [None]):
            raise Invalid("current", N_("That isn't your current password."))
    if any(passwords.verify(password, one) for one in stored):
        raise Invalid("password", N_("This is your current password. Choose a new one."))
    set_password(services, store, own, (customer.id,), password)
    return sessions.start(services, store, customer.id, session.proof, accounts)


def logins(store: Store, names: Sequence[str]) -> dict[str, Login]:
    """Those of these logins that there are, by name."""
    items = store.get(*(records.login_key(store, name) for name in names))
    return {name: records.to_login(item) for name, item in zip(names, items, strict=True) if item}


def set_password(
    services: Services,
    store: Store,
    names: tuple[str, ...],
    granted: tuple[str, ...],
    password: str,
    *,
    proven: str = "",
    use: str = "",
    must_change: bool = False,
    also: Sequence[Write] = (),
) -> None:
    """One new password for the logins `names`, which then open `granted` besides what they opened before; and the old
    ones open those accounts by no name. Ends all their sessions, and tells everybody whose password this is.

    `proven` is the address that a mail went to: these logins no longer open accounts that don't have it, since whoever
    reads its mail need not be whose accounts they are. Another login of the accounts gets the same password if it opens
    nothing else; one that opens somebody else's too keeps its own, and opens these accounts no longer: a contact of one
    customer must not come by another's. NotFound: the link `use` was used. Conflict: something was changed meanwhile.
    """
    known = logins(store, names)
    strangers = _without(store, known, granted, proven) if proven else {}
    opened = (*granted, *(one for login in known.values() for one in login.customers if one not in strangers))
    mine = tuple(dict.fromkeys(opened))
    found = records.customers(store, mine)
    others = logins(store, tuple(dict.fromkeys(one for each in found for one in each.logins if one not in names)))
    stored = passwords.make(password)
    opens = {name: tuple(one for one in _opens(known.get(name), granted) if one not in strangers) for name in names}
    writes = [records.set_login(store, Login(name, opens[name], stored), known.get(name)) for name in names]
    left = set()
    for login in others.values():
        rest = tuple(one for one in login.customers if one not in mine)
        after = replace(login, customers=rest) if rest else replace(login, password=stored)
        writes.append(records.set_login(store, after, login))
        if rest:
            left.add(login.name)
    due = must_change or None
    for one in found:
        by = dict.fromkeys((*one.logins, *(name for name in names if one.id in opens[name])))
        kept = [name for name in by if name not in left]
        writes.append(records.raise_epoch(store, one.id, one.epoch, logins=json.dumps(kept), must_change=due))
    for one in strangers.values():
        kept = [name for name in one.logins if name not in names]
        writes.append(records.raise_epoch(store, one.id, one.epoch, logins=json.dumps(kept)))
    if use:
        writes.append(records.use_link(store, use))
    told = _told(found, TRANSACTION_LIMIT - len(writes) - len(also))
    posted = [outbox.new_message(store, customer, message, services.now()) for customer, message in told]
    try:
        store.transact(*writes, *posted, *also)
    except ConditionFailed as failed:
        if "link" in failed.names:
            raise NotFound(N_("This link has expired or was used. Ask for a new one.")) from None
        raise Conflict() from None
    for customer, message in told:
        messages.hand_over(services, store, customer, message.id)


def _told(found: Sequence[Customer], room: int) -> list[tuple[str, Message]]:
    """That the password was changed, to the first address and number of each account, and nobody twice; as many as fit
    the transaction. The epoch that the change raises makes it one message for one change."""
    reached: dict[tuple[str, str], Customer] = {}
    for one in found:
        if one.email or one.phone:
            reached.setdefault((one.email, one.phone), one)
    made = [
        (one.id, Message(f"password-changed-{one.epoch + 1}", "password_changed", one.email, one.language or "en",
                         phone=one.phone, path="/"))
        for one in reached.values()
    ]  # fmt: skip
    return made[: max(room, 0)]


def _without(store: Store, known: Mapping[str, Login], granted: Sequence[str], email: str) -> dict[str, Customer]:
    """Accounts that these logins open though they don't have this address."""
    others = dict.fromkeys(one for login in known.values() for one in login.customers if one not in granted)
    return {one.id: one for one in records.customers(store, list(others)) if email not in one.emails}


def _opens(known: Login | None, granted: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(known.customers if known else ()), *granted)))
