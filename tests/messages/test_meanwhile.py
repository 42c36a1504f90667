"""What has changed between the cause of a message and its sending; and SMS that anybody may ask for."""

from __future__ import annotations

import pytest

from chalicelib.aws.rows import change
from chalicelib.customers import rules
from chalicelib.customers.records.profile import edit_customer
from chalicelib.customers.rules import Contact
from chalicelib.errors import Unavailable
from chalicelib.messages.actions import planning
from chalicelib.tenants.records.company import PROFILE, CompanyRow
from tests.billing.wire import Wire
from tests.builders import Company
from tests.conftest import Clock
from tests.messages.post import PHONE, Post

CODE = {"template": "sign_in", "secrets": {"code": ("code", "x")}}


def moves(post: Post, **contact: str) -> None:
    """They are reached elsewhere now."""
    store, before = post.company.store, post.person.now
    after = rules.with_contacts(before, (Contact("", **contact),))
    store.transact(*edit_customer(store, before, after))


def test_an_address_that_is_none_of_theirs_any_more_gets_nothing(post: Post) -> None:
    """A mistyped address that staff have put right: what was on its way must not go to a stranger."""
    post.post("receipt", template="receipt")
    post.post("code", **CODE)
    moves(post, email="right@example.com", phone=PHONE)
    post.work()
    for id in ("receipt", "code"):
        assert post.state(id) == ("skipped", "") and post.row(id)["reason"] == planning.MOVED["email"]
    assert post.mails == 0


def test_a_number_that_is_none_of_theirs_any_more_gets_nothing(post: Post) -> None:
    post.post("text-sms", to="", phone=PHONE, by="sms")
    moves(post, email="dana@example.com", phone="(303) 555-0199")
    post.work()
    assert post.state("text-sms") == ("skipped", "") and post.row("text-sms")["reason"] == planning.MOVED["sms"]
    assert post.texts == []


def test_however_the_number_and_the_address_are_spelled_they_are_theirs(post: Post) -> None:
    post.post("text-sms", to="", phone="+1 303.555.0142", by="sms")
    post.post(to="Dana@Example.com")
    post.work()
    assert len(post.texts) == 1 == post.mails


def test_that_a_password_was_changed_is_told_to_whoever_had_the_address_then(post: Post) -> None:
    """Whoever takes an account over must not silence the warning by changing the address as well."""
    post.post(template="password_changed")
    moves(post, email="thief@example.com")
    post.work()
    assert post.state() == ("sent", "")


@pytest.mark.parametrize(("values", "why"), [({"off": True}, "turned off"), ({"slug": ""}, "no address")])
def test_no_link_is_sent_to_a_portal_that_is_closed(post: Post, values: dict[str, object], why: str) -> None:
    store = post.company.store
    post.post(template="invoice_ready")
    post.post("receipt", template="receipt")
    store.write(change(CompanyRow(store.tenant, PROFILE), "company", **values))
    post.work()
    assert post.state() == ("skipped", "") and why in post.row()["reason"]
    assert post.state("receipt") == ("sent", ""), "what says something without its link"


# SMS that anybody may ask for


def codes(post: Post, count: int, begin: int = 0) -> list[str]:
    """So many codes asked for, by e-mail and SMS. What became of the SMS."""
    for number in range(begin, begin + count):
        post.post(f"code-{number}", phone=PHONE, **CODE)
    post.work()
    return [post.state(f"code-{number}-sms")[0] for number in range(begin, begin + count)]


def test_a_number_gets_ten_a_day_that_anybody_may_ask_for_and_the_mails_go_on(post: Post, clock: Clock) -> None:
    post.sms(template="sign_in")
    assert codes(post, 13) == ["sent"] * 10 + ["skipped"] * 3
    assert post.mails == 13 and "Too many" in post.row("code-12-sms")["reason"]
    clock.forward(days=1)
    assert codes(post, 1, 13) == ["sent"]


def test_what_the_company_itself_sends_is_not_counted(post: Post) -> None:
    for template in ("sign_in", "receipt"):
        post.sms(template=template)
    assert codes(post, 11)[-1] == "skipped"
    for number in range(12):
        post.post(f"receipt-{number}", template="receipt", phone=PHONE)
    post.work()
    assert len(post.texts) == 22


def test_a_company_pays_for_so_many_a_day(post: Post, bluewave: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "ASKED_OF_A_COMPANY", 4)
    post.sms(template="sign_in")
    assert codes(post, 6).count("sent") == 4 and post.mails == 6
    other = Post(bluewave, bluewave.customer(phones=(PHONE,)))
    other.sms(template="sign_in")
    assert codes(other, 1) == ["sent"]


def test_one_that_is_tried_again_counts_once(post: Post, wire: Wire, clock: Clock) -> None:
    post.sms(template="sign_in")
    post.post("code-0", phone=PHONE, **CODE)
    post.deliver("code-0")
    wire.down("sns Publish", "throttled")
    for _ in range(5):
        with pytest.raises(Unavailable):
            post.deliver("code-0-sms")
        clock.forward(minutes=40)
    wire.heal()
    post.deliver("code-0-sms")
    assert codes(post, 10, 1) == ["sent"] * 9 + ["skipped"]
