"""The demo's pages of money open: histories, receipts, what is on file, as those see them who can sign in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import app as wiring
from chalicelib.billing import records as billing
from sandbox import demo, people
from sandbox import world as worlds
from sandbox.demo import Demo
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import World
from tests.browser import Browser

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
WHO = {
    "dana": (people.SLUG, "dana@example.com"),
    "ridgeline": (people.SLUG, "accounts@ridgeline.example"),
    "sunrise": (people.SLUG, "office@sunrise-elc.example"),
    "grace": (people.SLUG, "grace.n"),
    "dana_pools": (people.OTHER_SLUG, "dana@example.com"),
}


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[World, Demo]]:
    world = worlds.build(clock=lambda: NOW, stripe=StripeSandbox(lambda: NOW, deliver="manual"))
    yield world, demo.fill(world)
    world.close()


def signed_in(filled: tuple[World, Demo], key: str) -> Browser:
    slug, login = WHO[key]
    browser = Browser(wiring.app, filled[0])
    password = next(one.password for one in people.SIGN_INS if (one.slug, one.login) == (slug, login))
    assert browser.sign_in(slug, login, password).status == 200
    return browser


@pytest.mark.parametrize("key", WHO)
def test_every_page_of_money_opens(filled: tuple[World, Demo], key: str) -> None:
    browser, slug = signed_in(filled, key), WHO[key][0]
    for path in ("", "/invoices?filter=all", "/balance", "/payments", "/wallet"):
        assert browser.get(f"/{slug}{path}").status == 200, path
    store, id = filled[1].stores[slug], filled[1].customers[key].id
    for one in billing.list_payments(store, id, 40)[0]:
        page = browser.get(f"/{slug}/payments/{one.id}")
        assert page.status == 200, one.id
        for part in one.allocations:
            assert part.number in page.text
        assert browser.get(f"/{slug}/invoices/{one.allocations[0].invoice_id}").status == 200


def test_the_history_tells_of_all_of_it(filled: tuple[World, Demo]) -> None:
    dana = signed_in(filled, "dana").get(f"/{people.SLUG}/payments").text
    for words in ("Visa •••• 4242", "Check ", "$"):
        assert words in dana
    sunrise = signed_in(filled, "sunrise").get(f"/{people.SLUG}/payments").text
    assert "Stripe Test Bank •••• 6789" in sunrise
    assert "Processing" in sunrise
