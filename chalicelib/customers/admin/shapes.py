"""What the API says of customers and of their access to the portal."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from chalicelib.web.api.shapes import ExternalId, Id, Listing, Shape, Time, TimeIfAny

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Email = Annotated[str, Meta(max_length=254)]
Phone = Annotated[str, Meta(max_length=40)]
AddressLine = Annotated[str, Meta(max_length=100)]
Address = Annotated[list[AddressLine], Meta(max_length=6)]
Language = Literal["", "en", "es"]
LoginName = Annotated[str, Meta(max_length=254, description="An e-mail address or a user name; empty for none.")]
Password = Annotated[str, Meta(max_length=200)]


class ContactPart(Shape):
    """Somebody who answers for the customer. By the e-mail they may sign in; the first contact's gets the mail."""

    name: Annotated[str, Meta(max_length=100)] = ""
    email: Email = ""
    phone: Phone = ""


Contacts = Annotated[list[ContactPart], Meta(max_length=10)]


class CustomerFields(Shape):
    """A customer as it shall be. With PUT, what is left out becomes empty; only the language stays what the customer
    chose. `first_name` is how mails greet; left out it is the first word of `name`."""

    name: Name
    first_name: Annotated[str, Meta(max_length=100)] = ""
    contacts: Contacts = field(default_factory=list)
    address: Address = field(default_factory=list)
    language: Language = ""
    external_id: ExternalId | None = None


class Sums(Shape):
    """The customer's money at a glance, minor units of the company's currency. `in_flight` is on its way, `credit`
    account credit."""

    balance: int
    in_flight: int
    credit: int
    open_invoices: int


AccessState = Literal["never_invited", "invited", "active", "off"]


class CustomerView(Shape):
    """A customer. `access` is where they stand with the portal: see `/customers/{id}/access`."""

    id: str
    external_id: str | None
    name: str
    first_name: str
    contacts: list[ContactPart]
    address: list[str]
    language: str
    sums: Sums
    access: AccessState
    created_at: Time


class CustomerList(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[CustomerView]
    next: str | None


class CustomerSearch(Listing):
    """`search`: how a name (or a word of it), an e-mail address or a phone number begins; capitals, accents and signs
    make no difference. Without it all customers, sorted by name; what was just changed may take a moment to be there.
    With it sorted by what was found. `access`: only those who stand so with the portal. With either a page may be short
    of `limit`, even empty, and have a `next` all the same."""

    search: Annotated[str, Meta(max_length=100)] = ""
    access: AccessState | Literal[""] = ""


class AccessView(Shape):
    """Where a customer stands with the portal. `login` is null for somebody who comes by links and codes only."""

    state: AccessState
    login: str | None
    has_password: bool
    must_change_password: bool
    last_sign_in: TimeIfAny
    invited_at: TimeIfAny


class AccessChange(Shape):
    """What is to change; what is left out stays. `login` takes the place of all names that the customer signs in by,
    with the same password; null takes login and password away. `on` false ends all sessions and links at once, for
    good: on again, the customer signs in anew."""

    on: bool | UnsetType = UNSET
    login: LoginName | UnsetType | None = UNSET
    must_change_password: bool | UnsetType = UNSET


class PasswordSetting(Shape):
    """A password set on a customer's behalf, for their login, else their e-mail address; it then opens every account of
    that login. All their sessions end. `must_change`: they choose another at the next sign-in."""

    password: Password
    must_change: bool = True


class LinkView(Shape):
    """A Portal Link that still opens. `to` is the e-mail address or the phone number it went to, `path` what it leads
    to."""

    id: str
    to: str
    path: str
    created_at: Time
    expires_at: Time


class LinkList(Shape):
    """The links that open, newest first."""

    items: list[LinkView]


class BulkInvite(Shape):
    """Whom to invite: these customers, or (left out) all who were never invited and can be reached."""

    customers: Annotated[list[Id], Meta(max_length=1000)] | None = None


class InviteProgress(Shape):
    """How far a bulk invite is. `skipped`: had no address (or number, as your invite is set), was invited or signed in
    already, or has access turned off. `total` is null until it is counted."""

    id: str
    state: Literal["running", "done"]
    total: int | None
    sent: int
    skipped: int
    failed: int
    created_at: Time


class MessageView(Shape):
    """An e-mail or an SMS to the customer. `template` is its template's name, `title` what that is called; `to` an
    address or a phone number. `summary` is the subject of a mail or the text of an SMS, without codes and links, once
    it was sent. `standing`: `queued` is on its way, `delivered`, `bounced` and `complained` are what the mail system
    says, `skipped` was not to be sent; `reason` says why, or what went wrong. `resendable`: it can be sent again."""

    id: str
    template: str
    title: str
    channel: Literal["email", "sms"]
    to: str
    summary: str
    standing: Literal["queued", "sent", "delivered", "bounced", "complained", "skipped", "failed"]
    reason: str
    posted_at: Time
    sent_at: TimeIfAny
    outcome_at: TimeIfAny
    resendable: bool


class MessageList(Shape):
    """What was sent, newest first. A page may be short of `limit`, even empty, and have a `next` all the same: what
    went to your team about the customer is left out."""

    items: list[MessageView]
    next: str | None
