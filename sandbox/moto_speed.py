"""moto copies the whole table before each write of a transaction: a payment among 1,800 rows took two seconds.

The copies may share what can't change: writes replace strings and numbers, they never change one in place. Sets, lists
and maps are copied as before. And of a table only the rows are copied: a transaction changes nothing else.

Answers are copied too, value by value along the shapes of the service's model; an attribute of a row is already as it
is sent.
"""

from __future__ import annotations

import copy
from typing import Any, cast

from moto.core.serialize import BaseJSONSerializer, JSONSerializer
from moto.dynamodb.models.dynamo_type import Item, LimitedSizeDict
from moto.dynamodb.models.table import Table

SCALARS = frozenset({"S", "N", "B", "BOOL", "NULL"})
PLAIN = frozenset({"S", "N", "BOOL", "NULL"})


def share_scalars() -> None:
    """Make copies of rows, and answers, cheap, in this process, once and for all."""
    Item.__deepcopy__ = _copy  # type: ignore[method-assign]
    Table.__deepcopy__ = _copy_rows  # type: ignore[attr-defined]
    JSONSerializer._serialize_type_structure = _send  # type: ignore[method-assign, assignment]


def _copy(self: Item, memo: dict[int, Any]) -> Item:
    made = cast(Item, Item.__new__(Item))
    made.hash_key, made.range_key = self.hash_key, self.range_key
    made.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    # Past its __setitem__, which measures the whole row each time.
    dict.update(
        made.attrs,
        {name: one if one.type in SCALARS else copy.deepcopy(one, memo) for name, one in self.attrs.items()},
    )
    return made


def _copy_rows(self: Table, memo: dict[int, Any]) -> Table:
    made = copy.copy(self)
    made.items = copy.deepcopy(self.items, memo)
    return made


def _send(self: JSONSerializer, serialized: Any, value: Any, shape: Any, key: str) -> None:
    if shape.name == "AttributeValue" and key and isinstance(value, dict) and PLAIN.issuperset(value):
        serialized[key] = value
    else:
        BaseJSONSerializer._serialize_type_structure(self, serialized, value, shape, key)
