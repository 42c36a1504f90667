"""How an e-mail looks: the words of a text in one layout, in the company's colour, on paper or in the dark.

Old readers know neither style sheets nor flexible boxes, so the layout is a table, and css-inline puts every style
where it belongs. What is in the layout's own <style> is for readers that know more. The HTML of a text is cleaned
first: what a company writes may have a link or a table, but neither script nor style.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from functools import lru_cache
from string import Template
from typing import TYPE_CHECKING, Any

from chalicelib.errors import N_
from chalicelib.messages import standard
from chalicelib.messages.writing.values import BUTTON_BEGINS, BUTTON_ENDS, STARS
from chalicelib.tenants.rules import Company
from chalicelib.web import colours
from chalicelib.web.marks import dialled
from chalicelib.web.pages import translate

if TYPE_CHECKING:
    import nh3

_FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PREVIEW_MAX = 120
# What comes after the preview would be shown with it otherwise: joiners of no width, with blanks that do not break.
_NO_MORE = "&#847;&zwnj;&nbsp;" * 40

# A button with its words, or the place of the stars.
_ANY_MARK = f"{BUTTON_BEGINS}{BUTTON_ENDS}{STARS}"
_MARK = f"(?:{BUTTON_BEGINS}([^{_ANY_MARK}<>]*){BUTTON_ENDS}|{STARS})"
_MARKED, _MARKS = re.compile(_MARK), re.compile(f"[{_ANY_MARK}]")
_CHARACTER = re.compile(r"&#(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)
# What an attribute can't have. Without < and > in them every < begins a tag, and every > ends one.
_NOT_IN_ATTRIBUTES = str.maketrans(dict.fromkeys(f"{_ANY_MARK}<>", ""))
_NOT_IN_ADDRESSES = str.maketrans({**dict.fromkeys(_ANY_MARK, ""), "<": "%3C", ">": "%3E"})
_OF_FIVE = N_("%(number)s of 5 stars")
_ALONE = re.compile(rf"<p[^>]*>\s*({_MARK})\s*</p>")


def cleaned(body: str, secrets: Collection[str] = ()) -> str:
    """HTML as it was filled in, with nothing left but what a text may have, its buttons and stars marked. Of `secrets`,
    the message's link and code, none stands in an address but at its start: what begins with our link leads to us."""
    return _ALONE.sub(r"\1", _cleaner(secrets).clean(_CHARACTER.sub(_no_mark, body)))


def _no_mark(found: re.Match[str]) -> str:
    """A mark that somebody wrote as &#xe000; is none."""
    number = found[1].lower().lstrip("0")
    code = int(number[1:].lstrip("0")[:8] or "0", 16) if number.startswith("x") else int(number[:8] or "0")
    return "" if code in map(ord, _ANY_MARK) else found[0]


def has_something(clean: str) -> bool:
    """Whether there is anything to see."""
    return bool(words(clean) or _MARKED.search(clean) or "<img" in clean)


def leads_in(clean: str, ways: Collection[str]) -> bool:
    """Whether its reader can do what the message is for: has its button or stars, or one of the ways in."""
    said = words(clean)
    return bool(_MARKED.search(clean)) or any(way in said or f'href="{html.escape(way)}"' in clean for way in ways)


def words(clean: str) -> str:
    """The words alone, without those on buttons."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", _MARKED.sub(" ", clean))).split())


def dressed(clean: str, title: str, company: Company, language: str, logo_url: str, url: str) -> str:
    """A finished page of HTML. `clean` is the body, `title` plain text; its buttons and stars lead to `url`."""
    import css_inline

    styled = css_inline.inline_fragment(clean, _style(company.colour), load_remote_stylesheets=False)
    frame = _frame(company, language, logo_url)
    return (
        f"{frame[0]}{html.escape(title)}{frame[1]}{_preview(clean)}{_NO_MORE}{frame[2]}"
        f"{_with_ways(styled, url, company.colour, language)}{frame[3]}"
    )


def _cleaner(secrets: Collection[str]) -> nh3.Cleaner:
    import nh3

    from chalicelib.messages.writing import markup

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name not in ("href", "src"):
            return value.translate(_NOT_IN_ATTRIBUTES)
        address = value.translate(_NOT_IN_ADDRESSES).strip()
        if any(one in address and not address.startswith(one) for one in secrets):
            return None
        return f"tel:{dialled(address)}" if address[:4].lower() == "tel:" else address

    return nh3.Cleaner(
        tags=set(markup.ALLOWED_TAGS),
        clean_content_tags={"script", "style", "title"},
        attributes={tag: set(names) - {"class"} for tag, names in markup.ALLOWED_ATTRIBUTES.items()},
        allowed_classes={tag: set(markup.ALLOWED_CLASSES) for tag in markup.ALLOWED_TAGS},
        url_schemes={*markup.LINK_SCHEMES, *markup.IMAGE_SCHEMES},
        url_relative="deny",
        link_rel=None,
        attribute_filter=attribute,
    )


def _with_ways(body: str, url: str, colour: str, language: str) -> str:
    """Buttons and stars where the words say that they are; `cleaned` has left no mark in a tag."""

    def made(found: re.Match[str]) -> str:
        if not url:
            return ""
        return _stars(url, colour, language) if found[0] == STARS else _button(found[1], url, colour)

    return _MARKS.sub("", _MARKED.sub(made, body))


def _button(words: str, url: str, colour: str) -> str:
    """A cell of a table in the company's colour: old Outlook gives a link no padding, so there the cell has it."""
    brand = colours.brand(colour)
    return (
        '<table role="presentation" class="action" cellpadding="0" cellspacing="0" border="0" '
        'style="margin:24px 0 16px;border-collapse:separate">'
        f'<tr><td class="button" align="center" bgcolor="{brand.light}" style="padding:0;border-radius:12px;'
        f'background:{brand.light};text-align:center;mso-padding-alt:14px 28px">'
        f'<a href="{html.escape(url)}" style="display:inline-block;padding:14px 28px;border-radius:12px;'
        f"background:{brand.light};color:{brand.on_light};font-family:{_FONT};font-size:16px;line-height:1.25;"
        f'font-weight:600;text-align:center;text-decoration:none">{words}</a></td></tr></table>'
    )


