"""One frame for every hosted page: one column, system fonts, light and dark, nothing that needs a script."""

from __future__ import annotations

from html import escape
from pathlib import Path

_STYLE = (Path(__file__).parent / "style.css").read_text()


def page(title: str, body: str) -> str:
    """`body` is HTML already; every value in it has been through `text`."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        '<header class="test">Sandbox: no real money moves here</header>'
        f"<main>{body}</main></body></html>"
    )


def text(value: object) -> str:
    return escape(str(value))


def error_box(message: str) -> str:
    return f'<div class="error" role="alert" id="error">{text(message)}</div>' if message else ""


def field(
    label: str,
    name: str,
    *,
    hint: str = "",
    autocomplete: str = "off",
    value: str = "",
    kind: str = "text",
    id: str = "",
) -> str:
    mode = ' inputmode="numeric"' if autocomplete.startswith("cc-") and autocomplete != "cc-name" else ""
    return (
        f'<label for="{id or name}">{text(label)}</label>'
        f'<input type="{kind}" id="{id or name}" name="{name}" required placeholder="{text(hint)}" '
        f'autocomplete="{autocomplete}" value="{text(value)}"{mode}>'
    )


def notice(title: str, words: str, link: str = "", link_words: str = "") -> str:
    """A page that only tells something."""
    onward = f'<p><a href="{text(link)}">{text(link_words)}</a></p>' if link else ""
    return page(title, f'<div class="card"><h1>{text(title)}</h1><p>{text(words)}</p>{onward}</div>')
