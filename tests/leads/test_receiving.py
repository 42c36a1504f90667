"""A message is kept before all else, is one lead and its mails however often it comes, and is never lost on the way."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest

from chalicelib.aws.mail import SesMail
from chalicelib.errors import Unavailable
from chalicelib.leads.actions import receiving
from chalicelib.messages import actions as messages
from chalicelib.messages.records import templates
from chalicelib.messages.rules.template import Choice
from chalicelib.tenants.records import people
from sandbox.world import World, sent_texts
from tests.billing.till import THOROUGH
from tests.billing.wire import FAULTS, Call, Fault, Killed, Wire, forgetting
from tests.browser import Browser
from tests.builders import Company
from tests.conftest import Clock
from tests.leads.writing import NORA, OFFICE, a_form, decides, done, kept, mails, sends, to, words, writes


def test_it_is_kept_and_mailed_to_the_company_and_acknowledged(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    assert done(writes(browser, clock, phone="(303) 555-0199", service="Ants", preferred_time="Mornings"))
    (lead,) = kept(evergreen)
    assert (lead.wrote.name, lead.wrote.email, lead.wrote.phone) == ("Nora Field", "nora@example.com", "(303) 555-0199")
    assert (lead.wrote.service, lead.wrote.preferred_time, lead.wrote.page) == ("Ants", "Mornings", "")
    assert (lead.source, lead.customer, lead.language, lead.status, lead.spam) == ("page", "", "en", "new", False)
    assert lead.received_at == clock().isoformat(timespec="microseconds")
    assert [one["To"] for one in mails(browser)] == [OFFICE, "nora@example.com"]


def test_the_same_form_sent_again_is_the_same_message(evergreen: Company, browser: Browser, clock: Clock) -> None:
    form = a_form(browser, clock)
    for _ in range(20):
        assert done(sends(browser, form))
        clock.forward(seconds=1)
    assert len(kept(evergreen)) == 1
    assert len(mails(browser)) == 2


def test_sent_again_it_takes_no_try_and_is_answered_when_there_are_none_left(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    form = a_form(browser, clock)
    for _ in range(15):
        assert done(sends(browser, form))
    for number in range(9):
        assert done(sends(browser, {**form, "message": f"And {number} wasps."}))
    assert sends(browser, {**form, "message": "And a bear."}).status == 429
    assert done(sends(browser, form))
    assert len(kept(evergreen)) == 10


def test_sent_again_it_writes_nothing(evergreen: Company, browser: Browser, clock: Clock, wire: Wire) -> None:
    form = a_form(browser, clock)
    sends(browser, form)
    wire.calls.clear()
    assert done(sends(browser, form))
    # Who and which company; what fails, since it is there; and how it is there.
    assert [call.what.split()[1] for call in wire.calls] == ["BatchGetItem", "TransactWriteItems", "BatchGetItem"]


def test_changed_and_sent_again_it_is_another(evergreen: Company, browser: Browser, clock: Clock) -> None:
    form = a_form(browser, clock)
    sends(browser, form)
    sends(browser, {**form, "message": "There are ants in the kitchen, and in the hall."})
    assert len(kept(evergreen)) == 2


def test_twenty_at_once_are_one(evergreen: Company, browser: Browser, clock: Clock, wire: Wire) -> None:
    """At each call of the first, another comes in and goes through; at each of that one's, a third, and so a fourth."""
    form, deep = a_form(browser, clock), 0

    def another(_: int, call: Call) -> Fault | None:
        nonlocal deep
        if deep < 3 and not call.what.startswith("sqs"):
            deep += 1
            assert done(sends(browser, form))
            deep -= 1
        return None

    wire.plan = another
    assert done(sends(browser, form))
    wire.heal()
    assert len(wire.of("dynamodb TransactWriteItems")) > 20
    assert len(kept(evergreen)) == 1
    assert len(mails(browser)) == 2
    for number in range(8):
        assert done(sends(browser, {**form, "message": f"And {number} wasps."})), "those at once took tries"


