"""The HTML that a text may have: the one list of elements, attributes and addresses, and a check against it.

`look.py` cleans by the same list what is sent; the check is so that whoever writes knows, and where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser

from chalicelib.messages.writing.kinds import ANY, Kind, is_secret, type_of
from chalicelib.messages.writing.phrases import short
from chalicelib.messages.writing.scanning import Piece

ALLOWED_TAGS = frozenset(
    "a b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 hr i img ins li ol p pre s small span strong sub"
    " sup table tbody td tfoot th thead tr u ul".split()
)
ALLOWED_ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"class", "dir", "lang", "title"}),
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"align", "colspan", "rowspan"}),
    "th": frozenset({"align", "colspan", "rowspan"}),
}
# What the layout has a look for.
ALLOWED_CLASSES = frozenset({"center", "code", "figure", "pairs", "quote", "right", "small", "soft"})
LINK_SCHEMES = ("https", "http", "mailto", "tel")
# A picture that is not https is not shown by many readers.
IMAGE_SCHEMES = ("https",)

_VALUE_WITHOUT_QUOTES = re.compile(r"=\s*\{\{")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
# How values are marked while the HTML around them is read: {{@_portal_link_}}.
_LINK, _CODE, _BUTTON, _STARS = "{{@", "{{#", "{{!", "{{*"
_OUR_LINK = re.compile(_LINK + r"\w*\}\}")
# A value comes after what says where the link goes: no value decides that.
_WHERE_TO = re.compile(r"(?:mailto:|tel:|https?://[^\s/?#{}@\\]+[/?#])", re.IGNORECASE)


def faults(source: str, pieces: Sequence[Piece], kinds: Mapping[int, Kind]) -> Iterator[tuple[int, str]]:
    """What must not stand in the HTML of a text: (position, what is wrong with it). `kinds` are those of its values, by
    where they begin."""
    reader = _Reader(_without_liquid(source, pieces, kinds))
    yield from reader.read()


def _without_liquid(source: str, pieces: Sequence[Piece], kinds: Mapping[int, Kind]) -> str:
    """The same text at the same places, with tags made spaces and values made harmless words: {{_company.name_}}."""
    made, at = [], 0
    for piece in pieces:
        if piece.kind == "words":
            continue
        made.append(source[at : piece.start])
        inside = source[piece.start : piece.end]
        if piece.kind == "value":
            mark, words = _mark(kinds.get(piece.start, ANY)), re.sub(r"[^\w.\n]", "_", inside[2:-2])
            made.append(mark + words[len(mark) - 2 :] + "}}")
        else:
            made.append(re.sub(r"[^\n]", " ", inside))
        at = piece.end
    made.append(source[at:])
    return "".join(made)


def _mark(kind: Kind) -> str:
    if type_of(kind) in ("button", "stars"):
        return _BUTTON if type_of(kind) == "button" else _STARS
    if is_secret(kind):
        return _LINK if type_of(kind) == "link" else _CODE
    return "{{"


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self._html, self._lower = html, html.lower()
        self._lines = [0, *(match.end() for match in re.finditer("\n", html))]
        self._found: list[tuple[int, str]] = []

    def read(self) -> list[tuple[int, str]]:
        self.feed(self._html)
        # What is left over is a tag or comment without its end; `close()` would take it for words.
        if self.rawdata.startswith("<"):
            what = "<!--" if self.rawdata.startswith("<!--") else "<"
            self._fault(f"This {what} is not closed: write {'-->' if what == '<!--' else '>'} where it ends.")
        return self._found

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _fault(self, text: str, within: str = "") -> None:
        start = self._at()
        found = self._lower.find(within.lower(), start) if within else start
        self._found.append((max(found, start), text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self._fault(f"<{short(tag)}> can't be in an e-mail. Leave it out.")
            return
        outside = _QUOTED.sub('""', self.get_starttag_text() or "")
        if _VALUE_WITHOUT_QUOTES.search(outside):
            self._fault('Put quotation marks around it: href="{{ … }}".', "{{")
            return
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in ALLOWED_TAGS:
            self._fault(f"</{short(tag)}> can't be in an e-mail. Leave it out.")

    def handle_data(self, data: str) -> None:
        if data == "<":
            self._fault("This < begins nothing. For the sign itself write &lt;.")

    def handle_pi(self, data: str) -> None:
        self._fault("<? can't be in an e-mail. Leave it out.")

    def parse_html_declaration(self, i: int) -> int:
        """<!doctype and <![ are not read any further: the library gives up where they are malformed."""
        if self.rawdata.startswith("<!--", i):
            return self.parse_comment(i)
        end = self.rawdata.find(">", i)
        if end >= 0:
            self._fault("This is the e-mail's body only. Leave the doctype and all other <! out.")
        return end + 1 or -1

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if "{{" in name:
            self._fault("A value can't stand here. Put it between the tags, or into an attribute.", "{{")
        elif _BUTTON in value:
            self._fault("A button stands between the tags, not in one. For a link write {{ portal_link }}.", _BUTTON)
        elif _STARS in value:
            self._fault("Stars stand between the tags, not in one. For a link write {{ portal_link }}.", _STARS)
        elif name not in ALLOWED_ATTRIBUTES["*"] | ALLOWED_ATTRIBUTES.get(tag, frozenset()):
            hint = ' For the look of it there is class, like class="soft".' if name == "style" else ""
            self._fault(f"<{tag}> can't have {short(name)}. Leave it out.{hint}", name)
        elif name == "class":
            for one in value.split():
                if one not in ALLOWED_CLASSES:
                    known = ", ".join(sorted(ALLOWED_CLASSES))
                    self._fault(f"There is no class {short(one)}. There are: {known}.", name)
        elif name in ("href", "src"):
            self._address(name, value)

    def _address(self, name: str, value: str) -> None:
        if name == "src" and "{{" in value:
            self._fault("A picture's address is the same for everybody: write it without {{ … }}.", "{{")
            return
        if _CODE in value:
            self._fault("A code can't be a part of an address. Put it between the tags.", _CODE)
            return
        if _LINK in value:
            if name != "href" or not _OUR_LINK.fullmatch(value.strip()):
                self._fault('Nothing else may stand beside this link: href="{{ portal_link }}".', _LINK)
            return
        # In one attribute there may be several, chosen by {% if %}.
        for one in value.split() or [""]:
            if _scheme(one) not in (LINK_SCHEMES if name == "href" else IMAGE_SCHEMES):
                self._fault(_no_address(name, one), name)
            elif "{{" in one and not _WHERE_TO.match(one):
                self._fault("Write where this link goes before the value, like https://example.com/.", "{{")


def _scheme(address: str) -> str:
    return address.partition(":")[0].lower() if ":" in address else ""


def _no_address(name: str, value: str) -> str:
    if name == "src":
        return "A picture needs its whole address, from https:// on."
    if value.startswith("{{"):
        return "A link leads to {{ portal_link }}, or to an address that begins with https://, mailto: or tel:."
    if not value:
        return "This link leads nowhere. Write an address that begins with https://, mailto: or tel:."
    return f"{short(value)} is no address for a link. It begins with https://, mailto: or tel:."
