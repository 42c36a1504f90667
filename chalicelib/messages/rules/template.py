"""A system template: what it is for, to whom it goes, and the texts of its e-mail and SMS. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from chalicelib.messages.rules.message import Channel
from chalicelib.tenants.rules import Company

# customer and visitor: read in the customer's language; company and team: by those who run the company.
Audience = Literal["customer", "visitor", "company", "team"]
LANGUAGES = ("en", "es")
SUBJECT_MAX, HTML_MAX, TEXT_MAX, SMS_MAX = 300, 20_000, 10_000, 1_000


@dataclass(frozen=True, slots=True)
class Texts:
    """What a template says in one language: an e-mail's subject, body (HTML) and plain text, and an SMS. Liquid."""

    subject: str
    html: str
    text: str
    sms: str


@dataclass(frozen=True, slots=True)
class Template:
    """A system template, as its folder in `standard/` has it.

    `groups` are the groups of variables it has. `email` and `sms`: whether it goes out that way unless the company
    decides. `needed`: its e-mail can't be turned off, since nobody could sign in then. `needs_link`: without a link it
    says nothing, and is not sent. `resend`: whether staff may send it again. `editable`: whether a company writes it
    its own way; what concerns its team is the same everywhere. `asked`: anybody may have it sent, so that its SMS are
    counted. `warns`: it goes to whoever was to be warned, though they be the customer's no more. `rates`: its link
    leads to a page that takes a rating, so that its e-mail may have {{ rating_stars }}. `part`: the add-on it belongs
    to, '' for none: while that is off, the template is not there.
    """

    name: str
    title: str
    words: str
    audience: Audience
    groups: tuple[str, ...]
    order: int
    texts: Mapping[str, Texts]
    email: bool = True
    sms: bool = False
    needed: bool = False
    needs_link: bool = False
    resend: bool = False
    editable: bool = True
    asked: bool = False
    warns: bool = False
    rates: bool = False
    part: Literal["", "booking"] = ""

    @property
    def lets_in(self) -> bool:
        """Whether it is there to let its reader in: without its link or code it says nothing."""
        return self.needs_link or self.needed

    @property
    def for_staff(self) -> bool:
        """Whether those read it who run the company; its link leads into the console."""
        return self.audience in ("company", "team")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a company decides of a template: None for as it is by itself; `texts` are its own, by language and channel:
    {"en": {"email": {"subject", "html", "text"}, "sms": {"sms"}}}. `version` counts the changes."""

    email: bool | None = None
    sms: bool | None = None
    texts: Mapping[str, Mapping[Channel, Mapping[str, str]]] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """A template, and what the company has decided of it."""

    template: Template
    choice: Choice


def is_there(template: Template, company: Company) -> bool:
    """Whether the company has it at all."""
    return company.booking or template.part != "booking"


def goes_by(template: Template, choice: Choice, channel: Channel) -> bool:
    """Whether it goes out this way."""
    if channel == "email":
        return template.needed or (template.email if choice.email is None else choice.email)
    return template.sms if choice.sms is None else choice.sms


def texts_of(template: Template, choice: Choice, language: str, channel: Channel) -> tuple[Mapping[str, str], bool]:
    """The texts of a channel in a language ({"subject", "html", "text"} or {"sms"}), and whether they are the
    company's own."""
    own = choice.texts.get(language, {}).get(channel)
    return (own, True) if own else (standard(template, language, channel), False)


def standard(template: Template, language: str, channel: Channel) -> Mapping[str, str]:
    """The texts as they come with Porchlight; in English where there is no other."""
    texts = template.texts.get(language) or template.texts["en"]
    if channel == "sms":
        return {"sms": texts.sms}
    return {"subject": texts.subject, "html": texts.html, "text": texts.text}