@pytest.mark.parametrize("again", [True, False], ids=["and they press again", "and they go away"])
def test_whatever_fails_on_the_way_it_is_one_message_or_none(
    world: World, evergreen: Company, browser: Browser, clock: Clock, wire: Wire, again: bool
) -> None:
    form = a_form(browser, clock)
    with forgetting(world):
        wire.calls.clear()
        assert done(sends(browser, form))
        calls = list(wire.calls)
    assert [call.what.split()[1] for call in calls] == [
        "BatchGetItem", "TransactWriteItems", "SendMessage", "SendMessage",
    ]  # fmt: skip
    mails(browser)
    for number, call in enumerate(calls):
        # Every other one, but for those of the store's one transaction that is all of it.
        for fault in FAULTS if THOROUGH or number == 1 else FAULTS[number % 2 :: 2]:
            why, before = f"{fault} at {call.what}, {number}", len(mails(browser))
            with forgetting(world):
                wire.calls.clear()
                wire.fails(number, fault)
                answered = False
                with suppress(Killed):
                    page = sends(browser, form)
                    answered = done(page)
                    assert answered or page.status == 503, why
                wire.heal()
                if again:
                    clock.forward(seconds=20)
                    assert done(sends(browser, form)), why
                for _ in range(2):
                    clock.forward(minutes=4)
                    messages.sweep(world.services)
                    sent = mails(browser)[before:]
                found = kept(evergreen)
                assert len(found) == 1 if again or answered else len(found) <= 1, why
                assert sorted(one["To"] for one in sent) == ["nora@example.com", OFFICE] * len(found), why
                assert messages.sweep(world.services) == 0, why


def test_when_the_store_is_down_the_form_keeps_what_was_typed(
    evergreen: Company, browser: Browser, clock: Clock, wire: Wire
) -> None:
    form = a_form(browser, clock)
    wire.down("dynamodb TransactWriteItems")
    page = sends(browser, form)
    assert page.status == 503
    assert "There are ants in the kitchen." in page.html and "Nothing was lost" in page.text
    wire.heal()
    assert done(browser.submit("/contact", follow=False, message=NORA["message"]))
    assert len(kept(evergreen)) == 1


def test_when_the_queue_is_down_the_sweep_finds_the_mails(
    evergreen: Company, browser: Browser, clock: Clock, wire: Wire
) -> None:
    wire.down("sqs SendMessage")
    assert done(writes(browser, clock))
    wire.heal()
    assert mails(browser) == []
    clock.forward(minutes=3)
    assert messages.sweep(browser.world.services) == 2
    assert len(mails(browser)) == 2


