"""docs/paperwork.md says what is so: its numbers and words are the code's. And what docs/api.md has sent works in its
order."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

from chalicelib.documents.actions import reading, sharing
from chalicelib.documents.rules import CATEGORIES, contents
from chalicelib.documents.rules.glance import KEPT
from chalicelib.estimates.actions import deciding
from chalicelib.visits.actions import asking, reporting
from chalicelib.visits.actions import photos as photo_actions
from chalicelib.visits.rules import photos, rating, report, review, visit
from tests.api.test_guide import bodies
from tests.builders import Company, Person
from tests.client import Client
from tests.documents.files import HOSTILE, pdf
from tests.visits.planner import own_id
from tests.visits.rater import rates

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "paperwork.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())


def test_the_numbers_are_the_codes() -> None:
    assert f"{deciding.MOST_ASKED} times a day at the most" in WORDS
    assert f"{contents.MOST_BYTES // 1024**2} MB at the most" in WORDS and f"counts up to {KEPT - 1}" in WORDS
    assert f"{sharing.UPLOAD_SECONDS // 60} minutes" in WORDS
    assert reading.LINK_SECONDS == photo_actions.LINK_SECONDS == 5 * 60 and "five minutes" in WORDS
    assert f"{visit.LONGEST.total_seconds() / 3600:.0f} hours at the most" in WORDS
    assert f"{visit.LATE.total_seconds() / 3600:.0f} hours after its window" in WORDS
    jpeg, other = (most // 1_000_000 for most in (photos.MOST_PIXELS["image/jpeg"], photos.MOST_PIXELS["image/png"]))
    assert f"{photos.MOST_BYTES // 1024**2} MB and {jpeg} million pixels at the most ({other} of a PNG" in WORDS
    assert f"{photos.MOST} a visit" in WORDS and f"{photos.BIG:,} pixels and a small one of {photos.SMALL}" in WORDS
    assert f"rating can be changed for {rating.CHANGEABLE.days} days" in WORDS and rating.LOW == 2
    assert f"within the last {asking.FRESH.days} days" in WORDS
    assert f"every {review.AGAIN.days} days at most" in WORDS and f"asks for {review.ASKED_FOR.days} days" in WORDS
    assert f"answer can be changed for {review.CHANGEABLE.days} days" in WORDS
    assert f"up to {report.MOST_MONTHS} months" in WORDS and f"up to {reporting.SHEET_ROWS:,} rows" in WORDS


def test_the_sums_are_as_they_are_told() -> None:
    # 4.125 of eight ratings, 12.5 of eight answers.
    assert report.average((0, 1, 1, 2, 4)) == "4.13" and "4.125 is 4.13" in WORDS
    assert (report.score(1, 7, 0), report.score(0, 7, 1)) == (13, -13) and "12.5 is 13, −12.5 is −13" in WORDS


def test_every_reason_why_a_file_is_refused_is_said() -> None:
    part = PAGE.partition("**What is refused**")[2].partition("\n\n")[0]
    assert {kind for _, _, kind in HOSTILE.values()} | {"locked"} == set(re.findall(r"`([a-z-]+)`", part))
    assert all(f"`{one}`" in PAGE for one in CATEGORIES)


def test_states_are_those_that_there_are() -> None:
    part = PAGE.partition("## Visits")[2].partition("\n\n")[2].partition("\n\n")[0]
    assert set(get_args(visit.Status)) <= set(re.findall(r"`(\w+)`", part))


def test_what_the_guide_sends_works_as_it_is(evergreen: Company) -> None:
    """In its order; in between staff marks the estimate as won, storage gets the file, and Dana rates."""
    owner = evergreen.admin()
    for method, path, body in bodies():
        if re.match("/(customers/ext:1042$|estimates|documents|visits|ratings)", path):
            sent = json.loads(body)
            _before(evergreen, owner, path, sent)
            answer = owner.send(method, path, sent)
            assert answer.status in (200, 201), (path, answer.text)
    found = owner.get("/ratings/ext:job-5531").json
    assert (found["stars"], found["follow_up"]) == (1, "contacted")
    (document,) = owner.get("/documents?customer=ext:1042").json["items"]
    assert document["filename"] == "agreement.pdf" and document["visible"]


def _before(company: Company, owner: Client, path: str, sent: dict[str, Any]) -> None:
    if path.endswith("/invoice"):
        owner.put("/estimates/ext:est-2114/status", {"status": "won"})
    if path == "/documents":
        files = company.world.services.files.for_tenant(company.store.tenant)
        files.put(f"uploads/{sent['upload']}", pdf(), "application/pdf")
    if path.endswith("/follow-up"):
        visit = owner.put("/visits/ext:job-5531/status", {"status": "complete"}).json
        rates(Person(company, visit["customer"]), own_id(visit), 1)
