"""What a company decides of the system templates: which are sent, and in whose words. Each has a version, so that two
who write at once don't overwrite each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Conflict, NotFound, Stale
from chalicelib.messages import standard
from chalicelib.messages.actions import previews
from chalicelib.messages.actions.previews import Letter
from chalicelib.messages.records import templates as records
from chalicelib.messages.rules import Channel
from chalicelib.messages.rules.template import Choice, Decided, goes_by, is_there, texts_of
from chalicelib.messages.rules.template import standard as standard_texts
from chalicelib.tenants.records import audit
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Change

# Which field of the API a text is sent in.
FIELDS: Mapping[str, str] = {"subject": "subject", "html": "html", "text": "text", "sms": "text"}
OWN, STANDARD = "own", "standard"


def every(store: Store, company: Company) -> list[Decided]:
    """All templates that the company has, in their order; one query."""
    chosen = records.choices(store)
    all_of_them = (standard.template(name) for name in standard.names())
    return [Decided(one, chosen.get(one.name, Choice())) for one in all_of_them if is_there(one, company)]


def find(store: Store, company: Company, name: str) -> Decided:
    """One of them. NotFound: there is none by this name."""
    if name not in standard.names() or not is_there(standard.template(name), company):
        raise NotFound()
    return _now(store, name)


def switch(store: Store, before: Decided, email: bool | None, sms: bool | None, note: Note) -> Decided:
    """Turn its e-mail and its SMS on or off; None leaves it. Conflict: it is needed, or not the company's to decide."""
    must_be_editable(before)
    if email is False and before.template.needed:
        raise Conflict("People need this e-mail to get in: it can't be turned off.", kind="needed")
    asked: dict[Channel, bool | None] = {"email": email, "sms": sms}
    wanted: dict[str, Any] = {
        channel: on
        for channel, on in asked.items()
        if on is not None and on != goes_by(before.template, before.choice, channel)
    }
    told = [Change(channel, not on, on) for channel, on in wanted.items()]
    return _keep(store, before, replace(before.choice, **wanted), note("template.change", before.template.name, told))


def write(
    store: Store, before: Decided, channel: Channel, texts: Mapping[str, str], letter: Letter, note: Note
) -> Decided:
    """Have it say this, in the letter's language. What is as the standard has it is the standard, and follows it.

    Conflict: it is not the company's to write. Invalid: names all that is wrong with the texts, and where.
    """
    must_be_editable(before)
    language = letter.language
    wanted = {part: tidied(text) for part, text in texts.items()}
    now, _ = texts_of(before.template, before.choice, language, channel)
    if wanted == now:
        return before
    if _plain(wanted) == _plain(standard_texts(before.template, language, channel)):
        return reset(store, before, channel, language, note)
    previews.refuse(previews.faults(letter, channel, wanted), FIELDS)
    parts = ", ".join(FIELDS[part] for part, text in wanted.items() if text != now[part])
    told = Change(_place(language, channel), _whose(before.choice, language, channel), f"{OWN}: {parts}")
    after = _with(before.choice, language, channel, wanted)
    return _keep(store, before, after, note("template.change", before.template.name, [told]))


def reset(store: Store, before: Decided, channel: Channel, language: str, note: Note) -> Decided:
    """Have it say what the standard one says. Conflict as above."""
    must_be_editable(before)
    told = Change(_place(language, channel), _whose(before.choice, language, channel), STANDARD)
    after = _with(before.choice, language, channel, None)
    return _keep(store, before, after, note("template.reset", before.template.name, [told]))


def must_be_editable(decided: Decided) -> None:
    """Conflict for what is the same at every company."""
    if not decided.template.editable:
        raise Conflict("This message to your team is the same everywhere, and can't be changed.", kind="not-editable")


def tidied(text: str) -> str:
    """With the line ends that we count by."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _now(store: Store, name: str) -> Decided:
    (item,) = store.get(records.template_key(store, name))
    return Decided(standard.template(name), records.to_choice(item))


def _keep(store: Store, before: Decided, choice: Choice, entry: Write) -> Decided:
    """Stale: somebody has changed it since."""
    if choice == before.choice:
        return before
    name = before.template.name
    try:
        store.transact(records.decide(store, name, before.choice, choice), entry)
    except ConditionFailed:
        # The answer of our own success may have been lost and the write sent again: read back before saying no.
        if not audit.written(store, entry):
            raise Stale() from None
    return Decided(before.template, replace(choice, version=before.choice.version + 1))


def _with(choice: Choice, language: str, channel: Channel, texts: Mapping[str, str] | None) -> Choice:
    """With these texts of the company's own; None for none."""
    own = {one: dict(channels) for one, channels in choice.texts.items()}
    if texts is None:
        own.get(language, {}).pop(channel, None)
    else:
        own.setdefault(language, {})[channel] = texts
    return replace(choice, texts={one: channels for one, channels in own.items() if channels})


def _place(language: str, channel: Channel) -> str:
    return f"texts/{language}/{channel}"


def _whose(choice: Choice, language: str, channel: Channel) -> str:
    return OWN if choice.texts.get(language, {}).get(channel) else STANDARD


def _plain(texts: Mapping[str, str]) -> dict[str, str]:
    return {part: text.strip() for part, text in texts.items()}
