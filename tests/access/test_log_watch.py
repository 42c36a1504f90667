"""The watch over what is logged can fail: whatever must not stand in a log is found there, as it is written."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from chalicelib import logs, passwords, tokens
from sandbox.world import World
from tests.access import log_watch
from tests.builders import PASSWORD, Company, Person

log = logging.getLogger("chalicelib.anything")


def seen() -> list[str]:
    """What was found, which this test wanted."""
    found = [one.partition(" is logged")[0] for one in log_watch.found]
    log_watch.found.clear()
    return found


@pytest.fixture
def _as_it_is(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The formatter takes nothing out."""
    monkeypatch.setattr(logs, "scrubbed", lambda text: text)
    yield


SHAPES = {
    "a key of Stripe's": ("sk_live_51Abc", "sk_test_4eC39HqLyjWDarjtT1zdp7dc", "rk_live_51Abc", "whsec_abcdef"),
    "an API key": ("plk_01ARZ3NDEKTSV4RRFFQ69G5FAV_x",),
    "a session": ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc",),
    "a token": (tokens.derive(b"k" * 32, "portal", "one"), f"/evergreen/link/{tokens.derive(b'k' * 32, 'two')}"),
    "an e-mail address": ("dana@example.com", "dana%40example.com", "d.w+x@mail.example.co.uk"),
    "a phone number": ("(303) 555-0142", "303-555-0142", "+13035550142", "+1 303 555 0142"),
    "a card number": ("4242424242424242", "4000 0027 6000 3184", "3782-822463-10005"),
}


@pytest.mark.usefixtures("_as_it_is")
@pytest.mark.parametrize(("what", "text"), [(what, one) for what, some in SHAPES.items() for one in some])
def test_what_looks_like_it_is_found(what: str, text: str) -> None:
    log.info("it came with %s, and went on", text)
    assert any(one.startswith(what) for one in seen())


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T19:00:00+00:00", "01M84WF0W0Z284MM96C1W5ERGM", "01M84WF0W0Z284MM96C1W5ERGM#payment#1", "evt_1Abc",
        "ch_3MmlLrLkdIwHu7ix0snN0B15", logs.hashed("01M84WF0W0Z284MM96C1W5ERGM"), "4242424242424241", "12000",
        "5fd4d1a4-3c3b-4d0e-9d3c-1f8f2a0f6b11",
    ],
)  # fmt: skip
def test_what_a_log_is_for_is_not(text: str) -> None:
    log.info("payment %s", text)
    assert seen() == []


@pytest.fixture
def dana(evergreen: Company) -> Person:
    return evergreen.customer("Dana Whitfield", phones=("Ext. 1",))


KNOWN: dict[str, tuple[str, Callable[[World, Person], str]]] = {
    "a customer's id": ("a customer's id", lambda world, dana: dana.id),
    "a name": ("personal data", lambda world, dana: dana.now.name),
    "a code": ("a code", lambda world, dana: tokens.derive_code(world.services.secrets.links, "sign-in", dana.id)),
    "a password": ("a password", lambda world, dana: "a password of somebody's"),
    "the sandbox's secrets": ("a secret", lambda world, dana: "sk_test_sandbox"),
    "whoever wrote": ("personal data", lambda world, dana: dana.company.lead("Nora Beck").wrote.name),
}


@pytest.mark.usefixtures("_as_it_is")
@pytest.mark.parametrize(("what", "of"), KNOWN.values(), ids=KNOWN)
def test_what_is_known_to_be_somebodys_is_found(
    world: World, dana: Person, what: str, of: Callable[[World, Person], str]
) -> None:
    passwords.verify("a password of somebody's", None)
    told = of(world, dana)
    log.info("this is about nobody")
    assert seen() == []
    log.info("this is about %s", told)
    assert f"{what} ({told})" in seen()


@pytest.mark.usefixtures("_as_it_is")
def test_an_error_is_looked_through_and_its_causes(dana: Person) -> None:
    try:
        try:
            raise ValueError(f"no such customer: {dana.id}")
        except ValueError as error:
            raise RuntimeError("it went wrong") from error
    except RuntimeError:
        log.exception("unexpected")
    assert f"a customer's id ({dana.id})" in seen()


@pytest.mark.usefixtures("_as_it_is")
def test_what_libraries_warn_of_is_looked_through_and_what_they_chat_is_not() -> None:
    logging.getLogger("botocore").warning("no route to %s", "dana@example.com")
    assert seen() == ["an e-mail address (dana@example.com)"]
    logging.getLogger("botocore").info("asking for %s", "dana@example.com")
    logging.getLogger("sandbox.desk").warning("a mail to %s", "dana@example.com")
    assert seen() == []


def test_metrics_are_looked_through(world: World, dana: Person) -> None:
    world.services.metrics.count("PaymentsFailed", 1, world.services.now(), customer=dana.id)
    assert seen() == [f"a customer's id ({dana.id})"]


def test_a_new_test_knows_nothing_of_the_last_one(dana: Person) -> None:
    log_watch.forget()
    log.info("%s", json.dumps([dana.id, PASSWORD]))
    assert seen() == []
