"""A customer decides: once, in time, what they saw; and everybody who must know is told."""

from __future__ import annotations

import json
import quopri
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.customers import records as customers
from chalicelib.errors import Conflict, Invalid, NotFound, TooMany
from chalicelib.estimates import records
from chalicelib.estimates.actions import deciding, reading
from chalicelib.estimates.rules import Estimate, waiting
from sandbox.world import queued
from tests.billing.till import Till, outbox
from tests.billing.wire import Call, Wire
from tests.browser import Browser
from tests.builders import Company
from tests.conftest import Clock
from tests.estimates.desk import AGENT, Desk, check

NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def kind(wrong: Any) -> str:
    return str(wrong.value.kind)


def test_an_acceptance_is_kept_whole_and_told_to_both(desk: Desk) -> None:
    desk.demands("You pay within 14 days.")
    estimate = desk.offers(124_000)
    assert desk.waits == [estimate.number]
    decision = desk.accepts(estimate, " Dana  Whitfield ")
    now = desk.whole(estimate)
    assert now.decisions == (decision,) and now.estimate.status == "won" and desk.waits == []
    assert (decision.kind, decision.by, decision.signature) == ("accepted", "customer", "Dana Whitfield")
    assert (decision.revision, decision.total, decision.at) == (1, 124_000, "2026-11-23T19:00:00+00:00")
    assert (decision.terms, decision.terms_version) == ("You pay within 14 days.", 1)
    assert (decision.address, decision.agent) == ("203.0.113.7", AGENT)
    assert desk.told == ["estimate_accepted", "estimate_accepted_company"]
    assert desk.trail("estimate.mark") == [], "staff did nothing"
    check(desk)


def test_the_messages_say_what_was_accepted_and_lead_there(desk: Desk) -> None:
    estimate = desk.offers(124_000)
    desk.accepts(estimate)
    to_company, to_customer = outbox(desk.till.person)
    person = desk.till.person.id
    body = json.loads(to_customer["body"])
    assert to_customer["item"] == f"message#accepted-{estimate.id}-1" and to_customer["to"] == "dana@example.com"
    assert body["path"] == f"/estimates/{estimate.id}"
    assert body["values"]["estimate"] == {
        "number": estimate.number, "title": "Lawn renovation", "total": 124_000, "currency": "USD",
        "issued_on": "2026-11-23", "expires_on": "2026-11-30",
        "lines": [{"description": "Aeration and overseeding", "quantity": "1", "unit_price": 124_000,
                   "amount": 124_000}],
    }  # fmt: skip
    signed = {"at": "2026-11-23T19:00:00+00:00", "signature": "Dana Whitfield", "reason": ""}
    assert body["values"]["decision"] == signed
    company = json.loads(to_company["body"])
    assert to_company["item"] == f"message#decided-{estimate.id}-1-company"
    assert (to_company["to"], company["console_path"]) == (
        "office@evergreen.example", f"/estimates/{person}-{estimate.id}",
    )  # fmt: skip
    assert company["values"]["account"] == {"name": "Dana Whitfield"} and company["values"]["decision"] == signed
    assert {one["message"] for one in queued(desk.till.world.aws.outputs)} >= {
        f"accepted-{estimate.id}-1", f"decided-{estimate.id}-1-company",
    }, "they are handed over at once"  # fmt: skip


def test_a_refusal_is_told_to_the_company_with_its_reason(desk: Desk) -> None:
    estimate = desk.offers()
    decision = desk.declines(estimate, " Too much.\r\nPerhaps in spring? ")
    assert desk.now(estimate).status == "lost" and desk.waits == []
    assert (decision.reason, decision.signature, decision.terms) == ("Too much.\nPerhaps in spring?", "", "")
    (message,) = outbox(desk.till.person)
    assert message["template"] == "estimate_declined_company"
    assert json.loads(message["body"])["values"]["decision"]["reason"] == "Too much.\nPerhaps in spring?"
    check(desk)


def test_nobody_is_written_to_who_has_no_address(evergreen: Company, clock: Clock) -> None:
    quiet = Desk(Till(evergreen.customer(password=None, email=""), clock))
    quiet.accepts(quiet.offers())
    assert quiet.told == ["estimate_accepted_company"]


def test_the_same_decision_again_is_the_one_that_stands(desk: Desk) -> None:
    """A double click, a page that was sent again."""
    accepted, declined = desk.offers(), desk.offers()
    first, second = desk.accepts(accepted), desk.declines(declined, "No")
    desk.till.clock.forward(minutes=5)
    assert desk.accepts(accepted, "D. Whitfield") == first and desk.declines(declined, "Still no") == second
    assert len(desk.told) == 3
    check(desk)


