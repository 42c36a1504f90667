"""Parse a request by stripe-python's own typed params, and refuse what they don't list.

The TypedDicts of `stripe.params` say which parameters an endpoint takes, how they nest, which are required
and which values an enum has. Reading them here, a misspelt parameter fails in the sandbox as it would at
Stripe. What a parameter does is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import stripe.params
import stripe.params.checkout
import typing_extensions as typed
from stripe._request_options import RequestOptions

from sandbox.stripe.errors import StripeError, invalid, missing_param, unknown_params

Json = dict[str, Any]

_NOT_REQUIRED: Any = typed.NotRequired

# Not sent as parameters: stripe-python turns them into headers.
_HEADERS = frozenset(RequestOptions.__annotations__)


@dataclass(slots=True)
class Shape:
    """What one parameter may be. Several at once when the type is a union."""

    scalars: set[type] = field(default_factory=set)
    choices: list[str] = field(default_factory=list)
    blank: bool = False
    """An empty string is allowed, and means unset."""
    fields: type | None = None
    items: Shape | None = None
    free: bool = False
    """A dictionary with any names, such as metadata."""


def parse(params: type | None, raw: Json) -> Json:
    """The request's values, typed. Raises Stripe's errors for unknown, missing and malformed parameters."""
    if params is None:
        if raw:
            raise unknown_params(_flat_names(raw))
        return {}
    unknown = _unknown(params, raw, "")
    if unknown:
        raise unknown_params(unknown)
    return _parse_fields(params, raw, "")


def named(name: str) -> type:
    """A params class by its name, as `PaymentIntentCreateParams` or `checkout.SessionCreateParams`."""
    place: Any = stripe.params
    for part in name.split("."):
        place = getattr(place, part)
    assert isinstance(place, type)
    return place


@cache
def fields_of(params: type) -> dict[str, tuple[bool, Shape]]:
    """Name to (required, shape)."""
    names = {"StripeContext": object, "Mapping": Mapping}
    hints = typed.get_type_hints(params, localns=names, include_extras=True)
    found: dict[str, tuple[bool, Shape]] = {}
    for name, hint in hints.items():
        if name in _HEADERS:
            continue
        optional = get_origin(hint) is _NOT_REQUIRED
        found[name.rstrip("_")] = (not optional, _shape(get_args(hint)[0] if optional else hint))
    return found


def _shape(hint: Any) -> Shape:
    shape = Shape()
    _add(shape, hint)
    return shape


def _add(shape: Shape, hint: Any) -> None:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        for arg in args:
            _add(shape, arg)
    elif origin is Literal:
        shape.blank = shape.blank or "" in args
        shape.choices += [str(arg) for arg in args if arg != ""]
    elif origin is list:
        shape.items = _shape(args[0])
    elif typed.is_typeddict(hint):
        shape.fields = hint
    elif origin is not None or hint is Any or hint is object:
        shape.free = True
    elif hint in (str, int, float, bool, Decimal):
        shape.scalars.add(hint)
    elif hint is not NoneType:
        shape.scalars.add(str)


def _unknown(params: type, raw: Json, prefix: str) -> list[str]:
    known, names = fields_of(params), []
    for name, value in raw.items():
        path = f"{prefix}[{name}]" if prefix else name
        if name not in known:
            names += _flat_names(value, path)
            continue
        shape = known[name][1]
        if not isinstance(value, dict):
            continue
        if shape.items and shape.items.fields:
            for index, item in value.items():
                if isinstance(item, dict):
                    names += _unknown(shape.items.fields, item, f"{path}[{index}]")
        elif shape.fields:
            names += _unknown(shape.fields, value, path)
    return names


def _flat_names(value: Any, path: str = "") -> list[str]:
    """Every name inside, as `a[b][c]`; a list is named once, without its places."""
    if not isinstance(value, dict) or not value:
        return [path]
    if path and all(key.isdigit() and not isinstance(inner, dict) for key, inner in value.items()):
        return [path]
    return [name for key, inner in value.items() for name in _flat_names(inner, f"{path}[{key}]" if path else key)]


def _parse_fields(params: type, raw: Json, prefix: str) -> Json:
    parsed: Json = {}
    for name, (required, shape) in fields_of(params).items():
        path = f"{prefix}[{name}]" if prefix else name
        if name in raw:
            parsed[name] = _parse(shape, raw[name], path)
        elif required:
            raise missing_param(path)
    return parsed


def _parse(shape: Shape, value: Any, path: str) -> Any:
    if isinstance(value, dict):
        if shape.items:
            return [_parse(shape.items, item, f"{path}[{index}]") for index, item in value.items()]
        if shape.fields:
            return _parse_fields(shape.fields, value, path)
        if shape.free:
            return value
        raise invalid(f"Invalid {_noun(shape)}: {value}", path, executed=False)
    if value == "":
        if shape.blank or shape.free:
            return ""
        raise invalid(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a "
            f"parameter; however '{path}' cannot be unset. You should remove '{path}' from your request or "
            "supply a non-empty value.",
            path,
            "parameter_invalid_empty",
            executed=False,
        )
    return _scalar(shape, str(value), path)


def _scalar(shape: Shape, text: str, path: str) -> Any:
    if text in shape.choices:
        return text
    if bool in shape.scalars and text in ("true", "false"):
        return text == "true"
    if int in shape.scalars and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        return int(text)
    if shape.choices:
        # stripe-python leaves its enums open (`Literal[…] | str`) for values younger than itself; the API
        # does not.
        last = shape.choices[-1]
        several = f"one of {', '.join(shape.choices[:-1])} or {last}" if len(shape.choices) > 1 else last
        raise invalid(f"Invalid {path}: must be {several}", path, executed=False)
    if float in shape.scalars or Decimal in shape.scalars:
        try:
            Decimal(text)
        except ArithmeticError:
            raise invalid(f"Invalid decimal: {text}", path, executed=False) from None
        return float(text) if float in shape.scalars else text
    if str in shape.scalars:
        return text
    raise _wrong_kind(shape, text, path)


def _wrong_kind(shape: Shape, text: str, path: str) -> StripeError:
    noun = _noun(shape)
    code = "parameter_invalid_integer" if noun == "integer" else None
    return invalid(f"Invalid {noun}: {text}", path, code, executed=False)


def _noun(shape: Shape) -> str:
    if shape.items:
        return "array"
    if shape.fields or shape.free:
        return "object"
    if int in shape.scalars:
        return "integer"
    return "boolean" if bool in shape.scalars else "string"
