"""Somebody who writes to a company on its contact page, and what becomes of it there: leads, and mails."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

from chalicelib.errors import Unavailable
from chalicelib.leads.records import leads
from chalicelib.leads.rules.lead import Folder, Lead
from chalicelib.messages import actions
from chalicelib.tenants.records.company import decide
from sandbox.world import queued, sent_mail
from tests.browser import Browser, Page
from tests.builders import Company
from tests.conftest import Clock

NORA = {"name": "Nora Field", "email": "nora@example.com", "message": "There are ants in the kitchen."}
OFFICE = "office@evergreen.example"


def a_form(browser: Browser, clock: Clock, slug: str = "evergreen", **values: str) -> dict[str, str]:
    """The contact form as it is filled in, a minute after it was opened."""
    page = browser.get(f"/{slug}/contact")
    assert page.status == 200, page.text
    clock.forward(minutes=1)
    return {**page.form("/contact").fields, **NORA, **values}


def sends(browser: Browser, form: dict[str, str], slug: str = "evergreen", **headers: str) -> Page:
    return browser.post(f"/{slug}/contact", form, follow=False, headers=headers)


def writes(browser: Browser, clock: Clock, slug: str = "evergreen", **values: str) -> Page:
    """Open the form, fill it in, send it."""
    return sends(browser, a_form(browser, clock, slug, **values), slug)


def done(page: Page) -> bool:
    return page.status == 303 and page.headers["location"].endswith("/contact/sent")


def kept(company: Company, folder: Folder = "new") -> list[Lead]:
    """All leads on a list, the newest first."""
    found, more = leads.listed(company.store, folder, 1000, "", "")
    assert not more
    return found


def decides(company: Company, **settings: Any) -> None:
    """The company's settings from now on."""
    before = company.company
    company.store.write(decide(company.store, before, replace(before, **settings, version=before.version + 1)))


def mails(browser: Browser) -> list[EmailMessage]:
    """All mail that ever went out, oldest first, after the worker has tried what the queue has."""
    for body in queued(browser.world.outputs):
        with suppress(Unavailable):
            actions.deliver(browser.world.services, body["tenant"], body["customer"], body["message"])
    return list(_sent())


def _sent() -> Iterator[EmailMessage]:
    for one in sent_mail():
        yield email.message_from_bytes(one.raw_data.encode(), policy=email.policy.default)


def words(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def to(found: list[EmailMessage], address: str) -> list[EmailMessage]:
    return [one for one in found if one["To"] == address]
