"""Who looks at a page of booking: a customer who is signed in, or a visitor."""

from __future__ import annotations

from typing import NoReturn

from chalicelib.customers.rules import Customer as Profile
from chalicelib.errors import NotFound, PasswordChangeDue, Unauthenticated
from chalicelib.web.access import Customer, Guest, Visitor


def signed_in(caller: Guest) -> str:
    """The id of the customer who is signed in, '' for nobody."""
    return caller.profile.id if isinstance(caller, Customer) else ""


def profile(caller: Guest) -> Profile | None:
    """The customer who is signed in."""
    return caller.profile if isinstance(caller, Customer) else None


def by_link(caller: Guest) -> bool:
    """Whether they came by a mailed link: it may have been passed on, so it shows no e-mail address or number."""
    return isinstance(caller, Customer) and caller.session.proof == "link"


def must_sign_in(caller: Guest) -> NoReturn:
    """For what is of a customer who is not here: a visitor may be them, another customer is not."""
    if not isinstance(caller, Visitor):
        raise NotFound()
    # Whoever must choose a new password first counts as a visitor here, and would be sent to and fro.
    raise PasswordChangeDue() if caller.session else Unauthenticated()
