"""The same pages written as such pages usually are, to be compared with.

boto3's Table gives whole items, an invoice's lines lying nested in it; Jinja is set up as its manual shows, and Babel
writes each amount and date when a template asks for it. No fewer calls, no other HTML: the pages must come out equal.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import boto3
from babel.dates import format_date
from babel.numbers import format_currency
from boto3.dynamodb.conditions import Key
from botocore.config import Config
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from bench.house import COLOUR, SLUG, Call, details, nth_invoice
from chalicelib.billing import views
from chalicelib.billing.rules import Invoice
from chalicelib.billing.views import InvoiceItem
from chalicelib.customers import session_tokens
from chalicelib.home.portal import Summary
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.web import assets, colours, cookies, cursors
from chalicelib.web.company_view import view
from chalicelib.web.marks import state_words
from chalicelib.web.pages import LANGUAGES, CompanyView, PageContext
from chalicelib.web.templating import TEMPLATES

LOCALE = "en_US"
ROWS = """\
<ul class="rows">
{% for item in items %}
<li><a class="row go{% if item.state.kind in ('paid', 'void', 'written_off') %} closed{% endif %}" \
href="{{ url('/invoices/') }}{{ item.id }}"><span class="what">{{ item.title }}</span>\
<span class="sum">{{ fmt.money(item.total if item.state.kind in ('paid', 'void') else item.due) }}</span>\
<span class="note"><span>{{ _('Invoice') }} {{ item.number }}</span> {{ when(item.issued_on) }}</span>\
{{ pill(item.state) }}</a></li>
{% endfor %}
</ul>"""
BIG = """<span class="hush">{{ whole }}</span><span aria-hidden="true">{{ whole[:-3] }}\
<span class="cents">{{ whole[-3:] }}</span></span>"""


class UsualWay:
    """Two pages for whoever holds a session's cookie. `client` is the one to replay answers to."""

    def __init__(self, services: Services, today: date) -> None:
        settings = services.settings
        self._services, self._today = services, today
        self._database = boto3.resource(
            "dynamodb", region_name=settings.region, config=Config(retries={"mode": "standard"})
        )
        self._customers = self._database.Table(settings.customers_table)
        self.client = self._database.meta.client
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )  # fmt: skip
        self._environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
        self._rows, self._big = (self._environment.from_string(one) for one in (ROWS, BIG))
        style = colours.brand(COLOUR)
        self._brand_style = Markup(
            f":root{{--accent:{style.light};--on-accent:{style.on_light}}}"
            f"@media screen and (prefers-color-scheme:dark){{"
            f":root{{--accent:{style.dark};--on-accent:{style.on_dark}}}}}"
        )

    def home(self, event: dict[str, Any]) -> str:
        profile, company, tenant = self._who(event)
        items = self._invoices(tenant, str(profile["customer"]), 12)
        owed = sorted((one for one in items if one.due > 0), key=lambda one: (one.due_on, one.id))
        overdue = sum(one.due_on < self._today for one in owed)
        balance, in_flight, credit = (int(profile[name]) for name in ("balance", "in_flight", "credit"))
        summary = Summary(balance, in_flight, credit, int(profile["open_count"]), overdue, owed[0].due_on)
        return self._render(
            "home.html", event, profile, company, summary=summary, invoices=items[:5], can_pay=True, pending=[],
            only=owed[0].id if len(owed) == 1 else None, at_once=True,
        )  # fmt: skip

    def invoice_list(self, event: dict[str, Any]) -> str:
        profile, company, tenant = self._who(event)
        customer = str(profile["customer"])
        items = self._invoices(tenant, customer, 20)
        last = {"customer": customer, "item": f"invoice#{items[-1].id}"}
        cursor = cursors.write(self._services.secrets.links, f"{customer}#all", last)
        return self._render(
            "invoices.html", event, profile, company, items=items, filter="all", next_cursor=cursor, first_page=True
        )

    def _who(self, event: dict[str, Any]) -> tuple[dict[str, Any], CompanyView, str]:
        pairs = (part.strip().partition("=") for part in event["headers"]["Cookie"].split(";"))
        cookie = {name: value for name, _, value in pairs}[cookies.SESSION]
        session = session_tokens.read(self._services.secrets, cookie, self._services.now())
        settings = self._services.settings
        wanted = {
            settings.tenants_table: {"Keys": [{"tenant": session.tenant, "item": "profile"}]},
            settings.customers_table: {
                "Keys": [{"customer": f"{session.tenant}#{session.customer}", "item": "profile"}]
            },
            settings.tokens_table: {"Keys": [{"token": f"{session.tenant}#ended#{session.id}"}]},
        }
        answer = self._database.batch_get_item(RequestItems=wanted, ReturnConsumedCapacity="TOTAL")["Responses"]
        tenant, profile = answer[settings.tenants_table][0], answer[settings.customers_table][0]
        company = Company(
            session.tenant, tenant["slug"], tenant["name"], tenant["colour"], phone=tenant["phone"],
            email=tenant["email"], address=tuple(json.loads(tenant["address"])), locale=tenant["locale"],
            currency=tenant["currency"], time_zone=tenant["time_zone"],
        )  # fmt: skip
        return profile, view(company, None), session.tenant

    def _invoices(self, tenant: str, customer: str, limit: int) -> list[InvoiceItem]:
        condition = Key("customer").eq(customer) & Key("item").begins_with("invoice#")
        answer = self._customers.query(
            KeyConditionExpression=condition, ScanIndexForward=False, Limit=limit, ReturnConsumedCapacity="TOTAL"
        )
        return [self._item(one) for one in answer["Items"]]

    def _item(self, stored: dict[str, Any]) -> InvoiceItem:
        invoice = Invoice(
            stored["item"][8:], stored["number"], stored["title"], stored["status"],
            date.fromisoformat(stored["issued_on"]), date.fromisoformat(stored["due_on"]), stored["currency"],
            int(stored["total"]), int(stored["paid"]), int(stored["credited"]),
        )  # fmt: skip
        return views.item(invoice, self._today)

    def _render(
        self, template: str, event: dict[str, Any], profile: dict[str, Any], company: CompanyView, **values: Any
    ) -> str:
        formats = _Formats(company.currency)
        root = f"/{SLUG}"
        shared = {
            "page": PageContext(
                "", company, "en", profile["name"], self._today, event["path"], wallet=True, contact=True
            ),
            "company": company,
            "fmt": formats,
            "languages": LANGUAGES,
            "url": lambda path: root + path if path != "/" else root,
            "asset": lambda name: assets.asset_url("", name),
            "brand_style": self._brand_style,
            "big": lambda minor: Markup(self._big.render(whole=formats.money(minor))),
            "when": formats.when,
            "pill": _pill,
            "tel": lambda phone: "".join(c for c in phone if c.isdigit() or c == "+"),
            "initials": lambda name: "".join(word[0] for word in name.split() if word[:1].isalnum())[:2].upper(),
            "errors": {},
        }
        shared["invoice_rows"] = lambda items: Markup(self._rows.render(items=items, **shared))
        return self._environment.get_template(template).render(**shared, **values)


