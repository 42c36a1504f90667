"""What AWS tells of messages: noted once, whatever the order; an address that is no good gets no more mail."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

import app as wiring
from chalicelib import logs
from chalicelib.aws.signatures import Forged
from chalicelib.errors import Unavailable
from chalicelib.messages.actions import events
from chalicelib.messages.records import stops, suppressions
from sandbox import happenings
from sandbox.happenings import What
from sandbox.world import World
from tests.builders import Company
from tests.conftest import Clock
from tests.messages.post import NUMBER, PHONE, Post, record

Change = Callable[[dict[str, Any]], object]


def ses(post: Post, what: What, change: Change = lambda event: None, **tags: Any) -> None:
    """SES tells this, changed a little."""
    place = {"tenant": [post.company.store.tenant], "customer": [post.person.id], "message": ["one"], **tags}
    event = happenings.event(what, "ses-1", "dana@example.com", place, post.world.services.now())
    change(event)
    happenings.tell(post.world, post.world.services.settings.mail_topic, event)
    post.note()


def lift(post: Post) -> None:
    """Staff have put the address right."""
    found = post.stopped()
    assert found is not None
    post.company.store.write(suppressions.lift(post.company.store, found.id))


@pytest.fixture
def sent(post: Post) -> Post:
    post.post()
    post.work()
    assert post.state() == ("sent", "")
    return post


def test_a_mail_carries_what_its_events_are_known_by(sent: Post) -> None:
    (mail,) = happenings.ses_backends["123456789012"]["us-east-1"].sent_messages
    tenant = sent.company.store.tenant
    assert mail.tags == {"tenant": [tenant], "customer": [sent.person.id], "message": ["one"]}
    assert mail.watched and sent.row()["sent_id"] == mail.id


def test_a_mail_that_arrived_is_delivered(sent: Post) -> None:
    sent.tell("sent")
    sent.tell("delivered")
    assert sent.state() == ("sent", "delivered") and sent.row()["outcome_at"].startswith("2026-11-23T19:00:00")
    assert sent.stopped() is None


def test_a_mail_that_came_back_stops_mail_to_its_address(sent: Post) -> None:
    sent.tell("bounced")
    assert sent.state() == ("sent", "bounced") and "user unknown" in sent.row()["detail"]
    stopped = sent.stopped()
    assert stopped is not None
    assert (stopped.cause, stopped.customer, stopped.message) == ("bounced", sent.person.id, "one")
    sent.post("two", to="Dana@Example.com")
    sent.work()
    assert sent.state("two") == ("skipped", "") and "came back" in sent.row("two")["reason"]
    assert sent.mails == 1


def test_the_log_says_whose_mails_come_back(sent: Post, caplog: pytest.LogCaptureFixture) -> None:
    """Operators look for the company when bounces or complaints ring."""
    lines: list[tuple[str, str]] = []
    caplog.handler.addFilter(lambda record: not lines.append((record.getMessage(), logs.here().get("tenant", ""))))
    with caplog.at_level("INFO", "chalicelib"):
        for what in ("delivered", "complained", "bounced"):
            sent.tell(what)
    mine = sent.company.store.tenant
    assert [one for one in lines if "met with" in one[0]] == [
        ("a mail met with a Complaint", mine), ("a mail met with a Bounce", mine)
    ]  # fmt: skip


def test_a_mail_called_spam_stops_mail_to_its_address(sent: Post) -> None:
    sent.tell("delivered")
    sent.tell("complained")
    stopped = sent.stopped()
    assert sent.state() == ("sent", "complained") and stopped is not None and stopped.cause == "complained"
    sent.post("two")
    sent.work()
    assert "spam" in sent.row("two")["reason"] and sent.mails == 1


def test_who_called_a_mail_spam_still_gets_what_they_ask_for_to_come_in_until_a_mail_comes_back(sent: Post) -> None:
    sent.tell("complained")
    code = {"template": "sign_in", "secrets": {"code": ("code", "x")}}
    sent.post("code", **code)
    sent.work()
    assert sent.state("code") == ("sent", "") and sent.mails == 2
    sent.tell("bounced", "code")
    stopped = sent.stopped()
    assert stopped is not None and stopped.cause == "bounced"
    sent.post("another", **code)
    sent.work()
    assert sent.state("another") == ("skipped", "") and "came back" in sent.row("another")["reason"]


def test_a_full_mailbox_stops_nothing(sent: Post) -> None:
    ses(sent, "bounced", lambda event: event["bounce"].update(bounceType="Transient", bounceSubType="MailboxFull"))
    assert sent.state() == ("sent", "bounced") and sent.stopped() is None


def test_an_absence_note_to_a_delivered_mail_is_no_bounce(sent: Post) -> None:
    sent.tell("delivered")
    ses(sent, "bounced", lambda event: event["bounce"].update(bounceType="Transient", bounceSubType="General"))
    assert sent.state() == ("sent", "delivered")


def test_who_says_that_it_is_no_spam_is_no_complaint(sent: Post) -> None:
    ses(sent, "complained", lambda event: event["complaint"].update(complaintFeedbackType="not-spam"))
    assert sent.state() == ("sent", "") and sent.stopped() is None


def test_what_ses_would_not_send_has_failed(sent: Post) -> None:
    def reject(event: dict[str, Any]) -> None:
        event.update(eventType="Reject", reject={"reason": "Bad content"})

    ses(sent, "sent", reject)
    assert sent.state() == ("failed", "") and "Bad content" in sent.row()["reason"]


ORDERS = list(itertools.permutations(("sent", "delivered", "bounced", "complained")))


@pytest.mark.parametrize("order", ORDERS)
def test_in_whatever_order_the_worst_stands(sent: Post, order: tuple[What, ...]) -> None:
    for what in (*order, *reversed(order)):
        sent.tell(what)
    assert sent.state() == ("sent", "complained")
    first = next(what for what in order if what in ("bounced", "complained"))
    stopped = sent.stopped()
    assert stopped is not None and stopped.cause == first, "the first reason stays"


@pytest.mark.parametrize("what", ["bounced", "complained"])
def test_an_address_that_staff_have_freed_stays_free(sent: Post, what: What) -> None:
    """SQS and SNS bring things again; it was noted."""
    sent.tell(what)
    lift(sent)
    for again in ("delivered", what, "sent"):
        sent.tell(again)  # type: ignore[arg-type]
    assert sent.stopped() is None
    sent.post("two")
    sent.work()
    assert sent.mails == 2


def test_a_new_bounce_stops_a_freed_address_again(sent: Post) -> None:
    sent.tell("bounced")
    lift(sent)
    sent.post("two")
    sent.work()
    sent.tell("bounced", "two")
    stopped = sent.stopped()
    assert stopped is not None and stopped.message == "two"


def test_one_company_s_bounce_stops_no_other_company_s_mail(sent: Post, bluewave: Company) -> None:
    sent.tell("bounced")
    other = Post(bluewave, bluewave.customer())
    other.post()
    other.work()
    assert other.state() == ("sent", "") and other.stopped() is None


def test_an_event_that_is_faster_than_our_own_note_closes_the_message(post: Post) -> None:
    """The worker died after SES took the mail: what SES tells is as good as its note."""
    post.post()
    post.tell("sent", id="one")
    assert post.state() == ("sent", "") and post.row()["sent_at"]
    post.work()
    assert post.mails == 0 and "task" not in post.row()


@pytest.mark.parametrize(
    "tags",
    [
        {"message": ["two"]}, {"customer": ["somebody"]}, {"tenant": ["01M84WF0W0082ATDXKYHVAZ126"]},
        {"tenant": ["a#b"]}, {"customer": [""]}, {"message": ["x" * 2_000]}, {"message": ["../one"]},
        {"message": "one"}, {"message": []}, {"message": ["one", "two"]}, {"message": [1]}, {"tenant": None},
    ],
)  # fmt: skip
def test_events_of_what_is_not_there_do_nothing(sent: Post, tags: dict[str, Any]) -> None:
    whats: tuple[What, ...] = ("sent", "delivered", "bounced", "complained")
    for what in whats:
        ses(sent, what, **tags)
    assert sent.state() == ("sent", "") and sent.stopped() is None


@pytest.mark.parametrize(
    "message",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.", "", "null", "[]", "{}", "1",
        '{"eventType": "Bounce"}', '{"eventType": 7, "mail": []}', '{"eventType": "Open", "mail": {"tags": null}}',
        '{"eventType": "Bounce", "mail": {"tags": {"tenant": ["t"], "customer": ["c"], "message": ["m"]}}}',
    ],
)  # fmt: skip
def test_what_means_nothing_to_us_is_let_go(post: Post, message: str) -> None:
    """It comes from our topic and must not rest in the dead letters."""
    settings, now = post.world.services.settings, post.world.services.now()
    for topic in (settings.mail_topic, settings.texts_topic):
        events.note(post.world.services, json.dumps(happenings.envelope(topic, message, now)))


def test_events_with_strange_parts_are_read_as_far_as_they_go(sent: Post) -> None:
    def strange(event: dict[str, Any]) -> None:
        event["bounce"] = {"bounceType": "Permanent", "bouncedRecipients": [7], "timestamp": "soon"}

    ses(sent, "bounced", strange)
    assert sent.state() == ("sent", "bounced") and sent.stopped() is not None


def test_what_none_of_our_topics_sent_is_not_noted(sent: Post) -> None:
    """It comes again four times and rests in the dead-letter queue, which raises an alarm."""
    tags = {"tenant": [sent.company.store.tenant], "customer": [sent.person.id], "message": ["one"]}
    event = happenings.event("bounced", "x", "dana@example.com", tags, sent.world.services.now())
    topic = sent.world.services.settings.mail_topic
    forged = happenings.envelope(topic, json.dumps(event), sent.world.services.now())
    forged["Message"] = forged["Message"].replace("Permanent", "permanent")
    with pytest.raises(Forged):
        wiring.note_events(record(forged), None)
    assert sent.state() == ("sent", "")


def test_the_topic_of_texts_tells_nothing_of_mails(sent: Post) -> None:
    tags = {"tenant": [sent.company.store.tenant], "customer": [sent.person.id], "message": ["one"]}
    event = happenings.event("bounced", "x", "dana@example.com", tags, sent.world.services.now())
    happenings.tell(sent.world, sent.world.services.settings.texts_topic, event)
    sent.note()
    assert sent.state() == ("sent", "") and sent.stopped() is None


# Answers to an SMS


def stopped(world: World, number: str = NUMBER) -> bool:
    (item,) = world.services.tables.platform().get(stops.stop_key(number))
    return stops.stopped(item)


@pytest.mark.parametrize("words", ["STOP", "Stop.", " stop ", "STOP ALL", "Unsubscribe", "ALTO", "opt-out", "¡Baja!"])
def test_who_answers_stop_gets_no_sms_of_any_company(post: Post, bluewave: Company, words: str) -> None:
    happenings.answered(post.world, NUMBER, words)
    post.note()
    for one in (post, Post(bluewave, bluewave.customer(phones=(PHONE,)))):
        one.post("text", to="", phone=PHONE, by="sms")
        one.work()
        assert one.state("text")[0] == "skipped" and "STOP" in one.row("text")["reason"]
    assert post.texts == []


def test_who_answers_start_gets_them_again(post: Post, clock: Clock) -> None:
    for words in ("STOP", "START"):
        happenings.answered(post.world, NUMBER, words)
        clock.forward(minutes=1)
    post.note()
    post.post("text", to="", phone=PHONE, by="sms")
    post.work()
    assert post.state("text")[0] == "sent" and [number for number, _ in post.texts] == [NUMBER]


@pytest.mark.parametrize("words", ["", "Thanks!", "Please stop by on Monday", "When does it start?", "HELP", "¿?"])
def test_other_answers_stop_nothing(world: World, post: Post, words: str) -> None:
    happenings.answered(world, NUMBER, words)
    post.note()
    assert not stopped(world)


def test_the_later_answer_counts_in_whatever_order_they_come(world: World, post: Post, clock: Clock) -> None:
    settings = world.services.settings
    told = []
    for words in ("STOP", "START", "STOP", "START"):
        clock.forward(seconds=1)
        message = json.dumps({"originationNumber": NUMBER, "messageBody": words})
        told.append(json.dumps(happenings.envelope(settings.texts_topic, message, clock())))
    for order in itertools.permutations(told):
        for one in (*order, *order):
            events.note(world.services, one)
        assert not stopped(world)


@pytest.mark.parametrize("number", ["", "STOP", "+0123456789", "3035550142", "+1303555014212345678", 7, None])
def test_what_is_no_number_stops_none(world: World, post: Post, number: Any) -> None:
    message = json.dumps({"originationNumber": number, "messageBody": "STOP"})
    envelope = happenings.envelope(world.services.settings.texts_topic, message, world.services.now())
    events.note(world.services, json.dumps(envelope))


def test_numbers_are_kept_by_their_hash(world: World, post: Post) -> None:
    assert NUMBER.strip("+") not in stops.stop_key(NUMBER).partition


def test_a_certificate_that_can_not_be_fetched_is_a_reason_to_come_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(url: str) -> bytes:
        raise Unavailable()

    monkeypatch.setattr(post.world.services.certificates, "fetch", down)
    with pytest.raises(Unavailable):
        post.tell("bounced")
