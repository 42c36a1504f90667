"""The demo's year of estimates, documents, visits and ratings: there is something of everything, as the product would
have it, and nothing of the past is still to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from chalicelib.aws.store import Store
from chalicelib.customers import records
from chalicelib.documents.actions import reading as documents
from chalicelib.documents.rules import EVERYONE, contents
from chalicelib.estimates.actions import reading as estimates
from chalicelib.estimates.actions import terms
from chalicelib.tenants.actions.companies import company_of
from chalicelib.visits.actions import asking, reporting
from chalicelib.visits.actions import reading as visits
from chalicelib.visits.records import ratings
from chalicelib.visits.rules.rating import FOLLOW_UPS
from chalicelib.visits.rules.report import period
from sandbox import catalogue, demo, fieldwork, paperwork, people
from sandbox import world as worlds
from sandbox.demo import Demo
from sandbox.demo.office import ART, TYPES
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import World
from tests.browser import Browser
from tests.sandbox.test_demo_pages import signed_in

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)

Filled = tuple[World, Demo]


@pytest.fixture(scope="module")
def filled() -> Iterator[Filled]:
    world = worlds.build(clock=lambda: NOW, stripe=StripeSandbox(lambda: NOW, deliver="manual"))
    yield world, demo.fill(world)
    world.close()


@pytest.fixture(scope="module")
def store(filled: Filled) -> Store:
    return filled[1].stores[people.SLUG]


@pytest.fixture(scope="module")
def dana(filled: Filled) -> Browser:
    return signed_in(filled, "dana")


def test_danas_first_page_says_what_waits(dana: Browser) -> None:
    page = dana.get(f"/{people.SLUG}").text
    for words in (
        "Drip irrigation for the back beds", "How was our visit?", "2 new documents", "Next visit:",
        "between", "You owe",
    ):  # fmt: skip
        assert words in page, words
    assert "Snow service" not in page, "a draft is nobody's business"


def test_her_pages_open(filled: Filled, store: Store, dana: Browser) -> None:
    id, home = filled[1].customers["dana"].id, f"/{people.SLUG}"
    offered, last = estimates.page(store, id, None, 50).estimates, visits.history(store, id, NOW, None, 50).visits[0]
    for path in ("/estimates", "/documents", "/visits", f"/visits/{last.id}", f"/visits/{last.id}/rating?stars=4"):
        assert dana.get(home + path).status == 200, path
    assert [dana.get(f"{home}/estimates/{one.id}").status for one in offered] == [200] * len(offered)


def test_danas_estimates_are_of_every_kind(filled: Filled, store: Store, dana: Browser) -> None:
    id = filled[1].customers["dana"].id
    offered = estimates.page(store, id, None, 50).estimates
    assert Counter("changes" if one.changes_asked else one.standing(TODAY) for one in offered) == {
        "pending": 1, "changes": 1, "won": 2, "lost": 1, "expired": 1,
    }  # fmt: skip
    assert [one.number for one in offered] == sorted((one.number for one in offered), reverse=True)
    won = [estimates.one(store, id, one.id) for one in offered if one.status == "won"]
    assert [one.decisions[0].signature for one in won] == ["Dana Whitfield"] * 2
    now = terms.current(store)
    assert now.version == len(paperwork.TERMS_SINCE) > 1
    assert {one.decisions[0].terms_version for one in won} == {1, now.version}, (
        "agreed to before and after they changed"
    )
    (lost,) = [estimates.one(store, id, one.id) for one in offered if one.status == "lost"]
    assert lost.decisions[0].reason
    answer = dana.get(f"/{people.SLUG}/estimates/{won[0].estimate.id}/pdf", follow=False)
    assert answer.status == 303, "the paper is drawn when somebody first asks for it"
    key = urlsplit(answer.headers["location"]).path.rpartition("/")[2]
    files = filled[0].services.files.for_tenant(store.tenant)
    assert files.get(f"estimates/{id}/{key}").startswith(b"%PDF-")


def test_every_total_is_that_of_its_lines(filled: Filled) -> None:
    for offers, slug in ((paperwork.OFFERS, people.SLUG), (paperwork.POOL_OFFERS, people.OTHER_SLUG)):
        seen = 0
        for key in {one.customer for one in offers}:
            store, id = filled[1].stores[slug], filled[1].customers[key].id
            for one in estimates.page(store, id, None, 50).estimates:
                details = estimates.one(store, id, one.id).details
                assert details.subtotal == sum(line.amount for line in details.lines)
                assert one.total == details.subtotal + details.tax > 0
                assert bool(details.tax) == bool(details.tax_name)
                seen += 1
        assert seen == sum(one.state != "draft" for one in offers)


def test_files_are_what_the_product_takes(filled: Filled, store: Store) -> None:
    for path in ART.iterdir():
        if path.suffix in TYPES:
            assert contents.look(path.read_bytes(), TYPES[path.suffix]), path.name
            assert path.stat().st_size < 60_000, "they are read at every start"
    customer = records.customers(store, [filled[1].customers["dana"].id])[0]
    listed = documents.page(store, customer, NOW)
    assert {one.category for one in listed.documents} == {
        "contract",
        "label",
        "safety_sheet",
        "photo",
        "report",
        "other",
    }
    assert {one.customer for one in listed.documents} == {EVERYONE, customer.id}
    assert len(listed.documents) == 6, "what is shared ahead of time is not seen yet"
    files = filled[0].services.files.for_tenant(store.tenant)
    for one in listed.documents:
        assert len(files.get(documents.place(one))) == one.size


def test_a_year_of_visits(filled: Filled, store: Store) -> None:
    id = filled[1].customers["dana"].id
    past, zone = visits.history(store, id, NOW, None, 50), ZoneInfo("America/Denver")
    assert Counter(one.status for one in past.visits) == {"complete": 13, "cancelled": 1}
    last = past.visits[0]
    assert (TODAY - last.at.astimezone(zone).date()).days in (1, 2)
    assert last.id not in past.ratings, "she has not said anything yet"
    whole = visits.one(store, id, last.id)
    assert whole.report.work and whole.report.products and whole.report.notes
    assert len(whole.report.photos) == last.photos == 2
    assert past.visits[-1].at < NOW - timedelta(days=360)
    assert all(7 <= one.starts_at.astimezone(zone).hour <= 16 for one in past.visits)
    (soon, booked, later) = visits.upcoming(store, id, NOW, None, 10).visits
    assert NOW < soon.starts_at < soon.ends_at < booked.starts_at < later.starts_at
    assert [one.booked for one in (soon, booked, later)] == [False, True, False]
    grace = filled[1].customers["grace"].id
    assert visits.upcoming(store, grace, NOW, None, 10).visits[0].status == "on_the_way"


def test_of_every_job_it_is_known_what_was_done() -> None:
    """Which jobs there are depends on the day on which the demo is made."""
    for one in (*catalogue.HOME, *catalogue.BUSINESS, *catalogue.PROPERTIES, *catalogue.POOLS):
        assert fieldwork.done(one.title).work, one.title
    given = {stars for one in (*fieldwork.EVERGREENS, *fieldwork.BLUEWAVES) for stars in one.stars}
    assert given <= fieldwork.COMMENTS.keys()


def test_the_reports_have_something_to_say(filled: Filled, store: Store) -> None:
    report = reporting.report(store, period("2025-12", "2026-11", TODAY))
    assert all(0 < sum(one.stars) <= one.asked for _, one in report.months) and len(report.months) == 12
    assert sum(report.total.stars) > 30 and all(report.total.stars)
    assert {one.name for one in report.technicians} == {one.name for one in fieldwork.EVERGREENS}
    told = report.total_reviews
    assert min(told.promoters, told.passives, told.detractors) > 0
    assert told.promoters + told.passives + told.detractors < told.asked, "not everybody answers"


def test_low_ratings_are_followed_up(store: Store) -> None:
    found = {status: len(ratings.listed(store, status, 50, "")[0]) for status in FOLLOW_UPS if status != "none"}
    assert found == {"open": 1, "contacted": 1, "resolved": 2}


def test_nothing_of_the_past_is_still_to_be_done(filled: Filled) -> None:
    """Nobody is asked today how they liked a visit of last winter."""
    assert asking.sweep(filled[0].services) == 0


def test_everybody_is_shown_where_to_review(store: Store) -> None:
    assert company_of(store).review_links == paperwork.REVIEW_LINKS


def test_the_pool_company_has_some_of_it_too(filled: Filled) -> None:
    dana = signed_in(filled, "dana_pools")
    page = dana.get(f"/{people.OTHER_SLUG}").text
    for words in ("Heat pump, 110,000 BTU", "1 new document", "Next visit:"):
        assert words in page, words
    assert "Drip irrigation" not in page
