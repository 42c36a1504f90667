"""Who is told of what becomes of a booking, and what they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.booking.rules import Booker, Booking
from chalicelib.messages.records import outbox
from chalicelib.messages.rules import Message
from chalicelib.tenants import records as tenants
from tests.booking.booker import NORA, WEDNESDAY, Diary
from tests.booking.offers import a_service
from tests.builders import Company, Person

HOUR = timedelta(hours=1)
LATER = WEDNESDAY + 4 * HOUR
DANAS = Booker("Dana Whitfield", "dana@example.com", "(303) 555-0142", ("12 Juniper Way", "Boulder, CO"), "80302")


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    return Diary(evergreen)


def told(diary: Diary, one: Booking, what: str = "told") -> Message:
    """What was told of the last change, to whoever booked or to the company."""
    found = find(diary, one, what)
    assert found is not None, f"nothing was told of {one.status}"
    return found


def find(diary: Diary, one: Booking, what: str = "told") -> Message | None:
    home = one.customer or f"booking-{one.id}"
    item = outbox.read(diary.company.store, home, f"booking-{one.id}-{one.version}-{what}")
    return outbox.to_message(item) if item else None


def says(message: Message, group: str = "booking") -> Any:
    return message.values[group]


def test_a_customer_is_told_where_the_company_reaches_them(diary: Diary, evergreen: Company) -> None:
    diary.offers(window=120)
    dana = evergreen.customer(phones=("(303) 555-0142",), language="es")
    who = Booker("Dana Whitfield", "typed@example.com", "(303) 555-9999", ("12 Juniper Way", "Boulder, CO"), "80302")
    one = diary.books(customer=dana, who=who, language="en")
    message = told(diary, one)
    assert (message.template, message.to, message.phone, message.language) == (
        "booking_confirmed", "dana@example.com", "(303) 555-0142", "es",
    )  # fmt: skip
    assert says(message) == {
        "service": "Lawn mowing", "status": "confirmed", "on": "2026-11-25T16:00:00+00:00",
        "arrival": ["2026-11-25T16:00:00+00:00", "2026-11-25T18:00:00+00:00"], "zone": "2026-11-25T16:00:00+00:00",
        "price": {"kind": "none", "amount": 0}, "first_name": "Dana", "known": True,
        "address": "12 Juniper Way, Boulder, CO 80302", "policy": "", "change_until": "2026-11-24T16:00:00+00:00",
        "by_company": False,
    }  # fmt: skip
    assert message.path == f"/bookings/{one.id}?key=%s"
    # Each its own key, which says that it was sent to this customer.
    tenant = evergreen.store.tenant
    assert message.secrets == {
        "url": ("booking-mail", tenant, one.id, dana.id), "url_by_sms": ("booking", tenant, one.id, dana.id),
    }  # fmt: skip


def test_whom_nobody_knows_is_told_nothing_of_what_they_typed(diary: Diary) -> None:
    diary.offers()
    one = diary.books(notes="Beware of the dog.", answers=(("How big?", "Very"),), language="es")
    message = told(diary, one)
    assert (message.to, message.phone, message.language) == ("nora@example.com", "(303) 555-0199", "es")
    tenant = diary.store.tenant
    assert message.secrets == {
        "url": ("booking-mail", tenant, one.id), "url_by_sms": ("booking", tenant, one.id),
    }  # fmt: skip
    assert (says(message)["known"], says(message)["first_name"], says(message)["address"]) == (False, "", "")
    written = repr((message.values, message.calendar))
    for typed in ("Nora", "nora@", "555", "Aspen", "80301", "dog", "Very"):
        assert typed not in written, typed


def test_the_company_is_told_all_of_it_and_answers_to_whoever_booked(diary: Diary) -> None:
    diary.offers(area=diary.offer.area)
    one = diary.books(notes="Beware of the dog.", answers=(("How big?", "Very"),), source="widget")
    message = told(diary, one, "company")
    assert (message.template, message.to, message.reply_to) == (
        "booking_company", diary.us.leads_to, "nora@example.com",
    )  # fmt: skip
    assert message.console_path == f"/bookings/{one.id}" and not message.secrets
    assert says(message, "booker") == {
        "name": "Nora Beck", "email": "nora@example.com", "phone": "(303) 555-0199",
        "address": "7 Aspen Ct, Boulder, CO 80301", "customer": False, "outside": False, "source": "widget",
        "notes": "Beware of the dog.", "answers": [{"question": "How big?", "answer": "Very"}], "change": "made",
        "answer_to": "nora@example.com",
    }  # fmt: skip


def test_a_code_that_the_address_on_file_ends_in_is_said_once(diary: Diary, evergreen: Company) -> None:
    diary.offers()
    lines = ("12 Juniper Way", "Boulder, CO 80302")
    one = diary.books(customer=evergreen.customer(address=lines), who=replace(DANAS, address=lines))
    for place in (
        says(told(diary, one))["address"], says(told(diary, one, "company"), "booker")["address"],
        told(diary, one).calendar["location"],
    ):  # fmt: skip
        assert place == "12 Juniper Way, Boulder, CO 80302"


def test_where_the_company_named_no_address_its_first_admin_is_told(diary: Diary, evergreen: Company) -> None:
    diary.offers()
    evergreen.admin()
    before = evergreen.company
    tenants.change_company(evergreen.store, before, email="", leads_email="")
    assert told(diary, diary.books(), "company").to == "owner@evergreen.example"


def test_an_address_that_no_mail_can_be_written_to(diary: Diary) -> None:
    """It is the company's to read, and no header of ours."""
    diary.offers()
    one = diary.books(who=Booker("Nora", "nora@[::1]"))
    assert find(diary, one) is None
    message = told(diary, one, "company")
    assert (message.reply_to, says(message, "booker")["answer_to"]) == ("", "")


