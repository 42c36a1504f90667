"""Checkout's page: what is bought and from whom, a card form, bank accounts, and the published test cards
as buttons. It reads a form and shows words; what a payment does is in `resources/checkout.py`."""

from __future__ import annotations

import re
from typing import Any

from sandbox.stripe.cards import BANKS, CARDS, OFFERED, ROUTING, Card, bank_number, luhn
from sandbox.stripe.engine import Engine
from sandbox.stripe.errors import StripeError
from sandbox.stripe.http import Response, html_response, see_other
from sandbox.stripe.pages.layout import error_box, field, notice, page, text
from sandbox.stripe.resources import accounts, checkout, payment_methods
from sandbox.stripe.resources.common import money
from sandbox.stripe.state import World

Json = dict[str, Any]


class Refused(Exception):
    """What was typed can't be a payment method; the message is for the customer."""


def show(
    engine: Engine, world: World, session: Json, *, kind: str = "", error: str = "", status: int = 200
) -> Response:
    """The page. `kind` is the tab that is open."""
    if session["status"] == "complete":
        words = "There is nothing more to do here."
        return html_response(notice("This is already done", words, checkout.landing(session), "Go back"))
    if session["status"] == "expired":
        return html_response(
            notice("This page has expired", "Go back and start again.", session["cancel_url"] or "", "Go back"),
            410,
        )
    kinds = [k for k in session["payment_method_types"] if k in ("card", "us_bank_account")]
    kind = kind if kind in kinds else kinds[0]
    name = accounts.business_name(engine, world)
    tabs = "".join(f'<a href="?kind={k}"{" aria-current=page" if k == kind else ""}>{_TABS[k]}</a>' for k in kinds)
    body = (
        _back(session)
        + _header(world, session, name)
        + error_box(error)
        + (f'<nav aria-label="How to pay">{tabs}</nav>' if len(kinds) > 1 else "")
        + (_card_form(session) if kind == "card" else _bank_form(session, name))
    )
    title = f"Pay {name}" if session["mode"] == "payment" else f"Save a payment method with {name}"
    return html_response(page(title, body), status)


_TABS = {"card": "Card", "us_bank_account": "US bank account"}


def post(engine: Engine, world: World, session: Json, form: dict[str, str]) -> Response:
    """The button was pressed. A session that is done already goes straight on: no second charge."""
    if session["status"] == "complete":
        return see_other(checkout.landing(session))
    if session["status"] == "expired":
        return show(engine, world, session)
    kind = form.get("kind", "card")
    try:
        method = _bank(engine, world, form) if kind == "us_bank_account" else _card(engine, world, form)
        error = checkout.submit(engine, world, session, method, save=form.get("save") == "yes")
    except Refused as refused:
        return show(engine, world, session, kind=kind, error=str(refused), status=422)
    except StripeError as failed:
        return show(engine, world, session, kind=kind, error=failed.message, status=422)
    if error:
        return show(engine, world, session, kind=kind, error=error.message, status=402)
    return _onward(engine, world, session, kind)


def came_back(engine: Engine, world: World, session: Json) -> Response:
    """From the bank's page: on to the shop when it is done, else the form again with why not."""
    return _onward(engine, world, session, "card")


def _onward(engine: Engine, world: World, session: Json, kind: str) -> Response:
    if session["status"] == "complete":
        return see_other(checkout.landing(session))
    intent = world.find(session["payment_intent"] or session["setup_intent"] or "") or {}
    action = (intent.get("next_action") or {}).get("redirect_to_url")
    if action:
        return see_other(action["url"])
    error = intent.get("last_payment_error") or intent.get("last_setup_error") or {}
    return show(engine, world, session, kind=kind, error=error.get("message", ""), status=402 if error else 200)


# What was typed


def _card(engine: Engine, world: World, form: dict[str, str]) -> Json:
    if picked := form.get("card"):
        if picked not in CARDS:
            raise Refused("Choose one of the test cards.")
        return payment_methods.new_card(engine, world, CARDS[picked], billing=_billing(form))
    card = _typed_card(re.sub(r"[\s-]", "", form.get("number", "")))
    month, year = _expiry(form.get("expiry", ""))
    now = engine.now()
    if not 1 <= month <= 12:
        raise Refused("Your card's expiration date is incomplete.")
    if year > now.year + 50 or year < now.year:
        raise Refused("Your card's expiration year is in the past.")
    if (year, month) < (now.year, now.month):
        raise Refused("Your card's expiration date is in the past.")
    if not re.fullmatch(r"\d{4}" if card.brand == "amex" else r"\d{3}", form.get("cvc", "").strip()):
        raise Refused("Your card's security code is incomplete.")
    return payment_methods.new_card(engine, world, card, month=month, year=year, billing=_billing(form))


def _typed_card(number: str) -> Card:
    if not re.fullmatch(r"\d{12,19}", number):
        raise Refused("Your card number is incomplete.")
    if not luhn(number):
        raise Refused("Your card number is invalid.")
    if number not in CARDS:
        raise Refused(
            "Your card was declined. Your request was in test mode, but used a non test card. For a list "
            "of valid test cards, visit: https://stripe.com/docs/testing."
        )
    return CARDS[number]