@pytest.mark.parametrize("first", ["accepts", "declines"])
def test_who_decided_one_way_can_not_decide_the_other(desk: Desk, first: str) -> None:
    estimate = desk.offers()
    other = {"accepts": desk.declines, "declines": desk.accepts}[first]
    getattr(desk, first)(estimate)
    with pytest.raises(Conflict) as refused:
        other(estimate)
    assert kind(refused) == "decided" and desk.now(estimate).decisions == 1
    check(desk)


def test_what_staff_marked_stands_too(desk: Desk) -> None:
    won, lost = desk.offers(), desk.offers()
    desk.marks(won, "won", "By phone")
    desk.marks(lost, "lost")
    assert desk.accepts(won).by == "Rosa" and desk.declines(lost).by == "Rosa"
    for again in (lambda: desk.declines(won), lambda: desk.accepts(lost)):
        with pytest.raises(Conflict) as refused:
            again()
        assert kind(refused) == "decided"
    assert desk.told == [] and desk.waits == []
    check(desk)


def test_it_expires_at_midnight_where_the_company_is(desk: Desk) -> None:
    """In Denver, at seven in the morning of Greenwich."""
    last, late = desk.offers(expires_on=desk.today), desk.offers(expires_on=desk.today)
    desk.till.clock.time = datetime(2026, 11, 24, 6, 59, 59, 999_999, tzinfo=UTC)
    assert desk.accepts(last).kind == "accepted"
    desk.till.clock.time = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    for decide in (desk.accepts, desk.declines):
        with pytest.raises(Conflict) as refused:
            decide(late)
        assert kind(refused) == "expired"
    assert desk.now(late).status == "pending" and desk.waits == [] and desk.accepts(last).kind == "accepted"
    desk.changes(late, expires_on=desk.today)
    assert desk.waits == [late.number]
    check(desk)


@pytest.mark.parametrize(
    "change",
    [{"title": "More"}, {"notes": "Gate code"}, {"terms": "Others."}, {"expires_on": None}, {"number": "other"}],
)
def test_an_offer_that_changed_under_the_customer_is_looked_at_again(desk: Desk, change: dict[str, Any]) -> None:
    estimate = desk.offers(terms="Ours.")
    after = desk.changes(estimate, **change)
    for decide in (lambda: desk.accepts(estimate, "", agreed=False), lambda: desk.declines(estimate)):
        with pytest.raises(Conflict) as refused:
            decide()
        assert kind(refused) == "changed", "before anything is said of what was typed"
    with pytest.raises(Conflict) as refused:
        desk.asks(estimate)
    assert kind(refused) == "changed"
    assert desk.accepts(after).revision == 2
    check(desk)


def test_what_changes_nothing_for_the_customer_does_not_stop_them(desk: Desk) -> None:
    estimate = desk.offers()
    desk.changes(estimate, external_id="e-1")
    desk.asks(estimate)
    assert desk.accepts(estimate).revision == 1


def test_one_whose_changes_were_asked_for_waits_no_longer_until_the_company_answers(desk: Desk) -> None:
    """It can still be accepted as it is: that says its own page."""
    first, second = desk.offers(5_000), desk.offers(6_000)
    assert len(desk.waits) == 2
    desk.asks(second)
    assert desk.waits == [first.number]
    check(desk)
    desk.asks(second, "And on a weekday, please.")
    assert desk.waits == [first.number]
    desk.prices(desk.now(second), 5_500)
    assert sorted(desk.waits) == sorted([first.number, second.number])
    check(desk)
    desk.asks(desk.now(first))
    desk.accepts(desk.now(first))
    assert desk.waits == [second.number]
    check(desk)


def test_a_price_that_changes_shows_on_the_first_page(desk: Desk) -> None:
    estimate = desk.offers(5_000)
    desk.prices(estimate, 4_000)
    assert [one.total for one in waiting.read(desk.customer.glances.estimates).estimates] == [4_000]


def test_what_was_typed_must_be_right_before_anything_is_decided(desk: Desk) -> None:
    estimate = desk.offers(terms="You pay at once.")
    with pytest.raises(Invalid) as wrong:
        desk.accepts(estimate, "!", agreed=False)
    assert (wrong.value.field, [one for one, _ in wrong.value.also]) == ("signature", ["agreed"])
    with pytest.raises(Invalid) as wrong:
        desk.declines(estimate, "x" * 2_001)
    assert wrong.value.field == "reason"
    assert desk.now(estimate).status == "pending" and desk.told == []