def test_an_hour_without_mail_loses_none_and_sends_each_once(
    evergreen: Company, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise Unavailable()

    with monkeypatch.context() as broken:
        broken.setattr(SesMail, "send", down)
        for turn in range(12):
            if turn < 4:
                assert done(writes(browser, clock, email=f"nora{turn}@example.com"))
            mails(browser)
            clock.forward(minutes=5)
            messages.sweep(browser.world.services)
        assert mails(browser) == []
    assert len(kept(evergreen)) == 4
    for _ in range(30):
        clock.forward(minutes=5)
        messages.sweep(browser.world.services)
        mails(browser)
    sent = mails(browser)
    assert len(to(sent, OFFICE)) == 4
    assert [len(to(sent, f"nora{turn}@example.com")) for turn in range(4)] == [1] * 4


def test_an_address_is_thanked_once_a_day_by_each_company(
    evergreen: Company, bluewave: Company, browser: Browser, clock: Clock
) -> None:
    for number in range(3):
        assert done(writes(browser, clock, message=f"Wasps, {number}."))
    assert done(writes(browser, clock, "bluewave"))
    assert done(writes(browser, clock, message="Wasps again.", email="NORA@example.com"))
    sent = mails(browser)
    assert len(to(sent, OFFICE)) == 4
    assert [one["Reply-To"] for one in to(sent, "nora@example.com")] == [OFFICE, "office@bluewave.example"]
    clock.forward(hours=24)
    assert done(writes(browser, clock, message="Still wasps."))
    assert len(to(mails(browser), "nora@example.com")) == 3


def test_one_box_is_thanked_once_however_its_address_is_spelled(
    evergreen: Company, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "FROM_AN_ADDRESS", 100)
    one_box = ["nora.field@gmail.com", "norafield+1@gmail.com", "N.o.r.a.Field+x+y@Googlemail.com"]
    another = ["nora.field@example.com", "nora.field+shop@example.com", "norafield@example.com"]
    for number, address in enumerate([*one_box, *another]):
        assert done(writes(browser, clock, email=address, message=f"Wasps, {number}."))
    thanked = [one["To"] for one in mails(browser) if one["To"] != OFFICE]
    assert thanked == ["nora.field@gmail.com", "nora.field@example.com", "norafield@example.com"]
    assert len(kept(evergreen)) == 6


def test_so_many_are_thanked_an_hour_and_all_are_kept(
    evergreen: Company, bluewave: Company, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert receiving.THANKED_BY_A_COMPANY == 60
    monkeypatch.setattr(receiving, "THANKED_BY_A_COMPANY", 2)
    form = a_form(browser, clock)
    for number in range(4):
        assert done(sends(browser, {**form, "email": f"nora{number}@example.com"}))
    assert done(writes(browser, clock, "bluewave"))
    assert len(kept(evergreen)) == 4
    sent = mails(browser)
    assert len(to(sent, OFFICE)) == 4
    thanked = [one["To"] for one in sent if one["To"].startswith("nora")]
    assert thanked == ["nora0@example.com", "nora1@example.com", "nora@example.com"]
    clock.forward(hours=1)
    assert done(writes(browser, clock, email="nora2@example.com"))
    assert len(to(mails(browser), "nora2@example.com")) == 1


def test_without_anybody_to_tell_it_is_kept_all_the_same(evergreen: Company, browser: Browser, clock: Clock) -> None:
    decides(evergreen, email="")
    evergreen.store.write(people.take_off(evergreen.store, "owner@evergreen.example")[0])
    assert done(writes(browser, clock))
    assert len(kept(evergreen)) == 1
    assert [one["To"] for one in mails(browser)] == ["nora@example.com"]


def test_leads_go_where_the_company_wants_them(evergreen: Company, browser: Browser, clock: Clock) -> None:
    decides(evergreen, leads_email="sales@evergreen.example")
    writes(browser, clock)
    assert [one["To"] for one in mails(browser)] == ["sales@evergreen.example", "nora@example.com"]


def test_who_leaves_a_telephone_number_is_not_mailed(evergreen: Company, browser: Browser, clock: Clock) -> None:
    assert done(writes(browser, clock, email="", phone="(303) 555-0199"))
    (mail,) = mails(browser)
    assert mail["Reply-To"] == OFFICE
    assert "There is no e-mail address: please call." in words(mail)


def test_by_sms_the_company_and_whoever_wrote_are_told_at_the_numbers_they_gave(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    """Each number is thanked once a day, however it is spelled; who has no address is thanked by SMS alone."""
    decides(evergreen, phone="(303) 555-0100")
    for template in ("new_lead", "lead_acknowledgement"):
        evergreen.store.write(templates.decide(evergreen.store, template, Choice(), Choice(sms=True)))
    assert done(writes(browser, clock, email="", phone="(303) 555-0199"))
    mails(browser)
    mails(browser)
    assert [number for number, _ in sent_texts()] == ["+13035550100", "+13035550199"]
    assert done(writes(browser, clock, email="nora@example.com", phone="+1 303-555-0199", message="Wasps."))
    mails(browser)
    assert [one["To"] for one in mails(browser)] == [OFFICE, OFFICE, "nora@example.com"]
    assert [number for number, _ in sent_texts()] == ["+13035550100", "+13035550199", "+13035550100"]
    clock.forward(hours=24)
    assert done(writes(browser, clock, email="", phone="303.555.0199", message="Still wasps."))
    mails(browser)
    mails(browser)
    assert [number for number, _ in sent_texts()].count("+13035550199") == 2


@pytest.mark.parametrize("address", ["nöra@example.com", "nora..field@example.com", "nora@-example.com"])
def test_an_address_that_no_mail_can_name_stops_no_mail(
    evergreen: Company, browser: Browser, clock: Clock, address: str
) -> None:
    assert done(writes(browser, clock, email=address))
    assert kept(evergreen)[0].wrote.email == address
    (mail,) = mails(browser)
    assert (mail["To"], mail["Reply-To"]) == (OFFICE, OFFICE)
    assert address in words(mail) and "your answer goes" not in words(mail)


# Spam


SUSPECTED = {
    "no form": {"form": ""},
    "a forged form": {"form": "01KAS1Q3H0PT4V5D5Y6M7N8P9Q." + "A" * 43},
    "the trap": {"homepage": "https://buy.example"},
    "links": {"message": "https://a.example https://b.example https://c.example"},
    "a link as a name": {"name": "Win at https://buy.example"},
}


@pytest.mark.parametrize("values", SUSPECTED.values(), ids=list(SUSPECTED))
def test_what_is_suspected_is_kept_and_marked_and_answered_alike_and_not_mailed(
    evergreen: Company, browser: Browser, clock: Clock, values: dict[str, str]
) -> None:
    good = writes(browser, clock)
    told = writes(browser, clock, **values)
    assert (told.status, told.headers, told.html, told.cookies) == (303, good.headers, good.html, good.cookies)
    (lead,) = kept(evergreen, "spam")
    assert lead.spam and lead.reasons and lead.status == "new"
    assert len(kept(evergreen)) == 1
    assert len(mails(browser)) == 2


def test_a_form_sent_at_once_or_after_a_week_is_suspected(evergreen: Company, browser: Browser, clock: Clock) -> None:
    form = {**a_form(browser, clock), "message": "In a hurry."}
    clock.forward(minutes=-1, seconds=2)
    assert done(sends(browser, form))
    late = {**form, "message": "Late."}
    clock.forward(days=7, seconds=1)
    assert done(sends(browser, late)) and done(sends(browser, late))
    assert [one.reasons for one in kept(evergreen, "spam")] == [("no_form",), ("too_fast",)]
    assert mails(browser) == []


def test_what_came_too_fast_and_comes_again_at_leisure_is_a_message(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    form = a_form(browser, clock)
    clock.forward(minutes=-1, seconds=2)
    assert done(sends(browser, form)) and mails(browser) == []
    clock.forward(seconds=20)
    for _ in range(3):
        assert done(sends(browser, form))
    assert kept(evergreen, "spam") == []
    (lead,) = kept(evergreen)
    assert (lead.reasons, lead.spam, lead.version) == (("too_fast",), False, 1)
    assert [one["To"] for one in mails(browser)] == [OFFICE, "nora@example.com"]


def test_what_the_company_has_looked_at_stays_where_it_put_it(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    form = a_form(browser, clock)
    clock.forward(minutes=-1, seconds=2)
    sends(browser, form)
    (lead,) = kept(evergreen, "spam")
    evergreen.admin().post(f"/leads/{lead.id}/notes", {"text": "Spam, I think."})
    clock.forward(seconds=20)
    assert done(sends(browser, form))
    assert [one.id for one in kept(evergreen, "spam")] == [lead.id] and kept(evergreen) == []
    assert mails(browser) == []


def test_another_companys_form_is_none(evergreen: Company, bluewave: Company, browser: Browser, clock: Clock) -> None:
    form = a_form(browser, clock, "bluewave")
    assert done(sends(browser, form))
    assert [one.reasons for one in kept(evergreen, "spam")] == [("no_form",)]
    assert kept(bluewave) == kept(bluewave, "spam") == []


def test_a_customer_is_not_suspected(evergreen: Company, browser: Browser, clock: Clock) -> None:
    dana = evergreen.customer()
    browser.sign_in("evergreen")
    form = {**a_form(browser, clock), "message": "https://a.example https://b.example https://c.example"}
    clock.forward(seconds=-59)
    assert done(sends(browser, form))
    (lead,) = kept(evergreen)
    assert (lead.source, lead.customer, lead.spam) == ("portal", dana.id, False)


# Limits


def test_of_many_from_one_address_ten_come_through(evergreen: Company, browser: Browser, clock: Clock) -> None:
    many = 1_000 if THOROUGH else 150
    form, refused = a_form(browser, clock, email="", phone="303 555 0142"), 0
    for number in range(many):
        page = sends(browser, {**form, "message": f"Message {number}."})
        if not done(page):
            refused += 1
            assert page.status == 429
            assert 0 < int(page.headers["retry-after"]) <= 3600
    assert refused == many - 10
    assert {one.wrote.message for one in kept(evergreen)} == {f"Message {number}." for number in range(10)}
    assert len(mails(browser)) == 10
    clock.forward(seconds=int(page.headers["retry-after"]))
    assert done(sends(browser, {**form, "message": "After the wait."}))


def test_what_is_typed_wrong_is_no_try(evergreen: Company, browser: Browser, clock: Clock) -> None:
    form = a_form(browser, clock)
    for _ in range(30):
        assert sends(browser, {**form, "message": ""}).status == 422
    assert done(sends(browser, form))


@pytest.mark.parametrize(
    "header", ["x-forwarded-for", "forwarded", "x-real-ip", "client-ip", "cloudfront-viewer-address", "true-client-ip"]
)
def test_a_forged_header_makes_no_other_caller(
    evergreen: Company, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    monkeypatch.setattr(receiving, "FROM_AN_ADDRESS", 2)
    form = a_form(browser, clock)
    told = [
        sends(browser, {**form, "message": f"Message {number}."}, **{header: f"198.51.100.{number}:443"}).status
        for number in range(4)
    ]
    assert told == [303, 303, 429, 429]


def test_each_address_and_each_company_has_its_own(
    evergreen: Company, bluewave: Company, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "FROM_AN_ADDRESS", 1)
    form = a_form(browser, clock)
    told = []
    for number, address in enumerate((
        "203.0.113.7", "203.0.113.8", "203.0.113.7", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1",
        "::ffff:192.0.2.1", "::ffff:192.0.2.2",
    )):  # fmt: skip
        browser.address = address
        told.append(sends(browser, {**form, "message": f"Message {number}."}).status)
    assert told == [303, 303, 429, 303, 429, 303, 303, 303]
    browser.address = "203.0.113.7"
    assert done(writes(browser, clock, "bluewave"))


def test_a_company_is_written_to_so_often_an_hour(
    evergreen: Company, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (receiving.FROM_AN_ADDRESS, receiving.FROM_A_NETWORK) == (10, 50)
    assert (receiving.FOR_A_COMPANY, receiving.SUSPECTED_FOR_A_COMPANY) == (300, 100)
    monkeypatch.setattr(receiving, "FOR_A_COMPANY", 3)
    form, told = a_form(browser, clock), []
    for number in range(5):
        browser.address = f"198.51.100.{number}"
        told.append(sends(browser, {**form, "message": f"Message {number}."}).status)
    assert told == [303, 303, 303, 429, 429]
    assert len(kept(evergreen)) == 3
    page = sends(browser, {**form, "message": "Message 5."})
    assert re.search(r"Many people are writing just now. Please call us, or try again in \d+ minutes", page.text)
    assert "Message 5." in page.html and "(303) 555-0142" in page.text


def test_a_flood_of_spam_does_not_close_the_form(
    evergreen: Company, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is suspected counts by itself. Beyond, it is refused, since nobody is told that what is not kept was."""
    monkeypatch.setattr(receiving, "FOR_A_COMPANY", 3)
    monkeypatch.setattr(receiving, "SUSPECTED_FOR_A_COMPANY", 5)
    form, told = a_form(browser, clock), []
    for number in range(8):
        browser.address = f"2001:db8:{number:x}::1"
        told.append(sends(browser, {**form, "homepage": "x", "message": f"Spam {number}."}).status)
    assert told == [303] * 5 + [429] * 3
    assert len(kept(evergreen, "spam")) == 5
    assert [done(sends(browser, {**form, "message": f"Message {number}."})) for number in range(4)] == [
        True, True, True, False,
    ]  # fmt: skip


def test_a_customer_can_write_whoever_else_does(
    evergreen: Company, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "FOR_A_COMPANY", 1)
    assert done(writes(browser, clock)) and not done(writes(browser, clock, message="Once more."))
    evergreen.customer()
    browser.sign_in("evergreen")
    form = a_form(browser, clock)
    told = [sends(browser, {**form, "message": f"Message {number}."}).status for number in range(10)]
    assert told == [303] * 9 + [429], "their address has its limit all the same"


def test_one_site_has_many_networks_and_a_limit_for_all_of_them(
    evergreen: Company, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "FROM_A_NETWORK", 3)
    form, told = a_form(browser, clock), []
    for number in range(5):
        browser.address = f"2001:db8:7:{number}::1"
        told.append(sends(browser, {**form, "message": f"Message {number}."}).status)
    assert told == [303, 303, 303, 429, 429]
    browser.address = "2001:db8:8::1"
    assert done(sends(browser, form))
