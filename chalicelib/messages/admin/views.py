"""Templates as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from chalicelib.messages import standard
from chalicelib.messages.actions.previews import Letter, made_up
from chalicelib.messages.admin.shapes import (
    EmailSwitch,
    EmailTexts,
    EmailView,
    ItemVariable,
    Language,
    SmsSwitch,
    SmsText,
    SmsView,
    TemplateRow,
    TemplateView,
    TextsView,
    Variable,
    VariableType,
)
from chalicelib.messages.rules import Channel
from chalicelib.messages.rules.template import LANGUAGES, Decided, goes_by, texts_of
from chalicelib.messages.rules.template import standard as standard_texts
from chalicelib.messages.writing.language import FILTERS, Place, fits
from chalicelib.messages.writing.values import tree
from chalicelib.services import Services
from chalicelib.tenants.rules import Company

EVERYWHERE: tuple[Place, ...] = ("subject", "html", "text", "sms")
# Those that are of no group: they come by themselves.
LINK_GROUP = "The link"
LINK_WORDS = {
    "portal_button": "A button that opens what the message is about",
    "rating_stars": "Five stars, each a link that rates with so many",
    "portal_link": "The address that opens what the message is about",
    "console_button": "A button that opens what the message is about, in the console",
    "console_link": "The address of what the message is about, in the console",
}


def row(decided: Decided) -> TemplateRow:
    return TemplateRow(**_row(decided))


def whole(services: Services, company: Company, decided: Decided) -> TemplateView:
    letter = Letter(services, company, decided.template, LANGUAGES[0])
    return TemplateView(
        **_row(decided), texts={one: _texts(decided, one) for one in LANGUAGES}, variables=_variables(letter),
        filters=list(FILTERS), version=decided.choice.version,
    )  # fmt: skip


def _row(decided: Decided) -> dict[str, Any]:
    template, choice = decided.template, decided.choice
    email, sms = goes_by(template, choice, "email"), goes_by(template, choice, "sms")
    return {
        "name": template.name, "title": template.title, "words": template.words, "audience": template.audience,
        "editable": template.editable, "email": EmailSwitch(email, template.needed, _own(decided, "email")),
        "sms": SmsSwitch(sms, _own(decided, "sms")),
    }  # fmt: skip


def _own(decided: Decided, channel: Channel) -> list[Language]:
    return [cast(Language, one) for one in LANGUAGES if decided.choice.texts.get(one, {}).get(channel)]


def _texts(decided: Decided, language: str) -> TextsView:
    email, own_email = texts_of(decided.template, decided.choice, language, "email")
    sms, own_sms = texts_of(decided.template, decided.choice, language, "sms")
    ours = EmailTexts(**standard_texts(decided.template, language, "email"))
    our_sms = SmsText(standard_texts(decided.template, language, "sms")["sms"])
    return TextsView(EmailView(**email, own=own_email, standard=ours), SmsView(sms["sms"], own_sms, our_sms))


def _variables(letter: Letter) -> list[Variable]:
    """All that the texts may use, with a sample of each as the company would write it."""
    samples = made_up(letter)
    found = []
    for group in standard.groups(letter.template):
        about = standard.group(group)
        found += [
            _variable(f"{group}.{name}", about["words"], told, samples[group][name])
            for name, told in about["variables"].items()
        ]
    links = [name for name in tree(letter.template) if name in LINK_WORDS]
    return found + [
        _variable(name, LINK_GROUP, {"type": name.rpartition("_")[2], "words": LINK_WORDS[name]}, samples[name])
        for name in links
    ]


def _variable(name: str, group: str, about: Mapping[str, Any], sample: Any) -> Variable:
    items = about["of"] if about["type"] == "list" else {}
    first = sample[0] if items and sample else {}
    of = [ItemVariable(one, _type(told), told["words"], _printed(first.get(one, ""))) for one, told in items.items()]
    places = [one for one in EVERYWHERE if fits(about["type"], one)]
    return Variable(name, group, _type(about), about["words"], "" if items else _printed(sample), places, of)


def _type(about: Mapping[str, Any]) -> VariableType:
    """What is written out for a text to say as it is, is text like any other."""
    return cast(VariableType, about["type"] if about["type"] in get_args(VariableType) else "text")


def _printed(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if hasattr(value, "__html__") else str(value)