def _stars(url: str, colour: str, language: str) -> str:
    """Five cells of a table, each a link with its stars chosen and their number below: a number is read where signs are
    not, and by all who hear the mail where `aria-label` is left out."""
    light = colours.brand(colour).light
    cells = [
        f'<td align="center" style="padding:0;text-align:center"><a href="{html.escape(url)}?stars={number}" '
        f'title="{words}" aria-label="{words}" style="display:inline-block;min-width:44px;padding:4px 0;color:{light};'
        f'font-family:{_FONT};font-size:14px;line-height:1.3;text-align:center;text-decoration:none">'
        f'<span style="font-size:36px;line-height:1">&#9733;</span><br>{number}</a></td>'
        for number in range(1, 6)
        for words in (html.escape(translate(language, _OF_FIVE, number=number)),)
    ]
    return (
        '<table role="presentation" class="stars" cellpadding="0" cellspacing="0" border="0" '
        f'style="margin:8px 0 16px;border-collapse:separate"><tr>{"".join(cells)}</tr></table>'
    )


def _preview(body: str) -> str:
    """What the list of mails shows beside the subject: the first words below the heading, as HTML."""
    words = re.sub(rf"<h1[^>]*>.*?</h1>|{_MARK}", " ", body, flags=re.DOTALL)
    words = re.sub(r"</td>\s*<td[^>]*>", ": ", words)
    words = re.sub(r"</(?:tr|p|li|h\d)>\s*(?=<)", " · ", words)
    plain = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", words)).split()).strip(" ·")
    plain = re.sub(r"([.:,!?…]) · ", r"\1 ", plain)
    if len(plain) > _PREVIEW_MAX:
        plain = plain[:_PREVIEW_MAX].rpartition(" ")[0] + "…"
    return html.escape(plain)


@lru_cache(maxsize=256)
def _style(colour: str) -> str:
    return Template(_file("body.css")).substitute(light=colours.brand(colour).light, font=_FONT)


@lru_cache(maxsize=256)
def _frame(company: Company, language: str, logo_url: str) -> tuple[str, ...]:
    """What stands before the title, before the preview, before the body, and after it."""
    brand, cut = colours.brand(company.colour), "\0"
    words: dict[str, Any] = {
        "language": language, "dark": brand.dark, "on_dark": brand.on_dark, "font": _FONT,
        "sender": _sender(company, logo_url), "footer": _footer(company),
        "title": cut, "preview": cut, "body": cut,
    }  # fmt: skip
    return tuple(Template(_file("layout.html")).substitute(words).split(cut))


def _sender(company: Company, logo_url: str) -> str:
    """Name and logo. Where only its height is given, old Outlook keeps the logo's shape too."""
    if not logo_url:
        return _escaped(company.name)
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
        '<td style="padding:0 12px 0 0;vertical-align:middle">'
        f'<img class="logo" src="{html.escape(logo_url)}" alt="" height="40" style="display:block;height:40px;'
        'width:auto;max-width:140px;object-fit:contain;border:0;border-radius:8px"></td>'
        f'<td class="ink" style="padding:0;vertical-align:middle;font-family:{_FONT};font-size:16px;line-height:1.3;'
        f'font-weight:600;color:#1f1c19">{_escaped(company.name)}</td></tr></table>'
    )


def _footer(company: Company) -> str:
    """Who writes, and how to reach them."""
    style = f'style="color:{colours.brand(company.colour).light};text-decoration:underline"'
    lines = [" · ".join(_escaped(one) for one in (company.name, *company.address) if one)]
    phone, email = _escaped(company.phone), _escaped(company.email)
    reach = [f'<a href="tel:{dialled(company.phone)}" {style}>{phone}</a>'] if phone else []
    reach += [f'<a href="mailto:{email}" {style}>{email}</a>'] if email else []
    return "<br>".join([*lines, " · ".join(reach)] if reach else lines)


def one_line(text: str) -> str:
    """A text of the company's profile without what can't be seen or would break a line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _escaped(text: str) -> str:
    return html.escape(one_line(text))


@lru_cache(maxsize=4)
def _file(name: str) -> str:
    return (standard.FOLDER / name).read_text(encoding="utf-8")
