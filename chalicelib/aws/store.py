"""DynamoDB: the three tables, their key grammar, reads as plain values, and writes that all happen or none.

A store is born bound to one tenant and no method takes a tenant: what is not the tenant's own key is refused here,
whatever a caller passes. Rows (PynamoDB models) say what a feature stores and how conditions are spelled; they are
only written. Reads come back as plain dicts, decoded by DynamoDB's own type tags: PynamoDB's models cost ten times
that per row, and nothing above `records.py` may see them anyway.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError

from chalicelib.aws.rows import HASH, Write
from chalicelib.aws.wire import lighten, plain
from chalicelib.errors import Unavailable

Item = dict[str, Any]
Table = Literal["tenants", "customers", "tokens"]

SEPARATOR = "#"
BY_TASK = ("by_task", "task", "task_at")
TRANSACTION_LIMIT = 100
# Bytes of DynamoDB's partition and sort keys.
PARTITION_LIMIT, ITEM_LIMIT = 2048, 1024


class Key(NamedTuple):
    """Where one item lies."""

    table: Table
    partition: str
    item: str = ""


class ConditionFailed(Exception):
    """Nothing was written, since these writes' conditions did not hold."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


class Contended(Unavailable):
    """Nothing was written, since others were writing the same all the time. Whoever can decide again, looks again."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. `last` is where the next one begins, None at the end."""

    items: list[Item]
    last: dict[str, str] | None


@dataclass(frozen=True)
class Tables:
    """One installation's tables behind one shared client. Makes the stores."""

    tenants: str
    customers: str
    tokens: str
    region: str
    endpoint: str = ""
    sleep: Callable[[float], None] = field(default=time.sleep)

    @cached_property
    def connection(self) -> Connection:
        """One client for all models: PynamoDB would make one each, 0.1 s apiece. Timeouts fit below 29 s."""
        made = Connection(
            region=self.region,
            host=self.endpoint or None,
            connect_timeout_seconds=2,
            read_timeout_seconds=4,
            retry_configuration={"total_max_attempts": 4, "mode": "standard"},
            max_pool_connections=10,
        )
        lighten(made.session)
        return made

    def for_tenant(self, tenant: str) -> Store:
        """A store that can reach this tenant's keys and no others."""
        return Store(self, tenant)

    def platform(self) -> Platform:
        """The store of what belongs to no tenant: reserved addresses, logins, accounts, the sweep's task list."""
        return Platform(self)

    def name(self, table: str) -> str:
        names: dict[str, str] = {"tenants": self.tenants, "customers": self.customers, "tokens": self.tokens}
        return names[table]

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """One call to DynamoDB. What is left after botocore's retries is the one word Unavailable."""
        try:
            answer: dict[str, Any] = self.connection.dispatch(operation, arguments)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _TRANSIENT:
                raise Unavailable() from error
            raise
        except BotoCoreError as error:
            raise Unavailable() from error
        return answer


