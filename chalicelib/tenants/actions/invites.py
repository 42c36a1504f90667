"""An admin's invite: a link to choose a password, once."""

from __future__ import annotations

from chalicelib import passwords, tokens
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import N_, NotFound
from chalicelib.services import Services
from chalicelib.tenants.records import people


def open_invite(services: Services, store: Store, token: str) -> str:
    """The e-mail an invite is for. Changes nothing. NotFound: unknown, used or expired."""
    (item,) = store.get(people.invite_key(store, tokens.fingerprint(token)))
    if item is None or item.get("used") or item["expires"] <= services.now().timestamp():
        raise NotFound(N_("This invite has expired or was used. Ask for a new one."))
    return str(item["email"])


def accept_invite(services: Services, store: Store, token: str, password: str) -> None:
    """Set the invited admin's password; the invite is used up with it, in one transaction."""
    email = open_invite(services, store, token)
    passwords.check(password)
    try:
        store.transact(
            people.use_invite(store, tokens.fingerprint(token)),
            people.set_admin_password(store, email, passwords.make(password)),
        )
    except ConditionFailed:
        raise NotFound(N_("This invite has expired or was used. Ask for a new one.")) from None
