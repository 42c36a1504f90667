"""What the store promises to everything that stands on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, permutations
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.aws import store as module
from chalicelib.aws.rows import Write, change, create, put
from chalicelib.aws.store import ConditionFailed, Item, Key, Store
from chalicelib.billing.records import EventRow, LedgerRow, PaymentRow
from chalicelib.errors import Unavailable
from sandbox.world import World
from tests.billing.wire import Wire, on_the_wire

TENANT = "01TENANT"


@pytest.fixture
def store(world: World) -> Store:
    return world.services.tables.for_tenant(TENANT)


@pytest.fixture
def wire(world: World) -> Iterator[Wire]:
    with on_the_wire(world) as made:
        yield made


def an_event(store: Store, name: str = "one", **values: Any) -> EventRow:
    return EventRow(store.token("event", name), **{"done": 0, "expires": 1, **values})


def stored(store: Store, *names: str) -> Item | None:
    return store.get(store.token_key(*names))[0]


# Whose keys

ids = st.text(st.sampled_from("aA1#/ é\x00"), max_size=6)


@given(ids, ids, st.sampled_from(["tenants", "customers", "tokens"]))
@example("a", "a#b", "customers")
@example("a", "ab#c", "customers")
@example("a", "#a#b", "tokens")
@example("ab", "a#b", "customers")
@example("a", "a#", "tokens")
def test_a_store_reaches_its_tenants_keys_and_no_others(tenant: str, partition: str, table: Any) -> None:
    if not tenant or "#" in tenant:
        with pytest.raises(AssertionError):
            Store(None, tenant)  # type: ignore[arg-type]
        return
    own = Store(None, tenant)  # type: ignore[arg-type]
    whose = partition.split("#")[0] if table != "tenants" else partition
    mine = whose == tenant and (table == "tenants" or len(partition) > len(tenant) + 1)
    assert own._owns(table, partition) == mine
    if not mine:
        with pytest.raises(AssertionError, match="another tenant"):
            own.get(Key(table, partition, "x"))
        with pytest.raises(AssertionError, match="another tenant"):
            own.query(table, partition)
        if table == "tokens":
            for write in (put(EventRow(partition, done=0, expires=1), "e"), change(EventRow(partition), "e", done=1)):
                with pytest.raises(AssertionError, match="another tenant"):
                    own.transact(write)
                with pytest.raises(AssertionError, match="another tenant"):
                    own.write(write)


@given(st.lists(ids, min_size=1, max_size=3))
def test_whatever_it_spells_is_its_own(names: list[str]) -> None:
    own = Store(None, TENANT)  # type: ignore[arg-type]
    assert own._owns("customers", own.customer("x" + names[0]))
    assert own._owns("tokens", own.token("x", *names))
    assert own._owns("tenants", own.company_key(names[0]).partition)


def test_two_tenants_never_see_each_others_rows(world: World) -> None:
    ours, theirs = world.services.tables.for_tenant("a"), world.services.tables.for_tenant("ab")
    theirs.write(create(an_event(theirs), "event"))
    assert stored(ours, "event", "one") is None
    assert stored(theirs, "event", "one") is not None


# Reading


def test_reads_come_in_the_order_asked_for_with_none_for_what_is_not_there(store: Store) -> None:
    for name in ("a", "b"):
        store.write(create(an_event(store, name), "event"))
    keys = [store.token_key("event", name) for name in ("b", "x", "a", "b")]
    found = store.get(*keys)
    assert [one and one["token"][-1] for one in found] == ["b", None, "a", "b"]


def test_a_read_over_three_tables_is_one_call(store: Store, wire: Wire) -> None:
    store.get(store.company_key("profile"), store.customer_key("c", "profile"), store.token_key("t", "x"))
    assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem"]
    assert all(one["ConsistentRead"] for one in wire.calls[0].body["RequestItems"].values())


@pytest.mark.parametrize("name", ["x" * 1_025, "x" * 100_000, "é" * 600, "\ud800"])
def test_what_no_key_can_be_is_not_there(store: Store, wire: Wire, name: str) -> None:
    store.write(create(an_event(store), "event"))
    wire.calls.clear()
    assert store.get(store.customer_key("c", name)) == [None]
    assert not wire.calls
    found = store.get(store.customer_key(name * 3, "x"), store.token_key("event", "one"))
    assert found[0] is None and found[1] is not None


def test_the_longest_keys_can_be_asked_for(store: Store) -> None:
    longest = "x" * (module.PARTITION_LIMIT - len(TENANT) - 1)
    assert store.get(store.customer_key(longest, "y" * module.ITEM_LIMIT)) == [None]


def answering(monkeypatch: pytest.MonkeyPatch, store: Store, *answers: dict[str, Any]) -> list[dict[str, Any]]:
    """Make DynamoDB answer like this, one after the other; what it was asked."""
    asked, left = [], list(answers)

    def call(self: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        asked.append(json.loads(json.dumps(arguments)))
        return left.pop(0) if len(left) > 1 else left[0]

    monkeypatch.setattr(module.Tables, "call", call)
    return asked


def test_keys_that_were_not_processed_are_asked_for_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    table = store._tables.tokens

    def item(name: str) -> dict[str, Any]:
        return {"token": {"S": store.token("event", name)}, "done": {"N": "0"}}

    left = {table: {"Keys": [{"token": {"S": store.token("event", "b")}}], "ConsistentRead": True}}
    asked = answering(
        monkeypatch, store,
        {"Responses": {table: [item("a")]}, "UnprocessedKeys": left},
        {"Responses": {}, "UnprocessedKeys": left},
        {"Responses": {table: [item("b")]}, "UnprocessedKeys": {}},
    )  # fmt: skip
    found = store.get(store.token_key("event", "a"), store.token_key("event", "b"))
    assert [one and one["token"][-1] for one in found] == ["a", "b"]
    assert [len(one["RequestItems"][table]["Keys"]) for one in asked] == [2, 1, 1]


def test_keys_that_are_never_processed_end_in_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    left = {store._tables.tokens: {"Keys": [{"token": {"S": "x"}}]}}
    asked = answering(monkeypatch, store, {"Responses": {}, "UnprocessedKeys": left})
    with pytest.raises(Unavailable):
        store.get(store.token_key("event", "a"))
    assert len(asked) == 5


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 7, 8, 100])
def test_pages_hold_everything_once_and_in_order(store: Store, limit: int, newest_first: bool) -> None:
    partition = store.customer("c")
    for number in range(7):
        store.write(put(a_ledger_row(store, f"ledger#{number}"), "ledger"))
    store.write(put(a_ledger_row(store, "message#0"), "ledger"))
    found, after, calls = [], None, 0
    while True:
        page = store.query(
            "customers", partition, prefix="ledger#", limit=limit, after=after, newest_first=newest_first
        )
        assert len(page.items) <= limit
        found += [item["item"] for item in page.items]
        after, calls = page.last, calls + 1
        if after is None:
            break
    assert found == [f"ledger#{n}" for n in (range(6, -1, -1) if newest_first else range(7))]
    assert calls <= 7 // limit + 1


def test_a_list_goes_on_below_a_place_that_nothing_need_stand_at(store: Store) -> None:
    for number in (1, 3, 5):
        store.write(put(a_ledger_row(store, f"ledger#{number}"), "ledger"))

    def below(place: str) -> list[str]:
        return [one["item"][-1] for one in store.query("customers", store.customer("c"), below=place).items]

    assert (below("ledger#5"), below("ledger#4"), below("ledger#1")) == (["3", "1"], ["3", "1"], [])


def test_what_lies_between_two_places_with_both_of_them(store: Store, wire: Wire) -> None:
    for number in range(1, 8):
        store.write(put(a_ledger_row(store, f"ledger#{number}"), "ledger"))

    def between(first: str, last: str, **more: Any) -> tuple[str, bool]:
        page = store.query("customers", store.customer("c"), between=(first, last), **more)
        return "".join(one["item"][-1] for one in page.items), page.last is not None

    assert between("ledger#2", "ledger#5") == ("5432", False)
    assert between("ledger#2", "ledger#5", newest_first=False) == ("2345", False)
    assert between("ledger#2", "ledger#5", limit=3) == ("543", True)
    assert between("ledger#22", "ledger#5~") == ("543", False), "nothing need stand at either end"
    assert between("ledger#3", "ledger#3") == ("3", False)
    assert between("a", "b") == ("", False)
    wire.calls.clear()
    page = store.query("customers", store.customer("c"), between=("ledger#2", "ledger#6"), limit=2)
    rest = store.query("customers", store.customer("c"), between=("ledger#2", "ledger#6"), after=page.last)
    assert [one["item"][-1] for one in (*page.items, *rest.items)] == ["6", "5", "4", "3", "2"]
    assert len(wire.calls) == 2


def a_ledger_row(store: Store, item: str) -> LedgerRow:
    return LedgerRow(
        store.customer("c"), item, kind="received", amount=1, currency="USD", payment="p", credit=0, at="2026-11-23"
    )


# Writing


def test_everything_is_written_or_nothing(store: Store) -> None:
    store.write(create(an_event(store, "there"), "event"))
    with pytest.raises(ConditionFailed):
        store.transact(create(an_event(store, "new"), "new"), create(an_event(store, "there", done=5), "there"))
    assert stored(store, "event", "new") is None
    assert (stored(store, "event", "there") or {})["done"] == 0


KINDS = ("check", "delete", "put", "update")
_tenants = count()


@settings(max_examples=25)
@given(st.data())
def test_the_write_that_failed_is_named_whatever_the_order(world: World, data: st.DataObject) -> None:
    """DynamoDB is given checks, deletes, puts and updates in this order, whichever way they were written down."""
    store = world.services.tables.for_tenant(f"t{next(_tenants)}")
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=7))
    fails = data.draw(st.sets(st.integers(0, len(kinds) - 1)))
    writes = []
    for place, kind in enumerate(kinds):
        row = an_event(store, str(place))
        if place not in fails:
            store.write(put(row, "before"))
        writes.append(Write(str(place), kind, row, EventRow.token.exists(), _actions(kind)))  # type: ignore[arg-type]
    if not fails:
        store.transact(*writes)
        return
    with pytest.raises(ConditionFailed) as failed:
        store.transact(*writes)
    assert sorted(failed.value.names) == sorted(str(place) for place in fails)


def _actions(kind: str) -> tuple[Any, ...]:
    return (EventRow.done.set(9),) if kind == "update" else ()


def test_every_order_of_one_of_each_kind_names_the_right_one(store: Store) -> None:
    for order in permutations(KINDS):
        for wrong in KINDS:
            rows = {kind: an_event(store, f"{kind}-{''.join(order)}-{wrong}") for kind in KINDS}
            for kind in KINDS:
                if kind != wrong:
                    store.write(put(rows[kind], "before"))
            writes = [Write(k, k, rows[k], EventRow.token.exists(), _actions(k)) for k in order]  # type: ignore[arg-type]
            with pytest.raises(ConditionFailed) as failed:
                store.transact(*writes)
            assert failed.value.names == (wrong,)


def test_a_change_never_makes_a_stub_of_what_is_not_there(store: Store) -> None:
    row = PaymentRow(store.customer("c"), "payment#1")
    for write in (
        change(row, "payment", state="succeeded"),
        change(row, "payment", PaymentRow.version == 0, state="x"),
    ):
        with pytest.raises(ConditionFailed) as failed:
            store.write(write)
        assert failed.value.names == ("payment",)
        with pytest.raises(ConditionFailed):
            store.transact(write)
    assert store.get(store.customer_key("c", "payment#1")) == [None]


def test_what_is_created_must_not_be_there(store: Store) -> None:
    store.write(create(an_event(store), "event"))
    with pytest.raises(ConditionFailed):
        store.write(create(an_event(store, done=1), "event"))


def test_none_removes_an_attribute(store: Store) -> None:
    row = PaymentRow(store.customer("c"), "payment#1", state="starting", amount=1, currency="USD", allocations="[]",
                     account="acct", created_at="x", called_at="x", version=0, task="payment")  # fmt: skip
    store.write(create(row, "payment"))
    after = store.write(change(row, "payment", task=None))
    assert "task" not in after and after["state"] == "starting"


def test_a_transaction_too_large_for_dynamodb_is_our_mistake(store: Store) -> None:
    with pytest.raises(AssertionError, match="101"):
        store.transact(*(create(an_event(store, str(n)), "e") for n in range(101)))


# When DynamoDB is not well


def canceled(*codes: str) -> Any:
    """DynamoDB's answer to a transaction that it canceled."""
    from botocore.awsrequest import AWSResponse
    from moto.core.botocore_stubber import MockRawResponse

    reasons = [{"Code": code} for code in codes]
    body = json.dumps({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "canceled", "CancellationReasons": reasons,
    })  # fmt: skip
    return AWSResponse("https://x", 400, {}, MockRawResponse(body))


