"""Invoices and receipts as PDF: what is on them, who gets them, and that each is drawn once."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from PIL import Image
from pypdf import PdfReader

from chalicelib.billing import pdf
from chalicelib.billing.actions import papers, staff
from chalicelib.billing.rules import Back, Details, Invoice, Line, Payment, Posted
from chalicelib.customers import records as customers
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.rules import Company as Tenant
from chalicelib.web.company_view import view
from tests.billing.things import NOW, TODAY, a_payment, an_invoice
from tests.billing.till import Till
from tests.billing.wire import Wire
from tests.browser import Browser, Page
from tests.builders import Company

NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
EVERGREEN = Tenant(
    "t", "evergreen", "Evergreen Pest & Lawn", "#7ac943", phone="(303) 555-0142", email="office@evergreen.example",
    address=("480 Pearl St", "Boulder, CO 80302"), time_zone="America/Denver",
)  # fmt: skip
DANA = ("Dana Whitfield", "12 Juniper Way", "Boulder, CO")


def words(paper: bytes, sheet: int | None = None) -> str:
    """What can be read on a PDF, or on one sheet of it."""
    sheets = PdfReader(BytesIO(paper)).pages
    return " ".join(" ".join(one.extract_text() for one in (sheets if sheet is None else [sheets[sheet]])).split())


def draw(
    invoice: Invoice, *lines: Line, company: Tenant = EVERGREEN, language: str = "en", logo: bytes = b"", **more: Any
) -> bytes:
    given = lines or (Line("Quarterly pest control", "1", invoice.total, invoice.total),)
    details = Details(given, more.pop("subtotal", invoice.total), bill_to=more.pop("bill_to", DANA), **more)
    return pdf.invoice(pdf.Stationery(view(company), language, logo), invoice, details, details.bill_to)


def draw_receipt(payment: Payment, *parts: tuple[str, int], company: Tenant = EVERGREEN, language: str = "en") -> bytes:
    return pdf.receipt(pdf.Stationery(view(company), language), payment, parts, DANA)


def many(count: int) -> list[Line]:
    return [Line(f"Treatment number {one + 1} of the whole back yard", "2", 1_050, 2_100) for one in range(count)]


# What is on an invoice


def test_an_invoice_says_who_what_when_and_how_much() -> None:
    lines = (Line("Mosquito treatment", "1.5", 4_000, 6_000), Line("Inspection", "1", 5_000, 5_000))
    paper = words(draw(an_invoice(11_900), *lines, subtotal=11_000, tax=900, tax_name="Sales tax", notes="Gate code 7"))
    for one in (
        "Evergreen Pest & Lawn", "480 Pearl St", "(303) 555-0142", "office@evergreen.example", "Invoice 10001",
        "Billed to Dana Whitfield 12 Juniper Way", "Nov 23, 2026", "Dec 7, 2026", "Left to pay $119.00",
        "Mosquito treatment 1.5 $40.00 $60.00", "Inspection 1 $50.00 $50.00", "Subtotal $110.00", "Sales tax $9.00",
        "Total $119.00", "Notes Gate code 7", "Page 1 of 1",
    ):  # fmt: skip
        assert one in paper, one
    assert "Payment" not in paper and "Credit" not in paper


def test_quantity_and_price_stay_away_where_every_line_is_one() -> None:
    paper = words(draw(an_invoice()))
    assert "Quarterly pest control $120.00" in paper and "Quantity" not in paper


def test_what_was_paid_and_taken_back_leads_to_what_is_left() -> None:
    posted = (
        Posted("a", TODAY, "Visa •••• 4242", 5_000), Posted("a", TODAY, "", 1_000, "credit"),
        Posted("a", TODAY + timedelta(days=2), "Visa •••• 4242", -2_000, "refund"),
    )  # fmt: skip
    paper = words(draw(an_invoice(paid=4_500, credited=300, posted=posted)))
    for one in (
        "Paid earlier -$5.00", "Payment -$50.00 Nov 23, 2026 · Visa •••• 4242", "Account credit used -$10.00",
        "Refund $20.00 Nov 25, 2026 · Visa •••• 4242", "Credit -$3.00", "Left to pay $72.00",
    ):  # fmt: skip
        assert one in paper, one


@pytest.mark.parametrize(
    ("values", "stamp"),
    [
        ({"paid": 12_000, "posted": (Posted("a", TODAY, "Cash", 12_000),)}, "PAID"),
        ({"status": "void"}, "VOID"),
        ({"status": "written_off"}, "WRITTEN OFF"),
        ({}, ""),
    ],
)
def test_a_closed_invoice_is_stamped(values: dict[str, Any], stamp: str) -> None:
    paper = words(draw(an_invoice(**values)))
    assert [one for one in ("PAID", "VOID", "WRITTEN OFF") if one in paper] == ([stamp] if stamp else [])


@pytest.mark.parametrize(("count", "sheets"), [(40, 2), (300, 12)])
def test_many_lines_go_on_with_their_heads_and_their_numbers(count: int, sheets: int) -> None:
    paper = draw(an_invoice(2_100 * count), *many(count))
    assert len(PdfReader(BytesIO(paper)).pages) == sheets
    for one in range(sheets):
        here = words(paper, one)
        assert f"Page {one + 1} of {sheets}" in here
        assert "Service Quantity Price Amount" in here or one == sheets - 1
        assert not one or "Invoice 10001" in here
    everything = words(paper)
    assert all(everything.count(f"Treatment number {one + 1} of") == 1 for one in range(count))
    assert "Total" in words(paper, sheets - 1)


def test_it_is_spanish_for_who_reads_spanish() -> None:
    paper = words(draw(an_invoice(status="void"), language="es"))
    assert "Factura" in paper and "ANULADA" in paper and "23 nov 2026" in paper


@pytest.mark.parametrize(
    ("currency", "total", "shown"),
    [("KWD", 12_345, "KWD 12.345"), ("JPY", 12_345, "¥12,345"), ("EUR", 12_345, "€123.45")],
)
def test_amounts_have_the_places_of_their_currency(currency: str, total: int, shown: str) -> None:
    paper = words(draw(an_invoice(total, currency=currency), company=replace(EVERGREEN, currency=currency)))
    assert f"Total {shown}" in paper.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("locale", "wide"), [("en-US", 612), ("es-MX", 612), ("fr-CA", 612), ("es-ES", 595), ("en-GB", 595), ("en", 595)]
)
def test_the_sheet_is_the_one_of_the_companys_country(locale: str, wide: int) -> None:
    paper = draw(an_invoice(), company=replace(EVERGREEN, locale=locale))
    assert int(PdfReader(BytesIO(paper)).pages[0].mediabox.width) == wide


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Hồng", "Łukasz Żółć", "José Núñez", "Улица Ленина", "Ελένη", "Zoe\u0308", "O’Brien & “Söhne”"]
)
def test_names_of_many_countries_are_printed(name: str) -> None:
    import unicodedata

    assert unicodedata.normalize("NFC", name) in words(draw(an_invoice(), bill_to=(name, "12 Juniper Way")))


@pytest.mark.parametrize(
    "text",
    [
        "漢字 한국어",
        "😀👍🏽 family 👨‍👩‍👧",
        "שלום",
        "\ud83d",
        "a\x00b\x07",
        "\u202eevil",
        "",
        " ",
        "x" * 4_000,
        "\n" * 30,
        "(\\)%s%(x)d",
    ],
)
def test_letters_that_the_font_lacks_and_odd_texts_stop_nothing(text: str) -> None:
    odd = replace(EVERGREEN, name=text, address=(text,) * 12, phone=text, email=text)
    lines = [Line(text, text, 1, 1), Line("Inspection", "1", 5_000, 5_000)]
    paper = draw(
        an_invoice(title=text, number=text), *lines, company=odd, tax=5, tax_name=text, notes=text, bill_to=(text,) * 12
    )
    assert "Inspection" in words(paper)


def test_no_lines_at_all_is_an_invoice_too() -> None:
    details = Details((), 12_000)
    paper = pdf.invoice(pdf.Stationery(view(EVERGREEN), "en"), an_invoice(), details, ())
    assert "Total $120.00" in words(paper)


def test_a_line_longer_than_a_sheet_goes_on_below() -> None:
    paper = draw(an_invoice(), Line("word " * 3_000, "1", 12_000, 12_000))
    assert len(PdfReader(BytesIO(paper)).pages) > 2 and words(paper).count("word") == 3_000


def picture(kind: str, size: tuple[int, int] = (300, 100), mode: str = "RGB") -> bytes:
    written = BytesIO()
    Image.new(mode, size).save(written, kind)
    return written.getvalue()


@pytest.mark.parametrize("logo", [picture("PNG", mode="RGBA"), picture("JPEG"), picture("JPEG", mode="CMYK")])
def test_a_logo_stands_where_initials_would(logo: bytes) -> None:
    paper = draw(an_invoice(), logo=logo)
    assert len(PdfReader(BytesIO(paper)).pages[0].images) == 1
    assert "EP" not in words(paper).split() and "EP" in words(draw(an_invoice())).split()


@pytest.mark.parametrize(
    "logo", [b"<svg/>", picture("PNG")[:60], picture("GIF"), picture("PNG", (5_000, 5_000), "1")],
    ids=["svg", "broken", "gif", "huge"],
)  # fmt: skip
def test_what_is_no_picture_is_not_drawn(logo: bytes) -> None:
    assert "EP" in words(draw(an_invoice(), logo=logo)).split()


def test_the_same_invoice_is_the_same_bytes_wherever_it_is_drawn() -> None:
    program = (
        "from hashlib import sha256; from tests.billing import test_papers as t;"
        "print(sha256(t.draw(t.an_invoice(), *t.many(40), logo=t.picture('PNG'))).hexdigest())"
    )
    here = sha256(draw(an_invoice(), *many(40), logo=picture("PNG"))).hexdigest()
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == here, done.stderr
    assert b"D:20261123000000" in draw(an_invoice())


# What is on a receipt


def test_a_receipt_says_which_payment_paid_which_invoices() -> None:
    payment = a_payment(
        20_000, state="succeeded", method="Visa •••• 4242", settled_at=NOW, credit=2_000, to_credit=1_000,
        backs=(
            Back("a", "refund", 3_000, "done", NOW + timedelta(days=1)), Back("b", "refund", 400, "pending", NOW),
            Back("c", "dispute", 500, "undone", NOW), Back("d", "refund", 600, "failed", NOW),
        ),
    )  # fmt: skip
    paper = words(draw_receipt(payment, ("10001", 12_000), ("10002", 9_000)))
    for one in (
        f"Receipt {payment.receipt_number}", "RECEIVED", "Received from Dana Whitfield", "Nov 23, 2026, 12:00 PM",
        "Visa •••• 4242", "Invoice 10001 $120.00", "Invoice 10002 $90.00", "Kept as account credit $10.00",
        "Total $220.00", "Account credit used -$20.00", "You paid $200.00", "Refund -$30.00 Nov 24, 2026",
        "Paid after refunds $170.00", "A refund of $4.00 is on its way.",
    ):  # fmt: skip
        assert one in paper.replace("\u00a0", " "), one
    assert "$5.00" not in paper and "$6.00" not in paper


def test_a_receipt_tells_of_what_the_bank_took_back() -> None:
    payment = a_payment(state="succeeded", settled_at=NOW, backs=(Back("a", "dispute", 12_000, "done", NOW),))
    paper = words(draw_receipt(payment, ("10001", 12_000)))
    assert "Taken back by the bank -$120.00" in paper and "$0.00" in paper and "RECEIVED" not in paper


def test_a_receipt_of_ninety_invoices_has_them_all() -> None:
    parts = [(str(10_000 + one), 1_000) for one in range(90)]
    paper = words(draw_receipt(a_payment(90_000, state="succeeded", settled_at=NOW), *parts))
    assert all(f"Invoice {number} $10.00" in paper for number, _ in parts)


# Names of files


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("10241", "Invoice-10241.pdf"),
        ("2026/11-007 é", "Invoice-2026-11-007-e.pdf"),
        ('"; evil\r\nSet-Cookie: a', "Invoice-evil-Set-Cookie-a.pdf"),
        ("../../etc/passwd", "Invoice-etc-passwd.pdf"),
        ("№ 漢字", "Invoice-No.pdf"),
        ("漢字", "Invoice-0000000001.pdf"),
        ("9" * 300, f"Invoice-{'9' * 60}.pdf"),
    ],
)
def test_a_file_is_named_in_letters_that_every_system_takes(number: str, name: str) -> None:
    assert papers.filename("Invoice", number, "0000000001") == name


def test_a_word_of_other_letters_still_names_a_file() -> None:
    assert papers.filename("Quittung für", "1", "x") == "Quittung-fur-1.pdf"
    assert papers.filename("領収書", "1", "x") == "PDF-1.pdf"


# Who gets them, and how often they are drawn


@pytest.fixture
def at_home(dana: Till, browser: Browser) -> Browser:
    """Signed in."""
    dana.person = dana.company.customer(email="d@example.com", saved_card="pm_card_visa")
    browser.sign_in("evergreen", "d@example.com")
    return browser


def ask(browser: Browser, path: str) -> Page:
    return browser.get(f"/evergreen{path}", follow=False)


def opened(browser: Browser, page: Page) -> bytes:
    """What the link that a page leads to opens."""
    assert page.status == 303, page.text
    bucket, _, key = unquote(urlsplit(page.headers["location"]).path).lstrip("/").partition("/")
    if bucket != browser.world.services.settings.files_bucket:
        key = f"{bucket}/{key}"
    content: bytes = browser.world.services.files.client.get_object(
        Bucket=browser.world.services.settings.files_bucket, Key=key
    )["Body"].read()
    return content


def test_an_invoice_is_handed_out_by_a_short_link(at_home: Browser, dana: Till) -> None:
    invoice = dana.person.invoice(12_000, number='10/"241')
    page = ask(at_home, f"/invoices/{invoice.id}/pdf")
    paper = opened(at_home, page)
    assert paper.startswith(b"%PDF-") and "Total $120.00" in words(paper) and "Dana Whitfield" in words(paper)
    link = parse_qs(urlsplit(page.headers["location"]).query)
    assert int(link["X-Amz-Expires"][0]) <= 300
    assert link["response-content-disposition"] == ['inline; filename="Invoice-10-241.pdf"']
    assert link["response-content-type"] == ["application/pdf"]
    assert page.headers["cache-control"] == "no-store"
    key = urlsplit(page.headers["location"]).path
    assert f"{dana.company.store.tenant}/papers/{dana.person.id}/invoice-{invoice.id}-" in key


def test_it_is_drawn_once(at_home: Browser, dana: Till, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = dana.person.invoice()
    first = ask(at_home, f"/invoices/{invoice.id}/pdf")
    assert [one.what for one in wire.of("s3")] == ["s3 HeadObject", "s3 PutObject"]
    wire.calls.clear()
    monkeypatch.setattr(pdf, "invoice", None)
    second = ask(at_home, f"/invoices/{invoice.id}/pdf")
    assert [one.what for one in wire.of("s3")] == ["s3 HeadObject"]
    assert urlsplit(first.headers["location"]).path == urlsplit(second.headers["location"]).path


def test_an_invoice_that_was_paid_gets_a_new_one(at_home: Browser, dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    before = ask(at_home, f"/invoices/{invoice.id}/pdf")
    dana.pays(invoice, dana.saved)
    after = ask(at_home, f"/invoices/{invoice.id}/pdf")
    assert "Left to pay $120.00" in words(opened(at_home, before))
    assert "PAID" in words(opened(at_home, after))


def test_another_language_and_another_layout_are_other_papers(
    at_home: Browser, dana: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = dana.person.invoice()
    names = {urlsplit(ask(at_home, f"/invoices/{invoice.id}/pdf").headers["location"]).path}
    monkeypatch.setattr(pdf, "LAYOUT", pdf.LAYOUT + 1)
    names.add(urlsplit(ask(at_home, f"/invoices/{invoice.id}/pdf").headers["location"]).path)
    at_home.headers["accept-language"] = "es"
    spanish = ask(at_home, f"/invoices/{invoice.id}/pdf")
    names.add(urlsplit(spanish.headers["location"]).path)
    assert len(names) == 3
    assert "Factura" in words(opened(at_home, spanish)) and "Factura-" in unquote(spanish.headers["location"])


@pytest.mark.parametrize("kind", ["invoice", "receipt"])
def test_a_company_that_has_changed_and_a_payer_who_has_moved_get_new_ones(
    at_home: Browser, dana: Till, kind: str
) -> None:
    invoice, store = dana.person.invoice(), dana.company.store
    path = f"/payments/{dana.pays(invoice, dana.saved).id}/pdf" if kind == "receipt" else f"/invoices/{invoice.id}/pdf"
    names = [urlsplit(ask(at_home, path).headers["location"]).path]
    store_file = dana.world.services.files.for_tenant(store.tenant).put
    store_file("logo/abc.png", picture("PNG"), "image/png")
    for change in ({"name": "Evergreen & Daughters"}, {"address": ("1 New St",)}, {"logo": "abc.png"}):
        tenant_records.change_company(store, dana.company.company, **change)
        page = ask(at_home, path)
        names.append(urlsplit(page.headers["location"]).path)
    assert "Evergreen & Daughters 1 New St" in words(opened(at_home, page))
    store.write(customers.change_profile(store, dana.person.id, address=json.dumps(["9 Far Away"])))
    page = ask(at_home, path)
    assert "9 Far Away" in words(opened(at_home, page))
    names.append(urlsplit(page.headers["location"]).path)
    assert len(set(names)) == 5
    tenant_records.change_company(store, dana.company.company, hidden=frozenset({"add_methods"}))
    assert urlsplit(ask(at_home, path).headers["location"]).path == names[-1], "that is on no paper"


def test_a_receipt_is_handed_out_and_drawn_anew_after_a_refund(at_home: Browser, dana: Till, wire: Wire) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.saved)
    wire.calls.clear()
    page = ask(at_home, f"/payments/{payment.id}/pdf")
    assert not wire.of("stripe") and f"Receipt-{payment.receipt_number}.pdf" in unquote(page.headers["location"])
    paper = words(opened(at_home, page))
    assert f"Invoice {invoice.number} $120.00" in paper and "Visa •••• 4242" in paper
    wire.calls.clear()
    assert ask(at_home, f"/payments/{payment.id}/pdf").status == 303
    assert [one.what for one in wire.of("s3")] == ["s3 HeadObject"]
    staff_refund(dana, payment, 2_000)
    assert "-$20.00" in words(opened(at_home, ask(at_home, f"/payments/{payment.id}/pdf")))


def staff_refund(till: Till, payment: Payment, amount: int) -> None:
    from chalicelib.billing.actions import money_back

    services = till.world.services
    money_back.refund(services, till.person.account, payment.id, amount, NOBODYS)


def test_cash_has_a_receipt_with_its_remainder(at_home: Browser, dana: Till) -> None:
    dana.person.invoice(12_000)
    paid = staff.take_payment(dana.world.services, dana.person.account, dana.attempt(), 15_000, "Check 1042")
    paper = words(opened(at_home, ask(at_home, f"/payments/{paid.id}/pdf")))
    assert "Check 1042" in paper and "Kept as account credit $30.00" in paper


@pytest.mark.parametrize("path", ["/invoices/{}/pdf", "/payments/{}/pdf"])
def test_anothers_is_as_unknown_as_nobodys(
    at_home: Browser, evergreen: Company, dana: Till, path: str, wire: Wire
) -> None:
    other = Till(evergreen.customer("Sam Okafor", email="sam@example.com", saved_card="pm_card_visa"), dana.clock)
    invoice = other.person.invoice()
    payment = other.pays(invoice, other.saved)
    wire.calls.clear()
    for id in (invoice.id, payment.id, NOBODYS, "x", "..%2f"):
        assert ask(at_home, path.format(id)).status == 404, id
    assert not wire.of("s3")


def test_a_draft_has_none(at_home: Browser, dana: Till) -> None:
    assert ask(at_home, f"/invoices/{dana.person.invoice(status='draft').id}/pdf").status == 404


def test_a_payment_that_is_not_through_has_none(at_home: Browser, evergreen: Company, dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), "new")
    assert dana.payment(payment).state != "succeeded"
    assert ask(at_home, f"/payments/{payment.id}/pdf").status == 404
    dana.cancels(payment)
    assert ask(at_home, f"/payments/{payment.id}/pdf").status == 404


def test_without_a_session_it_asks_to_sign_in(at_home: Browser, dana: Till) -> None:
    invoice = dana.person.invoice()
    at_home.jar.clear()
    assert "/sign-in?next=/invoices" in unquote(ask(at_home, f"/invoices/{invoice.id}/pdf").headers["location"])


@pytest.mark.parametrize("call", ["s3 HeadObject", "s3 PutObject", "s3 GetObject"])
@pytest.mark.parametrize("fault", ["lost before", "error", "throttled"])
def test_while_files_are_down_it_says_so(at_home: Browser, dana: Till, wire: Wire, call: str, fault: Any) -> None:
    store = dana.company.store
    tenant_records.change_company(store, dana.company.company, logo="abc.png")
    dana.world.services.files.for_tenant(store.tenant).put("logo/abc.png", picture("PNG"), "image/png")
    invoice = dana.person.invoice()
    wire.down(call, fault)
    page = ask(at_home, f"/invoices/{invoice.id}/pdf")
    assert page.status == 424 and "Nothing was lost" in page.text
    wire.heal()
    paper = opened(at_home, ask(at_home, f"/invoices/{invoice.id}/pdf"))
    assert len(PdfReader(BytesIO(paper)).pages[0].images) == 1


def test_a_logo_that_is_gone_stops_nothing(at_home: Browser, dana: Till) -> None:
    tenant_records.change_company(dana.company.store, dana.company.company, logo="gone.png")
    assert ask(at_home, f"/invoices/{dana.person.invoice().id}/pdf").status == 303
