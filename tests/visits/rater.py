"""Customers who rate a visit and say whether they would recommend the company, by their pages; and what tests of that
look up besides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import app as wiring
from chalicelib.customers.rules import Proof
from chalicelib.visits.records import ratings, reviews
from chalicelib.visits.rules import Rating, Review
from chalicelib.visits.rules.glance import Asking
from chalicelib.web.cookies import SESSION
from tests.access.scene import a_session
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.client import Client
from tests.visits.planner import done, glance_of, own_id


def at_home(person: Person, proof: Proof = "password") -> Browser:
    """The browser of a customer who is signed in."""
    browser = Browser(wiring.app, person.company.world)
    browser.jar[SESSION, f"/{person.company.slug}"] = a_session(person.company.world, person, proof)
    return browser


def visited(owner: Client, person: Person, ago: timedelta = timedelta(hours=3), **odd: Any) -> str:
    """A visit that was completed so long ago; its id."""
    return own_id(done(owner, person, person.company.world.services.now() - ago, **odd))


def rates(person: Person, visit: str, stars: int, comment: str = "") -> Page:
    """Open the page, choose, send; the page that it comes to."""
    browser = at_home(person)
    browser.get(f"/{person.company.slug}/visits/{visit}/rating?change=1")
    return browser.submit("/rating", stars=str(stars), comment=comment)


def answers(person: Person, score: int, comment: str = "") -> Page:
    browser = at_home(person)
    browser.get(f"/{person.company.slug}/review?change=1")
    return browser.submit("/review", score=str(score), comment=comment)


def rating_of(person: Person, visit: str) -> Rating | None:
    return ratings.rating(person.company.store, person.id, visit)


def review_of(person: Person) -> Review | None:
    return reviews.latest(person.company.store, person.id)


def asking_of(person: Person) -> Asking:
    return glance_of(person).asking


def stars_shown(person: Person) -> int:
    last = glance_of(person).last
    return last.stars if last else 0


def written(person: Person, prefix: str) -> list[str]:
    """The messages in the customer's outbox whose names begin so."""
    store = person.company.store
    page = store.query("customers", store.customer(person.id), prefix=f"message#{prefix}")
    return [item["item"].removeprefix("message#") for item in page.items]


def report(company: Company, query: str = "") -> Any:
    """As an admin reads it who signs in now."""
    answer = company.admin().get(f"/reports/ratings{query}")
    assert answer.status == 200, answer.text
    return answer.json


def rated(company: Company, owner: Client, stars: int, number: int, **odd: Any) -> tuple[Person, str]:
    """Another customer, whose visit is done and rated."""
    person = company.customer(f"Customer {number}", email=f"customer-{number}@example.com", password=None)
    visit = visited(owner, person, **odd)
    assert rates(person, visit, stars).status == 200
    return person, visit
