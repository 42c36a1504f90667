"""SMS: which numbers get them, what SNS is asked, and what its refusals mean."""

from __future__ import annotations

import pytest
from moto.sns.exceptions import SNSException
from moto.sns.models import SNSBackend

from chalicelib.aws.mail import Refused
from chalicelib.aws.sms import Stopped, number
from chalicelib.errors import Unavailable, Unreachable
from chalicelib.messages import actions
from chalicelib.messages.actions import planning, stopped
from chalicelib.messages.records import templates
from chalicelib.messages.rules.template import Choice
from tests.billing.wire import Wire
from tests.builders import Company
from tests.conftest import Clock
from tests.messages.post import NUMBER, PHONE, Post


@pytest.mark.parametrize(
    ("typed", "locale", "sent_to"),
    [
        ("(303) 555-0142", "en-US", NUMBER),
        ("303.555.0142", "es-US", NUMBER),
        ("1 303 555 0142", "en-US", NUMBER),
        ("+1 (303) 555-0142", "en-GB", NUMBER),
        ("tel:+1-303-555-0142", "en-US", NUMBER),
        ("07911 123456", "en-GB", "+447911123456"),
        ("+44 7911 123456", "en-US", "+447911123456"),
        ("55 1234 5678", "es-MX", "+525512345678"),
        # A landline, as far as the country's numbers tell.
        ("020 7946 0018", "en-GB", ""),
        ("900 555 1234", "en-US", ""),
        ("800 555 1234", "en-US", ""),
        ("(303) 555-0142 ext. 12", "en-US", ""),
        ("303 555", "en-US", ""),
        ("call Dana", "en-US", ""),
        ("911", "en-US", ""),
        ("", "en-US", ""),
        ("3035550142", "es-419", ""),
        ("3035550142", "", ""),
        ("0" * 500, "en-US", ""),
    ],
)
def test_a_number_is_read_as_in_the_company_s_country(typed: str, locale: str, sent_to: str) -> None:
    assert number(typed, locale) == sent_to


def text(post: Post, id: str = "text-sms", phone: str = PHONE) -> str:
    return post.post(id, to="", phone=phone, by="sms")


def test_an_sms_goes_to_the_number_and_says_who_writes_and_where_to_go(post: Post) -> None:
    text(post)
    post.work()
    ((number_, words),) = post.texts
    assert number_ == NUMBER and "Evergreen" in words and "http://localhost:8000/evergreen/l/" in words
    assert post.state("text-sms") == ("sent", "") and post.row("text-sms")["sent_id"]
    assert "/evergreen/l/" not in post.row("text-sms")["summary"], "who reads the store is let in nowhere"


def test_it_is_sent_as_one_that_matters(post: Post, wire: Wire) -> None:
    """Promotional ones may be dropped on the way."""
    asked: list[dict[str, object]] = []
    client = post.world.services.sms._client
    client.meta.events.register("before-parameter-build.sns.Publish", lambda params, **_: asked.append(dict(params)))
    text(post)
    post.work()
    (one,) = asked
    assert one["MessageAttributes"] == {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}


@pytest.mark.parametrize("phone", ["900 555 1234", "800 555 1234", "12"])
def test_a_number_that_takes_none_fails_in_words(post: Post, phone: str) -> None:
    text(post, phone=phone)
    post.work()
    assert post.state("text-sms")[0] == "failed" and post.row("text-sms")["reason"] == planning.NO_NUMBER
    assert post.texts == []


def says(monkeypatch: pytest.MonkeyPatch, code: str, words: str) -> None:
    """SNS takes no SMS, and says so."""

    def publish(*_: object, **__: object) -> None:
        raise SNSException(code, words)

    monkeypatch.setattr(SNSBackend, "publish", publish)