def _expiry(typed: str) -> tuple[int, int]:
    found = re.fullmatch(r"\s*(\d{1,2})\s*/?\s*(\d{2}|\d{4})\s*", typed)
    if not found:
        return 0, 0
    month, year = int(found[1]), int(found[2])
    return month, year if year > 99 else 2000 + year


def _bank(engine: Engine, world: World, form: dict[str, str]) -> Json:
    billing = _billing(form)
    if picked := form.get("account"):
        if picked not in BANKS:
            raise Refused("Choose one of the test accounts.")
        return payment_methods.new_bank(engine, world, BANKS[picked], billing=billing)
    if re.sub(r"\s", "", form.get("routing_number", "")) != ROUTING:
        raise Refused(f"The routing number is invalid. Use the test routing number {ROUTING}.")
    number = re.sub(r"[\s-]", "", form.get("account_number", ""))
    if not re.fullmatch(r"\d{4,17}", number):
        raise Refused("The account number is incomplete.")
    return payment_methods.new_bank(engine, world, bank_number(number), billing=billing, verified=False)


def _billing(form: dict[str, str]) -> Json:
    return {"name": form.get("name", "").strip() or None, "email": form.get("email", "").strip() or None}


# What is shown


def _back(session: Json) -> str:
    if not session["cancel_url"]:
        return ""
    return f'<a class="back" href="{text(session["cancel_url"])}">← Back</a>'


def _header(world: World, session: Json, name: str) -> str:
    if session["mode"] == "setup":
        return f'<h1>{text(name)}</h1><p class="amount">Save for later</p>'
    rows = "".join(
        f"<tr><td>{_words(item)}</td><td>{money(item['amount_total'], item['currency'])}</td></tr>"
        for item in world.secret(session["id"])["includable"]["line_items"]["data"]
    )
    amount = money(session["amount_total"], session["currency"])
    return f'<h1>{text(name)}</h1><p class="amount">{amount}</p><table>{rows}</table>'


def _words(item: Json) -> str:
    many = f" &times; {item['quantity']}" if item["quantity"] != 1 else ""
    return text(item["description"]) + many


def _button(session: Json) -> str:
    if session["mode"] == "setup":
        return "Save"
    return f"Pay {money(session['amount_total'], session['currency'])}"


def _save_box(session: Json) -> str:
    """Offered when the shop asked for it, and there is a customer to save it to."""
    options = session["saved_payment_method_options"] or {}
    if session["mode"] == "setup" or not session["customer"] or options.get("payment_method_save") != "enabled":
        return ""
    return '<label class="tick"><input type="checkbox" name="save" value="yes">Save for next time</label>'


def _email(session: Json) -> str:
    if session["customer"] or session["customer_email"]:
        return ""
    return field("E-mail", "email", autocomplete="email", kind="email")


def _card_form(session: Json) -> str:
    buttons = "".join(
        f'<button form="pay" formnovalidate name="card" value="{number}">{text(CARDS[number].says)}'
        f"<span>{_spaced(number)}</span></button>"
        for number in OFFERED
    )
    return (
        '<form class="card" id="pay" method="post"><h2>Card</h2>'
        '<input type="hidden" name="kind" value="card">'
        + _email(session)
        + field("Card number", "number", hint="4242 4242 4242 4242", autocomplete="cc-number")
        + '<div class="pair"><div>'
        + field("Expiry", "expiry", hint="MM / YY", autocomplete="cc-exp")
        + "</div><div>"
        + field("Security code", "cvc", hint="CVC", autocomplete="cc-csc")
        + "</div></div>"
        + field("Name on card", "name", autocomplete="cc-name")
        + _save_box(session)
        + f'<button class="do">{_button(session)}</button></form>'
        + '<section class="card" aria-labelledby="cards"><h2 id="cards">Test cards: one press pays</h2>'
        + f'<div class="grid">{buttons}</div></section>'
    )


def _bank_form(session: Json, name: str) -> str:
    buttons = "".join(
        f'<button name="account" value="{bank.number}" formnovalidate>{text(bank.says)}'
        f"<span>•••• {bank.last4}</span></button>"
        for bank in BANKS.values()
    )
    kind = '<input type="hidden" name="kind" value="us_bank_account">'
    leave = (
        f'<p class="soft">By pressing a button you let {text(name)} debit this account, for what you owe and '
        "for corrections, until you take that leave back.</p>"
    )
    return (
        f'<form class="card" id="instant" method="post"><h2>Test accounts, verified at once</h2>{kind}'
        + _email(session)
        + field("Name on the account", "name", autocomplete="name", value="Jenny Rosen")
        + _save_box(session)
        + f'{leave}<div class="grid">{buttons}</div></form>'
        + '<form class="card" id="manual" method="post"><h2>Type the numbers, verify by micro-deposit</h2>'
        + kind
        + field("Name on the account", "name", autocomplete="name", id="manual-name")
        + field("Routing number", "routing_number", hint=ROUTING, value=ROUTING)
        + field("Account number", "account_number", hint="000123456789")
        + f'{leave}<button class="do">{_button(session)}</button></form>'
    )


def _spaced(number: str) -> str:
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