def test_what_is_anothers_or_nobodys_or_a_draft_is_not_there(desk: Desk, evergreen: Company, bluewave: Company) -> None:
    lee = Desk(Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), desk.till.clock))
    ruth = Desk(Till(bluewave.customer("Ruth Sloan", email="ruth@example.com", password=None), desk.till.clock))
    theirs = [lee.offers(), ruth.offers(), desk.offers(issued=False)]
    for id in [*(one.id for one in theirs), NOBODYS, "", "#", "x" * 3_000, f"{theirs[0].id}#1"]:
        one = Estimate(id, "1", "", "pending", desk.today, None, "USD", 1)
        for act in (desk.accepts, desk.declines, desk.asks):
            with pytest.raises(NotFound):
                act(one)
        with pytest.raises(NotFound):
            reading.one(desk.store, desk.customer.id, id)
    assert [lee.now(theirs[0]).status, ruth.now(theirs[1]).status] == ["pending", "pending"]
    assert lee.told == ruth.told == desk.told == []
    for one in (desk, lee, ruth):
        check(one)


# Opened again


def test_an_estimate_that_is_opened_again_keeps_both_decisions(desk: Desk) -> None:
    estimate = desk.offers()
    desk.declines(estimate, "Too much.")
    desk.opens(estimate)
    assert desk.waits == [estimate.number] and desk.now(estimate).revision == 2
    for late in (desk.accepts, desk.declines):
        with pytest.raises(Conflict) as refused:
            late(estimate)
        assert kind(refused) == "changed", "a form from before decides nothing now"
    desk.prices(estimate, 90_000)
    desk.till.clock.forward(hours=1)
    desk.accepts(desk.now(estimate))
    now = desk.whole(estimate)
    assert [(one.number, one.kind, one.revision, one.total) for one in now.decisions] == [
        (1, "declined", 1, 120_000), (2, "accepted", 3, 90_000),
    ]  # fmt: skip
    assert now.estimate.status == "won" and len(desk.trail("estimate.reopen")) == 1
    assert len(desk.told) == 3, "one for the refusal, two for the acceptance"
    assert reading.one(desk.store, desk.customer.id, estimate.id) == now, "the customer sees them as well"
    check(desk)


def test_one_that_was_decided_very_often_still_shows(desk: Desk, wire: Wire) -> None:
    estimate = desk.offers()
    for _ in range(103):
        desk.marks(estimate, "lost")
        desk.opens(estimate)
    wire.calls.clear()
    told = [one.number for one in desk.whole(estimate).decisions]
    assert len(told) == 100 and told[-1] == 103 and told == sorted(told) and len(wire.of("dynamodb")) == 3


# Changes


def test_asking_for_changes_tells_the_company_and_decides_nothing(desk: Desk) -> None:
    estimate = desk.offers()
    desk.asks(estimate, " Without the hedge,\r\nplease. ")
    now = desk.whole(estimate)
    (asked,) = now.change_requests
    assert (asked.text, asked.revision, asked.at) == ("Without the hedge,\nplease.", 1, "2026-11-23T19:00:00+00:00")
    assert (now.estimate.status, now.estimate.changes_asked, now.estimate.revision) == ("pending", True, 1)
    (message,) = outbox(desk.till.person)
    assert message["template"] == "estimate_changes_company"
    body = json.loads(message["body"])
    assert body["values"]["change"] == {"text": "Without the hedge,\nplease."}
    assert body["console_path"] == f"/estimates/{desk.customer.id}-{estimate.id}"
    desk.prices(estimate, 90_000)
    assert not desk.now(estimate).changes_asked and desk.waits == [estimate.number]
    check(desk)


def test_the_same_request_again_is_one(desk: Desk) -> None:
    estimate, request = desk.offers(), desk.till.attempt()
    for _ in range(3):
        desk.asks(estimate, request=request)
    assert len(desk.whole(estimate).change_requests) == 1 and len(desk.told) == 1
    check(desk)


def test_an_expired_one_can_be_asked_for_anew_and_a_decided_one_not(desk: Desk) -> None:
    expired, won = desk.offers(expires_on=desk.today), desk.offers()
    desk.accepts(won)
    desk.till.clock.forward(days=1)
    desk.asks(expired, "Could we have it again?")
    with pytest.raises(Conflict) as refused:
        desk.asks(won)
    assert kind(refused) == "decided"
    check(desk)


@pytest.mark.parametrize("odd", ["", "x", "../..", "0" * 25 + "#", "0" * 5_000])
def test_a_request_that_no_form_of_ours_sends_is_refused(desk: Desk, odd: str) -> None:
    estimate = desk.offers()
    with pytest.raises(Invalid) as wrong:
        desk.asks(estimate, request=odd)
    assert wrong.value.field == "text" and desk.told == []


def test_the_company_is_not_flooded(desk: Desk) -> None:
    estimate = desk.offers()
    for _ in range(deciding.MOST_ASKED):
        desk.asks(estimate)
    with pytest.raises(TooMany):
        desk.asks(estimate)
    assert len(desk.told) == deciding.MOST_ASKED
    desk.till.clock.forward(days=1)
    desk.asks(estimate)
    check(desk)


