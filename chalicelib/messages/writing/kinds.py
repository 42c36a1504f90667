"""Of what type the things are that a text names, and which of them there are where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from chalicelib.messages.writing.language import Place, fits

# A variable as `values.tree()` describes it: {"type": "money", …}, {"type": "list", "of": {name: kind}}. A group is
# {name: kind}, and so is one thing of a list.
Kind = Mapping[str, Any]

# Not known, because something is wrong with it that was said already.
ANY: Kind = {"type": "any"}
TEXT: Kind = {"type": "text"}
NUMBER: Kind = {"type": "number"}
FLAG: Kind = {"type": "flag"}
# "nil", and "blank" or "empty".
NIL: Kind = {"type": "nil"}
BLANK: Kind = {"type": "blank"}
FORLOOP: Kind = {
    "index": NUMBER,
    "index0": NUMBER,
    "rindex": NUMBER,
    "rindex0": NUMBER,
    "length": NUMBER,
    "first": FLAG,
    "last": FLAG,
}
# What lets somebody in: it may be shown as it is, and nothing else, so that it can't be carried away piece by piece.
SECRET: Kind = {"type": "text", "secret": True}
# Those of all messages, for texts of which only the names are known.
SECRETS: Mapping[str, Kind] = {
    "portal_link": {"type": "link"},
    "console_link": {"type": "link"},
    "sign_in": {"code": SECRET},
}
_LITERALS = {
    "StringLiteral": TEXT,
    "IntegerLiteral": NUMBER,
    "FloatLiteral": NUMBER,
    "TrueLiteral": FLAG,
    "FalseLiteral": FLAG,
    "Nil": NIL,
    "Empty": BLANK,
    "Blank": BLANK,
}
_NO_TEXT = ("number", "money", "flag", "list", "button", "stars", "group", "nil", "blank", "any")


def type_of(kind: Kind) -> str:
    """Its type; "group" for what is not a value by itself."""
    kind_type = kind.get("type")
    return kind_type if isinstance(kind_type, str) else "group"


def is_text(kind: Kind) -> bool:
    """Texts of all sorts: days and links too, since they are written out already."""
    return type_of(kind) not in _NO_TEXT


def is_secret(kind: Kind) -> bool:
    """Whether it lets somebody in, or has something that does."""
    if type_of(kind) == "group":
        return any(is_secret(below) for below in kind.values())
    return type_of(kind) == "link" or bool(kind.get("secret"))


def of_literal(expression: object) -> Kind:
    """The type of a value that is written in the text itself; ANY if it is none."""
    return _LITERALS.get(type(expression).__name__, ANY)


class Kinds:
    """The names of a text: given ones, assigned ones, those of the loops that are open."""

    def __init__(self, given: Mapping[str, Any] | None, place: Place) -> None:
        self._given, self._place = given, place
        self._loops: list[Mapping[str, Kind]] = []
        self.assigned: dict[str, Kind] = {}

    def enter(self, names: Mapping[str, Kind]) -> None:
        """A loop begins."""
        self._loops.append(names)

    def leave(self) -> None:
        """The innermost ends."""
        self._loops.pop()

    def assign(self, name: str, kind: Kind) -> bool:
        """False if it is of another type already: what it is would depend on what was shown."""
        before = self.assigned.setdefault(name, kind)
        return before is ANY or kind is ANY or type_of(before) == type_of(kind) != "group" or before == kind

    def is_given(self, name: str) -> bool:
        """Whether the message itself has something of this name."""
        return name in (self._given or ())

    def find(self, path: list[Any]) -> Kind | None:
        """What this names; None if there is nothing, ANY if nothing is known of what there is."""
        unknown = ANY if self._given is None else None
        if not isinstance(path[0], str):
            return None
        kind = next((names[path[0]] for names in self._all() if path[0] in names), None)
        if kind is None:
            return unknown
        for segment in path[1:]:
            below = self._below(kind, segment)
            if below is None and type_of(kind) == "group" and isinstance(segment, str):
                below = unknown
            if below is None:
                return None
            kind = below
        return kind

    def _all(self) -> Iterator[Mapping[str, Kind]]:
        yield from reversed(self._loops)
        yield self.assigned
        yield SECRETS if self._given is None else self._given

    @staticmethod
    def _below(kind: Kind, segment: Any) -> Kind | None:
        name = type_of(kind)
        if name == "any":
            return ANY
        if name == "group":
            return kind.get(segment) if isinstance(segment, str) else None
        if segment == "size" and (name == "list" or is_text(kind)):
            return NUMBER
        if name == "list" and (segment in ("first", "last") or isinstance(segment, int)):
            found: Kind = kind["of"]
            return found
        return None

    def similar(self, name: str) -> str:
        """The name that was probably meant; '' if none is like it."""
        known = [one for names in self._all() for one in _paths(names, self._place)]
        lower = {one.lower(): one for one in reversed(known)}
        last = name.lower().rsplit(".", 1)[-1]
        for one in known:
            if one.lower() == name.lower() or ("." not in name and one.lower().rsplit(".", 1)[-1] == last):
                return one
        above, dot, _ = name.rpartition(".")
        if siblings := self.siblings(name.split(".")):
            close = get_close_matches(last, siblings, 1, 0.6)
            return above + dot + close[0] if close else ""
        close = get_close_matches(name.lower(), lower, 1, 0.7)
        return lower[close[0]] if close else ""

    def siblings(self, path: list[Any]) -> list[str]:
        """What the group has of which this would be one."""
        above = self.find(path[:-1]) if len(path) > 1 else None
        return list(above) if above is not None and type_of(above) == "group" else []

    def a_list(self) -> str:
        """For example, in words; '' if this message has no lists."""
        lists = (one for one in _paths(self._given or {}, self._place, lists=True))
        found = next(lists, "")
        return f": write {{% for one in {found} %}}, for instance" if found else ""


def _paths(names: Mapping[str, Any], place: Place, lists: bool = False) -> Iterator[str]:
    for name, kind in names.items():
        if type_of(kind) == "group":
            yield from (f"{name}.{one}" for one in _paths(kind, place, lists))
        elif (type_of(kind) == "list" or not lists) and fits(type_of(kind), place):
            yield name
