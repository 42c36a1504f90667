"""Every message that Porchlight sends, to somebody of whom all is known, and to somebody of whom little is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import escape

from chalicelib.messages import standard
from chalicelib.messages.rules import Recipient
from chalicelib.messages.rules.template import LANGUAGES, Template
from chalicelib.messages.rules.template import standard as standard_texts
from chalicelib.messages.writing import mail, sms
from chalicelib.messages.writing.values import Links, samples, variables
from chalicelib.tenants.rules import Company

EVERGREEN = Company(
    "T", "evergreen", "Evergreen Pest & Lawn", colour="#2f6b3a", phone="(303) 555-0142",
    email="hello@evergreen.example", address=("2150 Larimer Street", "Denver, CO 80205"), time_zone="America/Denver",
)  # fmt: skip
NAME_ALONE = replace(EVERGREEN, phone="", email="", address=())
DANA = Recipient("C", "Dana Whitfield", "Dana", "dana@example.com", "(303) 555-0177")
SOMEBODY = Recipient("C", "", "", "", "", access=False)
LINK = "https://portal.example/evergreen/l/4f9Q0sampleKx72LmWvB81"


def values(template: Template, language: str = "en", *, sparse: bool = False, **more: Any) -> dict[str, Any]:
    """The variables of a template; `sparse` has as few as there may be, and no link unless it needs one. `more` are
    groups of other values."""
    given = samples(template, sparse=sparse)
    company, recipient = (NAME_ALONE, SOMEBODY) if sparse else (EVERGREEN, DANA)
    given = {name: one for name, one in given.items() if name not in ("company", "customer", "portal")} | more
    known = recipient if template.audience == "customer" else None
    linked = not sparse or template.needs_link or template.needed
    return variables(template, given, company, known, Links(LINK if linked else "", 1 if sparse else 7), language)


def email(name: str, language: str = "en", *, sparse: bool = False, **more: Any) -> mail.Mail:
    """One e-mail."""
    template = standard.template(name)
    company = NAME_ALONE if sparse else EVERGREEN
    texts = standard_texts(template, language, "email")
    return mail.write(texts, values(template, language, sparse=sparse, **more), company, language)


def text(name: str, language: str = "en", *, sparse: bool = False, **more: Any) -> str:
    """One SMS."""
    template = standard.template(name)
    return sms.write(standard_texts(template, language, "sms"), values(template, language, sparse=sparse, **more))


def message_samples() -> dict[str, str]:
    """The HTML of every e-mail by a name such as 'mail-receipt.es' or 'mail-receipt-sparse.en', and all SMS of a
    language on one page, 'texts.en'."""
    made = {
        f"mail-{name}{'-sparse' if sparse else ''}.{language}": email(name, language, sparse=sparse).html
        for name in standard.names()
        for language in LANGUAGES
        for sparse in (False, True)
    }
    return made | {f"texts.{language}": _texts(language) for language in LANGUAGES}


def _texts(language: str) -> str:
    rows = []
    for name in standard.names():
        for sparse in (False, True):
            said = text(name, language, sparse=sparse)
            counted = sms.segments(said)
            note = (
                f"{name}{', sparse' if sparse else ''}: {counted.length} {counted.alphabet}, {counted.count} segment(s)"
            )
            rows.append(f"<dt>{note}</dt><dd>{escape(said)}</dd>")
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>SMS</title></head>'
        f"<body><main><h1>SMS</h1><dl>{''.join(rows)}</dl></main></body></html>"
    )
