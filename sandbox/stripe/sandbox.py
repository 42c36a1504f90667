"""The Stripe sandbox as the rest of the repository sees it: start it, point stripe-python at it, make
things happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

import stripe

from sandbox.stripe import api
from sandbox.stripe.engine import Engine
from sandbox.stripe.errors import StripeError
from sandbox.stripe.faults import Faults
from sandbox.stripe.http import Request, Response
from sandbox.stripe.idempotency import Keys
from sandbox.stripe.pages import site
from sandbox.stripe.resources import accounts, collecting, disputes, refunds
from sandbox.stripe.server import Server
from sandbox.stripe.state import State
from sandbox.stripe.transport import InProcessClient
from sandbox.stripe.webhooks import Endpoint, LoggedEvent, Send, Webhooks
from sandbox.stripe.webhooks import post as post_webhook

Json = dict[str, Any]


class StripeSandbox:
    """A stateful stand-in for Stripe. In process it needs no `start()`; with it, it also listens on a
    loopback port.

    clock           the time it is at Stripe; `advance()` lets more of it pass
    port            0 takes a free one
    public_url      how browsers reach it, when that is not the port itself
    deliver         "thread": webhooks go out by themselves once started; "manual": when pulled or flushed
    send            posts one webhook and returns the answer's status; by default over HTTP
    signing_clock   the time in webhook signatures; real time by default: receivers compare with their own
    bank_days       working days a bank debit takes
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        public_url: str | None = None,
        deliver: Literal["thread", "manual"] = "thread",
        send: Send = post_webhook,
        signing_clock: Callable[[], datetime] | None = None,
        bank_days: int = 4,
        seed: int = 1,
    ) -> None:
        self.faults = Faults()
        self._deliver = deliver
        self._host, self._port, self._public_url = host, port, public_url
        self._server: Server | None = None
        self._webhooks = Webhooks(self._now, self.faults, send=send, signing_clock=signing_clock)
        self.engine = Engine(
            clock,
            self._webhooks,
            self.faults,
            seed=seed,
            bank_days=bank_days,
            tasks=api.TASKS,
            listeners=api.LISTENERS,
        )
        self._keys = Keys(self._now)
        self._api = api.Api(self.engine, self._keys)
        if public_url or port:
            self.engine.base_url = (public_url or f"http://{host}:{port}").rstrip("/")

    def _now(self) -> datetime:
        return self.engine.now()

    # Life

    def start(self) -> None:
        """Listen, and (unless deliver="manual") deliver webhooks, each in a thread of its own."""
        self._server = Server(self.answer, self._host, self._port)
        if not self._public_url:
            self.engine.base_url = f"http://{self._host}:{self._server.port}"
        self._server.start()
        if self._deliver == "thread":
            self._webhooks.start(self.engine.run_due)

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None
            self._webhooks.stop()

    def __enter__(self) -> StripeSandbox:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """For `base_addresses={"api": sandbox.url}`, and where the hosted pages are."""
        return self.engine.base_url

    def reset(self) -> None:
        """Forget everything but the webhook endpoints; ids start over."""
        with self.engine.lock:
            self.engine.reset()
            self._keys.clear()
            self._webhooks.clear()
            self.faults.clear()

    # Talking to it

    def answer(self, request: Request) -> Response:
        """The API and the hosted pages, without a socket. Raises `http.Lost` when the connection is to
        break."""
        return self._api.answer(request) if request.path.startswith("/v1/") else site.answer(self.engine, request)

    def http_client(self) -> InProcessClient:
        return InProcessClient(self.answer)

    def client(self, api_key: str = "sk_test_sandbox", **options: Any) -> stripe.StripeClient:
        """stripe-python's own client, in process."""
        options.setdefault("http_client", self.http_client())
        return stripe.StripeClient(api_key, base_addresses={"api": self.url}, **options)

    def browse(self, url: str, form: Mapping[str, str] | None = None) -> Response:
        """What a browser gets from a hosted page: a look, or with `form` a press of its button. Follows
        nothing."""
        body = urlencode(form) if form is not None else ""
        return self.answer(Request.to("GET" if form is None else "POST", url, None, body))

    def pay(self, url: str, card: str = "4242424242424242", *, bank: str | None = None, save: bool = False) -> Response:
        """Be the customer on a Checkout page: pick a test card, or a test bank account by its number. The
        answer redirects to the success_url, to the bank's 3-D Secure page, or is the page again with why
        not."""
        form = {"kind": "us_bank_account", "account": bank} if bank else {"kind": "card", "card": card}
        form["name"] = "Jenny Rosen"
        return self.browse(url, {**form, "save": "yes"} if save else form)

    # Looking

    @property
    def state(self) -> State:
        return self.engine.state

    @property
    def events(self) -> list[LoggedEvent]:
        """Newest first, each with its deliveries and their attempts."""
        return list(self._webhooks.log)

    # Making things happen

    def connect_account(self, name: str, *, id: str | None = None, charges_enabled: bool = True) -> str:
        """A connected account, through with onboarding unless told otherwise. Announces nothing."""
        with self.engine.lock:
            account = accounts.open_account(self.engine, id=id, business_profile={"name": name})
            if charges_enabled:
                accounts.finish_onboarding(self.engine, account, quiet=True)
            return str(account["id"])

    def restrict_account(self, account: str, reason: str = "requirements.past_due") -> None:
        """Stripe switches the account's charges off."""
        with self.engine.lock:
            accounts.restrict(self.engine, self.state.world().get("account", account), reason)

    def dispute(self, charge: str, reason: str = "fraudulent") -> str:
        """The customer's bank takes a charge back. Returns the dispute's id."""
        with self.engine.lock:
            world, found = self._located(charge)
            return str(disputes.open_dispute(self.engine, world, found, reason)["id"])

    def close_dispute(self, dispute: str, status: Literal["won", "lost"]) -> None:
        with self.engine.lock:
            world, found = self._located(dispute)
            disputes.close_dispute(self.engine, world, found, status)

    def settle_debit(self, charge: str, code: str | None = None) -> None:
        """The bank answers a debit that is on its way: it arrives, or with a `code` (insufficient_funds) comes back."""
        with self.engine.lock:
            world, found = self._located(charge)
            collecting.settle_debit_now(self.engine, world, found, code)

    def refund(self, charge: str, amount: int) -> str:
        """Staff refunds it in Stripe's Dashboard. Returns the refund's id."""
        with self.engine.lock:
            world, found = self._located(charge)
            return str(refunds.refund_charge(self.engine, world, found, amount)["id"])

    def _located(self, id: str) -> tuple[Any, Json]:
        located = self.state.locate(id)
        if located is None:
            raise KeyError(id)
        return located

    def advance(self, now: datetime | None = None) -> None:
        """Time has passed: until `now`, or until what the clock says. What was due on the way happens, in
        order."""
        self.engine.advance(now)

    def at(self, then: datetime) -> AbstractContextManager[None]:
        """`with sandbox.at(then):` it is then, so that objects get a past: to be made up in the order of time, and
        before anything goes on in earnest."""
        return self.engine.at(then)

    def now(self) -> datetime:
        return self.engine.now()

    # Webhooks

    def add_webhook(self, url: str, secret: str, connect: bool = False, types: tuple[str, ...] = ("*",)) -> None:
        """`connect`: events of connected accounts (with their `account`); otherwise the platform's own."""
        if not secret:
            raise ValueError("a webhook needs a secret")
        self._webhooks.add(Endpoint(url, secret, connect, types))

    def pending_webhooks(self) -> list[tuple[str, bytes, str]]:
        """Take what is ready as (url, body, Stripe-Signature), in order. What is taken is not delivered
        again."""
        return self._webhooks.pull()

    def deliver_pending(self) -> int:
        """Send what is ready, now, in this thread. Returns how many were accepted."""
        return self._webhooks.deliver_pending()

    def release_webhooks(self) -> None:
        """Let go of webhooks that were held back or late."""
        self._webhooks.release()

    def resend(self, event: str) -> int:
        """Queue an event again. Returns to how many endpoints."""
        return self._webhooks.resend(event)


__all__ = ["StripeError", "StripeSandbox"]
