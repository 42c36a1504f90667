"""What a company hides from its customers is nowhere: not in the menu, not on the first page, not by its address; and a
link to it that was mailed before leads to the first page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.office import Office
from tests.e2e.test_paperwork import LABEL, come_in, heading, main

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Person = Callable[..., "BrowserContext"]
Kind = Literal["estimates", "documents"]

WORDS = {"estimates": "Two wasp nests", "documents": "1 new document"}
MAIL = {"estimates": ("Estimate J-200", "Look at the estimate"), "documents": ("A document from", "See the document")}
NAMES = {"estimates": "Estimates", "documents": "Documents"}


def own_id(id: str) -> str:
    """What the customer's addresses call it."""
    return id.partition("-")[2]


def shown(page: Page, kind: Kind, there: bool) -> None:
    """On the first page, which is open: the menu, and what waits."""
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name=NAMES[kind], exact=True)).to_have_count(int(there))
    expect(main(page).get_by_text(re.compile(WORDS[kind]))).to_have_count(int(there))


@pytest.mark.parametrize("kind", ["estimates", "documents"])
def test_it_is_nowhere_while_it_is_hidden_and_back_afterwards(running: Running, person: Person, kind: Kind) -> None:
    office, home = Office(running), f"{running.portal}/evergreen"
    customer, email = office.customer(f"Hal {kind.title()}")
    # Of the other kind too, so that there is a first page to hide something on.
    estimate = office.estimate(customer, "J-200" if kind == "estimates" else "J-201", sent=kind == "estimates")
    document = office.document(customer, "Label of what we sprayed", "label.pdf", LABEL, "application/pdf")
    one = own_id(estimate if kind == "estimates" else document)
    paths = (f"/{kind}", f"/{kind}/{one}", f"/{kind}/{one}/{'pdf' if kind == 'estimates' else 'file?as=download'}")
    subject, button = MAIL[kind]
    context = person()
    page = come_in(context, running, subject, email, button)
    assert page.url == f"{home}/{kind}/{one}"
    page.goto(home)
    shown(page, kind, True)

    office.show(kind, False)
    try:
        page.goto(home)
        shown(page, kind, False)
        for path in paths:
            assert page.request.get(home + path).status == 404, path
        late = desk.press(desk.mail(context, running, subject, to=email), button)
        if late.get_by_role("button", name=re.compile("^Continue as")).count():
            late.get_by_role("button", name=re.compile("^Continue as")).click()
        expect(late).to_have_url(home)
        shown(late, kind, False)
        stranger = person()
        first = come_in(stranger, running, subject, email, button)
        expect(first).to_have_url(home)
        shown(first, kind, False)
    finally:
        office.show(kind, True)
    page.goto(home)
    shown(page, kind, True)
    page.goto(home + paths[1])
    expect(heading(page)).to_have_text("Estimate J-200" if kind == "estimates" else "Label of what we sprayed")
