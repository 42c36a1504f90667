"""moto copies the whole table before each write of a transaction: a payment among 1,800 rows took two seconds.

The copies may share what can't change: writes replace strings and numbers, they never change one in place. Sets, lists
and maps are copied as before.
"""

from __future__ import annotations

import copy
from typing import Any, cast

from moto.dynamodb.models.dynamo_type import Item, LimitedSizeDict

SCALARS = frozenset({"S", "N", "B", "BOOL", "NULL"})


def share_scalars() -> None:
    """Make copies of rows cheap, in this process, once and for all."""
    Item.__deepcopy__ = _copy  # type: ignore[method-assign]


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