class _Formats:
    def __init__(self, currency: str) -> None:
        self._currency = currency

    def money(self, minor: int) -> str:
        return str(format_currency(Decimal(minor) / 100, self._currency, locale=LOCALE))

    def day(self, value: date) -> str:
        return str(format_date(value, "EEEE, MMMM d", locale=LOCALE))

    def when(self, value: date) -> Markup:
        exact, words = format_date(value, "full", locale=LOCALE), format_date(value, "medium", locale=LOCALE)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(value.isoformat(), exact, words)


def _pill(state: Any) -> Markup:
    words = state_words("en", state.kind, state.days)
    return Markup('<span class="pill {}">{}</span>').format(state.kind.replace("_", "-"), words)


def whole_items(calls: Sequence[Call]) -> list[Call]:
    """The same answers as if invoices were stored whole: each with its lines, as DynamoDB sends nested values."""
    who, query = calls
    answer = json.loads(query.answered)
    for age, item in enumerate(answer["Items"]):
        found = details(nth_invoice(age))
        lines = [
            {"description": {"S": one.description}, "quantity": {"N": one.quantity},
             "unit_price": {"N": str(one.unit_price)}, "amount": {"N": str(one.amount)}, "taxable": {"BOOL": False}}
            for one in found.lines
        ]  # fmt: skip
        address = [{"S": "Dana Whitfield"}, {"S": "12 Juniper Way"}, {"S": "Boulder, CO 80302"}]
        item |= {"lines": {"L": [{"M": one} for one in lines]}, "bill_to": {"L": address},
                 "subtotal": {"N": str(found.subtotal)}, "tax": {"N": "0"}}  # fmt: skip
    return [who, Call("Query", query.asked, json.dumps(answer).encode())]
