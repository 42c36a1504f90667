"""How texts would look: checked, and filled in with samples or for one customer. Nothing is sent, and no link in it is
anybody's way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.aws.mail import header_text
from chalicelib.aws.store import Store
from chalicelib.errors import Invalid
from chalicelib.messages import standard
from chalicelib.messages.actions.planning import NO_ADDRESS, logo_url
from chalicelib.messages.rules import Channel, Recipient
from chalicelib.messages.rules.template import Decided, Template, texts_of
from chalicelib.messages.writing import checking, mail, sms, values
from chalicelib.messages.writing.language import Place, TextError, fill
from chalicelib.messages.writing.sms import Segments
from chalicelib.messages.writing.values import Links
from chalicelib.services import Services
from chalicelib.tenants.rules import Company

Texts = Mapping[str, str]
# In an SMS each character counts: what stands in the place of a link's token is as long as one.
NO_TOKEN = "your-customers-own-key"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text, and where: lines and columns count from 1."""

    part: Place
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail as it would be sent, its headers as readers show them."""

    sender: str
    to: str
    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Sms:
    """An SMS as it would be sent."""

    text: str
    segments: Segments


@dataclass(frozen=True, slots=True)
class Looks:
    """What would be sent: None where a text of it has a fault."""

    email: Email | None
    sms: Sms | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a text is looked at with: whose it is, in which language, for whom; no `recipient` for a made-up one."""

    services: Services
    company: Company
    template: Template
    language: str
    recipient: Recipient | None = None


def preview(
    services: Services, store: Store, company: Company, decided: Decided, language: str,
    drafts: Mapping[Channel, Texts], customer: str = "",
) -> Looks:  # fmt: skip
    """What would be sent of the texts as they are, with these drafts in their place. Invalid: no such customer."""
    found = services.people.recipient(store, customer) if customer else None
    if customer and found is None:
        raise Invalid("customer", "There is no customer by this id. Choose another, or leave it out.")
    recipient = found if decided.template.audience == "customer" else None
    letter = Letter(services, company, decided.template, language, recipient)
    email, wrong = an_email(letter, drafted(decided, language, "email", drafts.get("email", {})))
    text, wrong_too = an_sms(letter, drafted(decided, language, "sms", drafts.get("sms", {})))
    return Looks(email, text, (*wrong, *wrong_too))


def drafted(decided: Decided, language: str, channel: Channel, draft: Texts) -> Texts:
    """The texts as they are sent now, with what is drafted in their place."""
    now, _ = texts_of(decided.template, decided.choice, language, channel)
    return {**now, **draft}


def an_email(letter: Letter, texts: Texts) -> tuple[Email | None, list[Fault]]:
    """The finished e-mail, or what is wrong with it."""
    faults = _checked(letter.template, "email", texts)
    if faults:
        return None, faults
    company, known = letter.company, made_up(letter)
    try:
        logo = logo_url(letter.services, company)
        made = mail.write(texts, known, company, letter.language, logo, letter.template.lets_in)
    except TextError as error:
        return None, [_unfilled(texts, known, error)]
    sender = f"{header_text(company.name)} <{letter.services.settings.mail_from}>"
    return Email(sender, _reader(letter), header_text(made.subject), made.html, made.text), []


def an_sms(letter: Letter, texts: Texts) -> tuple[Sms | None, list[Fault]]:
    """The finished SMS, or what is wrong with it."""
    faults = _checked(letter.template, "sms", texts)
    if faults:
        return None, faults
    known = made_up(letter, "sms")
    try:
        text = sms.write(texts, known, letter.template.lets_in)
    except TextError as error:
        return None, [_unfilled(texts, known, error)]
    return Sms(text, sms.segments(text)), []


def faults(letter: Letter, channel: Channel, texts: Texts) -> list[Fault]:
    """All that speaks against these texts; none if they can be sent."""
    return (an_email(letter, texts) if channel == "email" else an_sms(letter, texts))[1]


def refuse(found: list[Fault], places: Mapping[str, str]) -> None:
    """Invalid, with all of it, if there is something wrong. `places` says which field has which text."""
    told = [(places[one.part], f"Line {one.line}, column {one.column}: {one.text}") for one in found]
    if told:
        field, text = told[0]
        raise Invalid(field, text, kind="text", also=told[1:])


def made_up(letter: Letter, channel: Channel = "email") -> Mapping[str, Any]:
    """All that a text may say, with samples in the place of what a message would carry."""
    template, company = letter.template, letter.company
    links = _links(letter.services, company, template, channel)
    return values.variables(template, sample_values(template), company, letter.recipient, links, letter.language)


def sample_values(template: Template) -> dict[str, Any]:
    """What a message would carry, made up; the company and how long its links work are known."""
    made = values.samples(template)
    return {group: given for group, given in made.items() if group not in ("company", "portal")}


def _checked(template: Template, channel: Channel, texts: Texts) -> list[Fault]:
    return [Fault(part, one.line, one.column, one.text) for part, one in checking.problems(template, channel, texts)]


def _links(services: Services, company: Company, template: Template, channel: Channel) -> Links:
    """To the front door, which is open to everybody."""
    if template.for_staff:
        return Links(services.settings.console("/"))
    short = channel == "sms" and template.audience == "customer"
    place = f"/l/{NO_TOKEN}" if short else ""
    return Links(services.settings.portal(company.slug or NO_ADDRESS, place), company.link_days)


def _reader(letter: Letter) -> str:
    """Whom an e-mail like this goes to."""
    if letter.recipient is not None:
        return letter.recipient.email
    if letter.template.for_staff:
        return letter.company.leads_to
    return str(standard.group("customer")["variables"]["email"]["sample"])


def _unfilled(texts: Texts, known: Mapping[str, Any], error: TextError) -> Fault:
    """Which of the texts it is that can't be filled in, and why."""
    parts: tuple[Place, ...] = ("subject", "html", "text", "sms")
    for part in parts:
        try:
            fill(texts.get(part, ""), part, known)
        except TextError as one:
            return Fault(part, 1, 1, str(one))
    return Fault("html" if "html" in texts else "sms", 1, 1, str(error))
