"""What a feature stores and how its conditions are spelled: the base rows of the three tables, and writes on them.

Rows are PynamoDB models and are only written; `store.py` reads. A write is a value until a store does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

HASH: dict[str, str] = {"tenants": "tenant", "customers": "customer", "tokens": "token"}
"""Each table's partition key attribute."""


class TenantsRow(Model):
    """What belongs to a company and not to one customer."""

    class Meta:
        table_name = "tenants"

    tenant = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)


class CustomersRow(Model):
    """What belongs to one customer; `customer` is `<tenant>#<customer>`."""

    class Meta:
        table_name = "customers"

    customer = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)


class TokensRow(Model):
    """What lives a short time. `expires` (epoch seconds) is a broom, not a lock: always compare with `now` too."""

    class Meta:
        table_name = "tokens"

    token = UnicodeAttribute(hash_key=True)
    expires = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a transaction. `name` says what it is when its condition does not hold."""

    name: str
    kind: Literal["check", "delete", "put", "update"]
    row: Model
    condition: Condition | None = None
    actions: tuple[Action, ...] = ()


def put(row: Model, name: str, condition: Condition | None = None) -> Write:
    """Write a whole row."""
    return Write(name, "put", row, condition)


def create(row: Model, name: str) -> Write:
    """Write a row that must not be there yet."""
    return Write(name, "put", row, getattr(type(row), HASH[row.Meta.table_name]).does_not_exist())


def change(row: Model, name: str, condition: Condition | None = None, /, **values: object) -> Write:
    """Set attributes of a row that must be there (an update would make a stub of a missing one); None removes."""
    cls = type(row)
    exists = getattr(cls, HASH[row.Meta.table_name]).exists()
    actions = tuple(
        getattr(cls, key).remove() if value is None else getattr(cls, key).set(value) for key, value in values.items()
    )
    return Write(name, "update", row, exists if condition is None else exists & condition, actions)
