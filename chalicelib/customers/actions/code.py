"""Sign in by a mailed code: a link and six digits in one mail, ten minutes, once, bound to the browser that asked."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib import tokens
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records, rules
from chalicelib.customers.actions import people
from chalicelib.customers.actions.people import Known
from chalicelib.customers.rules import Customer, Link
from chalicelib.errors import N_, Invalid, NotFound
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.throttle import Limit, from_address, throttle

QUARTER = 15 * 60
DAY = 24 * 60 * 60


def ask(services: Services, store: Store, login: str, address: str, language: str, next_path: str) -> str:
    """Mail a code if we know the name; the id of the challenge, for the asking browser's cookie, either way.

    The same writes and the same time for a name nobody has.
    """
    name = rules.tidy_login(login)
    _throttle(services, store, name, address)
    known = people.behind(store, name)
    return _ask(services, store, name, known, known.customers, login, language, next_path)


def ask_for(services: Services, store: Store, customer: Customer, address: str, next_path: str) -> str:
    """Mail a code to a customer's own address; the id of the challenge. The mail's link opens their account alone, the
    code proves the address and so, as always, every account that has it; theirs is the first."""
    name = rules.tidy_login(customer.email)
    _throttle(services, store, name, address)
    behind = people.behind(store, name)
    others = (one for one in behind.customers if one != customer.id)
    known = Known((customer.id, *others), customer.email, behind.phone, customer.language)
    return _ask(services, store, name, known, (customer.id,), customer.email, customer.language or "en", next_path)


def _throttle(services: Services, store: Store, name: str, address: str) -> None:
    throttle(
        services, store,
        Limit("code", name, 5, QUARTER), Limit("code-day", name, 20, DAY),
        from_address("code-address", address, 30, QUARTER),
    )  # fmt: skip


def _ask(
    services: Services, store: Store, name: str, known: Known, opens: tuple[str, ...], typed: str, language: str,
    next_path: str,
) -> str:  # fmt: skip
    """The code's and the link's rows and the message; for nobody decoys of them. `opens` is what the link opens."""
    now = services.now()
    expires = now + rules.CODE_LIFE
    # The id is the browser's half of the proof: made from the secret so that it can't be guessed from the time.
    challenge = tokens.derive(services.secrets.links, "challenge", store.tenant, name, services.new_id(now))
    secret = _secret(store, challenge)
    code = tokens.fingerprint(tokens.derive_code(services.secrets.links, *secret) + challenge)
    link = Link("sign-in", opens, known.email, expires, challenge=challenge, path=next_path)
    asked = records.new_challenge(store, challenge, code, known.customers, link, typed)
    whom = known if known.email else people.STAND_IN
    message = Message(
        f"sign-in-{tokens.fingerprint(challenge)[:32]}", "sign_in", whom.email, whom.language or language,
        {"sign_in": {"minutes": rules.minutes(rules.CODE_LIFE)}}, {"url": secret, "code": secret},
        phone=whom.phone, path="/sign-in/link/%s", until=expires.isoformat(),
    )  # fmt: skip
    rows = [
        records.new_link(store, _fingerprint(services, store, challenge), link),
        outbox.new_message(store, whom.customers[0], message, now),
    ]
    store.transact(asked, *(rows if known.email else records.decoys(store, message.id, rows, now)))
    messages.hand_over(services, store, whom.customers[0], message.id)
    return challenge


def check(services: Services, store: Store, challenge: str, typed: str) -> tuple[str, ...]:
    """The accounts a typed code opens. Invalid: wrong, too old, used, too many tries; in words that say which."""
    code = "".join(c for c in typed if c.isdigit())
    if not challenge:
        raise Invalid("code", N_("This code has expired. Ask for a new one."))
    now = services.now()
    try:
        item = store.write(records.try_challenge(store, challenge, now))
    except ConditionFailed:
        raise Invalid("code", N_("This code has expired. Ask for a new one.")) from None
    right = tokens.same(item["code"], tokens.fingerprint(code + challenge)) and item["customers"] != "[]"
    if not right:
        left = rules.CODE_TRIES - item["tries"]
        if left <= 0:
            raise Invalid("code", N_("That was the last try for this code. Ask for a new one."))
        raise Invalid("code", N_("That code isn't right. Tries left: %(left)s."), left=left)
    _use_up(services, store, challenge, "code", N_("This code has expired. Ask for a new one."))
    return records.to_customers(item)


def belongs(link: Link, challenge: str) -> bool:
    """Whether the browser with this cookie asked for this link."""
    return bool(challenge) and link.kind == "sign-in" and tokens.same(challenge, link.challenge)


def use_link(services: Services, store: Store, link: Link, challenge: str) -> tuple[str, ...]:
    """The accounts a mailed sign-in link opens, in the browser that asked for it only. Invalid: it is over.

    Link and code are one proof: using either uses the challenge up.
    """
    if not belongs(link, challenge):
        raise NotFound()
    over = N_("This link has expired or was used. Ask for a new one.")
    try:
        store.write(records.try_challenge(store, challenge, services.now()))
    except ConditionFailed:
        raise Invalid("", over) from None
    _use_up(services, store, challenge, "", over)
    return link.customers


def asked(store: Store, challenge: str) -> Asked | None:
    """What was asked for in the browser with this cookie; None when it has been forgotten."""
    item = records.challenge(store, challenge) if challenge else None
    return Asked(item["typed"], item["path"]) if item else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The name somebody typed to be sent a code, and where they were going."""

    login: str
    path: str


def _secret(store: Store, challenge: str) -> tuple[str, ...]:
    return ("sign-in", store.tenant, challenge)


def _fingerprint(services: Services, store: Store, challenge: str) -> str:
    return tokens.fingerprint(tokens.derive(services.secrets.links, *_secret(store, challenge)))


def _use_up(services: Services, store: Store, challenge: str, field: str, over: str) -> None:
    """Code and link together: both are over once either has been used."""
    link = records.use_link(store, _fingerprint(services, store, challenge))
    try:
        store.transact(records.use_challenge(store, challenge), link)
    except ConditionFailed:
        raise Invalid(field, over) from None