@pytest.fixture
def transactions_are(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answer transactions with these cancellations first."""
    from moto.core.botocore_stubber import BotocoreStubber

    moto, tries = BotocoreStubber.__call__, []

    def install(*codes: str, times: int) -> list[str]:
        def answer(self: Any, event_name: str, request: Any, **more: Any) -> Any:
            if event_name.endswith("TransactWriteItems"):
                tries.append(event_name)
                if len(tries) <= times:
                    return canceled(*codes)
            return moto(self, event_name, request, **more)

        monkeypatch.setattr(BotocoreStubber, "__call__", answer)
        return tries

    return install


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_collided_is_tried_again(store: Store, transactions_are: Any, code: str) -> None:
    tries = transactions_are("None", code, times=3)
    store.transact(create(an_event(store, "a"), "a"), create(an_event(store, "b"), "b"))
    assert len(tries) == 4 and stored(store, "event", "b") is not None


def test_a_transaction_that_always_collides_ends_in_words(store: Store, transactions_are: Any) -> None:
    tries = transactions_are("TransactionConflict", times=99)
    with pytest.raises(Unavailable):
        store.transact(create(an_event(store), "a"))
    assert 3 <= len(tries) <= 10


def test_a_failed_condition_is_said_even_if_another_write_collided(store: Store, transactions_are: Any) -> None:
    transactions_are("TransactionConflict", "ConditionalCheckFailed", times=99)
    with pytest.raises(ConditionFailed) as failed:
        store.transact(create(an_event(store, "a"), "a"), create(an_event(store, "b"), "b"))
    assert failed.value.names == ("b",)


def _calls(store: Store) -> dict[str, Any]:
    return {
        "get": lambda: store.get(store.token_key("event", "x")),
        "query": lambda: store.query("customers", store.customer("c")),
        "transact": lambda: store.transact(put(an_event(store), "e")),
        "write": lambda: store.write(put(an_event(store), "e")),
    }


@pytest.mark.parametrize("fault", ["throttled", "error", "lost before"])
@pytest.mark.parametrize("call", ["get", "query", "transact", "write"])
def test_one_bad_moment_is_not_noticed(store: Store, wire: Wire, call: str, fault: Any) -> None:
    wire.down("dynamodb", fault, times=1)
    _calls(store)[call]()
    assert len(wire.calls) == 2


@pytest.mark.parametrize("fault", ["throttled", "error", "lost before"])
@pytest.mark.parametrize("call", ["get", "query", "transact", "write"])
def test_a_long_bad_time_is_one_word(store: Store, wire: Wire, call: str, fault: Any) -> None:
    wire.down("dynamodb", fault)
    with pytest.raises(Unavailable):
        _calls(store)[call]()
    assert 1 <= len(wire.calls) <= 4, "botocore gives up in time for an answer within the gateway's 29 s"


def test_a_transaction_whose_answer_was_lost_is_sent_again_as_the_same_one(store: Store, wire: Wire) -> None:
    wire.down("dynamodb", "lost after", times=1)
    store.transact(put(an_event(store), "e"))
    first, second = wire.of("dynamodb TransactWriteItems")
    assert first.body["ClientRequestToken"] == second.body["ClientRequestToken"]


def test_a_mistake_of_ours_is_not_taken_for_bad_weather(store: Store) -> None:
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError):
        store._tables.call("Query", {"TableName": "no-such-table", "KeyConditionExpression": "a = b"})
