"""Once for each cause and way, whatever goes wrong: each call of the sender fails in each way, and life goes on."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

import app as wiring
from chalicelib.aws.store import ConditionFailed
from chalicelib.errors import PortalError, Unavailable
from chalicelib.messages import actions, records
from chalicelib.messages.records import templates
from chalicelib.messages.rules import Message
from chalicelib.messages.rules.template import Choice
from sandbox import happenings
from sandbox.world import queued, sent_mail
from tests.billing.wire import FAULTS, Call, Fault, Killed, Wire, forgetting
from tests.builders import Company
from tests.conftest import Clock
from tests.messages.post import PHONE, Post, record

THOROUGH = bool(os.environ.get("PORCHLIGHT_THOROUGH"))
SENDS = ("sesv2 SendEmail", "sns Publish")


@pytest.fixture
def both(post: Post) -> Post:
    """A message that goes by e-mail and by SMS."""
    post.sms()
    return post


@contextmanager
def quiet() -> Iterator[None]:
    """The worker fails or dies: Lambda notes it, and SQS brings the message again."""
    with suppress(PortalError, ConditionFailed, Killed):
        yield


def go_on(post: Post, clock: Clock, *, events: bool, rounds: int = 6) -> None:
    """Time passes; the sweep looks, SQS brings things, and AWS tells what became of mails, unless it does not."""
    fates = happenings.Fates(post.world)
    for _ in range(rounds):
        if events:
            fates.collect()
            with quiet():
                post.note()
        clock.forward(minutes=6)
        with quiet():
            actions.sweep(post.world.services)
        for body in queued(post.world.outputs):
            with quiet():
                actions.deliver(post.world.services, body["tenant"], body["customer"], body["message"])


def calls_of(post: Post, wire: Wire) -> list[Call]:
    wire.calls.clear()
    with forgetting(post.world):
        post.post(phone=PHONE)
        queued(post.world.outputs)
        wire.calls.clear()
        post.deliver()
        post.deliver("one-sms")
        calls = list(wire.calls)
        queued(post.world.outputs)
    forget()
    return calls


def forget() -> None:
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.ses.models import ses_backends
    from moto.sns.models import sns_backends

    ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages.clear()
    sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages.clear()


# After these AWS has it, and we don't know.
UNHEARD = ("lost after", "error after", "killed after")


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_fails_both_go_out_once(both: Post, wire: Wire, clock: Clock, fault: Fault) -> None:
    """SES's events close the one window there is. For SMS there are none: who dies in it sends it twice."""
    calls, began = calls_of(both, wire), clock.time
    assert len(calls) >= 10
    for number, call in enumerate(calls):
        if fault == "doubled" and call.what in SENDS:
            continue  # AWS itself would have to send it twice
        with forgetting(both.world):
            clock.time = began
            both.post(phone=PHONE)
            queued(both.world.outputs)
            wire.calls.clear()
            wire.fails(number, fault)
            for id in ("one", "one-sms"):
                with quiet():
                    both.deliver(id)
            wire.heal()
            go_on(both, clock, events=True)
            why = f"{fault} at call {number}, {call.what}"
            unheard = call.what == "sns Publish" and fault in UNHEARD
            unnoted = number == len(calls) - 1 and fault == "killed before"
            assert both.mails == 1, why
            assert len(both.texts) == (2 if unheard or unnoted else 1), why
            assert both.state() == ("sent", "delivered"), why
            assert both.state("one-sms") == ("sent", ""), why
            assert not both.world.services.tables.platform().overdue(records.TASK, clock.time, 10), why
        forget()


@pytest.mark.parametrize("fault", UNHEARD)
def test_the_one_window(post: Post, wire: Wire, clock: Clock, fault: Fault) -> None:
    """SES took it, we did not hear it, and its events never come: it is sent again, under the same name."""
    post.post()
    wire.down("sesv2 SendEmail", fault, times=1)
    with quiet():
        post.work()
    wire.heal()
    go_on(post, clock, events=False)
    assert post.mails == 2 and post.state() == ("sent", "")
    names = {line for mail in sent_mail() for line in mail.raw_data.splitlines() if line.startswith("Message-ID")}
    assert len(names) == 1


def test_ses_is_asked_once(post: Post, wire: Wire) -> None:
    """botocore would ask again when an answer is lost, and send two."""
    post.post()
    wire.down("sesv2 SendEmail", "lost after")
    with pytest.raises(Unavailable):
        post.work()
    assert len(wire.of("sesv2 SendEmail")) == 1 == post.mails