@pytest.mark.parametrize("who", ["Nora", "Dana"])
def test_each_change_is_told_by_its_own_template(diary: Diary, who: str, evergreen: Company) -> None:
    diary.offers(confirming="request")
    person = evergreen.customer() if who == "Dana" else None
    one = diary.books(customer=person, who=DANAS if person else NORA)
    assert (told(diary, one).template, told(diary, one, "company").template) == ("booking_requested", "booking_company")
    one = diary.proposes(one, LATER, "Sorry!")
    assert (told(diary, one).template, find(diary, one, "company")) == ("booking_proposed", None)
    assert says(told(diary, one))["old_on"] == "2026-11-25T16:00:00+00:00"
    assert says(told(diary, one))["note"] == "Sorry!"
    one = diary.takes(one)
    assert told(diary, one).template == "booking_confirmed" and "note" not in says(told(diary, one))
    assert says(told(diary, one, "company"), "booker")["change"] == "accepted"
    one = diary.shifts(one, LATER - HOUR, "The van is late.")
    assert told(diary, one).template == "booking_moved" and find(diary, one, "company") is None
    assert (says(told(diary, one))["old_on"], says(told(diary, one))["note"]) == (
        "2026-11-25T20:00:00+00:00", "The van is late.",
    )  # fmt: skip
    one = diary.calls_off(one, "A storm.")
    assert told(diary, one).template == "booking_cancelled" and find(diary, one, "company") is None
    assert says(told(diary, one))["by_company"] and says(told(diary, one))["change_until"] == ""


def test_what_was_asked_for_stays_what_was_asked_for(diary: Diary) -> None:
    """A second proposal is compared with the wish, not with the first."""
    diary.offers(confirming="request")
    one = diary.proposes(diary.proposes(diary.books(), LATER), LATER - HOUR)
    assert says(told(diary, one))["old_on"] == "2026-11-25T16:00:00+00:00"


def test_a_customer_who_moves_and_cancels(diary: Diary) -> None:
    diary.offers(cutoff=2)
    one = diary.moves(diary.books(), LATER)
    assert told(diary, one).template == "booking_moved"
    company = told(diary, one, "company")
    assert (company.template, says(company, "booker")["change"]) == ("booking_changed_company", "moved")
    assert says(company)["old_on"] == "2026-11-25T16:00:00+00:00"
    one = diary.cancels(one, "We are ill.")
    assert told(diary, one).template == "booking_cancelled" and not says(told(diary, one))["by_company"]
    assert "note" not in says(told(diary, one)), "they know what they wrote"
    company = told(diary, one, "company")
    assert (says(company, "booker")["change"], says(company)["note"]) == ("cancelled", "We are ill.")


