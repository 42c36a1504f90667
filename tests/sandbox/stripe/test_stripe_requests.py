"""What every request goes through: keys, accounts, parameters, errors, lists, expansion."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox


def refused(error: pytest.ExceptionInfo[stripe.StripeError]) -> dict[str, Any]:
    body: Any = error.value.json_body
    return dict(body["error"])


def test_a_request_without_a_test_key_is_refused(sandbox: StripeSandbox) -> None:
    for key in ["sk_live_abc", "pk_test_abc", "nonsense"]:
        with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
            sandbox.client(key).v1.customers.list()


def test_an_unknown_connected_account_is_no_permission(sandbox: StripeSandbox) -> None:
    with pytest.raises(stripe.PermissionError) as error:
        sandbox.client(stripe_account="acct_nobody").v1.customers.list()
    assert refused(error)["code"] == "account_invalid"
    assert error.value.http_status == 403


def test_answers_carry_a_request_id_and_the_version(client: stripe.StripeClient) -> None:
    answer: Any = client.v1.customers.create({"name": "Dana"}).last_response
    assert answer.request_id.startswith("req_")
    assert answer.headers["stripe-version"] == stripe.api_version


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"colour": "red"}, "colour"),
        ({"address": {"town": "Austin"}}, "address[town]"),
        ({"invoice_settings": {"custom_fields": [{"name": "a", "value": "b", "x": "c"}]}}, None),
        ({"stripe_account": "acct_1"}, "stripe_account"),
    ],
)
def test_an_unknown_parameter_is_refused(client: stripe.StripeClient, params: Any, param: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.customers.create(params)
    assert error.value.code == "parameter_unknown"
    assert error.value.param == (param or "invoice_settings[custom_fields][0][x]")
    assert "Received unknown parameter: " in str(error.value)


def test_an_unknown_parameter_of_a_read_is_refused(client: stripe.StripeClient, customer: str) -> None:
    params: Any = {"include": "everything"}
    with pytest.raises(stripe.InvalidRequestError, match="Received unknown parameter: include"):
        client.v1.customers.retrieve(customer, params)


def test_a_missing_parameter_is_named(client: stripe.StripeClient) -> None:
    params: Any = {"amount": 500}
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: currency") as error:
        client.v1.payment_intents.create(params)
    assert (error.value.code, error.value.param) == ("parameter_missing", "currency")


@pytest.mark.parametrize(
    ("odd", "param", "code"),
    [
        ({"amount": "twelve"}, "amount", "parameter_invalid_integer"),
        ({"amount": 0}, "amount", "parameter_invalid_integer"),
        ({"amount": 49}, "amount", "amount_too_small"),
        ({"amount": 100_000_000}, "amount", "amount_too_large"),
        ({"currency": "xxx"}, "currency", None),
        ({"capture_method": "someday"}, "capture_method", None),
        ({"confirm": "maybe"}, "confirm", None),
        ({"description": ""}, "description", "parameter_invalid_empty"),
        ({"customer": "cus_nobody"}, "customer", "resource_missing"),
        (
            {"payment_method_types": ["card"]},
            "payment_method_types",
            "payment_method_types_no_longer_supported",
        ),
    ],
)
def test_a_wrong_value_is_refused(
    client: stripe.StripeClient, odd: dict[str, Any], param: str, code: str | None
) -> None:
    params: Any = {"amount": 500, "currency": "usd", **odd}
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.payment_intents.create(params)
    assert (error.value.param, error.value.code, error.value.http_status) == (param, code, 400)


def test_a_zero_decimal_amount_is_taken_as_it_is(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 50, "currency": "jpy"})
    assert (intent.amount, intent.payment_method_types) == (50, ["card"])


def test_lists_come_newest_first_a_page_at_a_time(client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create({"name": f"Customer {n}"}).id for n in range(5)]
    first = client.v1.customers.list({"limit": 2})
    assert [c.id for c in first.data] == made[:2:-1]
    assert first.has_more
    last = client.v1.customers.list({"limit": 3, "starting_after": first.data[-1].id})
    assert [c.id for c in last.data] == made[2::-1]
    assert not last.has_more
    assert [c.id for c in client.v1.customers.list({"limit": 2}).auto_paging_iter()] == made[::-1]


def test_what_is_expanded_is_an_object(client: stripe.StripeClient, pay: Any) -> None:
    intent = pay(expand=["latest_charge.balance_transaction", "payment_method"])
    assert intent.latest_charge.balance_transaction.net == 12000 - 378
    assert intent.payment_method.card.last4 == "4242"
    listed = client.v1.payment_intents.list({"expand": ["data.latest_charge"]})
    assert listed.data[0].latest_charge.paid  # type: ignore[union-attr]
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.retrieve(intent.id, {"expand": ["wallet"]})


def test_an_unknown_url_and_an_unknown_id_are_404(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as error:
        client.v1.coupons.list()
    assert error.value.http_status == 404
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent: 'pi_x'") as error:
        client.v1.payment_intents.retrieve("pi_x")
    assert (error.value.http_status, error.value.code) == (404, "resource_missing")


def test_two_runs_give_the_same_ids(sandbox: StripeSandbox, clock: Any) -> None:
    def ids(box: StripeSandbox) -> list[str]:
        client = box.client(stripe_account=box.connect_account("Sunny"))
        return [client.v1.customers.create({"name": name}).id for name in ("Dana", "Lee")]

    assert ids(StripeSandbox(clock)) == ids(StripeSandbox(clock))
