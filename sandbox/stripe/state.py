"""What the sandbox remembers: one world of objects for each account, and ids that repeat from run to run.
Objects are kept exactly as the API shows them; what Stripe knows and does not tell is kept beside them."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.stripe.errors import missing_object

Json = dict[str, Any]

_ALPHABET = string.ascii_letters + string.digits

# What Stripe calls an object in "No such …".
_NOUNS = {
    "payment_method": "PaymentMethod",
    "checkout.session": "checkout.session",
    "payment_intent": "payment_intent",
    "setup_intent": "setupintent",
}


class Ids:
    """Ids with Stripe's prefixes, drawn from a seed so that two runs of the same steps give the same ids."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def text(self, length: int) -> str:
        return "".join(self._random.choices(_ALPHABET, k=length))

    def new(self, prefix: str, length: int = 24) -> str:
        return f"{prefix}_{self.text(length)}"


@dataclass
class World:
    """Everything of one account. Nothing in one world can be reached from another."""

    account: str
    tables: dict[str, dict[str, Json]] = field(default_factory=dict)
    private: dict[str, Json] = field(default_factory=dict)
    """By object id: what Stripe knows and does not show, such as which test card a payment method is."""

    def add(self, obj: Json, **private: Any) -> Json:
        self.tables.setdefault(obj["object"], {})[obj["id"]] = obj
        if private:
            self.secret(obj["id"]).update(private)
        return obj

    def secret(self, id: str) -> Json:
        return self.private.setdefault(id, {})

    def all(self, kind: str) -> list[Json]:
        """Oldest first."""
        return list(self.tables.get(kind, {}).values())

    def find(self, id: str) -> Json | None:
        return next((table[id] for table in self.tables.values() if id in table), None)

    def get(self, kind: str, id: str, param: str | None = None) -> Json:
        """The object, or Stripe's "No such …": 404 when the path named it, 400 when the parameter `param`
        did."""
        found = self.tables.get(kind, {}).get(id)
        if found is None or found.get("deleted"):
            raise missing_object(_NOUNS.get(kind, kind), id, param or "id", status=400 if param else 404) from None
        return found


@dataclass(order=True)
class Task:
    """Something that happens by itself when its time comes, such as a bank debit settling."""

    due: datetime
    number: int
    name: str = field(compare=False)
    account: str = field(compare=False)
    id: str = field(compare=False)
    with_: Json = field(compare=False, default_factory=dict)


@dataclass
class State:
    """The whole of the sandbox's memory. Tests may read it; only the sandbox writes it."""

    ids: Ids
    platform: str
    worlds: dict[str, World] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)

    def world(self, account: str | None = None) -> World:
        """The world of a connected account, or the platform's own."""
        return self.worlds[account or self.platform]

    def locate(self, id: str) -> tuple[World, Json] | None:
        """Whose object this is: for hosted pages, whose addresses carry an object's id and no account."""
        for world in self.worlds.values():
            found = world.find(id)
            if found is not None:
                return world, found
        return None

    def every(self, kind: str) -> Iterator[Json]:
        """All objects of one kind in all worlds, such as every charge there was."""
        for world in self.worlds.values():
            yield from world.all(kind)

    def charges(self, account: str | None = None) -> list[Json]:
        """Charges that took money, in one world (the platform's without an account), oldest first."""
        return [c for c in self.world(account).all("charge") if c["status"] == "succeeded"]
