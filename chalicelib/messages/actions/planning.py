"""What is to be sent of a message, to whom and by which way, or why it is not; and the claim that makes it ours.

Nothing is written out or sent here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from chalicelib import tokens
from chalicelib.aws import sms
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Item, Store
from chalicelib.errors import NotFound
from chalicelib.messages import records, rules, standard
from chalicelib.messages.actions import stopped
from chalicelib.messages.actions.people import PortalLink
from chalicelib.messages.records import suppressions, templates
from chalicelib.messages.records.suppressions import Suppression
from chalicelib.messages.rules import Channel, Message, Recipient
from chalicelib.messages.rules.template import Choice, Template, goes_by, is_there, texts_of
from chalicelib.messages.writing.values import Links
from chalicelib.services import Services
from chalicelib.tenants import records as tenants
from chalicelib.tenants.rules import Company
from chalicelib.tenants.throttle import Limit, tries

# SMS that strangers can cause: what each costs the company, and one phone's owner has to bear, in a day.
DAY = 24 * 60 * 60
ASKED_BY_A_NUMBER, ASKED_OF_A_COMPANY = 10, 500

PART_OFF = {"booking": "Online booking is turned off."}
PAST = "Its time has passed."
NO_NUMBER = "This is no phone number that text messages can be sent to."
MOVED = {
    "email": "This is none of the customer's addresses any more.",
    "sms": "This is none of the customer's phone numbers any more.",
}
REVOKED = "Its link was revoked."
ENOUGH = {
    "asked-sms-number": "Too many text messages were asked for; no more go to this number today.",
    "asked-sms-company": "Too many text messages were asked for; no more are sent today, but by e-mail they are.",
}
# In examples, in the place of an address that the company has not chosen yet. It is reserved: none can have it.
NO_ADDRESS = "your-address"


@dataclass(frozen=True, slots=True)
class Aside:
    """Why a message is not sent, in words for the company's staff: not to be (`skipped`), or it can't be (`failed`)."""

    state: Literal["skipped", "failed"]
    reason: str


class NotAfterAll(Exception):
    """What was found out only when it was claimed; it is to be put aside."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.aside = Aside("skipped", reason)


@dataclass(frozen=True, slots=True)
class Job:
    """All that is needed to send one message. `number` is the phone's, as SNS wants it, '' where there is none."""

    store: Store
    customer: str
    item: Item
    message: Message
    template: Template
    company: Company
    choice: Choice
    recipient: Recipient | None
    now: datetime
    number: str = ""

    @property
    def channel(self) -> Channel:
        return "sms" if self.item["channel"] == "sms" else "email"

    @property
    def texts(self) -> tuple[Mapping[str, str], bool]:
        """What it says, and whether the company wrote that."""
        if self.message.texts:
            return self.message.texts, True
        return texts_of(self.template, self.choice, self.message.language, self.channel)


def plan(services: Services, store: Store, customer: str, item: Item, now: datetime) -> tuple[Job | None, Aside | None]:
    """The job, and why it is not done after all. Without a job there is nothing more to say."""
    message = records.to_message(item)
    if rules.hopeless(datetime.fromisoformat(item["posted_at"]), now):
        return None, Aside("failed", "It could not be sent for three days.")
    try:
        template = standard.template(message.template)
    except NotFound:
        return None, Aside("failed", "There is no such message any more.")
    keys = [tenants.company_key(store), templates.template_key(store, template.name)]
    if message.to:
        keys.append(suppressions.suppression_key(store, message.to))
    row, choice, *suppressed = store.get(*keys)
    if row is None:
        return None, Aside("failed", "There is no such company.")
    company = tenants.to_company(row)
    recipient = services.people.recipient(store, customer) if template.audience == "customer" else None
    by_sms = item["channel"] == "sms" and message.phone
    job = Job(
        store, customer, item, message, template, company, templates.to_choice(choice), recipient, now,
        sms.number(message.phone, company.locale) if by_sms else "",
    )  # fmt: skip
    no_mail = suppressions.to_suppression(suppressed[0]) if suppressed and suppressed[0] else None
    return job, _why_not(services, job, no_mail)


def _why_not(services: Services, job: Job, suppressed: Suppression | None) -> Aside | None:
    message, template, channel = job.message, job.template, job.channel
    if not is_there(template, job.company):
        return Aside("skipped", PART_OFF[template.part])
    if message.until and message.until <= job.now.isoformat():
        return Aside("skipped", PAST)
    if not (message.by or goes_by(template, job.choice, channel)):
        return Aside("skipped", "This message is turned off.")
    # Whoever tries texts out is no customer.
    if template.needs_link and not message.texts and (why := _leads_nowhere(job)):
        return Aside("skipped", why)
    to = message.to if channel == "email" else message.phone
    if not to:
        return Aside("skipped", f"There is no {'e-mail address' if channel == 'email' else 'phone number'}.")
    if channel == "sms" and not job.number:
        return Aside("failed", NO_NUMBER)
    if job.recipient is not None and not (message.texts or template.warns or job.recipient.reached_at(to)):
        return Aside("skipped", MOVED[channel])
    if channel == "email":
        return Aside("skipped", stopped.NO_MAIL[suppressed.cause]) if suppressed and _heeds(job, suppressed) else None
    answered = stopped.numbers(services, [job.number], job.company.locale)
    return Aside("skipped", stopped.NO_TEXTS) if answered else None


