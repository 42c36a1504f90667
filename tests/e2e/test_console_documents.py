"""Documents in the console, walked as staff does: shared, refused, found, opened, changed, removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e import desk
from tests.e2e.conftest import Running
from tests.e2e.console import READER, answered, go, sign_in, sure
from tests.e2e.test_accessibility import violations
from tests.e2e.test_console_customers import overflowing
from tests.e2e.test_console_estimates import dialog, heading, main, press, somebody

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route

Person = Callable[..., "BrowserContext"]

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" \
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n" \
    b"0000000009 00000 n \n0000000054 00000 n \n0000000105 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n167\n" \
    b"%%EOF\n"  # fmt: skip
TEXT = b"Keep pets off the lawn until it is dry.\n"


def file(name: str, kind: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


AGREEMENT = file("service_agreement_2027.pdf", "application/pdf", PDF)


def forgiving(chromium: Browser) -> Person:
    """Browsers as a `person` has them, but for a browser's note of each answer that is lost."""
    return lambda **options: chromium.new_context(**{"locale": "en-US", **options})


def choose(page: Page, chosen: FilePayload) -> None:
    page.get_by_label("File", exact=True).set_input_files(chosen)


def shared(page: Page, running: Running, name: str, *, with_all: bool = False, customer: str = "") -> str:
    """A text that is shared with everyone or this customer, whose page is open; its address in the console."""
    go(page, running, f"/customers/{customer}/documents/new" if customer else "/documents/new", "Share a document")
    choose(page, file("note.txt", "text/plain", TEXT))
    if with_all:
        page.get_by_role("radio", name="Everyone").check()
    page.get_by_label("Name", exact=True).fill(name)
    if not with_all:
        page.get_by_label("Tell them").uncheck()
    press(page, "Share it")
    expect(heading(page)).to_have_text(name)
    return page.url.partition("#")[2]


