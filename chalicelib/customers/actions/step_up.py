"""Step up: somebody who came in by a mailed link proves who they are, and goes on as the very same customer."""

from __future__ import annotations

from chalicelib import passwords
from chalicelib.aws.store import Store
from chalicelib.customers import records
from chalicelib.customers.actions import code
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.actions.password import count_guess
from chalicelib.customers.rules import Customer, Login, Session
from chalicelib.errors import N_, Invalid, NotFound
from chalicelib.services import Services


def has_password(store: Store, customer: Customer) -> bool:
    """Whether a password opens this account."""
    return _login(store, customer) is not None


def by_password(services: Services, store: Store, customer: Customer, password: str, address: str) -> Session:
    """The session of somebody who knows the account's password. Invalid: they don't."""
    login = _login(store, customer)
    count_guess(services, store, login.name if login else customer.id, address)
    if not passwords.verify(password, login.password if login else None) or login is None:
        raise Invalid("password", N_("That isn't your password. Try again, or have a code sent to your e-mail."))
    return sessions.start(services, store, customer.id, "password", login.customers)


def ask_code(services: Services, store: Store, customer: Customer, address: str, next_path: str) -> str:
    """Mail a code to the address on file; the id of the challenge, for the browser's cookie. NotFound: no address."""
    if not customer.email:
        raise NotFound()
    return code.ask_for(services, store, customer, address, next_path)


def by_code(services: Services, store: Store, customer: Customer, challenge: str, typed: str) -> Session:
    """The session of somebody who read the mailed code. Invalid: it is wrong or over, or opens other accounts only."""
    accounts = code.check(services, store, challenge, typed)
    if customer.id not in accounts:
        raise Invalid("code", N_("This code has expired. Ask for a new one."))
    return sessions.start(services, store, customer.id, "code", accounts)


def asked(store: Store, challenge: str, customer: Customer) -> bool:
    """Whether a code was mailed to this customer's address from the browser with this cookie."""
    found = code.asked(store, challenge)
    return found is not None and found.login == customer.email


def _login(store: Store, customer: Customer) -> Login | None:
    """A login with a password that opens this account. Several have the same password."""
    items = store.get(*(records.login_key(store, name) for name in customer.logins))
    logins = (records.to_login(item) for item in items if item)
    return next((one for one in logins if one.password and customer.id in one.customers), None)
