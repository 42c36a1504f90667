"""Create a company: `make tenant NAME="Bright Pools" SLUG=bright EMAIL=owner@bright.example`.

On AWS by the environment's PORCHLIGHT_* settings and credentials; on a running sandbox, whose AWS lives inside its
process, through its desk. Asks nothing: it prints the first admin's invite and the portal's address, or says what is
wrong and ends with 1. Without SLUG the company chooses its address itself, in the console.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.numbers import is_currency

from chalicelib.errors import Conflict, Invalid, PortalError
from chalicelib.services import Services
from chalicelib.settings import PREFIX, MissingSettings, Settings
from chalicelib.tenants.actions import activation
from chalicelib.tenants.rules import Company, check_email

DESK_PATH = "/operator/tenants"
DESK_OFFSET = 25


@dataclass(frozen=True, slots=True)
class Wanted:
    """A company as the operator asks for it; what is left empty is Porchlight's default."""

    name: str
    slug: str
    email: str
    colour: str = ""
    phone: str = ""
    contact: str = ""
    locale: str = ""
    currency: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either where the portal is ('' while no address is chosen) and the invite, or what is wrong and which addresses
    are free."""

    portal: str = ""
    invite: str = ""
    error: str = ""
    suggestions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return asdict(self)


# Variables of `make tenant`, and the field each fills.
VARIABLES = {
    "NAME": "name",
    "SLUG": "slug",
    "EMAIL": "email",
    "COLOUR": "colour",
    "PHONE": "phone",
    "CONTACT": "contact",
    "LOCALE": "locale",
    "CURRENCY": "currency",
    "TIME_ZONE": "time_zone",
}
REQUIRED = ("NAME", "EMAIL")
NOWHERE = (
    "There is no Porchlight to do it on. Start a sandbox (make run), or set the PORCHLIGHT_* settings of\n"
    "an installation on AWS (README.md describes them) and credentials for it."
)


def create(services: Services, wanted: Wanted) -> Outcome:
    """Activate the company. What is wrong is an outcome: it goes to a person, with a way on."""
    try:
        made = activation.activate(services, _company(wanted), wanted.email)
    except (Invalid, Conflict) as wrong:
        about_slug = isinstance(wrong, Conflict) or wrong.field == "slug"
        free = tuple(activation.suggestions(services, wanted.name)) if about_slug else ()
        return Outcome(error=str(wrong), suggestions=free)
    slug = made.company.slug
    return Outcome(services.settings.portal(slug) if slug else "", made.invite_url)


def _company(wanted: Wanted) -> Company:
    defaults = Company("", "", "")
    if not wanted.name.strip():
        raise Invalid("name", "Give the company's name.")
    zone = wanted.time_zone or defaults.time_zone
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid("time_zone", "There is no such time zone. Write it as in America/Denver.") from None
    currency = (wanted.currency or defaults.currency).upper()
    if not is_currency(currency):
        raise Invalid("currency", "There is no such currency. Write it as in USD.")
    contact = check_email(wanted.contact, "contact") if wanted.contact else ""
    return Company(
        "", wanted.slug, wanted.name, wanted.colour or defaults.colour, phone=wanted.phone, email=contact,
        locale=_locale(wanted.locale or defaults.locale), currency=currency, time_zone=zone,
    )  # fmt: skip


def _locale(tag: str) -> str:
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise Invalid("locale", "There is no such locale. Write it as in en-US.") from None
    return tag


def by_desk(desk: str, wanted: Wanted) -> Outcome:
    """Ask a running sandbox to create it."""
    values = ask_desk(desk, DESK_PATH, asdict(wanted))
    return Outcome(values["portal"], values["invite"], values["error"], tuple(values["suggestions"]))


def ask_desk(desk: str, path: str, values: Mapping[str, object]) -> dict[str, Any]:
    """A running sandbox's answer to an operator."""
    request = urllib.request.Request(
        desk.rstrip("/") + path,
        data=json.dumps(values).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def desk_answers(desk: str) -> bool:
    """Whether a sandbox's desk is there."""
    try:
        with urllib.request.urlopen(desk.rstrip("/") + DESK_PATH, timeout=2) as answer:
            return bool(json.load(answer).get("porchlight") == "sandbox")
    except (OSError, ValueError, AttributeError):
        return False


def main(environ: Mapping[str, str] = os.environ) -> int:
    """The command; its arguments are environment variables, as make passes them."""
    missing = [name for name in REQUIRED if not environ.get(name, "").strip()]
    if missing:
        return refuse(
            f"Missing: {', '.join(missing)}. "
            'As in: make tenant NAME="Bright Pools" SLUG=bright EMAIL=owner@bright.example\n'
            f"May be given: {', '.join(name for name in VARIABLES if name not in REQUIRED)}."
        )
    wanted = Wanted(**{field: environ.get(name, "").strip() for name, field in VARIABLES.items()})
    try:
        outcome = _create(environ, wanted)
    except MissingSettings as why:
        return refuse(str(why))
    except PortalError as why:
        return refuse(f"AWS did not do it: {why}")
    if outcome is None:
        return refuse(NOWHERE)
    if outcome.error:
        free = f"\nThese addresses are free: {', '.join(outcome.suggestions)}" if outcome.suggestions else ""
        return refuse(outcome.error + free)
    if outcome.portal:
        print(f"The portal of {wanted.name}:\n  {outcome.portal}")
    print(f"The first admin of {wanted.name}, {wanted.email}, joins here (once, within {activation.INVITE_DAYS} days):")
    print(f"  {outcome.invite}")
    return 0


def _create(environ: Mapping[str, str], wanted: Wanted) -> Outcome | None:
    place = reach(environ)
    if isinstance(place, Services):
        return create(place, wanted)
    return by_desk(place, wanted) if place else None


def reach(environ: Mapping[str, str]) -> Services | str:
    """Where the operator means: a desk that is named, else the settings, else a desk that answers; '' if there is none
    of them."""
    desk = environ.get("PORCHLIGHT_DESK", "").strip()
    settings = any(name.startswith(PREFIX) and name != "PORCHLIGHT_DESK" for name in environ)
    if not desk and settings:
        return Services(Settings.read(environ))
    port = environ.get("PORT", "")
    desk = desk or f"http://localhost:{(int(port) if port.isdecimal() else 8000) + DESK_OFFSET}"
    return desk if desk_answers(desk) else ""


def refuse(why: str) -> int:
    """What is wrong, to whoever typed the command; its exit code."""
    print(why, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
