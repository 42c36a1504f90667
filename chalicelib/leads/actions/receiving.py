"""Take a message in: first it is kept, then it is mailed. Once, however often the same form is sent.

Lead, mail to the company and acknowledgement are one transaction, so that none is there without the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import N_, NotFound
from chalicelib.leads.records import leads
from chalicelib.leads.rules import forms, suspicion
from chalicelib.leads.rules.lead import Lead, Sender, Source, Submission
from chalicelib.leads.rules.submission import line, mailable, mailbox
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.records import people
from chalicelib.tenants.rules import Company
from chalicelib.tenants.throttle import Limit, from_network, refusal, tries

HOUR, DAY = 60 * 60, 24 * 60 * 60
FROM_AN_ADDRESS, FROM_A_NETWORK = 10, 50
# What is suspected counts by itself: a flood of it does not close the form.
FOR_A_COMPANY, SUSPECTED_FOR_A_COMPANY = 300, 100
# The form must not be a way to mail strangers.
THANKED_BY_A_COMPANY = 60
OFF = N_("You can't send a message here at the moment. Please call us or write an e-mail: we are glad to help.")
WAIT = N_("That is many messages in a short time. Please wait %(minutes)s minutes and send it again.")
BUSY = N_("Many people are writing just now. Please call us, or try again in %(minutes)s minutes.")


def must_be_open(company: Company) -> None:
    """NotFound while the company takes no messages."""
    if not company.takes_messages:
        raise NotFound(OFF)


def new_form(services: Services, store: Store) -> str:
    """The token of a form that is shown now."""
    return forms.mint(services.secrets.links, store.tenant, services.new_id(services.now()))


def shown_at(services: Services, store: Store, form: str) -> datetime | None:
    """When this form was shown; None unless it is one of ours."""
    return forms.read(services.secrets.links, store.tenant, form)


def receive(
    services: Services, store: Store, company: Company, submission: Submission, sender: Sender, source: Source,
    *, form: str, trap: str,
) -> None:  # fmt: skip
    """Keep it, and mail it unless it is suspected; whoever sent it is not told which. The same form with the same in
    it is the same message, however often it comes. TooMany says when to try again, and nothing is kept.

    `form` is the form's token, `trap` what its trap caught. A customer is never suspected.
    """
    now, opened_at = services.now(), shown_at(services, store, form)
    ours = opened_at is not None
    key = services.secrets.links
    id = forms.lead_id(key, store.tenant, form, submission, trap) if ours else services.new_id(now)
    reasons = () if sender.customer else suspicion.reasons(submission, trap, opened_at, now)
    lead = Lead(
        id, now.isoformat(timespec="microseconds"), submission, source, sender.language, sender.customer,
        spam=bool(reasons), reasons=reasons,
    )  # fmt: skip
    posted = [] if lead.spam else _mails(company, told_at(store, company), lead, sender)
    limits = _limits(store, lead, sender.address)
    if not _keep(services, store, id, leads.new_lead(store, lead), posted, limits, now) and not lead.spam:
        # It came before, and stays as it is; unless all that spoke against it was its haste.
        before = leads.lead(store, id)
        if before is not None and suspicion.only_hasty(before):
            work = leads.work(store, before, replace(before, spam=False, version=1))
            _keep(services, store, id, work, posted, limits, now)


def _limits(store: Store, lead: Lead, address: str) -> list[Limit]:
    """How often may be written, from there and to this company. A customer may, whoever else does."""
    found = from_network("lead", address, FROM_AN_ADDRESS, FROM_A_NETWORK, HOUR, WAIT)
    if lead.spam:
        found.append(Limit("lead-suspected", store.tenant, SUSPECTED_FOR_A_COMPANY, HOUR, BUSY))
    elif not lead.customer:
        found.append(Limit("lead-company", store.tenant, FOR_A_COMPANY, HOUR, BUSY))
    return found


def _keep(
    services: Services, store: Store, id: str, write: Write, posted: list[Message], limits: list[Limit], now: datetime
) -> bool:
    """The lead as `write` says, with its mails and as one try, or nothing of it. Whether there was anything to write.

    All in one: what was sent twice is no try, and costs no more than a look.
    """
    home, at, thanks = leads.home(id), int(now.timestamp()), _thanks(store, posted)
    mails = [outbox.new_message(store, home, one, now) for one in posted]
    try:
        store.transact(write, *mails, *tries(store, at, *limits, *thanks))
    except ConditionFailed as failed:
        if write.name in failed.names:
            return False
        if used_up := [one for one in limits if one.name in failed.names]:
            raise refusal(at, used_up) from None
        if not any(one.name in failed.names for one in thanks):
            raise
        # They have been thanked today, or many others in this hour: this one goes without.
        return _keep(services, store, id, write, _fewer(posted, failed.names), limits, now)
    for one in posted:
        messages.hand_over(services, store, home, one.id)
    return True


def _thanks(store: Store, posted: list[Message]) -> list[Limit]:
    """How often is thanked: each box and each number once a day, and only so many in an hour."""
    found = []
    for one in posted:
        if _is_thanks(one):
            found.append(Limit("acknowledgements", store.tenant, THANKED_BY_A_COMPANY, HOUR))
            if one.to:
                found.append(Limit("acknowledgement", mailbox(one.to), 1, DAY))
            if one.phone:
                found.append(Limit("acknowledgement-sms", line(one.phone), 1, DAY))
    return found


def _fewer(posted: list[Message], used_up: Sequence[str]) -> list[Message]:
    """Without thanks; where only the number has had its SMS, without that."""
    if {"acknowledgement", "acknowledgements"} & set(used_up):
        return [one for one in posted if not _is_thanks(one)]
    return [replace(one, phone="") if _is_thanks(one) else one for one in posted if one.to]


def _is_thanks(message: Message) -> bool:
    return message.template == "lead_acknowledgement"


def told_at(store: Store, company: Company) -> str:
    """Where the company is told of what comes in: at the address it has named, else at the first of its admins'; '' for
    nowhere. One read for that, else none."""
    if company.leads_to:
        return company.leads_to
    admins = [one for one in people.members(store) if one.role == "admin"]
    return min(admins, key=lambda one: (not one.joined, one.created_at)).email if admins else ""


def _mails(company: Company, to: str, lead: Lead, sender: Sender) -> list[Message]:
    """To the company, if there is an address; to whoever wrote, at what they gave. That one says nothing of what was
    typed: the form is no way to write to strangers."""
    wrote = lead.wrote
    answer_to = wrote.email if mailable(wrote.email) else ""
    about = {
        **asdict(wrote), "source": lead.source, "account": sender.name, "by_link": sender.by_link,
        "answer_to": answer_to,
    }  # fmt: skip
    found = []
    if to:
        found.append(Message(
            f"new-lead-{lead.id}", "new_lead", to, company.locale[:2], {"lead": about}, reply_to=answer_to,
            phone=company.phone, console_path=f"/leads/{lead.id}",
        ))  # fmt: skip
    if answer_to or wrote.phone:
        id = f"lead-acknowledgement-{lead.id}"
        found.append(Message(id, "lead_acknowledgement", answer_to, lead.language, phone=wrote.phone))
    return found