def test_a_file_is_shared_with_a_customer_told_of_and_opened(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Dora Quill", email="dora@example.com")
    expect(main(page)).to_contain_text("Nothing shared yet")
    page.get_by_role("link", name="Share a document").click()
    expect(main(page)).to_contain_text("With Dora Quill, and nobody else.")
    choose(page, AGREEMENT)
    expect(page.get_by_label("Name", exact=True)).to_have_value("service agreement 2027")
    page.get_by_label("Name", exact=True).fill("Service agreement 2027")
    page.get_by_label("Category").select_option(label="Contract")
    press(page, "Share it")

    expect(heading(page)).to_have_text("Service agreement 2027")
    for words in ("Dora Quill", "Contract", "service_agreement_2027.pdf", "PDF", "Visible", "No end"):
        expect(main(page)).to_contain_text(words)
    desk.mail(person(), running, "document", to="dora@example.com")
    with answered(page, re.compile(rf"^http://localhost:{running.ports.files}/")), page.expect_popup() as opened:
        press(page, "Open")
    assert opened.value.evaluate("window.opener") is None

    go(page, running, f"/customers/{customer}", "Dora Quill")
    row = page.get_by_role("region", name="Documents").get_by_role("link", name="Service agreement 2027")
    expect(row).to_contain_text("Contract")
    go(page, running, f"/documents?customer={customer}", "Documents of Dora Quill")
    expect(page.locator(".results .row")).to_have_count(1)


def test_what_the_server_refuses_is_said_at_the_file_and_nothing_typed_is_lost(
    running: Running, person: Person
) -> None:
    page = sign_in(person, running, place="/documents/new")
    page.get_by_role("radio", name="Everyone").check()
    choose(page, file("page.html", "text/html", b"<html>hello</html>"))
    page.get_by_label("Name", exact=True).fill("House rules")
    page.get_by_label("Category").select_option(label="Safety sheet")
    page.get_by_label("Visible until").fill("2031-05-01")
    press(page, "Share it")
    chooser = page.get_by_label("File", exact=True)
    expect(chooser).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("page.html is none of the files that can be shared")

    for lying in (
        file("rules.pdf", "application/pdf", b"<html><script>1</script></html>"),
        file("rules.pdf", "application/pdf", TEXT), file("rules.txt", "text/plain", b""),
    ):  # fmt: skip
        choose(page, lying)
        expect(chooser).not_to_have_attribute("aria-invalid", "true")
        press(page, "Share it")
        expect(chooser).to_have_attribute("aria-invalid", "true")
        expect(page.locator(".progress")).to_be_hidden()
    expect(page.get_by_label("Name", exact=True)).to_have_value("House rules")
    expect(page.get_by_label("Visible until")).to_have_value("2031-05-01")

    choose(page, file("rules.txt", "text/plain", TEXT))
    press(page, "Share it")
    expect(heading(page)).to_have_text("House rules")
    expect(main(page)).to_contain_text("Visible until May 1, 2031")
    expect(main(page)).to_contain_text("Safety sheet")


def test_what_was_sent_once_is_not_sent_again(running: Running, chromium: Browser) -> None:
    """The file arrives, the answer about it does not: pressing again sends the rest only, and shares it once."""
    page = sign_in(forgiving(chromium), running, place="/documents/new")
    sent: list[str] = []
    files = re.compile(rf":{running.ports.files}/")
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" and files.search(one.url) else None)
    page.get_by_role("radio", name="Everyone").check()
    choose(page, file("twice.txt", "text/plain", TEXT))
    page.get_by_label("Name", exact=True).fill("Sent once")

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
        route.abort()

    page.route("**/api/v1/documents", lose, times=1)
    press(page, "Share it")
    expect(page.get_by_role("alert")).to_contain_text("Nothing you typed is lost")
    press(page, "Share it")
    expect(heading(page)).to_have_text("Sent once")
    assert len(sent) == 1
    go(page, running, "/documents", "Documents")
    expect(page.locator(".results .row").filter(has_text="Sent once")).to_have_count(1)
    page.context.close()


def test_the_way_to_storage_is_shown_and_may_break(running: Running, chromium: Browser) -> None:
    page = sign_in(forgiving(chromium), running, place="/documents/new")
    held: list[Route] = []
    page.get_by_role("radio", name="Everyone").check()
    choose(page, file("slow.txt", "text/plain", TEXT))
    page.route(re.compile(rf":{running.ports.files}/"), lambda route: held.append(route))
    press(page, "Share it")
    expect(page.get_by_role("progressbar", name="Sending the file")).to_be_visible()
    expect(page.get_by_role("button", name="Sharing…")).to_have_attribute("aria-busy", "true")
    while not held:
        page.wait_for_timeout(20)
    held[0].abort()
    expect(page.get_by_role("alert")).to_contain_text("The file could not be sent")
    expect(page.get_by_role("progressbar")).to_be_hidden()
    page.unroute_all()
    press(page, "Share it")
    expect(heading(page)).to_have_text("slow")
    page.context.close()


def test_it_is_changed_and_removed_with_words_on_what_happens(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Earl Finch", email="earl@example.com")
    place = shared(page, running, "Plan of the garden", customer=customer)
    page.get_by_role("link", name="Edit").click()
    expect(heading(page)).to_have_text("Edit “Plan of the garden”")
    page.get_by_label("Visible until").fill("2020-01-01")
    press(page, "Save changes")
    expect(page.get_by_role("alert")).to_contain_text("The last day is before the first one")
    page.get_by_label("Visible from").fill("2019-01-01")
    page.get_by_label("Name", exact=True).fill("Plan of the yard")
    press(page, "Save changes")
    expect(heading(page)).to_have_text("Plan of the yard")
    expect(page.locator(".pagehead")).to_contain_text("Hidden")
    expect(page.get_by_role("button", name="Send")).to_be_disabled()

    page.get_by_role("button", name="Remove").click()
    expect(dialog(page)).to_contain_text("Earl Finch no longer sees it")
    sure(page, "Remove it")
    expect(heading(page)).to_have_text("Documents")
    expect(main(page)).not_to_contain_text("Plan of the yard")
    go(page, running, place, "This document isn’t there any more")
    go(page, running, "/trail", "Audit trail")
    told = main(page)
    expect(told).to_contain_text("Removed a document")
    expect(told.get_by_role("link", name="Plan of the yard").first).to_be_visible()


def test_the_list_is_narrowed_by_category_and_by_whom_it_is_for(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    customer = somebody(page, running, "Fay Moss", email="fay@example.com")
    shared(page, running, "Only for Fay", customer=customer)
    shared(page, running, "For all of you", with_all=True)
    go(page, running, "/documents", "Documents")
    rows = page.locator(".results .row")
    expect(rows.filter(has_text="Only for Fay")).to_contain_text("Fay Moss")
    expect(rows.filter(has_text="For all of you")).to_contain_text("Everyone")
    page.get_by_label("Shared with").select_option(label="Everyone at once")
    expect(rows.filter(has_text="Only for Fay")).to_have_count(0)
    expect(rows.filter(has_text="For all of you")).to_have_count(1)
    page.get_by_label("Category").select_option(label="Photo")
    expect(main(page)).to_contain_text("Nothing in this category")
    expect(page).to_have_url(re.compile("#/documents.customer=everyone&category=photo$"))
    page.reload()
    expect(main(page)).to_contain_text("Nothing in this category")
    page.get_by_role("link", name="All categories").click()
    expect(rows.filter(has_text="For all of you")).to_have_count(1)


def test_who_may_only_look_sees_and_changes_nothing(running: Running, person: Person) -> None:
    page = sign_in(person, running)
    place = shared(page, running, "To be looked at", with_all=True)
    looking = sign_in(person, running, READER, place)
    expect(heading(looking)).to_have_text("To be looked at")
    expect(looking.get_by_role("button", name="Download")).to_be_visible()
    for name in ("Edit", "Send", "Remove"):
        expect(looking.get_by_text(name, exact=True)).to_have_count(0)
    for form in ("/documents/new", f"{place}/edit"):
        go(looking, running, form, "For reading only")
    go(looking, running, "/documents", "Documents")
    expect(looking.get_by_role("link", name="Share a document")).to_have_count(0)
    with looking.expect_download() as saved:
        go(looking, running, place, "To be looked at")
        press(looking, "Download")
    assert saved.value.path().read_bytes() == TEXT


def test_the_keyboard_is_enough_to_share_one(running: Running, person: Person) -> None:
    page = sign_in(person, running, place="/documents/new")
    keys = page.keyboard
    page.get_by_label("File", exact=True).focus()
    choose(page, file("keys.txt", "text/plain", TEXT))
    keys.press("Tab")
    keys.press("ArrowDown")
    expect(page.get_by_role("radio", name="Everyone")).to_be_focused()
    for _ in range(2):
        keys.press("Tab")
    keys.type("Con")
    expect(page.get_by_label("Category")).to_have_value("contract")
    page.get_by_label("Name", exact=True).focus()
    keys.press("Control+A")
    keys.type("Typed by hand")
    keys.press("Enter")
    expect(heading(page)).to_have_text("Typed by hand")
    expect(heading(page)).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (390, "light"), (1280, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_these_pages(running: Running, person: Person, width: int, scheme: Any) -> None:
    # axe is put into the page by the test; the page's own policy would rightly refuse it.
    page = sign_in(person, running, viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)

    def check(what: str) -> None:
        page.wait_for_function("!document.querySelector('.waiting, [aria-busy=true]')")
        page.wait_for_timeout(250)  # a dialog's backdrop and a toast come slowly
        assert violations(page) == [], what
        assert set(overflowing(page)) <= {"NAV.", "INPUT."}, what

    place = shared(page, running, f"A sheet {width} {scheme} {'with a long name ' * 5}".strip(), with_all=True)
    check("a document")
    page.get_by_role("button", name="Remove").click()
    check("removing it")
    press(dialog(page), "Cancel")
    for path, title in (("/documents", "Documents"), (f"{place}/edit", "Edit"), ("/documents/new", "Share")):
        go(page, running, path, title)
        check(path)
    press(page, "Share it")
    expect(page.get_by_role("alert")).to_contain_text("Choose the file to share.")
    check("a form with errors")