_TRANSIENT = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
    "500",
    "502",
    "503",
    "504",
}
_CANCELLED_BUT_WORTH_A_RETRY = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class _Reach:
    """What both stores do. `_owns` decides which keys may be touched."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def _owns(self, table: str, partition: str) -> bool:
        raise NotImplementedError

    def _check(self, table: str, partition: str) -> None:
        if not self._owns(table, partition):
            raise AssertionError(f"a key of another tenant was asked for in {table}")

    def get(self, *keys: Key) -> list[Item | None]:
        """The items at these keys, in their order, None where there is none. One call; strongly consistent."""
        wanted: dict[str, Any] = {}
        for key in dict.fromkeys(keys):
            self._check(key.table, key.partition)
            if not _can_be(key):
                continue
            request = wanted.setdefault(self._tables.name(key.table), {"Keys": [], "ConsistentRead": True})
            request["Keys"].append(_key(key))
        found: dict[Key, Item] = {}
        for attempt in range(5):
            if not wanted:
                break
            answer = self._tables.call("BatchGetItem", {"RequestItems": wanted})
            for table in dict.fromkeys(key.table for key in keys):
                for raw in answer["Responses"].get(self._tables.name(table), ()):
                    found[_key_of(table, raw)] = plain(raw)
            wanted = answer.get("UnprocessedKeys") or {}
            if wanted:
                self._tables.sleep(0.05 * 2**attempt)
        if wanted:
            raise Unavailable()
        return [found.get(key) for key in keys]

    def query(
        self,
        table: Table,
        partition: str,
        *,
        prefix: str = "",
        upto: str | None = None,
        below: str | None = None,
        between: tuple[str, str] | None = None,
        index: tuple[str, str, str] | None = None,
        limit: int = 20,
        after: Mapping[str, str] | None = None,
        newest_first: bool = True,
        consistent: bool = False,
    ) -> Page:
        """Items of one partition whose sort key begins with `prefix` (or is at most `upto`, or less than `below`, or
        `between` these two, both included), a page at a time.

        `index` is (index name, its partition attribute, its sort attribute); None reads the table itself.
        `consistent`: as it is now, and not as it was a moment ago; DynamoDB has that for no index across partitions.
        """
        self._check(table, partition)
        name, hash_name, range_name = index or ("", HASH[table], "item")
        request: dict[str, Any] = {
            "TableName": self._tables.name(table),
            "KeyConditionExpression": "#p = :p",
            "ExpressionAttributeNames": {"#p": hash_name},
            "ExpressionAttributeValues": {":p": {"S": partition}},
            "ScanIndexForward": not newest_first,
            "Limit": limit,
        }
        if name:
            request["IndexName"] = name
        if consistent:
            request["ConsistentRead"] = True
        condition, bounds = _bounds(prefix, upto, below, between)
        if condition:
            request["KeyConditionExpression"] += f" AND {condition}"
            request["ExpressionAttributeNames"]["#s"] = range_name
            request["ExpressionAttributeValues"] |= bounds
        if after:
            request["ExclusiveStartKey"] = {key: {"S": value} for key, value in after.items()}
        answer = self._tables.call("Query", request)
        last = answer.get("LastEvaluatedKey")
        return Page(
            [plain(raw) for raw in answer["Items"]],
            {key: value["S"] for key, value in last.items()} if last else None,
        )

    def transact(self, *writes: Write) -> None:
        """All of these or none. ConditionFailed names those that did not hold.

        A failed condition after a lost answer may be our own success: callers read back before they answer.
        """
        if len(writes) > TRANSACTION_LIMIT:
            raise AssertionError(f"{len(writes)} writes do not fit one transaction")
        ordered = sorted(writes, key=lambda write: _ORDER.index(write.kind))
        groups: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _ORDER}
        for write in ordered:
            groups[write.kind].append(self._arguments(write))
        for attempt in range(6):
            try:
                self._tables.connection.transact_write_items(
                    groups["check"], groups["delete"], groups["put"], groups["update"]
                )
                return
            except TransactWriteError as error:
                reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
                failed = [
                    write.name
                    for write, code in zip(ordered, reasons, strict=False)
                    if code == "ConditionalCheckFailed"
                ]
                if failed:
                    raise ConditionFailed(failed) from None
                if not any(code in _CANCELLED_BUT_WORTH_A_RETRY for code in reasons):
                    # A lost connection has no answer: PynamoDB would stumble over asking for its code.
                    if isinstance(error.cause, BotoCoreError) or error.cause_response_code in _TRANSIENT:
                        raise Unavailable() from error
                    raise
            # Jitter keeps two that collided from colliding again.
            self._tables.sleep(random.uniform(0.5, 1) * 0.02 * 2**attempt)
        raise Contended()

    def write(self, write: Write) -> Item:
        """One conditional write by itself; the item as it is afterwards (updates) or {}. ConditionFailed as above."""
        operation = {"put": "PutItem", "update": "UpdateItem", "delete": "DeleteItem"}[write.kind]
        arguments = self._arguments(write)
        if write.kind == "update":
            arguments["ReturnValues"] = "ALL_NEW"
        try:
            answer = self._tables.call(operation, arguments)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
                raise ConditionFailed([write.name]) from None
            raise
        return plain(answer.get("Attributes") or {})

    def _arguments(self, write: Write) -> dict[str, Any]:
        row, table = write.row, write.row.Meta.table_name
        self._check(table, getattr(row, HASH[table]))
        arguments: dict[str, Any]
        if write.kind == "put":
            arguments = row.get_save_kwargs_from_instance(condition=write.condition)
        elif write.kind == "update":
            arguments = row.get_update_kwargs_from_instance(actions=list(write.actions), condition=write.condition)
        elif write.kind == "delete":
            arguments = row.get_delete_kwargs_from_instance(condition=write.condition)
        else:
            arguments = type(row).get_operation_kwargs_from_class(
                getattr(row, HASH[table]),
                getattr(row, "item", None),
                condition=write.condition,
            )
        arguments.pop("ReturnValues", None)
        return {**arguments, "TableName": self._tables.name(table)}


# No tenant is called so: their ids are ULIDs.
_PLATFORM = "platform"
_ORDER = ("check", "delete", "put", "update")


class Store(_Reach):
    """One tenant's data."""

    def __init__(self, tables: Tables, tenant: str) -> None:
        if not tenant or SEPARATOR in tenant:
            raise AssertionError("a store needs a tenant")
        super().__init__(tables)
        self._tenant = tenant

    def _owns(self, table: str, partition: str) -> bool:
        if table == "tenants":
            return partition == self._tenant
        return partition.startswith(self._tenant + SEPARATOR) and len(partition) > len(self._tenant) + 1

    @property
    def tenant(self) -> str:
        """The tenants table's partition."""
        return self._tenant

    def customer(self, customer: str) -> str:
        """The customers table's partition of one customer."""
        return self._tenant + SEPARATOR + customer

    def token(self, *names: str) -> str:
        """The tokens table's partition of one short-lived thing."""
        return SEPARATOR.join((self._tenant, *names))

    def company_key(self, item: str) -> Key:
        return Key("tenants", self._tenant, item)

    def customer_key(self, customer: str, item: str) -> Key:
        return Key("customers", self.customer(customer), item)

    def token_key(self, *names: str) -> Key:
        return Key("tokens", self.token(*names))


