"""The design system on one page, and every page and mail with sample values: to look at and to test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from chalicelib.billing.rules import Line, State, StateKind
from chalicelib.billing.views import InvoiceItem, InvoiceSheet, MethodChoice, PaymentView
from chalicelib.home.portal import Summary
from chalicelib.web import colours, pages
from chalicelib.web.pages import CompanyView, PageContext

TODAY = date(2026, 11, 22)


EVERGREEN = CompanyView(
    slug="evergreen",
    name="Evergreen Pest & Lawn",
    colour="#2f6b3a",
    logo_url=None,
    phone="(303) 555-0142",
    email="hello@evergreen.example",
    address=("2150 Larimer Street", "Denver, CO 80205"),
    locale="en-US",
    currency="USD",
    time_zone="America/Denver",
)


def context(language: str = "en", path: str = "", me: str | None = "Dana Whitfield", **changes: Any) -> PageContext:
    page = PageContext("", EVERGREEN, language, me, TODAY, "/evergreen" + path)
    return replace(page, **changes)


def an_item(number: int, title: str, days: int, total: int, kind: StateKind, due: int | None = None) -> InvoiceItem:
    """An invoice due `days` from today (before it, when negative)."""
    left = 0 if kind in ("paid", "void", "written_off") else total if due is None else due
    on_its_way = left if kind == "processing" else 0
    due_on = TODAY + timedelta(days)
    return InvoiceItem(
        id=f"01JD{number:022d}",
        number=str(number),
        title=title,
        issued_on=due_on - timedelta(14),
        due_on=due_on,
        total=total,
        due=left,
        payable=left - on_its_way if kind in ("due", "overdue", "part_paid") else 0,
        in_flight=on_its_way,
        state=State(kind, abs(days)),
    )


ITEMS = (
    an_item(1068, "Fall lawn aeration", 11, 14500, "due"),
    an_item(1061, "Quarterly pest control", 3, 12000, "due"),
    an_item(1054, "Wasp nest removal", -12, 18900, "overdue"),
    an_item(1049, "Perimeter treatment, garage and shed", -1, 22000, "part_paid", due=7750),
    an_item(1043, "Monthly lawn care, October", -20, 9500, "processing"),
    an_item(1037, "Monthly lawn care, September", -50, 9500, "paid"),
    an_item(1031, "Quarterly pest control", -86, 12000, "paid"),
    an_item(1024, "Sprinkler check", -110, 6500, "void"),
    an_item(1018, "Monthly lawn care, June", -140, 9500, "written_off"),
    an_item(1012, "Spring fertilization and weed control", -170, 128450, "paid"),
)

LINES = (
    Line("Quarterly pest control, inside and out", "1", 8500, 8500),
    Line("Rodent bait station", "3", 900, 2700),
)


def an_invoice(item: InvoiceItem, paid: int = 0, credited: int = 0, notes: str = "") -> InvoiceSheet:
    fields = {name: getattr(item, name) for name in InvoiceItem.__slots__}
    return InvoiceSheet(
        **fields,
        lines=LINES,
        subtotal=11200,
        tax=item.total - 11200,
        tax_name="Colorado sales tax 7.15%",
        paid=paid,
        credited=credited,
        notes=notes,
        bill_to=("Dana Whitfield", "418 Juniper Lane", "Littleton, CO 80123"),
    )


VISA = MethodChoice("pm_visa", "Visa", "4242", "04/28", is_default=True, expired=False)
MASTERCARD = MethodChoice("pm_mc", "Mastercard", "4444", "09/25", is_default=False, expired=True)
NOTHING = Summary(balance=0, in_flight=0, credit=0, open_count=0, overdue_count=None, next_due=None)
OWING = Summary(balance=62650, in_flight=9500, credit=2500, open_count=5, overdue_count=1, next_due=date(2026, 11, 25))
PAID_AT = datetime(2026, 11, 22, 17, 4, tzinfo=UTC)


def a_payment(state: str) -> PaymentView:
    number = "R-20261122-7K3M" if state == "succeeded" else ""
    return PaymentView("01JDPAY", state, 12000, "Visa •••• 4242", PAID_AT, number, ((ITEMS[1].id, "1061", 12000),))


def samples() -> dict[str, str]:
    """Every page and mail in both languages by a name such as 'home.en' or 'mail-receipt.es'."""
    made: dict[str, str] = {}
    for language in pages.LANGUAGES:
        for name, (template, page, values) in page_samples(language).items():
            made[f"{name}.{language}"] = pages.render(template, page, **values)
        for name, values in mail_samples().items():
            made[f"mail-{name}.{language}"] = pages.render_mail(name, EVERGREEN, language, **values).html
    return made


def page_samples(language: str) -> dict[str, tuple[str, PageContext, dict[str, Any]]]:
    visitor = context(language, "/sign-in", me=None)
    at_home = context(language, accounts=2)
    nowhere = context(language, me=None, company=None, path="/nowhere")
    listed = context(language, "/invoices")
    detail = context(language, f"/invoices/{ITEMS[1].id}")
    receipt = context(language, "/payments/01JDPAY")
    due = ITEMS[1]

    def payment(state: str, **values: Any) -> tuple[str, PageContext, dict[str, Any]]:
        always = {
            "payment": a_payment(state),
            "failure": None,
            "retry": None,
            "refresh": False,
            "cancel": None,
            "again": None,
        }
        return "payment.html", receipt, {**always, **values}

    paying = {
        "invoice": due,
        "amount": due.payable,
        "attempt": "01JDATTEMPT",
        "action": "/evergreen/payments",
    }
    expired_card = {"method": "Your bank said the card has expired. Use another card."}
    return {
        "sign-in": ("sign_in.html", visitor, {"next": "", "login": ""}),
        "sign-in-wrong": (
            "sign_in.html",
            visitor,
            {
                "next": "/evergreen/invoices",
                "login": "dana@example.com",
                "errors": {"password": "That e-mail and password don't go together. Try again."},
            },
        ),
        "sign-in-code": (
            "sign_in_code.html",
            visitor,
            {"login": "dana@example.com", "minutes": 10, "next": ""},
        ),
        "sign-in-code-wrong": (
            "sign_in_code.html",
            visitor,
            {
                "login": "dana@example.com",
                "minutes": 10,
                "next": "",
                "errors": {"code": "That is not the code we sent."},
            },
        ),
        "sign-in-code-elsewhere": (
            "sign_in_code.html",
            visitor,
            {"login": "", "minutes": 10, "next": ""},
        ),
        "link": (
            "link.html",
            visitor,
            {"name": "Dana", "action": "/evergreen/link/x"},
        ),
        "link-elsewhere": ("link_elsewhere.html", visitor, {}),
        "invite": (
            "invite.html",
            visitor,
            {"email": "owner@evergreen.example", "done": False, "action": "/evergreen/invite/x"},
        ),
        "invite-done": (
            "invite.html",
            visitor,
            {"email": "owner@evergreen.example", "done": True, "portal": "/evergreen"},
        ),
        "link-expired": (
            "link_expired.html",
            visitor,
            {"action": "/evergreen/link/x/fresh", "reason": "expired"},
        ),
        "link-used": ("link_expired.html", visitor, {"action": "/evergreen/link/x/fresh", "reason": "used"}),
        "link-revoked": ("link_expired.html", visitor, {"action": None, "reason": "revoked"}),
        "link-unknown": ("link_expired.html", visitor, {"action": None, "reason": "unknown"}),
        "link-sent": ("link_sent.html", visitor, {}),
        "accounts": (
            "accounts.html",
            visitor,
            {
                "choices": [
                    ("c1", "Dana Whitfield", "418 Juniper Lane, Littleton"),
                    ("c2", "Whitfield Dental Office", "90 Main Street, Suite 4, Denver"),
                ]
            },
        ),
        "password-forgotten": ("password_forgotten.html", visitor, {}),
        "password-sent": ("password_sent.html", visitor, {}),
        "password-reset": ("password_reset.html", visitor, {"action": "/evergreen/password/x"}),
        "password-reset-wrong": (
            "password_reset.html",
            visitor,
            {"action": "/evergreen/password/x", "errors": {"password": "Use 10 characters or more."}},
        ),
        "password-change": (
            "password_change.html",
            visitor,
            {"action": "/evergreen/password", "required": True, "ask_current": False, "next": "/"},
        ),
        "password-change-asked": (
            "password_change.html",
            visitor,
            {"action": "/evergreen/password", "required": False, "ask_current": True, "next": "/"},
        ),
        "signed-out": ("signed_out.html", visitor, {}),
        "home": (
            "home.html",
            at_home,
            {"summary": OWING, "invoices": ITEMS[:5], "can_pay": True, "pay_one": ITEMS[2], "unfinished": []},
        ),
        "home-one": (
            "home.html",
            context(language),
            {
                "summary": replace(NOTHING, balance=12000, open_count=1, next_due=date(2026, 11, 25)),
                "invoices": (ITEMS[1], *ITEMS[5:8]),
                "unfinished": [],
                "can_pay": True,
                "pay_one": due,
            },
        ),
        "home-no-pay": (
            "home.html",
            context(language),
            {
                "summary": OWING,
                "invoices": ITEMS[:3],
                "can_pay": False,
                "pay_one": None,
                "unfinished": [("01JDPAY", 9800)],
            },
        ),
        "home-paid": (
            "home.html",
            context(language, link_session=True),
            {
                "summary": replace(NOTHING, credit=2500),
                "invoices": ITEMS[5:7],
                "can_pay": True,
                "pay_one": None,
                "unfinished": [],
            },
        ),
        "home-in-flight": (
            "home.html",
            context(language),
            {
                "summary": replace(NOTHING, balance=9500, in_flight=9500, open_count=1),
                "invoices": ITEMS[4:7],
                "unfinished": [],
                "can_pay": True,
                "pay_one": None,
            },
        ),
        "home-empty": (
            "home.html",
            context(language),
            {"summary": NOTHING, "invoices": (), "can_pay": True, "pay_one": None, "unfinished": []},
        ),
        "invoices": (
            "invoices.html",
            listed,
            {"items": ITEMS * 2, "filter": "all", "next_cursor": "bmV4dA==", "first_page": True},
        ),
        "invoices-older": (
            "invoices.html",
            listed,
            {"items": ITEMS[5:], "filter": "all", "next_cursor": "bmV4dA==", "first_page": False},
        ),
        "invoices-none-open": (
            "invoices.html",
            listed,
            {"items": (), "filter": "open", "next_cursor": None, "first_page": True},
        ),
        "invoices-none": (
            "invoices.html",
            listed,
            {"items": (), "filter": "all", "next_cursor": None, "first_page": True},
        ),
        "invoices-end": (
            "invoices.html",
            listed,
            {"items": (), "filter": "all", "next_cursor": None, "first_page": False},
        ),
        "invoice": (
            "invoice.html",
            detail,
            {
                "invoice": an_invoice(due, notes="Please keep the gate open on the morning of the visit."),
                "payments": (),
                "pending": (),
                "can_pay": True,
            },
        ),
        "invoice-part-paid": (
            "invoice.html",
            detail,
            {
                "invoice": an_invoice(ITEMS[3], paid=12250, credited=2000),
                "payments": [(date(2026, 11, 20), "Visa •••• 4242", 12250)],
                "pending": (),
                "can_pay": True,
            },
        ),
        "invoice-paid": (
            "invoice.html",
            detail,
            {
                "invoice": an_invoice(ITEMS[6], paid=12000),
                "payments": [(date(2026, 8, 20), "Visa •••• 4242", 12000)],
                "pending": (),
                "can_pay": True,
            },
        ),
        "invoice-processing": (
            "invoice.html",
            detail,
            {"invoice": an_invoice(ITEMS[4]), "payments": (), "pending": [("01JDPAY", 9800)], "can_pay": True},
        ),
        "invoice-void": (
            "invoice.html",
            detail,
            {"invoice": an_invoice(ITEMS[7]), "payments": (), "pending": (), "can_pay": True},
        ),
        "pay": ("pay.html", detail, {**paying, "methods": [VISA, MASTERCARD]}),
        "pay-new": ("pay.html", detail, {**paying, "methods": []}),
        "pay-wrong": ("pay.html", detail, {**paying, "methods": [VISA, MASTERCARD], "errors": expired_card}),
        "payment": payment("succeeded"),
        "payment-starting": payment("starting", refresh=True),
        "payment-open": payment(
            "starting", retry="/evergreen/payments/01JDPAY/checkout", cancel="/evergreen/payments/1/cancellation"
        ),
        "payment-action": payment("requires_action", retry="/evergreen/payments/01JDPAY/action"),
        "payment-processing": payment("processing", refresh=True, wait=8),
        "payment-failed": payment(
            "failed",
            failure="Your bank said the card has expired. Use another card.",
            retry=f"/evergreen/invoices/{due.id}/pay",
        ),
        "payment-canceled": payment("canceled", retry=f"/evergreen/invoices/{due.id}/pay"),
        "problem": (
            "problem.html",
            context(language, "/nothing"),
            {
                "title": "We couldn't find that page",
                "detail": "The link may be old, or the page may have moved.",
                "actions": [("Go to your account", "/evergreen")],
            },
        ),
        "problem-nowhere": (
            "problem.html",
            nowhere,
            {
                "title": "There is no portal here",
                "detail": "Check the address for a typing mistake.",
                "actions": [],
            },
        ),
    }


def mail_samples() -> dict[str, dict[str, Any]]:
    """The values of one mail of each kind."""
    url = "https://portal.example/evergreen/link/4f9Q0sample"
    return {
        "sign_in": {"name": "Dana", "url": url, "code": "482 913", "minutes": 10},
        "portal_link": {"name": "Dana", "url": url, "days": 7},
        "password_reset": {"name": "Dana", "url": url, "minutes": 60},
        "receipt": {
            "name": "Dana",
            "amount": 12000,
            "method": "Visa •••• 4242",
            "receipt_number": "R-20261122-7K3M",
            "paid_at": PAID_AT,
            "allocations": [(ITEMS[1].id, "1061", 12000)],
            "url": url,
            "balance": 50650,
        },
    }


def stylebook(colour: str) -> str:
    """The system on one page, dressed in a company's colour."""
    from chalicelib.web.templating import environment

    company = replace(EVERGREEN, colour=colour)
    page = context(company=company, path="/stylebook")
    made = colours.brand(colour)
    pairs = (
        ("Accent on paper, light", made.light, "#ffffff"),
        ("Accent on ground, light", made.light, colours.LIGHT_GROUNDS[1]),
        ("Ink on accent, light", made.on_light, made.light),
        ("Accent on paper, dark", made.dark, colours.DARK_GROUNDS[0]),
        ("Accent on ground, dark", made.dark, colours.DARK_GROUNDS[1]),
        ("Ink on accent, dark", made.on_dark, made.dark),
    )
    contrasts = [(name, f"{colours.contrast(one, other):.1f} : 1") for name, one, other in pairs]
    kinds = get_args(StateKind)
    states = [State("due", 0), *(State(kind, 1) for kind in kinds), State("due", 12), State("overdue", 12)]
    values = {
        "given": colour,
        "made": made,
        "contrasts": contrasts,
        "states": states,
        "items": ITEMS,
    }
    return pages.fill(environment("en").from_string(_STYLEBOOK), page, values)


