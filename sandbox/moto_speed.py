"""moto, without what it does again and again: most of the time of the tests, and of the sandbox, is moto's.

Nothing here changes what moto answers: what is remembered are texts that mean the same each time, what is left out is
copying and measuring twice. What is not of the plain kind goes moto's own way, and so does all that is wrong, so that
the words of a refusal are moto's. tests/sandbox/test_moto_speed.py holds the two against each other.
"""

from __future__ import annotations

import copy
import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, NamedTuple, cast

import moto.core.responses as answers
import moto.dynamodb.models as backend
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.serialize import BaseJSONSerializer, JSONSerializer
from moto.core.utils import method_names_from_class, utcnow
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import ast_nodes as untyped_nodes
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.parsing.validators import UpdateExpressionValidator
from moto.dynamodb.responses import DynamoHandler, DynamoResult
from moto.utilities.utils import get_partition
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from sandbox import moto_reads

SCALARS = frozenset({"S", "N", "B", "BOOL", "NULL"})
PLAIN = frozenset({"S", "N", "BOOL", "NULL"})
# As moto has it: something between the 400 KB that are promised and what was found by trying.
LARGEST_ITEM = 405_000
REMEMBERED = 2_000
ZERO = DynamoType({"N": "0"})
DYNAMODB = re.compile(r"https://dynamodb\.([a-z0-9-]+)\.amazonaws\.com/$")

ast_nodes: Any = untyped_nodes

_any_request = BotocoreStubber.process_request
_transact = DynamoDBBackend.transact_write_items
_parse_condition = ConditionExpressionParser.parse
_parse_update = UpdateExpressionParser.make.__func__
_any_value = vars(DynamoType)["cast_value"].fget
_all_items = Table.all_items


def hurry() -> None:
    """Make moto quick, in this process, once and for all."""
    for owner, name, _, quick in shortcuts():
        setattr(owner, name, quick)


@lru_cache(1)
def shortcuts() -> list[tuple[Any, str, Any, Any]]:
    """What is replaced: where it is, its name, moto's own, and ours."""
    return [
        (owner, name, vars(owner).get(name), quick)
        for owner, name, quick in (
            (Item, "__deepcopy__", _copy),
            (Item, "__init__", _make_item),
            (LimitedSizeDict, "__setitem__", _set_attribute),
            (DynamoType, "cast_value", property(_value)),
            (Table, "__deepcopy__", _copy_rows),
            (Table, "all_items", _all_rows),
            (Table, "query", moto_reads.query),
            (Item, "size", moto_reads.size),
            (DynamoType, "__init__", moto_reads.make_value),
            (DynamoResult, "__init__", moto_reads.as_told),
            (DynamoDBBackend, "transact_write_items", _undo_only_what_is_touched),
            (ConditionExpressionParser, "parse", _remember_condition),
            (UpdateExpressionParser, "make", classmethod(_remember_update)),
            (backend, "UpdateExpressionValidator", _Validator),
            (backend, "UpdateExpressionExecutor", _Executor),
            (BotocoreStubber, "process_request", _straight_to_tables),
            (answers, "method_names_from_class", lru_cache(method_names_from_class)),
            (JSONSerializer, "_serialize_type_structure", _send),
        )
    ]


# Rows


def _copy(self: Item, memo: dict[int, Any]) -> Item:
    """A copy may share what can't change: writes replace strings and numbers, they never change one in place."""
    made = cast(Item, Item.__new__(Item))
    made.hash_key, made.range_key = self.hash_key, self.range_key
    made.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    # Past its __setitem__, which measures the whole row each time.
    dict.update(
        made.attrs,
        {name: one if one.type in SCALARS else copy.deepcopy(one, memo) for name, one in self.attrs.items()},
    )
    return made