def _heeds(job: Job, suppressed: Suppression) -> bool:
    """A box that takes nothing gets nothing. But who called one mail spam is not locked out for it: what they need to
    get in, and ask for themselves, still goes."""
    return suppressed.cause == "bounced" or not job.template.needed or bool(job.message.texts)


def _leads_nowhere(job: Job) -> str:
    """Why a link into the portal would open nothing, '' if it does."""
    if not job.company.slug:
        return "The portal has no address."
    if not job.company.on:
        return "The portal is turned off."
    if job.recipient is None or not job.recipient.access:
        return "The customer's access to the portal is turned off."
    return ""


def link(services: Services, job: Job) -> tuple[Links, PortalLink | None]:
    """Where the message's link leads, and the Portal Link to be made for it if it is mentioned."""
    message, company, settings = job.message, job.company, services.settings
    secret = message.secrets.get("url_by_sms" if job.channel == "sms" else "url") or message.secrets.get("url")
    token = tokens.derive(services.secrets.links, *secret) if secret else ""
    if message.console_path:
        return Links(settings.console(message.console_path.replace("%s", token))), None
    # An example: no link of it is anybody's way in.
    if message.texts:
        return Links(settings.portal(company.slug or NO_ADDRESS, message.path), company.link_days), None
    if not company.slug:
        return Links(""), None
    if token:
        return Links(settings.portal(company.slug, message.path.replace("%s", token))), None
    if job.template.audience != "customer":
        return Links(settings.portal(company.slug, message.path)), None
    if job.recipient is None or not job.recipient.access:
        return Links(""), None
    by_sms = job.channel == "sms"
    made = services.people.portal_link(
        services, job.store, job.recipient, message.id, message.phone if by_sms else message.to, message.path or "/",
        company.link_days, job.now, job.item.get("link_ends", ""),
    )  # fmt: skip
    return Links(settings.portal(company.slug, f"/{'l' if by_sms else 'link'}/{made.token}"), company.link_days), made


def logo_url(services: Services, company: Company) -> str:
    """Where readers of mail fetch the company's logo; '' for none."""
    return services.settings.portal(company.slug, f"/logo/{company.logo}") if company.logo and company.slug else ""


def take(job: Job, made: PortalLink | None, aside: Aside | None) -> str | None:
    """Claim it, or put it aside; with its Portal Link and the SMS beside it. The id of that SMS, '' for none; None if
    somebody else has it. NotAfterAll: it is to be put aside; nothing was done.

    The link is made anew at each claim: one sent late works as long as any.
    """
    store, customer, id = job.store, job.customer, job.message.id
    if aside:
        writes = [records.put_aside(store, customer, id, job.now, aside.state, aside.reason)]
    else:
        first = records.claim(store, customer, id, job.now, link_ends=made.ends_at if made else "")
        writes = [first, *(made.writes if made else ()), *_counted(job)]
    beside = _sms_beside(job)
    # The second time without the SMS: it was posted at the first try.
    for also in ([beside[1]], []) if beside else ([],):
        try:
            store.transact(*writes, *also)
            break
        except ConditionFailed as failed:
            if "message" in failed.names:
                return None
            if "link" in failed.names:
                raise NotAfterAll(REVOKED) from None
            if used_up := [ENOUGH[name] for name in failed.names if name in ENOUGH]:
                raise NotAfterAll(used_up[0]) from None
            if failed.names != ("sms",) or not also:
                raise
    return beside[0] if beside else ""


def _counted(job: Job) -> list[Write]:
    """An SMS that anybody may ask for counts, when it is first begun."""
    if job.channel != "sms" or not job.template.asked or job.message.texts or job.item.get("lease"):
        return []
    if job.item["attempts"]:
        return []
    number = Limit("asked-sms-number", job.number, ASKED_BY_A_NUMBER, DAY)
    company = Limit("asked-sms-company", job.store.tenant, ASKED_OF_A_COMPANY, DAY)
    return tries(job.store, int(job.now.timestamp()), number, company)


def _sms_beside(job: Job) -> tuple[str, Write] | None:
    """The SMS that goes with an e-mail, as a message of its own: each is tried again by itself."""
    message = job.message
    if message.by or job.channel != "email" or not message.phone or not goes_by(job.template, job.choice, "sms"):
        return None
    beside = replace(message, id=f"{message.id}-sms", by="sms")
    return beside.id, replace(records.new_message(job.store, job.customer, beside, job.now), name="sms")
