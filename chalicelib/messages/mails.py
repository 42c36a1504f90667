"""Write the mail of a message: the company's look, the customer's language, and the links only its reader gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from chalicelib import tokens
from chalicelib.messages.rules import Message
from chalicelib.settings import Settings
from chalicelib.tenants.rules import Company
from chalicelib.web.pages import CompanyView, Mail, render_mail, translate


def view(company: Company, logo_url: str | None = None) -> CompanyView:
    """The company as pages and mails show it."""
    return CompanyView(
        company.slug, company.name, company.colour, logo_url, company.phone, company.email, company.address,
        company.locale, company.currency, company.time_zone,
    )  # fmt: skip


def write(message: Message, company: Company, key: bytes, settings: Settings) -> Mail:
    """The finished mail. `values["path"]` is below the portal, with `%s` where the secret token goes; `console_path` in
    its place is one of the console's."""
    values: dict[str, Any] = {name: _read(name, value, message.language) for name, value in message.values.items()}
    token = ""
    for name, names in message.secrets.items():
        if name == "code":
            values["code"] = tokens.derive_code(key, *names)
        else:
            token = tokens.derive(key, *names)
    path, console_path = str(values.pop("path", "")), str(values.pop("console_path", ""))
    if console_path:
        values["url"] = settings.console(console_path.replace("%s", token))
    else:
        values["url"] = settings.portal(company.slug, path.replace("%s", token))
    return render_mail(message.template, view(company), message.language, **values)


# Values that are stored as text and are something else: a time, a day, a text of the catalogue.
_READERS: dict[str, Callable[[str, str], object]] = {
    "paid_at": lambda text, _: datetime.fromisoformat(text),
    "expected_on": lambda text, _: date.fromisoformat(text),
    "due_on": lambda text, _: date.fromisoformat(text),
    "why": lambda text, language: translate(language, text),
}


def _read(name: str, value: Any, language: str) -> Any:
    reader = _READERS.get(name)
    return reader(value, language) if reader and value else value
