"""What the widget shows on a company's website, the code that puts it there, and which page it says it is on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Literal

from chalicelib.errors import N_
from chalicelib.leads.rules.submission import (
    MOST_EMAIL,
    MOST_LINE,
    MOST_MESSAGE,
    MOST_PAGE,
    MOST_PHONE,
    NO_CONTACT,
    NO_MESSAGE,
    NO_NAME,
    place,
)
from chalicelib.tenants.rules import Company

# Of all the pages of a website that show it, one in this time is noted; and so many websites are kept in mind.
NOTED_EVERY = timedelta(minutes=5)
MOST_SEEN = 5
MY_ACCOUNT = N_("My account")
CONTACT_US = N_("Contact us")
BOTH = N_("Contact & account")
BOOK_ONLINE = N_("Book online")
BOOKING_TOO = N_("Book, contact & account")
BOOKING = N_("Book & account")


@dataclass(frozen=True, slots=True)
class Door:
    """One thing that the panel offers; its words are texts of the catalogue."""

    name: Literal["account", "contact", "booking"]
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the panel's form; its words are texts of the catalogue.

    `kind` is an input's type, 'textarea', or 'trap' for what nobody sees and only machines fill in. `missing` is said
    when it is empty; fields of one `group` stand together below the word of that name, and one of them is enough. What
    a browser may fill in by itself (`autocomplete`) is about the person, and stays for their next message.
    """

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = ""
    most: int = MOST_LINE
    missing: str = ""
    group: str = ""
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where the widget was seen at work, as 'example.com/contact', and when."""

    at: datetime
    page: str

    @property
    def host(self) -> str:
        return self.page.partition("/")[0]


# One of each website, the newest first.
Sightings = tuple[Sighting, ...]


def shown(company: Company) -> bool:
    """Whether there is anything of it on the company's website."""
    return company.on and company.widget


def label(company: Company) -> str:
    """What the tab says where the company has no words of its own: a text of the catalogue."""
    if company.booking:
        return BOOKING_TOO if company.takes_messages else BOOKING
    return BOTH if company.takes_messages else MY_ACCOUNT


def doors(company: Company) -> list[Door]:
    """What the panel offers, as the company has decided."""
    pay = N_("See and pay your invoices") if company.shows("invoices") else N_("See what is due, and pay it")
    account = Door("account", MY_ACCOUNT, pay)
    contact = Door("contact", CONTACT_US, N_("Ask us anything, or ask us to come"))
    booking = Door("booking", BOOK_ONLINE, N_("Choose a time that suits you"))
    return [account, *([contact] if company.takes_messages else []), *([booking] if company.booking else [])]


# The form, in its order and in the words of our own page. A browser sends back all that is in it.
FIELDS: tuple[Field, ...] = (
    Field("name", N_("Your name"), autocomplete="name", missing=NO_NAME),
    Field("email", N_("E-mail address"), "email", "email", MOST_EMAIL, NO_CONTACT, "either"),
    Field("phone", N_("Phone number"), "tel", "tel", MOST_PHONE, NO_CONTACT, "either"),
    Field("message", N_("Your message"), "textarea", most=MOST_MESSAGE, missing=NO_MESSAGE),
    Field("service", N_("Which service is it about?"), optional=True),
    Field(
        "preferred_time",
        N_("When would suit you?"),
        hint=N_("In your own words, such as “weekday mornings”."),
        optional=True,
    ),
    Field("homepage", N_("Leave this empty"), "trap"),
)

# What else the panel says, whatever it offers.
WORDS: dict[str, str] = {
    "title": N_("How can we help?"),
    "close": N_("Close"),
    "back": N_("Back"),
    "either": N_("How can we answer you? One of the two is enough."),
    "optional": N_("(optional)"),
    "send": N_("Send message"),
    "sending": N_("Sending…"),
    "sent_title": N_("We have your message"),
    "sent_text": N_("Thank you. We will read it and answer as soon as we can."),
    "urgent": N_("Is it urgent? Call us:"),
    "another": N_("Write another message"),
    "failed": N_("We couldn't send your message. Nothing is lost: check your connection and try again."),
    "error": N_("Please check this"),
}


def page_of(told: str, origin: str) -> str:
    """The page that a widget says it is on, as 'example.com/contact'; '' for what is none, and for what is not of the
    website that the browser names in `Origin`, which no script can write."""
    page = place(told) if len(told) <= MOST_PAGE else ""
    return page if page.partition("/")[0] == host_of(origin) else ""


def host_of(origin: str) -> str:
    """The website in `Origin`; '' where there is none."""
    return origin.partition("://")[2].lower()


def is_due(seen: Sightings, host: str, now: datetime) -> bool:
    """Whether it is to be noted again that the widget is at work on this website; '' for any.

    Another one takes the oldest's place, once that is due too: whatever websites somebody makes up, they cost no more
    than these few writes, and what was seen a moment ago is not pushed out.
    """
    known = [one for one in seen if host in ("", one.host)]
    return all(one.at <= now - NOTED_EVERY for one in known or seen[MOST_SEEN - 1 :])


def noted(seen: Sightings, new: Sighting) -> Sightings:
    """What was seen, this one too."""
    others = [one for one in seen if one.host != new.host]
    return (new, *others[: MOST_SEEN - 1])


def code(script: str, slug: str, portal: str, words: str, integrity: str = "") -> str:
    """What a company pastes before `</body>`; without JavaScript it is a plain link to the portal."""
    pinned = f' integrity="{escape(integrity)}" crossorigin="anonymous"' if integrity else ""
    return (
        f'<script async src="{escape(script)}" data-portal="{escape(slug)}"{pinned}></script>\n'
        f'<noscript><a href="{escape(portal)}">{escape(words)}</a></noscript>'
    )