class Platform(_Reach):
    """What belongs to no tenant, and whatever is reached by a name that leads to one. A test lists who may have it."""

    def _owns(self, table: str, partition: str) -> bool:
        return True

    def token(self, *names: str) -> str:
        """The tokens table's partition of one short-lived thing of nobody's: a counter of tries to sign in."""
        return SEPARATOR.join((_PLATFORM, *names))

    def overdue(self, task: str, now: datetime, limit: int) -> list[tuple[str, str, str]]:
        """What the sweep must look at by now: (tenant, customer, item), the longest waiting first.

        Rows put themselves on this list by their attributes `task` and `task_at`, and take themselves off.
        """
        page = self.query("customers", task, index=BY_TASK, upto=now.isoformat(), limit=limit, newest_first=False)
        found = []
        for item in page.items:
            tenant, customer = item["customer"].split(SEPARATOR, 1)
            found.append((tenant, customer, item["item"].partition(SEPARATOR)[2]))
        return found


def _can_be(key: Key) -> bool:
    """Whether an item can lie here at all. What an address of a page names may be longer than DynamoDB's keys, or no
    text: nothing is there, and asking would be an error."""
    try:
        return len(key.partition.encode()) <= PARTITION_LIMIT and len(key.item.encode()) <= ITEM_LIMIT
    except UnicodeEncodeError:
        return False


def _key(key: Key) -> dict[str, dict[str, str]]:
    spelled = {HASH[key.table]: {"S": key.partition}}
    if key.item:
        spelled["item"] = {"S": key.item}
    return spelled


def _key_of(table: Table, raw: Mapping[str, Any]) -> Key:
    """Where an item that DynamoDB sent lies. Tokens have no sort key, whatever else they may call `item`."""
    return Key(table, raw[HASH[table]]["S"], "" if table == "tokens" else raw["item"]["S"])


def _bounds(
    prefix: str, upto: str | None, below: str | None, between: tuple[str, str] | None
) -> tuple[str, dict[str, dict[str, str]]]:
    """The condition on a sort key, and what it compares with; '' where all of the partition is meant."""
    if between is not None:
        return "#s BETWEEN :s AND :t", {":s": {"S": between[0]}, ":t": {"S": between[1]}}
    if prefix:
        return "begins_with(#s, :s)", {":s": {"S": prefix}}
    if upto is not None:
        return "#s <= :s", {":s": {"S": upto}}
    if below is not None:
        return "#s < :s", {":s": {"S": below}}
    return "", {}
