"""One cause, one message, sooner or later, whatever fails in between."""

from __future__ import annotations

import email
import re
from email.message import Message as Mime

import pytest

from chalicelib.aws.mail import Envelope, Refused, SesMail, compose
from chalicelib.customers.actions import link
from chalicelib.errors import Unavailable
from chalicelib.messages import actions, records
from tests.browser import Browser
from tests.builders import Company, Person


def post(browser: Browser, person: Person) -> str:
    return link.send(browser.world.services, person.company.store, person.now)


def state(person: Person, message: str) -> str:
    item = records.read(person.company.store, person.id, message)
    assert item is not None
    return str(item["state"])


def newest(browser: Browser) -> Mime:
    return email.message_from_string(browser.deliver_mail()[-1])


def down(*_: object) -> None:
    raise Unavailable()


def test_a_posted_message_is_sent_once(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    message = post(browser, dana)
    assert state(dana, message) == "pending"
    assert len(browser.deliver_mail()) == 1
    assert state(dana, message) == "sent"
    for _ in range(3):
        actions.deliver(browser.world.services, evergreen.store.tenant, dana.id, message)
    assert len(browser.deliver_mail()) == 1


def test_a_mail_is_the_companys_with_text_and_html(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    message = post(browser, dana)
    mime = newest(browser)
    assert "Evergreen Pest & Lawn" in mime["From"]
    assert mime["Reply-To"] == "office@evergreen.example"
    assert [part.get_content_type() for part in mime.walk()][1:] == ["text/plain", "text/html"]
    assert message in mime["Message-ID"]


def test_the_reference_that_mailers_thread_by_is_one_plain_word_however_long_the_name() -> None:
    """Over 78 characters the library would write it as an encoded word, which no mailer compares."""
    name = ".".join(("01HZZZZZZZZZZZZZZZZZZZZZZZ",) * 2) + ".refund-failed-" + "x" * 100
    mails = []
    for one in (name, name, f"{name}y"):
        envelope = Envelope(one, "E", "office@example.com", "dana@example.com", "S", "t", "h")
        mails.append(compose(envelope, "mail@example.com").as_string())
    references = [re.findall(r"^X-Entity-Ref-ID: ([0-9a-f]+)$", mail, re.M)[0] for mail in mails]
    assert references[0] == references[1] != references[2] and all(len(one) == 40 for one in references)
    assert f"\nMessage-ID: <{name}@example.com>\n" in mails[0]


def test_when_ses_is_down_it_goes_out_later(
    evergreen: Company, browser: Browser, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = evergreen.customer()
    message = post(browser, dana)
    with monkeypatch.context() as broken:
        broken.setattr(SesMail, "send", down)
        with pytest.raises(Unavailable):
            browser.deliver_mail()
    assert state(dana, message) == "pending"
    clock.forward(minutes=3)
    assert actions.sweep(browser.world.services) == 1
    assert len(browser.deliver_mail()) == 1


def test_what_the_queue_lost_the_sweep_hands_over(
    evergreen: Company, browser: Browser, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = evergreen.customer()
    with monkeypatch.context() as broken:
        broken.setattr("chalicelib.aws.queue.SqsQueue.put", lambda *_: False)
        post(browser, dana)
    assert browser.deliver_mail() == []
    clock.forward(minutes=3)
    actions.sweep(browser.world.services)
    assert len(browser.deliver_mail()) == 1
    assert actions.sweep(browser.world.services) == 0


def test_two_workers_with_the_same_message_send_one_mail(
    evergreen: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = evergreen.customer()
    message = post(browser, dana)
    services, send = browser.world.services, SesMail.send

    def meanwhile(mail: SesMail, envelope: Envelope) -> None:
        actions.deliver(services, evergreen.store.tenant, dana.id, message)
        send(mail, envelope)

    monkeypatch.setattr(SesMail, "send", meanwhile)
    assert len(browser.deliver_mail()) == 1


def test_a_worker_that_died_holding_it_does_not_hold_it_for_ever(
    evergreen: Company, browser: Browser, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = evergreen.customer()
    message = post(browser, dana)
    evergreen.store.write(records.claim(evergreen.store, dana.id, message, clock()))
    assert browser.deliver_mail() == []
    clock.forward(minutes=3)
    actions.sweep(browser.world.services)
    assert len(browser.deliver_mail()) == 1


def test_what_ses_refuses_is_given_up(evergreen: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    dana = evergreen.customer()
    message = post(browser, dana)

    def refuse(*_: object) -> None:
        raise Refused("Address is on the suppression list")

    monkeypatch.setattr(SesMail, "send", refuse)
    browser.deliver_mail()
    assert state(dana, message) == "failed"


def test_after_three_days_nobody_waits_any_more(
    evergreen: Company, browser: Browser, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = evergreen.customer()
    message = post(browser, dana)
    clock.forward(days=3, minutes=1)
    actions.sweep(browser.world.services)
    assert browser.deliver_mail() == []
    assert state(dana, message) == "failed"


def test_a_header_can_not_be_smuggled_in() -> None:
    envelope = Envelope(
        "id",
        "Evil\r\nBcc: all@example.com",
        "office@example.com",
        "dana@example.com",
        "Hi\nBcc: x@example.com",
        "t",
        "h",
    )
    mime = compose(envelope, "portal@porchlight.example")
    assert mime["Bcc"] is None
    assert mime["Subject"] == "Hi Bcc: x@example.com"
