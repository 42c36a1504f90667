"""Estimates as PDF: what is on them, who gets them, and that an acceptance has one for ever."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from pypdf import PdfReader

from chalicelib.billing.rules import Line
from chalicelib.customers import records as customer_records
from chalicelib.customers.rules import Customer
from chalicelib.estimates import pdf
from chalicelib.estimates.actions import papers
from chalicelib.estimates.rules import Decision, Details, Estimate
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.rules import Company as Tenant
from tests.billing.test_papers import opened, picture, words
from tests.billing.wire import Wire
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.estimates.offers import TERMS, Offer, offer

EVERGREEN = Tenant(
    "t", "evergreen", "Evergreen Pest & Lawn", "#7ac943", phone="(303) 555-0142", email="office@evergreen.example",
    address=("480 Pearl St", "Boulder, CO 80302"), time_zone="America/Denver",
)  # fmt: skip
DANA = Customer("c", "Dana Whitfield", "Dana", address=("12 Juniper Way", "Boulder, CO"))
ESTIMATE = Estimate(
    "01JD", "2041", "Fall cleanup", "pending", date(2026, 11, 12), date(2026, 12, 5), "USD", 128_400, revision=2
)
LINES = (Line("Leaves, beds, edges", "1", 45_000, 45_000), Line("Winter fertilizer", "3", 25_000, 75_000))
DETAILS = Details(LINES, 120_000, 8_400, "Sales tax", "We start at the back.", TERMS, 3)
ACCEPTED = Decision(
    1, "accepted", "2026-11-24T22:45:12+00:00", "customer", 2, 128_400, "Dana B. Whitfield", "", TERMS, 3,
    "203.0.113.7", "Mozilla/5.0 (iPhone) Safari/604.1",
)  # fmt: skip


def draw(decision: Decision | None = None, language: str = "en", company: Tenant = EVERGREEN, logo: bytes = b"",
         **details: Any) -> bytes:  # fmt: skip
    status = {"accepted": "won", "declined": "lost", "": "pending"}[decision.kind if decision else ""]
    estimate = replace(ESTIMATE, status=status, **details.pop("estimate", {}))
    return pdf.draw(company, language, logo, DANA, estimate, replace(DETAILS, **details), decision)


def read(paper: bytes) -> str:
    return words(paper).replace("\u00a0", " ")


# What is on it


def test_it_says_who_offers_what_for_how_much_and_until_when() -> None:
    paper = read(draw())
    for one in (
        "Evergreen Pest & Lawn", "480 Pearl St", "(303) 555-0142", "Estimate 2041", "For Dana Whitfield 12 Juniper Way",
        "Date Nov 12, 2026", "Good until Dec 5, 2026", "Fall cleanup", "Leaves, beds, edges 1 $450.00 $450.00",
        "Winter fertilizer 3 $250.00 $750.00", "Subtotal $1,200.00", "Sales tax $84.00", "Total $1,284.00",
        "Notes We start at the back.", "Terms 1. We come on a dry day.", "2. You pay within 14 days.", "Page 1 of 1",
    ):  # fmt: skip
        assert one in paper, one
    assert "ACCEPTED" not in paper and "DECLINED" not in paper and "Signed" not in paper


def test_an_accepted_one_bears_the_signature_and_all_that_was_agreed_to() -> None:
    paper = draw(ACCEPTED, terms="Other words by now")
    for one in (
        "ACCEPTED", "Dana B. Whitfield accepted this estimate for $1,284.00 and agreed to the terms above, in full.",
        "Signed by typing this name", "Date and time Nov 24, 2026, 3:45 PM MST (2026-11-24 22:45:12 UTC)",
        "Estimate 2041, revision 2", "Terms As above, version 3", "Internet address 203.0.113.7",
        "Browser Mozilla/5.0 (iPhone) Safari/604.1", "1. We come on a dry day.",
    ):  # fmt: skip
        assert one in read(paper), one
    assert "Other words by now" not in read(paper)
    fonts = {font for sheet in PdfReader(BytesIO(paper)).pages for font in _fonts(sheet)}
    assert any("NotoSerif-Italic" in one for one in fonts), "in a hand of its own"
    assert not any("NotoSerif-Italic" in one for one in _fonts(PdfReader(BytesIO(draw())).pages[0]))


def _fonts(sheet: Any) -> list[str]:
    return [one.get_object()["/BaseFont"] for one in sheet["/Resources"]["/Font"].values()]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"terms": "", "terms_version": 0}, "Terms None"),
        ({"terms_version": 0}, "Terms As above, written for this estimate"),
        ({"address": "", "agent": ""}, "Internet address – Browser –"),
    ],
)
def test_it_tells_what_there_was_to_agree_to(values: dict[str, Any], told: str) -> None:
    paper = read(draw(replace(ACCEPTED, **values), **({"terms": ""} if values.get("terms") == "" else {})))
    assert told in paper
    assert ("agreed to the terms" in paper) == (values.get("terms") != "")


def test_what_staff_marked_bears_no_signature() -> None:
    marked = replace(ACCEPTED, by="owner", signature="", terms="", terms_version=0, address="", agent="")
    paper = read(draw(marked))
    assert "Evergreen Pest & Lawn recorded that this estimate was accepted for $1,284.00." in paper
    assert "1. We come on a dry day." in paper and "ACCEPTED" in paper
    assert "Signed" not in paper and "Browser" not in paper and "agreed" not in paper


def test_a_declined_one_is_stamped() -> None:
    paper = read(draw(replace(ACCEPTED, kind="declined", signature="", reason="Too dear", terms="")))
    assert "DECLINED" in paper and "ACCEPTED" not in paper and "Signed" not in paper


def test_terms_of_any_length_are_there_in_full_with_the_signature_whole_on_one_sheet() -> None:
    terms = "\n\n".join(f"{number}. Clause of number {number}: " + "words " * 60 for number in range(1, 121))
    paper = draw(replace(ACCEPTED, terms=terms))
    everything = read(paper)
    assert all(everything.count(f"Clause of number {number}:") == 1 for number in range(1, 121))
    assert everything.count("words") == 120 * 60
    sheets = [words(paper, one) for one in range(len(PdfReader(BytesIO(paper)).pages))]
    assert len(sheets) > 8
    (signed,) = [one for one in sheets if "Signed by typing" in one]
    assert "accepted this estimate for" in signed and "Safari/604.1" in signed


@pytest.mark.parametrize("lines", range(30, 60, 3))
def test_wherever_a_sheet_ends_the_signature_stays_whole(lines: int) -> None:
    paper = draw(replace(ACCEPTED, terms="\n".join(f"Rule {one}" for one in range(lines))))
    sheets = [words(paper, one) for one in range(len(PdfReader(BytesIO(paper)).pages))]
    (signed,) = [one for one in sheets if "Signed by typing" in one]
    assert "accepted this estimate" in signed and "Browser" in signed


@pytest.mark.parametrize("name", ["Nguyễn Thị Hồng", "Łukasz Żółć", "Дана Уитфилд", "Ελένη", "O’Brien-Smith"])
def test_names_of_many_countries_are_signed_with(name: str) -> None:
    assert read(draw(replace(ACCEPTED, signature=name))).count(name) == 2


@pytest.mark.parametrize("text", ["漢字 한국어", "😀", "\u202eevil", "x" * 4_000, "\n" * 30, "(\\)%s%(x)d", "\x00"])
def test_odd_texts_stop_nothing(text: str) -> None:
    odd = replace(ACCEPTED, signature=text, terms=text, address=text, agent=text)
    paper = draw(odd, notes=text, estimate={"title": text, "number": text})
    assert "Winter fertilizer" in read(paper)


def test_it_is_spanish_for_who_reads_spanish() -> None:
    paper = read(draw(ACCEPTED, language="es"))
    assert "24 nov 2026, 3:45" in paper and "Página 1 de" in paper


def test_without_a_last_day_or_tax_there_is_none() -> None:
    paper = read(draw(subtotal=128_400, tax=0, estimate={"expires_on": None}))
    assert "Good until" not in paper and "Subtotal" not in paper and "Total $1,284.00" in paper


def test_the_same_estimate_is_the_same_bytes_wherever_it_is_drawn() -> None:
    program = (
        "from hashlib import sha256; from tests.estimates import test_pdf as t; "
        "print(sha256(t.draw(t.ACCEPTED, logo=t.picture('PNG'))).hexdigest())"
    )
    environment = {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == sha256(draw(ACCEPTED, logo=picture("PNG"))).hexdigest(), done.stderr


# Who gets it, and how often it is drawn


@pytest.fixture
def dana(evergreen: Company, browser: Browser) -> Person:
    """Signed in."""
    made = evergreen.customer()
    browser.sign_in("evergreen")
    return made


def ask(browser: Browser, one: Offer) -> Page:
    return browser.get(f"{one.path}/pdf", follow=False)


def key(page: Page) -> str:
    return urlsplit(page.headers["location"]).path


def accept(browser: Browser, one: Offer) -> Page:
    browser.get(f"{one.path}/acceptance")
    return browser.submit("/acceptance", agreed="yes", signature="Dana Whitfield")


def test_it_is_handed_out_by_a_short_link_and_drawn_once(
    dana: Person, browser: Browser, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = offer(dana, number='20/"41')
    wire.calls.clear()
    page = ask(browser, one)
    assert [call.what for call in wire.of("s3")] == ["s3 HeadObject", "s3 PutObject"]
    paper = read(opened(browser, page))
    assert "Total $1,200.00" in paper and "Dana Whitfield" in paper and page.headers["cache-control"] == "no-store"
    link = parse_qs(urlsplit(page.headers["location"]).query)
    assert int(link["X-Amz-Expires"][0]) == papers.LINK_SECONDS == 300
    assert link["response-content-disposition"] == ['inline; filename="Estimate-20-41.pdf"']
    assert f"{dana.company.store.tenant}/papers/{dana.id}/estimate-{one.id}-" in key(page)
    monkeypatch.setattr(pdf, "draw", None)
    wire.calls.clear()
    assert key(ask(browser, one)) == key(page)
    assert [call.what for call in wire.of("s3")] == ["s3 HeadObject"]


def test_another_offer_and_another_language_are_other_papers(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    names = [key(ask(browser, one))]
    one.changed(total=99_000)
    page = ask(browser, one)
    names.append(key(page))
    assert "Total $990.00" in read(opened(browser, page))
    browser.headers["accept-language"] = "es"
    names.append(key(ask(browser, one)))
    tenant_records.change_company(dana.company.store, dana.company.company, name="Evergreen & Daughters")
    page = ask(browser, one)
    names.append(key(page))
    assert "Evergreen & Daughters" in read(opened(browser, page))
    dana.company.store.write(customer_records.change_profile(dana.company.store, dana.id, address='["9 Far Away"]'))
    page = ask(browser, one)
    names.append(key(page))
    assert "9 Far Away" in read(opened(browser, page)) and len(set(names)) == 5


def test_an_acceptance_draws_its_paper_at_once_and_it_is_the_same_for_ever(
    dana: Person, browser: Browser, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = offer(dana)
    wire.calls.clear()
    accept(browser, one)
    assert [call.what for call in wire.of("s3")] == ["s3 HeadObject", "s3 PutObject"]
    monkeypatch.setattr(pdf, "draw", None)
    page = ask(browser, one)
    assert key(page).endswith(f"{dana.company.store.tenant}/estimates/{dana.id}/{one.id}-1.pdf")
    first = opened(browser, page)
    assert "Dana Whitfield accepted this estimate for $1,200.00" in read(first) and "203.0.113.7" in read(first)
    tenant_records.change_company(dana.company.store, dana.company.company, name="Evergreen & Daughters")
    browser.headers["accept-language"] = "es"
    page = ask(browser, one)
    assert opened(browser, page) == first and key(page).endswith(f"/{one.id}-1.pdf")


def test_it_is_in_the_language_in_which_it_was_accepted(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    browser.headers["accept-language"] = "es"
    accept(browser, one)
    browser.headers["accept-language"] = "en-US"
    assert "Página 1 de 1" in read(opened(browser, ask(browser, one)))


def test_a_paper_that_is_drawn_late_is_what_was_agreed_to_whatever_has_become_of_it(
    dana: Person, browser: Browser, wire: Wire
) -> None:
    """S3 was down when they accepted in Spanish; then all of it changed."""
    store = dana.company.store
    one = offer(dana, tax=500, tax_name="Lawn tax", notes="We start at the back.", title="Fall cleanup", number="77")
    browser.headers["accept-language"] = "es"
    wire.down("s3 HeadObject", "error")
    accept(browser, one)
    wire.heal()
    browser.headers["accept-language"] = "en-US"
    one.opened_again()
    one.changed(total=9_900, number="78", title="Hedge", notes="Gone.", terms="Others.", tax=0, expires_on=None)
    tenant_records.change_company(store, dana.company.company, name="Evergreen & Daughters", address=("1 Away",))
    store.write(customer_records.change_profile(store, dana.id, name="D. Lee", address='["9 Far Away"]'))
    page = browser.get(f"{one.path}/pdf?decision=1", follow=False)
    assert key(page).endswith(f"/estimates/{dana.id}/{one.id}-1.pdf")
    paper = read(opened(browser, page))
    for one_of in (
        "77", "Fall cleanup", "Leaves, beds and edges", "$1,200.00", "Lawn tax", "$5.00", "$1,205.00",
        "We start at the back.", "1. We come on a dry day.", "Página 1 de", "5 dic 2026", "Evergreen Pest & Lawn",
        "Dana Whitfield",
    ):  # fmt: skip
        assert one_of in paper, one_of
    for gone in ("Hedge", "Gone.", "Others.", "$99.00", "Daughters", "Far Away", "D. Lee", "1 Away"):
        assert gone not in paper, gone
    assert "/papers/" in key(ask(browser, one)), "it waits, and that paper is as it is now"


def test_each_acceptance_can_be_opened_from_the_page_also_an_earlier_one(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    accept(browser, one)
    first = opened(browser, ask(browser, one))
    one.opened_again()
    one.changed(total=150_000)
    assert f"{one.path}/pdf?decision=1" in browser.get(one.path).html
    accept(browser, one)
    page = browser.get(one.path)
    assert f"{one.path}/pdf?decision=1" in page.html and "decision=2" not in page.html, "what stands has its button"
    assert opened(browser, browser.get(f"{one.path}/pdf?decision=1", follow=False)) == first
    assert "$1,500.00" in read(opened(browser, browser.get(f"{one.path}/pdf?decision=2", follow=False)))


@pytest.mark.parametrize("number", ["0", "2", "3", "9", "-1", "x", "1.0", "٣", "9" * 30])
def test_no_other_decision_has_a_paper(dana: Person, browser: Browser, number: str) -> None:
    one = offer(dana)
    one.accepted()
    one.opened_again()
    one.marked("lost")
    assert browser.get(f"{one.path}/pdf?decision={number}").status == 404
    assert browser.get(f"{one.path}/pdf?decision=1", follow=False).status == 303


def test_what_was_decided_on_is_read_for_a_paper_only_and_once(dana: Person, browser: Browser, wire: Wire) -> None:
    one = offer(dana)
    one.accepted()
    wire.calls.clear()
    browser.get(one.path)
    plain = len(wire.of("dynamodb"))
    for more in (1, 0):
        wire.calls.clear()
        ask(browser, one)
        assert len(wire.of("dynamodb")) == plain + more


def test_as_much_text_as_an_estimate_takes_can_be_decided(dana: Person) -> None:
    lines = tuple(Line("é" * 500, "1", 1_00, 1_00) for _ in range(150))
    one = offer(dana, lines=lines, terms="漢" * 20_000, notes="é" * 2_000)
    one.accepted()
    one.opened_again()
    one.marked("won", "é" * 2_000)
    assert one.estimate.decisions == 2


def test_what_staff_marked_is_in_the_customers_language(dana: Person, browser: Browser) -> None:
    store = dana.company.store
    store.write(customer_records.change_profile(store, dana.id, language="es"))
    one = offer(dana)
    one.marked("won")
    assert "Página 1 de 1" in read(opened(browser, ask(browser, one)))


def test_two_who_draw_at_once_keep_the_first(dana: Person, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    one = offer(dana)
    one.accepted()
    files = dana.company.world.services.files.for_tenant(dana.company.store.tenant)
    name, whole = f"estimates/{dana.id}/{one.id}-1.pdf", pdf.draw

    def slowly(*given: Any) -> bytes:
        files.put_new(name, b"%PDF-first", papers.PDF)
        return whole(*given)

    monkeypatch.setattr(pdf, "draw", slowly)
    assert opened(browser, ask(browser, one)) == b"%PDF-first"


def test_a_second_acceptance_has_a_paper_of_its_own_and_the_first_stays(dana: Person, browser: Browser) -> None:
    one = offer(dana)
    accept(browser, one)
    first = opened(browser, ask(browser, one))
    one.opened_again()
    assert "/papers/" in key(ask(browser, one)), "it waits again: no signature"
    one.changed(total=150_000)
    accept(browser, one)
    page = ask(browser, one)
    assert key(page).endswith(f"/{one.id}-2.pdf") and "for $1,500.00" in read(opened(browser, page))
    files = dana.company.world.services.files.for_tenant(dana.company.store.tenant)
    assert files.get(f"estimates/{dana.id}/{one.id}-1.pdf") == first


@pytest.mark.parametrize("fault", ["lost before", "error", "throttled"])
@pytest.mark.parametrize("call", ["s3 HeadObject", "s3 PutObject", "s3 GetObject"])
def test_while_files_are_down_it_says_so(dana: Person, browser: Browser, wire: Wire, call: str, fault: Any) -> None:
    store = dana.company.store
    tenant_records.change_company(store, dana.company.company, logo="abc.png")
    dana.company.world.services.files.for_tenant(store.tenant).put("logo/abc.png", picture("PNG"), "image/png")
    one = offer(dana)
    wire.down(call, fault)
    page = ask(browser, one)
    assert page.status == 424 and "Nothing was lost" in page.text
    wire.heal()
    assert len(PdfReader(BytesIO(opened(browser, ask(browser, one)))).pages[0].images) == 1


def test_its_file_is_named_in_the_readers_language(dana: Person, browser: Browser) -> None:
    one = offer(dana, number="漢字")
    assert f"Estimate-{one.id[-10:]}.pdf" in unquote(ask(browser, one).headers["location"])