def _make_item(self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
    """moto measures all there is for each attribute that comes; this adds up."""
    self.hash_key, self.range_key = hash_key, range_key
    self.attrs = LimitedSizeDict()
    size = 0
    for name, value in attrs.items():
        one = DynamoType(value)
        size += _bytes(name) + _size(one)
        if size > LARGEST_ITEM:
            raise ItemSizeTooLarge
        dict.__setitem__(self.attrs, name, one)


def _set_attribute(self: LimitedSizeDict, name: str, value: Any) -> None:
    size = _bytes(name) + _size(value)
    for old, one in self.items():
        size += _bytes(old) + _size(one)
    if size > LARGEST_ITEM:
        raise ItemSizeTooLarge
    dict.__setitem__(self, name, value)


def _value(self: DynamoType) -> Any:
    """Of a text moto asks whether it is one of five other things, whenever it compares two."""
    return self.value if self.type == "S" else _any_value(self)


def _all_rows(self: Table) -> list[Item]:
    """In the order of their keys: for each question to an index moto puts the whole table into it, key by key."""
    if self.range_key_type != "S" or self.hash_key_type != "S":
        return _all_items(self)
    rows = [one for partition in cast(Any, self.items).values() for one in partition.values()]
    return sorted(rows, key=lambda one: (one.hash_key.value, one.range_key.value))


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _size(one: Any) -> int:
    if type(one) is not DynamoType:
        return _bytes(str(one))
    if one.type == "S":
        return _bytes(one.value)
    return len(str(one.value)) if one.type == "N" else one.size()


# Transactions


_undone: ContextVar[bool] = ContextVar("undone", default=False)
"""Somebody else puts back the rows of a transaction that fails: moto need not copy its tables."""


def _copy_rows(self: Table, memo: dict[int, Any]) -> Table:
    """Of a table only the rows: nothing else of it is written to after it was made."""
    if _undone.get():
        return self
    made = copy.copy(self)
    made.items = copy.deepcopy(self.items, memo)
    return made


def _undo_only_what_is_touched(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    """moto copies the whole table before each write: a payment among 1,800 rows took two seconds."""
    with _put_back(self, transact_items):
        token = _undone.set(True)
        try:
            _transact(self, transact_items)
        finally:
            _undone.reset(token)


@contextmanager
def _put_back(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> Iterator[None]:
    before: dict[tuple[str, DynamoType], Any] = {}
    for table, hash_key, range_key in _touched(self, transact_items):
        place, found = (table.name, hash_key), cast(Any, table.items.get(hash_key))
        if range_key is None or found is None:
            before[place] = copy.deepcopy(found)
            continue
        rows = before.setdefault(place, dict(found))
        if range_key in rows:
            rows[range_key] = copy.deepcopy(rows[range_key])
    try:
        yield
    except BaseException:
        for (name, hash_key), found in before.items():
            if found is None:
                self.tables[name].items.pop(hash_key, None)
            else:
                self.tables[name].items[hash_key] = found
        raise


def _touched(
    self: DynamoDBBackend, transact_items: list[dict[str, Any]]
) -> Iterator[tuple[Table, DynamoType, DynamoType | None]]:
    """The keys of a transaction. Where there is none moto refuses that item, and writes nothing."""
    for one in transact_items:
        for write in one.values():
            table, row = self.tables.get(write.get("TableName")), write.get("Key") or write.get("Item") or {}
            if table is None or table.hash_key_attr not in row:
                continue
            if table.range_key_attr is None:
                yield table, DynamoType(row[table.hash_key_attr]), None
            elif table.range_key_attr in row:
                yield table, DynamoType(row[table.hash_key_attr]), DynamoType(row[table.range_key_attr])


# Expressions


class _Memory(OrderedDict[Any, Any]):
    """The last that were used."""

    def keep(self, key: Any, value: Any) -> Any:
        self[key] = value
        if len(self) > REMEMBERED:
            self.popitem(last=False)
        return value


_conditions = _Memory()
_updates = _Memory()


def _remember_condition(self: ConditionExpressionParser) -> Any:
    """A condition is asked for three times in a transaction, with the same values."""
    names, values = self.expression_attribute_names, self.expression_attribute_values
    key = (self.condition_expression, repr(names), repr(values))
    if key not in _conditions:
        made = _parse_condition(self)
        _conditions.keep(key, (made, tuple(self.expr_attr_names_found), tuple(self.expr_attr_values_found)))
        return made
    made, names_found, values_found = _conditions[key]
    self.expr_attr_names_found += names_found
    self.expr_attr_values_found += values_found
    return made


def _remember_update(cls: type[UpdateExpressionParser], expression: str) -> Any:
    """Whoever changes what was parsed copies it first."""
    if expression not in _updates:
        _updates.keep(expression, _parse_update(cls, expression))
    return _updates[expression]


class _Step(NamedTuple):
    """SET name = value, ADD name value, or REMOVE name (no value). Both are placeholders."""

    name: str
    value: str | None
    adds: bool


def _steps(expression: Any) -> tuple[_Step, ...] | None:
    """An update that sets whole attributes to values that were sent, adds to them, or removes them; None if there is
    more to it."""
    if "steps" not in vars(expression):
        clauses = expression.find_clauses(
            [ast_nodes.UpdateExpressionSetClause, ast_nodes.UpdateExpressionRemoveClause,
             ast_nodes.UpdateExpressionAddClause]
        )  # fmt: skip
        actions = expression.find_clauses(
            [ast_nodes.UpdateExpressionSetAction, ast_nodes.UpdateExpressionRemoveAction,
             ast_nodes.UpdateExpressionAddAction, ast_nodes.UpdateExpressionDeleteAction]
        )  # fmt: skip
        steps = [_step(one) for one in actions]
        once = len({type(one) for one in clauses}) == len(clauses)
        expression.steps = tuple(steps) if once and None not in steps else None
    return cast("tuple[_Step, ...] | None", expression.steps)


def _step(action: Any) -> _Step | None:
    path, *values = action.children
    adds = type(action) is ast_nodes.UpdateExpressionAddAction
    if type(action) is ast_nodes.UpdateExpressionSetAction:
        values = values[0].children
    elif not adds and type(action) is not ast_nodes.UpdateExpressionRemoveAction:
        return None
    if len(values) > 1 or any(type(one) is not ast_nodes.ExpressionAttributeValue for one in values):
        return None
    if len(path.children) != 1 or type(path.children[0]) is not ast_nodes.ExpressionAttributeName:
        return None
    name = path.children[0].get_attribute_name_placeholder()
    return _Step(name, values[0].get_value_name() if values else None, adds)


class _Changes:
    """A plain update that was found right."""

    def __init__(self, found: dict[str, DynamoType | None]) -> None:
        self.found = found

    def normalize(self) -> None:
        """Nothing: each names an attribute of its own, so that their order is nobody's business."""


class _Validator:
    """moto goes through an update ten times, node by node. A plain one is right if all of this holds; else moto
    looks, and says what is wrong."""

    def __init__(self, expression: Any, expression_attribute_names: Any, expression_attribute_values: Any,
                 item: Item, table: Table) -> None:  # fmt: skip
        self._given = (expression, expression_attribute_names, expression_attribute_values, item, table)

    def validate(self) -> Any:
        expression, names, values, item, table = self._given
        steps = _steps(expression)
        if steps is None or not names:
            return UpdateExpressionValidator(*self._given).validate()
        found: dict[str, DynamoType | None] = {}
        types = {one["AttributeName"]: one["AttributeType"] for one in table.attr}
        for step in steps:
            name = names.get(step.name)
            value = DynamoType(values[step.value]) if step.value in (values or {}) else None
            if (
                name is None
                or name in found
                or name in table.table_key_attrs
                or (step.value is not None and value is None)
                or (value is not None and name in types and (value.type != types[name] or not value.value))
            ):
                return UpdateExpressionValidator(*self._given).validate()
            if step.adds and value is not None:
                before = item.attrs.get(name, ZERO)
                if before.type != "N" or value.type != "N":
                    return UpdateExpressionValidator(*self._given).validate()
                value = before + value
            found[name] = value
        return _Changes(found)


class _Executor:
    def __init__(self, changes: Any, item: Item, names: Any) -> None:
        self._given = (changes, item, names)

    def execute(self) -> None:
        changes, item, _ = self._given
        if not isinstance(changes, _Changes):
            UpdateExpressionExecutor(*self._given).execute()
            return
        for name, value in changes.found.items():
            if value is None:
                item.attrs.pop(name, None)
            else:
                item.attrs[name] = value


# Requests and answers


def _straight_to_tables(self: BotocoreStubber, request: Any) -> Any:
    """moto looks through the addresses of all services for whose this is, makes a web server's request of it, and reads
    that by the model. Whose this is is plain, and the body says what it means unless there is a blob in it."""
    found = DYNAMODB.match(request.url)
    if not found or b'"B"' in request.body or b'"BS"' in request.body:
        return _any_request(self, request)
    handler: Any = DynamoHandler()
    handler.headers = {
        name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
    }
    handler.querystring, handler.uri_match = {}, {}
    handler.region, handler.partition = found[1], get_partition(found[1])
    handler.response_headers = {"server": "amazon.com", "date": http_date(utcnow())}
    handler.access_key, handler.current_account = handler.get_access_key(), handler.get_current_account()
    handler.params = json.loads(request.body)
    try:
        return moto_reads.answer(handler, handler.headers["X-Amz-Target"])
    except HTTPException as error:
        return error.code, error.get_headers(), error.get_body()


def _send(self: JSONSerializer, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """Value by value along the shapes of the service's model; an attribute of a row is already as it is sent."""
    if shape.name == "AttributeValue" and key and isinstance(value, dict) and PLAIN.issuperset(value):
        serialized[key] = value
    else:
        BaseJSONSerializer._serialize_type_structure(self, serialized, value, shape, key)
