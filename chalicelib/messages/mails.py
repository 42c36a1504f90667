"""Write the mail of a message: the company's look, the customer's language, and the links only its reader gets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib import tokens
from chalicelib.messages.rules import Message
from chalicelib.settings import Settings
from chalicelib.tenants.rules import Company
from chalicelib.web.pages import CompanyView, Mail, render_mail

_TIMES = {"paid_at"}


def view(company: Company, logo_url: str | None = None) -> CompanyView:
    """The company as pages and mails show it."""
    return CompanyView(
        company.slug, company.name, company.colour, logo_url, company.phone, company.email, company.address,
        company.locale, company.currency, company.time_zone,
    )  # fmt: skip


def write(message: Message, company: Company, key: bytes, settings: Settings) -> Mail:
    """The finished mail. `values["path"]` is below the portal, with `%s` where the secret token goes."""
    values: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in _TIMES else value for name, value in message.values.items()
    }
    token = ""
    for name, names in message.secrets.items():
        if name == "code":
            values["code"] = tokens.derive_code(key, *names)
        else:
            token = tokens.derive(key, *names)
    path = str(values.pop("path", ""))
    values["url"] = settings.portal(company.slug, path.replace("%s", token))
    return render_mail(message.template, view(company), message.language, **values)
