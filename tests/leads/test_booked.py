"""Leads of people who booked online and are no customers yet: written with their booking, told like any other lead."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.aws.store import ConditionFailed
from chalicelib.leads.actions import booked
from chalicelib.leads.rules.lead import Sender, Submission
from tests.builders import Company, Person
from tests.client import Client
from tests.leads.inbox import exported

NORA = Submission(
    "Nora Beck", "nora@example.com", "", "The gate code is 12.", "Lawn mowing", "Tuesday, December 1, 9:00 AM"
)
SOMEBODY = Sender("203.0.113.40", "es")


@pytest.fixture
def id(evergreen: Company) -> str:
    """The booking's."""
    services = evergreen.world.services
    return services.new_id(services.now())


def keep(company: Company, id: str, **odd: Any) -> None:
    company.store.transact(booked.new_lead(company.store, id, NORA, SOMEBODY, company.world.services.now(), **odd))


def test_a_booking_s_lead_is_among_the_new_ones_and_leads_to_it(owner: Client, evergreen: Company, id: str) -> None:
    evergreen.lead("By the widget")
    keep(evergreen, id)
    (row,) = owner.get("/leads?source=booking").json["items"]
    assert (row["id"], row["booking"], row["source"], row["status"], row["language"]) == (
        id, id, "booking", "new", "es",
    )  # fmt: skip
    assert (row["service"], row["preferred_time"], row["customer"], row["spam"]) == (
        "Lawn mowing", "Tuesday, December 1, 9:00 AM", None, False,
    )  # fmt: skip
    (other,) = owner.get("/leads?source=widget").json["items"]
    assert (other["name"], other["booking"]) == ("By the widget", None)
    assert owner.get(f"/leads/{id}").json["mail"] is None, "the company is told of the booking"


def test_the_sheet_names_the_booking(owner: Client, evergreen: Company, id: str) -> None:
    keep(evergreen, id)
    (row,) = exported(owner)
    assert (row["source"], row["booking"], row["name"]) == ("booking", id, "Nora Beck")


def test_one_booking_is_one_lead(evergreen: Company, id: str) -> None:
    keep(evergreen, id)
    with pytest.raises(ConditionFailed) as failed:
        keep(evergreen, id)
    assert failed.value.names == ("lead",)


def test_a_suspected_one_lies_apart(owner: Client, evergreen: Company, id: str) -> None:
    keep(evergreen, id, reasons=("trap",))
    assert owner.get("/leads").json["items"] == []
    (row,) = owner.get("/leads?spam=true").json["items"]
    assert (row["booking"], row["spam"], row["reasons"]) == (id, True, ["trap"])


def test_it_stays_with_whose_it_turns_out_to_be_and_goes_on_being_worked_on(
    owner: Client, evergreen: Company, id: str
) -> None:
    dana: Person = evergreen.customer()
    keep(evergreen, id)
    assert owner.put(f"/leads/{id}/status", {"status": "contacted"}).status == 200
    evergreen.store.transact(booked.belongs_to(evergreen.store, id, dana.id))
    assert owner.put(f"/leads/{id}/status", {"status": "won"}).status == 200
    row = owner.get(f"/leads/{id}").json["lead"]
    assert (row["customer"], row["booking"], row["status"]) == (dana.id, id, "won")


def test_where_there_is_no_lead_none_is_made(evergreen: Company, id: str) -> None:
    with pytest.raises(ConditionFailed):
        evergreen.store.transact(booked.belongs_to(evergreen.store, id, "01ARZ3NDEKTSV4RRFFQ69G5FAV"))
