"""What a company offers online, by the API: one document, one version, a line in the trail, and the company's flag."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from chalicelib.booking.actions import offering
from chalicelib.booking.admin.settings_shapes import Step
from chalicelib.booking.rules.offer import FRESH, STEPS, WEEKDAYS
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules.audit import Entry
from sandbox.world import World
from tests.billing.wire import on_the_wire
from tests.builders import Company
from tests.client import Answer, Client

PATH = "/booking-settings"
NINE_TO_FIVE = [{"opens": "09:00", "closes": "17:00"}]
MOWING = {"name": "Lawn mowing", "minutes": 60}


def change(client: Client, **parts: Any) -> Answer:
    """A change of what is offered as it is now."""
    return client.patch(PATH, parts, if_match=client.get(PATH).headers["etag"])


def trail(company: Company) -> list[Entry]:
    return [one for one in audit.entries(company.store, 50)[0] if one.action == "booking_settings.change"]


def test_what_a_company_begins_with(owner: Client) -> None:
    answer = owner.get(PATH)
    eight_to_five = [{"opens": "08:00", "closes": "17:00"}]
    assert (answer.status, answer.headers["etag"]) == (200, '"0"')
    assert answer.json == {
        "on": False, "services": [], "special": [], "notice": 24, "horizon": 60, "step": 30, "window": 0, "crews": 1,
        "hours": {
            "monday": eight_to_five, "tuesday": eight_to_five, "wednesday": eight_to_five, "thursday": eight_to_five,
            "friday": eight_to_five, "saturday": [], "sunday": [],
        },
        "area": {"rule": "any", "codes": []},
        "confirming": "once", "cutoff": 24, "policy": "", "remind": 24,
    }  # fmt: skip


def test_turned_on_with_its_first_service(owner: Client, evergreen: Company) -> None:
    answer = change(owner, on=True, services=[MOWING])
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert answer.json["on"] is True
    assert answer.json["services"] == [
        {
            "id": "lawn-mowing", "name": "Lawn mowing", "words": "", "minutes": 60, "before": 0, "after": 0,
            "price": {"kind": "none", "amount": 0}, "questions": [], "on": True,
        }
    ]  # fmt: skip
    assert evergreen.company.booking
    off = change(owner, on=False)
    assert (off.status, off.json["on"], evergreen.company.booking) == (200, False, False)
    assert off.json["services"] == answer.json["services"], "what was decided stays"


FULL = {
    "on": True,
    "services": [
        {
            "id": "lawn", "name": "Lawn mowing", "words": "Front and back.\n\nWe rake too.", "minutes": 90,
            "before": 15, "after": 30, "price": {"kind": "exact", "amount": 4500},
            "questions": [{"id": "size", "label": "How large is it?", "required": True},
                          {"id": "dog", "label": "Is there a dog?", "required": False}],
            "on": True,
        },
        {
            "id": "rats", "name": "Rats", "words": "", "minutes": 45, "before": 0, "after": 0,
            "price": {"kind": "estimate", "amount": 0}, "questions": [], "on": False,
        },
    ],
    "hours": {
        "monday": [{"opens": "00:00", "closes": "24:00"}], "tuesday": [], "wednesday": NINE_TO_FIVE, "thursday": [],
        "friday": [{"opens": "08:00", "closes": "12:30"}, {"opens": "13:15", "closes": "18:00"}],
        "saturday": NINE_TO_FIVE, "sunday": [],
    },
    "special": [
        {"since": "2026-11-26", "until": "2026-11-27", "name": "Thanksgiving", "hours": []},
        {"since": "2026-12-24", "until": "2026-12-24", "name": "", "hours": [{"opens": "08:00", "closes": "12:00"}]},
    ],
    "notice": 48, "horizon": 30, "step": 45, "window": 120, "crews": 3,
    "area": {"rule": "refused", "codes": ["80301", "803*"]},
    "confirming": "request", "cutoff": 72, "policy": "Be there, please.", "remind": 48,
}  # fmt: skip


def test_everything_can_be_changed_at_once_and_sent_back_as_it_was_read(owner: Client, evergreen: Company) -> None:
    fresh = owner.get(PATH).json
    answer = change(owner, **FULL)
    assert answer.json == FULL == owner.get(PATH).json
    again = change(owner, **answer.json)
    assert (again.json, again.headers["etag"]) == (FULL, '"1"'), "the same again is no change"
    assert len(trail(evergreen)) == 1
    assert change(owner, **fresh).json == fresh


@pytest.mark.parametrize("name", sorted(FULL))
def test_what_is_left_out_stays(owner: Client, name: str) -> None:
    before = change(owner, on=True, services=[MOWING], area={"rule": "flagged", "codes": ["1*"]}).json
    assert change(owner, **{name: FULL[name]}).json == {**before, name: FULL[name]}


def test_weekdays_and_the_area_change_part_by_part(owner: Client) -> None:
    before = owner.get(PATH).json
    answer = change(owner, hours={"saturday": NINE_TO_FIVE}, area={"codes": ["80301-1234"]}).json
    assert answer["hours"] == {**before["hours"], "saturday": NINE_TO_FIVE}
    assert answer["area"] == {"rule": "any", "codes": ["80301"]}
    assert change(owner, area={"rule": "refused"}).json["area"] == {"rule": "refused", "codes": ["80301"]}


def test_a_service_keeps_its_id_and_lists_are_replaced_whole(owner: Client) -> None:
    first = change(owner, services=[MOWING, {"name": "Rats", "minutes": 45}]).json["services"]
    renamed = {**first[0], "name": "Lawn care", "questions": [{"label": "Any pets?"}]}
    (only,) = change(owner, services=[renamed]).json["services"]
    assert (only["id"], only["name"]) == ("lawn-mowing", "Lawn care")
    assert only["questions"] == [{"id": "any-pets", "label": "Any pets?", "required": False}]


def test_it_is_not_turned_on_with_nothing_to_book(owner: Client, evergreen: Company) -> None:
    for parts in ({"on": True}, {"on": True, "services": [{**MOWING, "on": False}]}):
        answer = change(owner, **parts)
        assert (answer.status, answer.kind) == (409, "booking-not-ready")
        assert "Add a service" in answer.json["detail"]
    assert not evergreen.company.booking and owner.get(PATH).headers["etag"] == '"0"'


def test_the_last_that_can_be_booked_stays_while_it_is_on(owner: Client, evergreen: Company) -> None:
    change(owner, on=True, services=[MOWING])
    none_of_a_week = dict[str, Any]((day, []) for day in WEEKDAYS)
    for parts in ({"services": []}, {"services": [{**MOWING, "on": False}]}, {"hours": none_of_a_week}):
        answer = change(owner, **parts)
        assert (answer.status, answer.kind) == (409, "booking-not-ready")
        assert "nothing left" in answer.json["detail"]
    assert evergreen.company.booking and len(owner.get(PATH).json["services"]) == 1
    assert change(owner, on=False, services=[], hours=none_of_a_week).status == 200
    assert not evergreen.company.booking


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ({"services": [{"minutes": 60}]}, "#/services/0/name"),
        ({"services": [{"name": "Mowing"}]}, "#/services/0/minutes"),
        ({"services": [MOWING, {"name": "LAWN  mowing", "minutes": 5}]}, "#/services/1/name"),
        ({"services": [{**MOWING, "minutes": 2}]}, "#/services/0/minutes"),
        ({"services": [{**MOWING, "minutes": "60"}]}, "#/services/0/minutes"),
        ({"services": [{**MOWING, "id": "review"}]}, "#/services/0/id"),
        ({"services": [{**MOWING, "price": {"kind": "cheap"}}]}, "#/services/0/price/kind"),
        ({"services": [{**MOWING, "price": {"kind": "from"}}]}, "#/services/0/price/amount"),
        ({"services": [{**MOWING, "questions": [{"id": "a"}]}]}, "#/services/0/questions/0/label"),
        ({"services": [{**MOWING, "colour": "red"}]}, "#/services/0/colour"),
        ({"hours": {"monday": [{"opens": "8:00", "closes": "12:00"}]}}, "#/hours/monday/0/opens"),
        ({"hours": {"monday": [{"opens": "08:00", "closes": "24:01"}]}}, "#/hours/monday/0/closes"),
        ({"hours": {"monday": [{"opens": "08:00", "closes": "12:00\n"}]}}, "#/hours/monday/0/closes"),
        ({"hours": {"monday": [*NINE_TO_FIVE, *NINE_TO_FIVE]}}, "#/hours/monday/1/opens"),
        ({"hours": {"Monday": []}}, "#/hours/Monday"),
        ({"special": [{"since": "2026-02-30", "until": "2026-03-01"}]}, "#/special/0/since"),
        ({"special": [{"since": "2026-03-01", "until": "0000-00-00"}]}, "#/special/0/until"),
        ({"special": [{"since": "2026-03-01", "until": "2026-02-01"}]}, "#/special/0/until"),
        ({"area": {"rule": "refused"}}, "#/area/codes"),
        ({"area": {"codes": ["803!"]}}, "#/area/codes/0"),
        ({"area": {"codes": ["K1A 0B1"]}}, "#/area/codes/0"),
        ({"notice": 2161}, "#/notice"),
        ({"notice": 2000}, "#/notice"),
        ({"horizon": 0}, "#/horizon"),
        ({"step": 7}, "#/step"),
        ({"crews": 0}, "#/crews"),
        ({"confirming": "maybe"}, "#/confirming"),
        ({"on": None}, "#/on"),
        ({"version": 3}, "#/version"),
    ],
)
def test_what_is_wrong_is_named_by_its_place_and_nothing_is_changed(
    owner: Client, parts: dict[str, Any], pointer: str
) -> None:
    answer = change(owner, **parts)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer), answer.text
    assert owner.get(PATH).headers["etag"] == '"0"'


def test_the_steps_that_may_be_sent_are_those_there_are() -> None:
    assert get_args(get_args(Step)[0]) == STEPS


def test_two_admins_can_t_overwrite_each_other(owner: Client, evergreen: Company) -> None:
    other = evergreen.admin("mel@evergreen.example")
    seen = other.get(PATH).headers["etag"]
    assert change(owner, notice=2).status == 200
    answer = other.patch(PATH, {"notice": 4}, if_match=seen)
    assert (answer.status, answer.kind) == (412, "stale")
    assert other.patch(PATH, {"notice": 4}).status == 428
    assert owner.get(PATH).json["notice"] == 2


def test_a_change_that_lost_the_race_is_told_so(owner: Client, evergreen: Company, monkeypatch: Any) -> None:
    """Both have read the same; the other one was faster."""
    etag, old = owner.get(PATH).headers["etag"], offering.read(evergreen.store)
    assert change(owner, crews=4).status == 200
    monkeypatch.setattr(offering, "read", lambda store: old)
    answer = owner.patch(PATH, {"crews": 2, "on": True, "services": [MOWING]}, if_match=etag)
    monkeypatch.undo()
    assert (answer.status, owner.get(PATH).json["crews"], evergreen.company.booking) == (412, 4, False)
    assert len(trail(evergreen)) == 1


def test_an_answer_that_was_lost_is_a_success_still(owner: Client, evergreen: Company, world: World) -> None:
    etag = owner.get(PATH).headers["etag"]
    with on_the_wire(world) as wire:
        wire.down("dynamodb TransactWriteItems", "lost after", times=1)
        answer = owner.patch(PATH, {"on": True, "services": [MOWING]}, if_match=etag)
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert evergreen.company.booking and len(trail(evergreen)) == 1


def test_the_trail_tells_what_was_decided(owner: Client, evergreen: Company) -> None:
    change(owner, on=True, services=[{**MOWING, "price": {"kind": "from", "amount": 4500}}], hours={"friday": []})
    (line,) = trail(evergreen)
    assert (line.actor.id, line.target) == ("owner@evergreen.example", evergreen.store.tenant)
    assert {one.field: (one.old, one.new) for one in line.changes} == {
        "booking/on": (False, True),
        "booking/hours/friday": (["08:00–17:00"], []),
        "booking/services": ([], ["Lawn mowing"]),
        "booking/services/lawn-mowing/on": (None, True),
        "booking/services/lawn-mowing/name": (None, "Lawn mowing"),
        "booking/services/lawn-mowing/minutes": (None, 60),
        "booking/services/lawn-mowing/price/kind": (None, "from"),
        "booking/services/lawn-mowing/price/amount": (None, 4500),
    }


def test_whoever_may_only_look(evergreen: Company, owner: Client) -> None:
    looking = evergreen.admin("lou@evergreen.example", "read-only")
    assert looking.get(PATH).status == 200
    assert looking.patch(PATH, {"notice": 3}, if_match='"0"').status == 403
    assert Client(evergreen.world).get(PATH).status == 401


def test_another_company_s_are_its_own(owner: Client, bluewave: Company) -> None:
    change(owner, on=True, services=[MOWING])
    assert bluewave.admin().get(PATH).json["services"] == []
    assert offering.read(bluewave.store) == FRESH and not bluewave.company.booking


def largest(letter: str) -> dict[str, Any]:
    """As much of everything as there may be: texts of 50,000 bytes."""
    questions = [{"label": f"{n}{letter * 12}", "required": True} for n in range(10)]
    services = [
        {"name": f"{letter}{n}", "minutes": 60, "words": letter * 120, "questions": questions} for n in range(50)
    ]
    hours = [{"opens": f"{n:02}:00", "closes": f"{n:02}:30"} for n in range(6)]
    months = [f"20{n // 12:02}-{n % 12 + 1:02}" for n in range(200)]
    special = [{"since": f"{one}-01", "until": f"{one}-02", "hours": hours} for one in months]
    codes = [f"{letter.encode()[-1]}{n:04}"[-5:] for n in range(2_000)]
    return {"services": services, "special": special, "area": {"rule": "flagged", "codes": codes}, "policy": letter}


def test_the_largest_offer_there_may_be_fits_and_so_does_its_line_in_the_trail(
    owner: Client, evergreen: Company
) -> None:
    """What each character takes most room is an emoji."""
    for letter in ("\N{RAT}", "\N{SNAIL}"):
        answer = change(owner, **largest(letter))
        assert answer.status == 200, answer.text[:300]
    assert len(owner.get(PATH).json["services"]) == 50
    assert len(trail(evergreen)) == 2