def test_ses_takes_so_many_a_second_and_is_asked_again_a_little_later(post: Post, wire: Wire) -> None:
    pauses: list[float] = []
    object.__setattr__(post.world.services.mail, "sleep", pauses.append)
    post.post()
    wire.down("sesv2 SendEmail", "throttled", times=2)
    post.work()
    assert post.mails == 1 and len(pauses) == 2 and 0.2 <= pauses[0] <= 0.6 < 1.2 >= pauses[1]


def test_what_is_not_due_yet_asks_nobody(post: Post, wire: Wire, clock: Clock) -> None:
    """SQS brings it again and again; SES is asked after 2, 4, 8 … minutes."""
    post.post()
    wire.down("sesv2")
    asked = []
    for _ in range(60):
        wire.calls.clear()
        with pytest.raises(Unavailable):
            post.deliver()
        asked.append(len(wire.of("sesv2")))
        assert asked[-1] or len(wire.calls) == 1
        clock.forward(minutes=1)
    assert [minute for minute, times in enumerate(asked) if times] == [0, 2, 6, 14, 30]
    wire.heal()
    clock.forward(hours=1)
    post.deliver()
    assert post.mails == 1


def test_in_an_outage_the_queue_s_own_message_comes_to_rest_and_the_sweep_goes_on(
    post: Post, wire: Wire, clock: Clock
) -> None:
    """Raising each time is what brings it to the dead letters, and the operator an alarm, within half an hour."""
    post.post()
    wire.down("sesv2")
    for _ in range(5):
        with pytest.raises(Unavailable):
            post.deliver()
        clock.forward(minutes=6)
    wire.heal()
    go_on(post, clock, events=True)
    assert post.mails == 1 and post.state() == ("sent", "delivered")


def ses_says(post: Post, monkeypatch: pytest.MonkeyPatch, code: str, words: str) -> None:
    def send(*_: Any, **__: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": words}}, "SendEmail")

    monkeypatch.setattr(post.world.services.mail._client, "send_email", send)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("MessageRejected", "Transaction failed: bad content"),
        ("BadRequestException", "Domain contains control or whitespace"),
    ],
)
def test_what_ses_will_never_take_has_failed_in_its_words(
    post: Post, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    ses_says(post, monkeypatch, code, words)
    post.post()
    post.work()
    assert post.state() == ("failed", "") and words in post.row()["reason"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("MessageRejected", "Email address is not verified. The following identities failed the check in region X"),
        ("MailFromDomainNotVerifiedException", "…"), ("AccountSuspendedException", "…"),
        ("SendingPausedException", "…"), ("LimitExceededException", "Daily message quota exceeded"),
        ("TooManyRequestsException", "Maximum sending rate exceeded"), ("NotFoundException", "no configuration set"),
        ("AccessDeniedException", "not allowed"), ("InternalServiceErrorException", "…"),
        ("SomethingNewException", "…"),
    ],
)  # fmt: skip
def test_what_holds_for_all_mails_is_no_fault_of_this_one(
    post: Post, monkeypatch: pytest.MonkeyPatch, clock: Clock, code: str, words: str
) -> None:
    with monkeypatch.context() as refusing:
        ses_says(post, refusing, code, words)
        post.post()
        with pytest.raises(Unavailable):
            post.work()
        assert post.state() == ("pending", "")
    go_on(post, clock, events=False)
    assert post.mails == 1 and post.state() == ("sent", "")


def test_after_three_days_it_is_given_up_in_words(post: Post, wire: Wire, clock: Clock) -> None:
    post.post()
    wire.down("sesv2")
    for _ in range(40):
        go_on(post, clock, events=False, rounds=1)
        clock.forward(hours=2)
    assert post.state() == ("failed", "") and "three days" in post.row()["reason"]
    assert "task" not in post.row()


# Why one is not sent


def test_a_message_that_is_turned_off_is_skipped(post: Post) -> None:
    store = post.company.store
    store.write(templates.decide(store, "receipt", Choice(), Choice(email=False)))
    post.post(template="receipt")
    post.work()
    assert post.state() == ("skipped", "") and "turned off" in post.row()["reason"] and post.mails == 0


def test_somebody_who_asks_for_it_gets_it_all_the_same(post: Post) -> None:
    store = post.company.store
    store.write(templates.decide(store, "portal_link", Choice(), Choice(email=False)))
    post.post(by="email")
    post.work()
    assert post.mails == 1


def test_nobody_is_sent_a_link_who_has_no_access(evergreen: Company) -> None:
    post = Post(evergreen, evergreen.customer(access=False))
    post.post(template="portal_invite")
    post.work()
    assert post.state() == ("skipped", "") and "access" in post.row()["reason"]


def test_a_message_of_a_template_that_is_gone_fails_in_words(post: Post) -> None:
    post.post(template="telegram")
    post.work()
    assert post.state()[0] == "failed" and post.row()["reason"]


