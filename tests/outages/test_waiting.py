"""How long anybody waits for a service that says nothing, and how the sweep gets on with what can be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws import secrets
from chalicelib.billing.actions import sweep as payments
from chalicelib.messages import actions as messages
from chalicelib.services import Services
from chalicelib.web import events
from sandbox.world import World, queued, sent_mail
from tests.access.scene import Caller
from tests.billing.till import Till
from tests.billing.wire import on_the_wire
from tests.builders import Company
from tests.conftest import Clock
from tests.messages.post import Post

# What API Gateway waits for the whole of a page is 29 s, and Lambda 28.
LONGEST = 20


def patience(client: object) -> float:
    """Seconds until a call is given up, the pauses between its tries left out."""
    config = client.meta.config  # type: ignore[attr-defined]
    return float(config.retries["total_max_attempts"] * max(config.connect_timeout, config.read_timeout))


def test_no_call_takes_as_long_as_a_page_may(world: World) -> None:
    made: Services = world.services
    for client in (made.files.client, made.mail._client, made.sms._client, made.tables.connection.client):
        assert patience(client) < LONGEST, client.meta.service_model.service_name
    # A page may have several messages to hand over, and need not wait for it: the sweep will.
    assert patience(made.queue._client) <= 4


def test_secrets_are_waited_for_so_short_that_a_page_can_still_say_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes two pages of Parameter Store's at the most, and all else that a page asks for comes after it."""
    made: list[Any] = []
    client = secrets.client

    def kept(*given: Any, **more: Any) -> Any:
        made.append(client(*given, **more))
        return made[-1]

    monkeypatch.setattr(secrets, "client", kept)
    assert Services(world.services.settings, clock=world.services.clock).secrets
    assert patience(made[0]) <= 6


def test_a_queue_that_takes_nothing_is_asked_once_by_the_sweep(evergreen: Company, clock: Clock) -> None:
    """It may take seconds to say nothing, and there may be hundreds; none waits longer for that."""
    posts = [Post(evergreen, evergreen.customer(f"Customer {n}", email=f"c{n}@example.com")) for n in range(5)]
    with on_the_wire(evergreen.world) as wire:
        wire.down("sqs")
        for post in posts:
            post.post(to=post.person.now.email)
        clock.forward(minutes=5)
        wire.calls.clear()
        messages.sweep(evergreen.world.services)
        assert len(wire.of("sqs")) <= 2
    queued(evergreen.world.outputs)
    clock.forward(minutes=5)
    messages.sweep(evergreen.world.services)
    posts[0].work()
    assert len(sent_mail()) == 5


def test_payments_are_left_while_stripe_says_nothing_and_messages_go_out(evergreen: Company, clock: Clock) -> None:
    """The sweep has a minute: of payments that take long it does as many as there is time for."""
    dana = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    for _ in range(4):
        dana.pays(dana.person.invoice(1_000), "new")
    clock.forward(hours=3)
    left = iter((55.0, 39.0, 23.0))
    with on_the_wire(evergreen.world) as wire:
        wire.down("stripe", "lost before")
        payments.sweep(evergreen.world.services, left=lambda: next(left))
        assert len({call.what for call in wire.of("stripe")}) == 2
    assert not dana.quiet
    clock.forward(hours=2)
    dana.sweep()
    assert dana.quiet


def test_the_sweep_knows_how_long_lambda_lets_it_run(evergreen: Company, clock: Clock) -> None:
    """With no time left for payments, a message goes out all the same."""

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 1_000

    class Event:
        context = Context()

    dana = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    dana.pays(dana.person.invoice(1_000), "new")
    post = Post(evergreen, dana.person)
    with on_the_wire(evergreen.world) as wire:
        wire.down("sqs")
        post.post()
        wire.heal()
        clock.forward(hours=3)
        wire.calls.clear()
        events.sweep(evergreen.world.services, Event())
        assert not wire.of("stripe")
    post.work()
    assert post.mails == 1


@pytest.mark.parametrize(("minutes", "mails"), [(4, 1), (11, 0)])
def test_a_sign_in_code_comes_later_but_not_when_it_is_over(
    evergreen: Company, clock: Clock, minutes: int, mails: int
) -> None:
    """A mail whose code and link are dead already would only send somebody round in a circle."""
    person = evergreen.customer()
    with on_the_wire(evergreen.world) as wire:
        wire.down("sesv2")
        page = Caller("nobody").asks("POST", "/evergreen/sign-in/code", {"login": "dana@example.com", "next": "/"})
        assert page.status == 303
        for body in queued(evergreen.world.outputs):
            with pytest.raises(Exception, match="trouble"):
                messages.deliver(evergreen.world.services, body["tenant"], body["customer"], body["message"])
    clock.time += timedelta(minutes=minutes)
    messages.sweep(evergreen.world.services)
    Post(evergreen, person).work()
    assert len(sent_mail()) == mails