@pytest.mark.parametrize(
    ("code", "words", "word"),
    [
        ("InvalidParameter", "Invalid parameter: PhoneNumber", Refused),
        ("ParameterValueInvalid", "Message too long", Refused),
        ("OptedOut", "The number opted out", Stopped),
        ("InvalidParameter", "Invalid parameter: Phone number is opted out", Stopped),
        ("Throttled", "Rate exceeded", Unreachable),
        ("InternalError", "Oops", Unreachable),
        ("AuthorizationError", "No spending limit left", Unreachable),
    ],
)
def test_what_sns_refuses_is_understood(
    post: Post, monkeypatch: pytest.MonkeyPatch, code: str, words: str, word: type[Exception]
) -> None:
    says(monkeypatch, code, words)
    with pytest.raises(word) as raised:
        post.world.services.sms.send(NUMBER, "Hello")
    assert type(raised.value) is word


def test_sns_is_asked_once(post: Post, wire: Wire) -> None:
    """botocore would ask again when an answer is lost, and send two."""
    wire.down("sns Publish", "lost after")
    with pytest.raises(Unavailable):
        post.world.services.sms.send(NUMBER, "Hello")
    assert len(wire.of("sns Publish")) == 1 == len(post.texts)


def test_who_told_aws_to_stop_is_skipped_from_then_on(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as told:
        says(told, "OptedOut", "opted out")
        text(post)
        post.work()
    text(post, "again")
    post.work()
    for id in ("text-sms", "again"):
        assert post.state(id)[0] == "skipped" and post.row(id)["reason"] == stopped.NO_TEXTS
    assert post.texts == []


def own(company: Company, words: str) -> None:
    """The company writes this SMS its own way."""
    store = company.store
    store.write(templates.decide(store, "portal_link", Choice(), Choice(texts={"en": {"sms": {"sms": words}}})))


@pytest.mark.parametrize(
    "words", ["x" * 1_000, "ñé€日" * 120, " ", "{% for i in (1..999) %}{{ company.name }} {% endfor %}"]
)
def test_a_text_that_would_cost_a_fortune_or_says_nothing_gives_way_to_the_standard_one(
    post: Post, evergreen: Company, words: str
) -> None:
    own(evergreen, words)
    text(post)
    post.work()
    ((_, sent),) = post.texts
    assert "/evergreen/l/" in sent and len(sent) < 320
    assert post.state("text-sms")[0] == "sent" and "Your own text could not be used" in post.row("text-sms")["reason"]


# Beside an e-mail


def test_sms_go_out_only_where_the_company_turned_them_on(post: Post) -> None:
    post.post(phone=PHONE)
    post.work()
    assert post.mails == 1 and post.texts == []
    post.sms()
    post.post("two", phone=PHONE)
    post.work()
    assert post.mails == 2 and len(post.texts) == 1
    assert post.state("two-sms") == ("sent", "")


def test_an_sms_needs_no_e_mail_beside_it(post: Post) -> None:
    post.sms()
    post.post(to="", phone=PHONE)
    post.work()
    assert post.mails == 0 and len(post.texts) == 1
    assert post.state() == ("skipped", "") and "no e-mail" in post.row()["reason"]


def test_where_mail_is_stopped_the_sms_still_goes(post: Post) -> None:
    post.sms()
    post.post()
    post.work()
    post.tell("bounced")
    post.post("two", phone=PHONE)
    post.work()
    assert post.state("two")[0] == "skipped" and len(post.texts) == 1


def test_where_ses_is_down_the_sms_has_gone_and_goes_once(post: Post, wire: Wire, clock: Clock) -> None:
    post.sms()
    post.post(phone=PHONE)
    wire.down("sesv2")
    with pytest.raises(Unavailable):
        post.work()
    wire.heal()
    post.work()
    assert post.mails == 0 and len(post.texts) == 1
    for _ in range(3):
        clock.forward(minutes=5)
        wire.heal()
        actions.sweep(post.world.services)
        post.work()
    assert post.mails == 1 and len(post.texts) == 1