def test_a_text_that_is_tried_out_is_not_replaced_and_lets_nobody_in(post: Post) -> None:
    post.post(
        texts={"subject": "[Test] Hi", "html": "<p>{{ portal_button }}</p>", "text": "{{ portal_link }}"}, by="email"
    )
    post.work()
    raw = sent_mail()[-1].raw_data
    assert "[Test] Hi" in raw and "/evergreen/link/" not in raw
    broken = {"subject": "{{ 1 | divided_by: 0 }}", "html": "x", "text": "x"}
    post.post("two", texts=broken, by="email")
    post.work()
    assert post.state("two")[0] == "failed" and post.mails == 1


def test_a_link_that_is_not_in_the_text_is_not_made(post: Post) -> None:
    store = post.company.store
    own = {"en": {"email": {"subject": "Paid", "html": "<p>Thanks</p>", "text": "Thanks"}}}
    store.write(templates.decide(store, "receipt", Choice(), Choice(texts=own)))
    post.post(template="receipt")
    post.work()
    assert post.mails == 1 and "link_ends" not in post.row()
    post.post("two")
    post.work()
    assert post.row("two")["link_ends"].startswith("2026-11-30")


def test_names_of_messages_are_names_that_ses_takes(post: Post, wire: Wire) -> None:
    """They are its tags: letters, digits, - and _, 256 of them at most."""
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    post.post()
    post.work()
    for values in sent_mail()[-1].tags.values():
        assert 0 < len(values[0]) <= 256 and set(values[0]) <= allowed


# Many


@dataclass
class Chaos:
    """SES and the rest fail at random; workers die; SQS brings things twice."""

    dice: random.Random
    faults: Counter[str] = field(default_factory=Counter)

    def plan(self, _: int, call: Call) -> Fault | None:
        odds = 0.35 if call.what in SENDS else 0.02
        if self.dice.random() >= odds or call.what.startswith("sqs"):
            return None
        fault = self.dice.choice([one for one in FAULTS if not (one == "doubled" and call.what in SENDS)])
        self.faults[fault] += 1
        return fault


def tell_all(post: Post, dice: random.Random) -> None:
    """AWS tells what became of the mails that it has taken since, some of it twice, in any order. Straight into the
    function: moto's queues get slow with their length."""
    services, settings = post.world.services, post.world.services.settings
    told = [event for mail in sent_mail()[len(post.told) :] for event in happenings.fate(mail, services.now())]
    post.told += sent_mail()[len(post.told) :]
    told += [event for event in told if dice.random() < 0.2]
    dice.shuffle(told)
    for event in told:
        envelope = happenings.envelope(settings.mail_topic, json.dumps(event), services.now())
        wiring.note_events(record(envelope), None)


@pytest.mark.slow
@pytest.mark.parametrize("count", [2_000 if THOROUGH else 200])
def test_many_messages_through_an_unreliable_world_each_exactly_once(
    evergreen: Company, wire: Wire, clock: Clock, count: int
) -> None:
    store, services = evergreen.store, evergreen.world.services
    post, dice = Post(evergreen, evergreen.customer()), random.Random(6)
    ids = [f"mail-{number}" for number in range(count)]
    for id in ids:
        message = Message(id, "portal_link", "dana@example.com", "en", path="/")
        store.write(records.new_message(store, post.person.id, message, services.now()))
    chaos = Chaos(dice)
    waiting = [id for id in ids for _ in range(dice.choice((1, 1, 2, 3)))]
    rounds = 0
    while True:
        dice.shuffle(waiting)
        wire.plan = chaos.plan
        for id in waiting:
            with quiet():
                post.deliver(id)
        wire.heal()
        tell_all(post, dice)
        clock.forward(minutes=dice.choice((1, 3, 6)))
        open_ = services.tables.platform().overdue(records.TASK, clock.time.replace(year=2027), 5_000)
        if not open_:
            break
        rounds += 1
        assert rounds < 60, f"{len(open_)} are still waiting"
        # Some the queue brings again, some it has lost; those the sweep finds.
        waiting = [id for _, _, id in open_ if dice.random() < 0.8]
        if dice.random() < 0.3:
            actions.sweep(services, limit=1_000)
            waiting += [body["message"] for body in queued(evergreen.world.outputs)]
    sent = Counter(mail.tags["message"][0] for mail in sent_mail())
    assert sent == dict.fromkeys(ids, 1)
    assert {post.state(id) for id in ids[:: max(1, count // 50)]} == {("sent", "delivered")}
    assert sum(chaos.faults.values()) > count / 3 and len(chaos.faults) == len(FAULTS), chaos.faults