def test_a_stranger_is_not_texted_about_what_they_change(diary: Diary, evergreen: Company) -> None:
    diary.offers(cutoff=2)
    one = diary.moves(diary.books(), LATER)
    assert (told(diary, one).to, told(diary, one).phone) == ("nora@example.com", "")
    one = diary.shifts(one, LATER - HOUR)
    assert told(diary, one).phone == NORA.phone, "what the office changes is news"
    dana = evergreen.customer(phones=("(303) 555-0142",))
    assert told(diary, diary.moves(diary.books(customer=dana), LATER)).phone == "(303) 555-0142"


def test_a_customer_of_whom_nothing_is_on_file_is_told_where_they_said(diary: Diary, evergreen: Company) -> None:
    diary.offers()
    lou = evergreen.customer("Lou Park", email="", password=None)
    one = diary.books(customer=lou, who=Booker("Lou Park", "lou@new.example", "(303) 555-0123"))
    assert (told(diary, one).to, told(diary, one).phone) == ("lou@new.example", "(303) 555-0123")
    assert told(diary, one, "company").reply_to == "lou@new.example"


def test_who_lets_a_proposal_go(diary: Diary) -> None:
    diary.offers(confirming="request")
    one = diary.lets_go(diary.proposes(diary.books(), LATER))
    assert told(diary, one).template == "booking_cancelled"
    assert says(told(diary, one, "company"), "booker")["change"] == "refused"


def test_a_move_that_must_be_confirmed_anew_says_so(diary: Diary) -> None:
    diary.offers(confirming="request", cutoff=2)
    one = diary.moves(diary.confirms(diary.books()), LATER)
    assert (told(diary, one).template, says(told(diary, one))["status"]) == ("booking_moved", "requested")
    assert says(told(diary, one, "company"))["status"] == "requested"


def test_declined(diary: Diary) -> None:
    diary.offers(confirming="request")
    one = diary.declines(diary.books(), "We are closed.")
    message = told(diary, one)
    assert (message.template, says(message)["note"]) == ("booking_declined", "We are closed.")
    assert message.calendar["status"] == "cancelled"


def test_what_is_suspected_tells_nobody_until_the_company_takes_it_on(diary: Diary) -> None:
    diary.offers()
    one = diary.books(suspected=("trap",))
    assert diary.mails(one) == []
    assert told(diary, diary.confirms(one)).template == "booking_confirmed"


def test_what_the_office_enters_is_told_to_whoever_it_is_for_if_it_likes(diary: Diary) -> None:
    diary.offers()
    assert diary.mails(diary.enters()) == ["booking_confirmed"]
    assert diary.mails(diary.enters(tell=False)) == []


def test_giving_it_to_a_customer_tells_nobody_and_what_follows_lies_with_them(diary: Diary, evergreen: Company) -> None:
    diary.offers()
    dana: Person = evergreen.customer()
    one = diary.attaches(diary.books(), dana)
    assert find(diary, one) is None
    one = diary.calls_off(one)
    assert told(diary, one).to == "dana@example.com" and says(told(diary, one))["known"]


def test_a_calendar_is_told_the_job_and_its_sequence(diary: Diary, evergreen: Company) -> None:
    diary.offers(a_service(minutes=45), window=120, cutoff=2)
    dana = evergreen.customer()
    one = diary.books(customer=dana, who=DANAS)
    first = told(diary, one).calendar
    assert (first["uid"], first["sequence"], first["status"]) == (one.id, 0, "confirmed")
    assert (first["starts_at"], first["ends_at"]) == ("2026-11-25T16:00:00+00:00", "2026-11-25T18:00:00+00:00")
    assert first["location"] == "12 Juniper Way, Boulder, CO 80302"
    assert first["summary"] == "Lawn mowing · Evergreen Pest & Lawn"
    one = diary.moves(one, LATER)
    second = told(diary, one).calendar
    assert (second["uid"], second["sequence"], second["starts_at"]) == (one.id, 1, "2026-11-25T20:00:00+00:00")
    last = told(diary, diary.cancels(one)).calendar
    assert (last["uid"], last["sequence"], last["status"]) == (one.id, 2, "cancelled")
