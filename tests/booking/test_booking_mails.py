"""The mails of a booking as they arrive: their words, the link that opens this one booking, the file for the calendar.
And nothing of all that while the add-on is off."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib import tokens
from chalicelib.booking.actions import reminding
from chalicelib.booking.rules import Booker
from chalicelib.messages import actions, standard
from chalicelib.messages.records import outbox, templates
from chalicelib.messages.rules.template import Choice, is_there
from chalicelib.tenants import records as tenants
from sandbox.desk import site
from sandbox.mailbox import Mailbox
from sandbox.stylebook import messages as stylebook
from sandbox.world import sent_texts
from tests.booking.booker import WEDNESDAY, Diary
from tests.booking.offers import a_service
from tests.browser import Browser
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock

HOUR = timedelta(hours=1)
LATER = WEDNESDAY + 4 * HOUR
BOOKING = [name for name in standard.names() if standard.template(name).part == "booking"]


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    made = Diary(evergreen)
    made.offers(window=120, cutoff=2)
    return made


def mails(browser: Browser, to: str = "nora@example.com") -> list[EmailMessage]:
    """All that was sent there, the oldest first."""
    found = [message_from_string(one, policy=policy.default) for one in browser.deliver_mail()]
    return [one for one in found if isinstance(one, EmailMessage) and one["To"] == to]


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\u00a0", " ")


def file(mail: EmailMessage) -> tuple[Any, Any]:
    """The attachment, and the event in it."""
    (part,) = mail.iter_attachments()
    (event,) = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    return part, event


def test_a_confirmation_says_when_opens_this_booking_and_fits_into_a_calendar(
    diary: Diary, browser: Browser, evergreen: Company
) -> None:
    one = diary.books()
    (mail,) = mails(browser)
    assert mail["Subject"] == "Confirmed: Lawn mowing on Wednesday, November 25, between 9 and 11 AM"
    text = plain(mail)
    assert "Arrival: between 9 and 11 AM\nTime zone: Denver time (MST)\n" in text
    assert "until Nov 25, 2026, 7:00 AM" in text
    key = tokens.derive(evergreen.world.services.secrets.links, "booking-mail", evergreen.store.tenant, one.id)
    link = f"http://localhost:8000/evergreen/bookings/{one.id}?key={key}"
    assert link in text and text.count("http") == 1
    part, event = file(mail)
    assert part["Content-Type"].params["method"] == "PUBLISH" and part.get_content_type() == "text/calendar"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"{one.id}@localhost", 0, "CONFIRMED")
    assert event.start == WEDNESDAY and event.end == WEDNESDAY + 2 * HOUR
    assert event["SUMMARY"] == "Lawn mowing · Evergreen Pest & Lawn"
    assert event["DESCRIPTION"] == f"We come between 9 and 11 AM, Denver time (MST).\n\n{link}"
    assert "LOCATION" not in event and event["URL"] == link


def test_the_desk_of_the_sandbox_has_the_file(diary: Diary, browser: Browser, clock: Clock) -> None:
    one = diary.books()
    browser.deliver_mail()
    box = Mailbox(clock)
    box.collect()
    (mail,) = box.to("nora@example.com")
    assert "Your booking is confirmed" in mail.text and "<h1" in mail.html
    (attached,) = mail.files
    assert attached.name == "booking.ics" and 'method="PUBLISH"' in attached.type
    assert f"UID:{one.id}@localhost".encode() in attached.content
    answer = site._attached(mail, "0")
    assert (answer.status, answer.headers["Content-Disposition"]) == (200, 'attachment; filename="booking.ics"')
    assert site._attached(mail, "1").status == site._attached(mail, "x").status == 404


def test_the_store_never_has_the_link(diary: Diary, browser: Browser) -> None:
    one = diary.books()
    (mail,) = mails(browser)
    (link,) = re.findall(r"https?://\S+", plain(mail))
    assert not [row for row in diary.rows if link.partition("key=")[2] in repr(row)], one.id


def test_each_mail_changes_the_same_entry_of_the_calendar(diary: Diary, browser: Browser) -> None:
    one = diary.moves(diary.books(), LATER)
    diary.cancels(one)
    sent = mails(browser)
    assert [str(mail["Subject"]).partition(":")[0] for mail in sent] == ["Confirmed", "New time", "Canceled"]
    events = [file(mail)[1] for mail in sent]
    assert {event["UID"] for event in events} == {f"{one.id}@localhost"}
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [event.start for event in events] == [WEDNESDAY, LATER, LATER]
    assert file(sent[-1])[0]["Content-Type"].params["method"] == "CANCEL"
    assert "Before: Wednesday, November 25, between 9 and 11 AM\n" in plain(sent[1])


def test_a_request_and_a_proposal_are_tentative(diary: Diary, browser: Browser) -> None:
    diary.offers(confirming="request")
    diary.declines(diary.proposes(diary.books(), LATER, "We are fully booked in the morning."))
    sent = mails(browser)
    assert [file(mail)[1]["STATUS"] for mail in sent] == ["TENTATIVE", "TENTATIVE", "CANCELLED"]
    # Python's library puts a blank before a line that it folds.
    assert [mail["Subject"].strip() for mail in sent] == [
        "We have your request: Lawn mowing on Wednesday, November 25, at 9 AM",
        "Does this time suit you? Lawn mowing on Wednesday, November 25, at 1 PM",
        "We can’t take your booking: Lawn mowing on Wednesday, November 25, at 1 PM",
    ]
    assert "You asked for: Wednesday, November 25, at 9 AM\n" in plain(sent[1])
    assert "> We are fully booked in the morning.\n" in plain(sent[1])


def test_a_customer_reads_where_and_the_company_all_of_it(diary: Diary, browser: Browser, evergreen: Company) -> None:
    diary.offers(a_service(price=diary.offer.services[0].price), window=120)
    dana = evergreen.customer()
    who = Booker("Dana Whitfield", "dana@example.com", "(303) 555-0142", ("12 Juniper Way", "Boulder, CO"), "80302")
    one = diary.books(customer=dana, who=who, notes="The gate\nsticks.", answers=(("How big?", "4,000 sq ft"),))
    (mail,) = mails(browser, "dana@example.com")
    assert "Hello Dana," in plain(mail) and "Where: 12 Juniper Way, Boulder, CO 80302\n" in plain(mail)
    assert "You didn’t book this?" not in plain(mail)
    assert file(mail)[1]["LOCATION"] == "12 Juniper Way, Boulder, CO 80302"
    (ours,) = mails(browser, evergreen.company.leads_to)
    assert ours["Subject"] == (
        "New booking: Lawn mowing on Wednesday, November 25, between 9 and 11 AM, by Dana Whitfield"
    )
    assert ours["Reply-To"] == "dana@example.com" and not list(ours.iter_attachments())
    answers = ("> The gate\n> sticks.\n", "How big? – 4,000 sq ft\n", "Your customer: Yes\n")
    for said in (*answers, f"/console#/bookings/{one.id}"):
        assert said in plain(ours)


def test_a_stranger_reads_how_to_undo_what_they_did_not_do(diary: Diary, browser: Browser) -> None:
    diary.books()
    assert "You didn’t book this?" in plain(mails(browser)[0])


def test_a_text_says_it_too_where_the_company_sends_texts(diary: Diary, browser: Browser, evergreen: Company) -> None:
    store = evergreen.store
    store.write(templates.decide(store, "booking_confirmed", Choice(), Choice(sms=True)))
    one = diary.books()
    for _ in range(2):
        browser.deliver_mail()
    ((number, text),) = sent_texts()
    assert number == "+13035550199"
    when = "Lawn mowing on Wednesday, November 25, between 9 and 11 AM. "
    assert text.startswith(f"Evergreen Pest & Lawn: confirmed, {when}")
    assert f"/bookings/{one.id}?key=" in text
    # Whoever has the telephone has not the mailbox: so its key is another.
    key = text.partition("?key=")[2][:43]
    assert len(key) == 43 and f"?key={key}" not in plain(mails(browser)[0])
    names = ("booking", evergreen.store.tenant, one.id)
    assert key == tokens.derive(evergreen.world.services.secrets.links, *names)


def test_a_reminder(diary: Diary, browser: Browser, clock: Clock) -> None:
    diary.books()
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    reminding.sweep(diary.company.world.services)
    mail = mails(browser)[-1]
    assert mail["Subject"] == "Reminder: Lawn mowing on Wednesday, November 25, between 9 and 11 AM"
    assert "Can’t make it?" in plain(mail) and file(mail)[1]["SEQUENCE"] == 0


# Words


def test_a_price_in_words() -> None:
    def said(**price: Any) -> str:
        values = {**stylebook.samples(standard.template("booking_confirmed"))["booking"], "price": price}
        return stylebook.email("booking_confirmed", booking=values).text

    assert "Price: $45.00\n" in said(kind="exact", amount=4500)
    assert "Price: From $45.00\n" in said(kind="from", amount=4500)
    assert "Price: Free estimate\n" in said(kind="estimate", amount=0)
    assert "Price" not in said(kind="none", amount=0)


@pytest.mark.parametrize(
    ("change", "status", "subject", "said"),
    [
        ("moved", "confirmed", "Moved: ", "Nora Beck moved a booking."),
        ("moved", "requested", "Moved: ", "moved a booking. The new time waits for your answer."),
        ("cancelled", "cancelled", "Canceled: ", "canceled a booking. The time is free again."),
        ("accepted", "confirmed", "Accepted: ", "Nora Beck took the time you proposed."),
        ("refused", "cancelled", "Canceled: ", "turned down the time you proposed. The time is free again."),
    ],
)
def test_what_the_company_reads_of_a_change(change: str, status: str, subject: str, said: str) -> None:
    known = stylebook.samples(standard.template("booking_changed_company"))
    mail = stylebook.email(
        "booking_changed_company", booking={**known["booking"], "status": status},
        booker={**known["booker"], "change": change},
    )  # fmt: skip
    assert mail.subject.startswith(subject) and said in mail.text


def test_who_canceled_it_is_told_no_excuse() -> None:
    known = stylebook.samples(standard.template("booking_cancelled"))["booking"]
    ours = stylebook.email("booking_cancelled", booking={**known, "by_company": True}).text
    theirs = stylebook.email("booking_cancelled", booking={**known, "by_company": False}).text
    assert "We are sorry" in ours and "We are sorry" not in theirs


# Off


def test_without_the_add_on_there_are_no_such_templates(diary: Diary, owner: Client, evergreen: Company) -> None:
    def listed() -> set[str]:
        return {one["name"] for one in owner.get("/message-templates").json["items"]}

    assert len(BOOKING) == 9 and listed() == set(standard.names())
    evergreen.store.write(tenants.set_booking(evergreen.store, False))
    assert listed() == set(standard.names()) - set(BOOKING)
    for name in BOOKING:
        path = f"/message-templates/{name}"
        assert owner.get(path).status == 404
        assert owner.patch(path, {"sms": True}, if_match='"0"').status == 404
        assert owner.post(f"{path}/previews", {"language": "en"}).status == 404
        assert owner.post(f"{path}/tests", {"channel": "email", "language": "en"}).status == 404


def test_what_waits_to_be_sent_is_put_aside_when_the_add_on_is_turned_off(diary: Diary, browser: Browser) -> None:
    one = diary.books()
    store = diary.company.store
    store.write(tenants.set_booking(store, False))
    assert mails(browser) == []
    item = outbox.read(store, f"booking-{one.id}", f"booking-{one.id}-{one.version}-told")
    assert item is not None and (item["state"], item["reason"]) == ("skipped", "Online booking is turned off.")
    store.write(tenants.set_booking(store, True))
    name = f"booking-{one.id}-{one.version}-told"
    actions.deliver(diary.company.world.services, store.tenant, f"booking-{one.id}", name)
    assert mails(browser) == [], "it is old news by then"


def test_a_part_is_there_while_its_company_has_it(evergreen: Company) -> None:
    off = evergreen.company
    assert not off.booking
    assert [name for name in standard.names() if not is_there(standard.template(name), off)] == BOOKING
