"""How a message would look before anybody gets it: previews, and tests that are sent to whoever asks."""

from __future__ import annotations

from msgspec import UNSET

from chalicelib.errors import Conflict
from chalicelib.messages.actions import previews, templates, trials
from chalicelib.messages.admin.shapes import (
    EmailDraft,
    EmailPreview,
    MessageTest,
    PreviewRequest,
    PreviewView,
    SmsDraft,
    SmsPreview,
    TextProblem,
)
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import MailSent, sent

routes = ApiRoutes("Messages")


@routes.post(
    "/message-templates/{name}/previews", "messages:read", status=200, keyed="naturally",
    example={"language": "en", "sms": {"text": "{{ company.name }}: {{ portal_link }}"}},
)  # fmt: skip
def preview_message(caller: Admin, name: str, body: PreviewRequest) -> PreviewView:
    """Preview a template: as it is sent now or with drafts in its place, for one of your customers or a made-up one.
    Nothing is sent or kept. What is wrong with the texts is in `problems`, and fails nothing. One of your customers
    needs the scope `customers:read` too."""
    found = templates.find(caller.store, caller.company, name)
    if body.customer:
        caller.must("customers:read")
    looks = previews.preview(
        caller.services, caller.store, caller.company, found, body.language,
        {"email": _email(body.email), "sms": _sms(body.sms)}, body.customer or "",
    )  # fmt: skip
    return _present(looks)


@routes.post(
    "/message-templates/{name}/tests", "messages:write", status=202, errors=(Conflict,),
    example={"channel": "email", "language": "en"},
)  # fmt: skip
def send_message_test(caller: Admin, name: str, body: MessageTest) -> MailSent:
    """Send a test, with made-up values and marked as one: an e-mail to yourself, or an SMS to the number in `to`. At
    most 20 e-mails an hour for each person, and 5 SMS for a company.

    `no-address`: an API key has none, only its owner has. `suppressed`: mail to you is stopped. `stopped`: the
    number's owner answered STOP. `text`: what is wrong with the texts.
    """
    found = templates.find(caller.store, caller.company, name)
    draft = _email(body.email) if body.channel == "email" else _sms(body.sms)
    to = trials.send(
        caller.services, caller.store, caller.company, found, body.language, body.channel, draft, body.to,
        caller.actor, caller.new_id(), caller.note,
    )  # fmt: skip
    return MailSent(to)


def _email(draft: EmailDraft) -> dict[str, str]:
    return {part: templates.tidied(text) for part, text in sent(draft).items()}


def _sms(draft: SmsDraft) -> dict[str, str]:
    return {} if draft.text is UNSET else {"sms": templates.tidied(draft.text)}


def _present(looks: previews.Looks) -> PreviewView:
    email, sms = looks.email, looks.sms
    return PreviewView(
        EmailPreview(email.sender, email.to, email.subject, email.html, email.text) if email else None,
        _segmented(sms) if sms else None,
        [TextProblem(one.part, one.line, one.column, one.text) for one in looks.faults],
    )


def _segmented(sms: previews.Sms) -> SmsPreview:
    counted = sms.segments
    return SmsPreview(sms.text, counted.alphabet, counted.length, counted.count, counted.room)