_STYLEBOOK = """\
{% extends 'base.html' %}
{% import 'parts/forms.html' as forms %}
{% macro choice(what, note, state='') %}
<label class="choice"><input type="radio" name="method"{{ ' ' ~ state if state }}>
<span class="what">{{ what }}</span> <span class="note">{{ note }}</span></label>
{% endmacro %}
{% set wrong = {'email': 'Enter an e-mail address like name@example.com.'} %}
{% block title %}The Porchlight design system{% endblock %}
{% block main %}
<h1>The Porchlight design system</h1>
<p class="lead">One accent, the company's, marks the one thing to do next.
An amount is big, the rest is quiet.
A state is a word and a shape. The lamp over a bill is lit while there is something to pay.</p>

<h2>Colour</h2>
<div class="card stack">
<p>The company gave {{ given }}. Pages use {{ made.light }} by day and {{ made.dark }} by night.</p>
<dl class="pairs sums">
{% for name, ratio in contrasts %}<div><dt>{{ name }}</dt><dd>{{ ratio }}</dd></div>
{% endfor %}
</dl>
</div>

<h2>Type and space</h2>
<div class="card stack">
<p class="amount">{{ big(128450) }}</p>
<p>Sizes step by 1.25: small 13, text 16, title 25, figure 49. Space steps by 8: 8, 16, 24, 32, 48.</p>
<p>Text is 16 on a line of 24. <a href="#main">A link</a> is underlined. Lines stay under 70 characters.</p>
<p class="hint">A hint or a note is small and soft, and still passes 4.5 to 1.</p>
</div>

<h2>States</h2>
<div class="card stack">
{% for state in states %}<div>{{ pill(state) }}</div>
{% endfor %}
</div>

<h2>Buttons</h2>
<div class="card stack">
{{ forms.button('Pay $120.00', 'Paying…') }}
<a class="button second" href="#main"><span>Back to your account</span></a>
<button class="quiet">Sign out</button>
</div>

<h2>A bill, lit and not</h2>
<div class="stack">
<section class="bill lit"><p class="facts">You owe</p><p class="amount">{{ big(34250) }}</p>
<a class="button" href="#main"><span>Pay $342.50</span></a></section>
<section class="bill"><p class="amount">{{ big(0) }}</p><p class="facts">All paid up</p></section>
</div>

<h2>Rows</h2>
<div class="card">{{ invoice_rows(items) }}</div>

<h2>Nothing here yet</h2>
<div class="card empty"><p>No invoices yet</p>
<p class="hint">They will be here after your first service.</p></div>

<h2>Forms</h2>
{{ forms.summary(wrong) }}
<form class="card stack" method="post" action="#main">
{{ forms.field('name', 'Your name', {}, 'Dana Whitfield', attributes={'autocomplete': 'name'}) }}
{{ forms.field('email', 'E-mail', wrong, 'dana@', hint='For receipts only.') }}
{{ forms.field('password', 'New password', {}, type='password', hint='10 characters or more.') }}
<fieldset><legend>Pay with</legend><div class="choices">
{{ choice('Visa •••• 4242', 'Expires 04/28', 'checked') }}
{{ choice('Mastercard •••• 4444', 'Expired 09/25', 'disabled') }}
{{ choice('A new card', "You'll enter card details on Stripe's secure page.") }}
</div></fieldset>
{{ forms.button('Save', 'Saving…') }}
</form>
{% endblock %}
"""
