"""msgspec's words for what is wrong with a value, as ours: they say what to send, in the words of JSON."""

from __future__ import annotations

import re
from typing import Any

from msgspec import inspect

FIELD = re.compile(r"Object (?:missing required|contains unknown) field `(.*)`$", re.DOTALL)
_CHOICE = re.compile(r"Invalid enum value (.*)$", re.DOTALL)
_LENGTH = re.compile(r"Expected `(str|array|object|bytes)` of length ([<>])= (\d+)$")
_BOUND = re.compile(r"Expected `(?:int|float)` ([<>]=?) (-?[\d.e+]+)$")
_TYPE = re.compile(r"Expected `([^`]+)`(?:, got `[^`]+`)?$")
_NOUNS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def plain(text: str, place: str, kind: Any) -> str:
    """What to send at a place of a type, where msgspec said `text` of what was sent."""
    if found := FIELD.match(text):
        unknown = text.startswith("Object contains")
        hint = f"There is no field “{found[1]}” here. Leave it out, or check its spelling."
        return hint if unknown else f"“{found[1]}” is missing. Add it."
    if found := _CHOICE.match(text):
        return f"{found[1]} is none of the choices: {', '.join(_choices(kind, place))}."
    if found := _LENGTH.match(text):
        return _length(found[1], found[2] == ">", int(found[3]))
    if found := _BOUND.match(text):
        return _bound(found[1], found[2])
    if " matching regex " in text:
        return f"This is written in another way. {_meant(kind, place)}".rstrip()
    if text.endswith("out of range"):
        return "This number is too large. Send a smaller one."
    if found := _TYPE.match(text):
        return _type(found[1].split(" | "), _choices(kind, place))
    return text.replace("`", "") + "."


def _length(what: str, least: bool, number: int) -> str:
    if what == "str":
        if least:
            return "This can't be empty. Fill it in." if number == 1 else f"Use {number:,} characters or more."
        return f"Use {number:,} characters or fewer." if number != 1 else "Use one character."
    if least:
        return "Send at least one." if number == 1 else f"Send {number:,} or more."
    return f"Send {number:,} or fewer." if number != 1 else "Send one at the most."


def _bound(sign: str, number: str) -> str:
    told = f"{int(number):,}" if number.lstrip("-").isdigit() else number
    return {">=": f"Send {told} or more.", "<=": f"Send {told} or less."}.get(
        sign, f"Send {'more' if sign == '>' else 'less'} than {told}."
    )


def _type(kinds: list[str], choices: list[str]) -> str:
    """What a value of these types is called; where only some words may stand, those."""
    if choices and "str" in kinds:
        return f"Send one of these: {', '.join([*choices, *(one for one in kinds if one == 'null')])}."
    # Null last: the value is what is meant.
    named = [_NOUNS.get(one, one) for one in sorted(kinds, key=lambda one: (one == "null", one))]
    return f"Send {' or '.join(named)}."


def _choices(kind: Any, place: str) -> list[str]:
    """What may stand at a place of a type, where only some words may."""
    options = _flat(_at(kind, place))
    if any(isinstance(one, inspect.StrType) for one in options):
        return []
    literals = (one for one in options if isinstance(one, inspect.LiteralType))
    return [str(value) or "''" for one in literals for value in one.values]


def _meant(kind: Any, place: str) -> str:
    """What a place of a type is described as, '' if it isn't."""
    here = _at(kind, place)
    options = here.types if isinstance(here, inspect.UnionType) else (here,)
    told = (one.extra_json_schema for one in options if isinstance(one, inspect.Metadata))
    return next((one["description"] for one in told if one and "description" in one), "")


def _at(kind: Any, place: str) -> Any:
    here: Any = inspect.type_info(kind)
    for step in filter(None, place.split("/")):
        here = _inside(here, step)
    return here


def _flat(kind: Any) -> list[Any]:
    if isinstance(kind, inspect.Metadata):
        return _flat(kind.type)
    return [deep for one in kind.types for deep in _flat(one)] if isinstance(kind, inspect.UnionType) else [kind]


def _inside(kind: Any, step: str) -> Any:
    for one in _flat(kind):
        if isinstance(one, inspect.StructType):
            for field in one.fields:
                if field.encode_name == step:
                    return field.type
        if isinstance(one, inspect.ListType | inspect.SetType | inspect.FrozenSetType | inspect.VarTupleType):
            return one.item_type
    return kind
