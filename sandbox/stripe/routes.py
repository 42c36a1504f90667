"""From a method and a path to the function that answers, with its parameters already parsed; and lists and
expansion, which are the same for every resource. Knows no resource by name."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.stripe.engine import Engine
from sandbox.stripe.errors import invalid
from sandbox.stripe.state import World

Json = dict[str, Any]


@dataclass
class Call:
    """One request to one endpoint: whose world, which ids its path names, and its parsed parameters."""

    engine: Engine
    world: World
    ids: tuple[str, ...]
    params: Json
    path: str = ""

    @property
    def id(self) -> str:
        return self.ids[0]

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter; an empty string was a wish to unset it, and is None."""
        value = self.params.get(name, default)
        return None if value == "" else value


Handler = Callable[[Call], Json]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: str
    """With `:id` where an id goes."""
    params: str | None
    """The name of the params class in `stripe.params`."""
    handler: Handler
    removed: Mapping[str, str] = field(default_factory=dict)
    """Parameters Stripe took away, with the code of the error that says so."""
    regex: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regex", re.compile(re.sub(r":\w+", r"([\\w-]+)", self.pattern) + r"$"))


def listing(call: Call, objects: Iterable[Json]) -> Json:
    """A page of a list, newest first, by Stripe's cursors. `objects` are oldest first."""
    newest = list(objects)[::-1]
    created = call.params.get("created")
    if created is not None:
        newest = [o for o in newest if _created_within(o["created"], created)]
    limit = call.params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("Invalid integer: limit must be between 1 and 100", "limit")
    places = {o["id"]: place for place, o in enumerate(newest)}
    if after := call.params.get("starting_after"):
        newest = newest[_place(places, after, "starting_after") + 1 :]
        page, more = newest[:limit], len(newest) > limit
    elif before := call.params.get("ending_before"):
        newest = newest[: _place(places, before, "ending_before")]
        page, more = newest[-limit:], len(newest) > limit
    else:
        page, more = newest[:limit], len(newest) > limit
    return {"object": "list", "url": call.path, "has_more": more, "data": page}


def _place(places: dict[str, int], id: str, param: str) -> int:
    if id not in places:
        raise invalid(f"No such object: '{id}'", param, "resource_missing")
    return places[id]


def _created_within(at: int, wanted: int | Json) -> bool:
    if isinstance(wanted, int):
        return at == wanted
    tests = {"gt": at.__gt__, "gte": at.__ge__, "lt": at.__lt__, "lte": at.__le__}
    return all(tests[name](value) for name, value in wanted.items())


def rendered(world: World, obj: Json, expand: Iterable[str] = ()) -> Json:
    """A copy to send, with the ids that were asked for replaced by the objects they name."""
    shown: Json = copy.deepcopy(obj)
    for path in expand:
        _expand(world, shown, path.split("."), path)
    return shown


def _expand(world: World, place: Any, steps: list[str], path: str) -> None:
    if isinstance(place, list):
        for item in place:
            _expand(world, item, steps, path)
        return
    if not isinstance(place, dict):
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    step, *rest = steps
    if step not in place:
        included = world.private.get(place.get("id", ""), {}).get("includable", {})
        if step not in included:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        place[step] = copy.deepcopy(included[step])
    value = place[step]
    if isinstance(value, str):
        found = world.find(value)
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        place[step] = value = copy.deepcopy(found)
    if rest and value is not None:
        _expand(world, value, rest, path)
