"""System templates: which e-mails and SMS are sent, and what they say. A company writes its own texts in Liquid, or
keeps the standard ones."""

from __future__ import annotations

from msgspec import UNSET

from chalicelib.errors import Conflict, NotFound, Stale, Unconditional
from chalicelib.messages.actions import templates as actions
from chalicelib.messages.actions.previews import Letter
from chalicelib.messages.admin import views
from chalicelib.messages.admin.shapes import EmailTexts, SmsText, TemplateChange, TemplateList, TemplateView
from chalicelib.messages.rules import Channel
from chalicelib.messages.rules.template import LANGUAGES, Decided
from chalicelib.web.api.access import Admin
from chalicelib.web.api.replies import Sent, tagged
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Messages")
WRONG = (Conflict, Stale, Unconditional)


@routes.get("/message-templates", "messages:read")
def list_message_templates(caller: Admin) -> TemplateList:
    """List the system templates, and which of them are sent."""
    return TemplateList([views.row(one) for one in actions.every(caller.store, caller.company)])


@routes.get("/message-templates/{name}", "messages:read")
def read_message_template(caller: Admin, name: str) -> Sent[TemplateView]:
    """Read a template: its texts in each language, the standard ones beside them, and the variables that they may use.
    The ETag is its version."""
    return _answer(caller, actions.find(caller.store, caller.company, name))


@routes.patch(
    "/message-templates/{name}", "messages:write", conditional=True, errors=WRONG, example={"sms": True}
)  # fmt: skip
def change_message_template(caller: Admin, name: str, body: TemplateChange) -> Sent[TemplateView]:
    """Change whether a template is sent as an e-mail, and as an SMS. Send the ETag of what you have read as If-Match.

    `needed`: without this e-mail people can't get in. `not-editable`: it is the same at every company.
    """
    email, sms = body.email, body.sms
    after = actions.switch(
        caller.store, _read(caller, name), None if email is UNSET else email, None if sms is UNSET else sms, caller.note
    )
    return _answer(caller, after)


@routes.put(
    "/message-templates/{name}/email/{language}", "messages:write", conditional=True, errors=WRONG,
    example={
        "subject": "Your account at {{ company.name }}",
        "html": "<p>Hello {{ customer.first_name | default: \"there\" }},</p>\n{{ portal_button }}",
        "text": "Hello {{ customer.first_name | default: \"there\" }},\n\n{{ portal_link }}",
    },
)  # fmt: skip
def set_message_email(caller: Admin, name: str, language: str, body: EmailTexts) -> Sent[TemplateView]:
    """Set what the e-mail says in this language. The standard texts, sent here, count as none of your own. Send the
    ETag of what you have read as If-Match.

    `text`: what is wrong with the texts; `errors` has all of it, each with line and column.
    """
    texts = {"subject": body.subject, "html": body.html, "text": body.text}
    return _write(caller, name, language, "email", texts)


@routes.delete(
    "/message-templates/{name}/email/{language}", "messages:write", status=200, conditional=True, errors=WRONG
)  # fmt: skip
def reset_message_email(caller: Admin, name: str, language: str) -> Sent[TemplateView]:
    """Reset the e-mail to the standard texts in this language. Send the ETag of what you have read as If-Match."""
    before = _read(caller, name, language)
    return _answer(caller, actions.reset(caller.store, before, "email", language, caller.note))


@routes.put(
    "/message-templates/{name}/sms/{language}", "messages:write", conditional=True, errors=WRONG,
    example={"text": "{{ company.name }}: see and pay your invoices: {{ portal_link }}"},
)  # fmt: skip
def set_message_sms(caller: Admin, name: str, language: str, body: SmsText) -> Sent[TemplateView]:
    """Set what the SMS says in this language. The standard text, sent here, counts as none of your own. Send the ETag
    of what you have read as If-Match.

    `text`: what is wrong with it; `errors` has all of it, each with line and column.
    """
    return _write(caller, name, language, "sms", {"sms": body.text})


@routes.delete(
    "/message-templates/{name}/sms/{language}", "messages:write", status=200, conditional=True, errors=WRONG
)  # fmt: skip
def reset_message_sms(caller: Admin, name: str, language: str) -> Sent[TemplateView]:
    """Reset the SMS to the standard text in this language. Send the ETag of what you have read as If-Match."""
    before = _read(caller, name, language)
    return _answer(caller, actions.reset(caller.store, before, "sms", language, caller.note))


def _write(caller: Admin, name: str, language: str, channel: Channel, texts: dict[str, str]) -> Sent[TemplateView]:
    before = _read(caller, name, language)
    letter = Letter(caller.services, caller.company, before.template, language)
    return _answer(caller, actions.write(caller.store, before, channel, texts, letter, caller.note))


def _read(caller: Admin, name: str, language: str = "") -> Decided:
    """What the caller has read and is about to change. NotFound: there is none, or no such language. Stale: it is no
    longer what they have read."""
    found = actions.find(caller.store, caller.company, name)
    if language and language not in LANGUAGES:
        raise NotFound()
    if caller.expected_version() != found.choice.version:
        raise Stale()
    return found


def _answer(caller: Admin, decided: Decided) -> Sent[TemplateView]:
    return tagged(views.whole(caller.services, caller.company, decided), decided.choice.version)
