"""Many do something at the same moment, each in a container of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.billing.actions.books import BillingAccount
from chalicelib.errors import PortalError
from chalicelib.services import Services
from tests.billing.till import THOROUGH, Till, check_books
from tests.builders import Company, Person

# `PORCHLIGHT_THOROUGH=1 make test` races two hundred times.
ROUNDS = 200 if THOROUGH else 2


def at_once(actions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment, each in a thread of its own. What each came to: an answer or an error word."""
    answers: list[Any] = [None] * len(actions)
    start = threading.Barrier(len(actions))

    def run(place: int) -> None:
        start.wait()
        try:
            answers[place] = actions[place]()
        except PortalError as word:
            answers[place] = word
        except BaseException as wrong:
            answers[place] = AssertionError(repr(wrong))

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers:
        if isinstance(answer, AssertionError):
            raise answer
    return answers


def elsewhere(till: Till, services: Services) -> BillingAccount:
    """The same customer's account as another container reaches it."""
    account = till.account
    return replace(account, store=services.tables.for_tenant(account.store.tenant))


def check_all(company: Company) -> None:
    """The books of all customers of a company."""
    index, wanted = ("by_tenant", "list", "list_key"), f"{company.store.tenant}#customer"
    people, after = [], None
    while True:
        page = company.store.query("customers", wanted, index=index, limit=1000, after=after)
        people += [Person(company, item["customer"].rpartition("#")[2]) for item in page.items]
        after = page.last
        if after is None:
            return check_books(*people)
