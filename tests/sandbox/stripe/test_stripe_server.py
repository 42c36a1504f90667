"""Over a loopback socket: the same API, real connections, webhooks that arrive by themselves."""

from __future__ import annotations

import json
import threading
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox

pytestmark = pytest.mark.enable_socket


def test_stripe_python_talks_to_it_unchanged() -> None:
    with StripeSandbox(lambda: datetime.now(UTC)) as sandbox:
        company = sandbox.connect_account("Sunny")
        client = stripe.StripeClient(
            "sk_test_x", stripe_account=company, base_addresses={"api": sandbox.url}, max_network_retries=0
        )
        payment: Any = {
            "amount": 900,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "allowed_payment_method_types": ["card"],
        }
        sandbox.faults.timeout_after()
        with pytest.raises(stripe.APIConnectionError):
            client.v1.payment_intents.create(payment, {"idempotency_key": "k"})
        intent = client.v1.payment_intents.create(payment, {"idempotency_key": "k"})
        assert intent.status == "succeeded"
        assert intent.last_response
        assert intent.last_response.headers["Idempotent-Replayed"] == "true"
        assert len(sandbox.state.charges(company)) == 1
        with urllib.request.urlopen(f"{sandbox.url}/receipts/{intent.latest_charge}") as page:
            assert b"$9.00" in page.read()


def test_webhooks_arrive_by_themselves() -> None:
    got: list[Any] = []
    arrived = threading.Event()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], "whsec_1").type)
            self.send_response(200)
            self.end_headers()
            arrived.set()

        def log_message(self, format: str, *args: Any) -> None: ...

    receiver = HTTPServer(("127.0.0.1", 0), Receiver)
    listening = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02})
    listening.start()
    try:
        with StripeSandbox(lambda: datetime.now(UTC)) as sandbox:
            sandbox.add_webhook(f"http://127.0.0.1:{receiver.server_port}/hooks", "whsec_1")
            body = b"name=Dana"
            request = urllib.request.Request(f"{sandbox.url}/v1/customers", body, {"Authorization": "Bearer sk_test_x"})
            with urllib.request.urlopen(request) as answer:
                assert json.load(answer)["name"] == "Dana"
            assert arrived.wait(5)
    finally:
        receiver.shutdown()
        receiver.server_close()
        listening.join(5)
    assert got == ["customer.created"]
