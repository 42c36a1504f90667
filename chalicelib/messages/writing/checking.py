"""A whole template checked before it is saved: each of its texts, and that it does what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.messages.rules import Channel
from chalicelib.messages.rules.template import Template
from chalicelib.messages.writing import language, values
from chalicelib.messages.writing.language import Place, Problem

PARTS: Mapping[Channel, tuple[Place, ...]] = {"email": ("subject", "html", "text"), "sms": ("sms",)}
_EMPTY: Mapping[Place, str] = {
    "subject": "The subject is empty. Write one.",
    "html": "The e-mail's body is empty. Write one.",
    "text": "The plain text is empty. Write one: it is what some people read.",
    "sms": "The SMS is empty. Write one, or turn it off.",
}


def problems(template: Template, channel: Channel, texts: Mapping[str, str]) -> list[tuple[Place, Problem]]:
    """What speaks against these texts, part by part; none if they may be saved."""
    allowed = values.tree(template)
    found: list[tuple[Place, Problem]] = []
    for part in PARTS[channel]:
        source = texts.get(part, "")
        if not source.strip():
            found.append((part, Problem(1, 1, _EMPTY[part])))
            continue
        wrong = language.check(source, part, allowed) or _useless(template, part, source, allowed)
        found += [(part, problem) for problem in wrong]
    return found


def _useless(template: Template, part: Place, source: str, allowed: Mapping[str, Any]) -> list[Problem]:
    """A message that is there to let somebody in has to hold the way in, each part of it: people see only one."""
    if part == "subject" or not template.lets_in:
        return []
    own = "console" if "console_link" in allowed else "portal"
    ways = [f"{own}_link", *([f"{own}_button"] if part == "html" else [])]
    ways += ["rating_stars"] if part == "html" and "rating_stars" in allowed else []
    ways += ["sign_in.code"] if "sign_in" in allowed else []
    if language.shown(source, part) & set(ways):
        return []
    names = " or ".join(f"{{{{ {name} }}}}" for name in reversed(ways))
    return [Problem(1, 1, f"Nobody could do anything with this message: write {names} into it.")]