# What the first page says


def test_of_very_many_the_newest_are_shown_and_none_is_forgotten(desk: Desk) -> None:
    offered = [desk.offers(issued_on=desk.today - timedelta(days=40 - day), expires_on=None) for day in range(26)]
    assert len(desk.waits) == waiting.KEPT
    check(desk)
    for one in reversed(offered):
        desk.declines(one)
        check(desk)
    assert desk.waits == []


def test_more_that_wait_are_read_again_when_few_are_left(desk: Desk, wire: Wire) -> None:
    offered = [desk.offers(expires_on=None) for _ in range(22)]
    reads = []
    for one in sorted(offered, key=lambda one: one.id, reverse=True):
        wire.calls.clear()
        desk.accepts(one)
        reads.append(len(wire.of("dynamodb Query")))
    assert sum(reads) == 1, "once for all of them"


def test_a_profile_that_was_changed_meanwhile_keeps_what_waits(desk: Desk) -> None:
    """Money and names move the profile too, and mind each other not."""
    estimate = desk.offers()
    desk.till.person.invoice(4_000)
    desk.store.write(customers.change_profile(desk.store, desk.customer.id, first_name="Day"))
    assert desk.waits == [estimate.number]


# Cost


def test_a_decision_takes_a_read_and_a_transaction(desk: Desk, wire: Wire) -> None:
    estimate = desk.offers()
    profile, company, services = desk.customer, desk.till.company.company, desk.till.world.services
    wire.calls.clear()
    deciding.accept(services, desk.store, company, profile, estimate.id, 1, "Dana Whitfield", True, desk.signing())
    assert [call.what for call in wire.of("dynamodb")] == ["dynamodb BatchGetItem", "dynamodb TransactWriteItems"]


def test_a_customers_list_and_sheet_cost_the_same_however_many(desk: Desk, wire: Wire) -> None:
    person = desk.customer.id
    estimate = desk.offers()
    desk.asks(estimate)
    for _ in range(2):
        wire.calls.clear()
        page = reading.page(desk.store, person)
        assert len(wire.of("dynamodb")) == 1
        wire.calls.clear()
        reading.one(desk.store, person, estimate.id)
        assert len(wire.of("dynamodb")) == 2
        assert page.estimates
        for _ in range(25):
            desk.offers()
        desk.offers(issued=False)


def test_a_history_is_paged_newest_first_and_without_drafts(desk: Desk) -> None:
    made = [desk.offers(issued_on=desk.today - timedelta(days=day), issued=day != 2) for day in range(5)]
    found, after = [], None
    for _ in range(10):
        page = reading.page(desk.store, desk.customer.id, after, limit=2)
        found += [one.number for one in page.estimates]
        after = page.last
        if after is None:
            break
    assert found == [made[day].number for day in (0, 1, 3, 4)]


def test_a_customer_sees_the_invoice_that_they_may_see(desk: Desk) -> None:
    hidden, shown = desk.offers(), desk.offers()
    for one, issued in ((hidden, False), (shown, True)):
        desk.accepts(one)
        desk.invoices(one, issued=issued)
    person = desk.customer.id
    assert reading.one(desk.store, person, hidden.id).estimate.invoice == ""
    assert reading.one(desk.store, person, shown.id).estimate.invoice == desk.now(shown).invoice != ""
    assert desk.now(hidden).invoice


def test_all_of_its_messages_go_out(desk: Desk, browser: Browser) -> None:
    """As their templates have it: none is left lying, none fails."""
    one, other = desk.offers(terms="You pay at once."), desk.offers(expires_on=None)
    desk.mails(one)
    desk.asks(one)
    desk.accepts(one)
    desk.declines(other, "Too much.")
    mails = browser.deliver_mail()
    assert len(mails) == 5 and all(one["state"] == "sent" for one in outbox(desk.till.person))
    whole = quopri.decodestring("".join(mails).encode()).decode("utf-8", "replace")
    for words in (one.number, other.number, "Dana Whitfield", "Too much.", "Please leave the hedge out."):
        assert words in whole


def test_one_that_is_read_while_it_is_being_decided_is_read_again(desk: Desk, wire: Wire) -> None:
    """A read of several rows may see some of before and some of after."""
    estimate = desk.offers()
    decision, person = desk.accepts(estimate), desk.customer.id
    written = records.new_decision(desk.store, person, estimate.id, decision)
    desk.store.write(replace(written, kind="delete", condition=None))

    def plan(number: int, _: Call) -> None:
        if number == 1:
            wire.heal()
            desk.store.write(written)

    wire.calls.clear()
    wire.plan = plan
    assert reading.one(desk.store, person, estimate.id).decisions == (decision,)
