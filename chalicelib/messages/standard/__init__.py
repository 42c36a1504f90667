"""The system templates and their variables. Each template is a folder here, each group of variables a file: to add one,
add its folder, and nothing else; docs in CONTRIBUTING.md.

`<template>/template.json` says what it is for, `<template>/<language>/` holds subject.txt, body.html, body.txt and
sms.txt in Liquid. `variables/<group>.json` says what a group holds, of what type, with a sample. `layout.html`
and `body.css` are how all e-mails look.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.errors import NotFound
from chalicelib.messages.rules.template import LANGUAGES, Template, Texts

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """All templates, in the order in which they are shown."""
    found = (path.parent.name for path in FOLDER.glob("*/template.json"))
    return tuple(sorted(found, key=lambda name: (template(name).order, name)))


@lru_cache(maxsize=128)
def template(name: str) -> Template:
    """The template of this name; NotFound if there is none."""
    folder = FOLDER / name
    if not name.isidentifier() or not (folder / "template.json").is_file():
        raise NotFound()
    about = json.loads((folder / "template.json").read_text(encoding="utf-8"))
    texts = {language: _texts(folder / language) for language in LANGUAGES}
    return Template(name=name, groups=tuple(about.pop("groups", ())), texts=texts, **about)


def _texts(folder: Path) -> Texts:
    parts = ("subject.txt", "body.html", "body.txt", "sms.txt")
    return Texts(*((folder / part).read_text(encoding="utf-8").strip() for part in parts))


@lru_cache(maxsize=64)
def group(name: str) -> dict[str, Any]:
    """What a group of variables holds: {"words", "variables": {name: {"type", "words", "sample", "of"?, "always"?}}}.
    No message is without what is `always` there; anything else may be empty."""
    return dict(json.loads((FOLDER / "variables" / f"{name}.json").read_text(encoding="utf-8")))


def groups(of: Template) -> tuple[str, ...]:
    """All groups that a template has: the company's always, the customer's if it is for one."""
    return ("company", *(("customer",) if of.audience == "customer" else ()), *of.groups)
