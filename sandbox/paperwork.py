"""What the demo companies offer their customers and share with them: estimates, terms, documents, review links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chalicelib.documents.rules.document import Category
from chalicelib.tenants.rules.company import ReviewLink

# What became of an estimate: an expired one is a pending one whose days are over.
State = Literal["draft", "pending", "accepted", "declined", "changes", "by phone"]

FIRST_TERMS = """\
This estimate is good until the day that it names. Prices hold for the work described, and for nothing else.

Payment is due 14 days after the invoice. Materials stay ours until they are paid for."""
TERMS = f"""\
{FIRST_TERMS}

If something comes up that we could not see from outside, we stop and ask before it costs more. What we plant or seed \
we replace once within a season, if it was watered as we said.

Call us two days ahead to move a date. We are insured, and put right what we damage."""
# Standard terms have changed once, so many days ago.
TERMS_SINCE = ((300, FIRST_TERMS), (100, TERMS))

# Set so many days ago.
LINKED = 280
REVIEW_LINKS = (
    ReviewLink("Google", "https://reviews.example/google/evergreen-pest-and-lawn"),
    ReviewLink("Yelp", "https://reviews.example/yelp/evergreen-denver"),
    ReviewLink("Nextdoor", "https://reviews.example/nextdoor/evergreen"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An estimate, `ago` days old and good for `days` from then. `lines`: words, quantity, unit price in cents; `tax`
    in cents. What the customer did came `after` days, with `said`: a signature, a reason, what to change."""

    customer: str
    title: str
    lines: tuple[tuple[str, int, int], ...]
    ago: int
    days: int = 30
    state: State = "pending"
    after: int = 0
    said: str = ""
    notes: str = ""
    tax: int = 0


OFFERS = (
    Offer("dana", "Drip irrigation for the back beds",
          (("Drip line, emitters and filter, four beds", 1, 38_500), ("Installation, hour", 5, 8_500),
           ("Connection to zone 6, with its own valve", 1, 14_200)), 0, tax=3_392,
          notes="We would do this in one day. The beds stay as they are: the line goes under the mulch."),
    Offer("dana", "Paver walk to the shed", (("Pavers, square foot", 96, 1_150), ("Base and labor, hour", 14, 7_800)),
          9, state="changes", after=2, tax=9_727,
          said="Could you offer the same with gravel instead of pavers? And leave out the part behind the shed."),
    Offer("dana", "Snow service, whole winter", (("Drive and walks, season", 1, 64_000),), 1, state="draft"),
    Offer("dana", "Overseeding of the bare spot", (("Soil, seed and netting", 1, 9_800), ("Labor, hour", 2, 7_800)), 41,
          state="accepted", after=3, said="Dana Whitfield", tax=863),
    Offer("dana", "Second station for the garage", (("Bait station, installed", 1, 4_900),), 84),
    Offer("dana", "Removal of the juniper hedge", (("Removal and haul-away", 1, 118_000), ("Stump grinding", 6, 9_500)),
          150, state="declined", after=6, said="We would rather keep it and cut it back."),
    Offer("dana", "Lawn renovation, front", (("Renovation, 2,400 sq ft", 1, 168_000),), 270, state="accepted", after=11,
          said="Dana Whitfield"),
    Offer("ridgeline", "Entry point sealing, all buildings", (("Entry point sealed", 38, 3_500), ("Lift", 2, 42_000)),
          4, 45, notes="Two days, tenants need not be at home."),
    Offer("ridgeline", "Irrigation audit, Canyon View", (("Audit, controller", 4, 18_500),), 60,
          state="accepted", after=9, said="Marcus Lee"),
    Offer("sunrise", "Playground mulch", (("Playground mulch, cubic yard", 22, 6_900), ("Crew, hour", 6, 7_200)), 15,
          state="by phone", after=4, said="Bea said yes on the phone.", tax=13_374),
    Offer("priya_home", "Mosquito plan, May to September", (("Barrier treatment", 5, 8_900),), 12),
    Offer("lucia", "Control de hormigas, interior y exterior", (("Tratamiento, interior y exterior", 2, 14_900),), 6),
    Offer("grace", "Rodent proofing of the crawl space", (("Inspection", 1, 9_500), ("Entry point sealed", 5, 3_500)),
          70, state="declined", after=8, said="Too much for us this year."),
    Offer("tom", "Weekly mowing, whole season", (("Mow, edge and blow", 26, 5_400),), 110),
)  # fmt: skip
POOL_OFFERS = (
    Offer("dana_pools", "Heat pump, 110,000 BTU", (("Heat pump and pad", 1, 389_000), ("Installation", 6, 11_500)),
          5, 60, notes="The electrician is not part of this."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """A file of `art/` that was shared `ago` days ago with one customer, or with all ('')."""

    file: str
    name: str
    category: Category
    customer: str
    ago: int
    told: bool = False
    # Days from today on which it is seen, first and last, where that is not from the day on which it was shared.
    first: int | None = None
    last: int | None = None


SHARED = (
    Share("agreement.pdf", "Home care plan, SA-2207", "contract", "dana", 330),
    Share("label.pdf", "Product label: Perimeter 25 WP", "label", "", 210),
    Share("safety-sheet.pdf", "Safety data sheet: Perimeter 25 WP", "safety_sheet", "", 210),
    Share("before-we-come.txt", "Before we come: what to put away", "other", "", 160),
    Share("station.jpg", "Bait station, Alder Court", "photo", "ridgeline", 75),
    Share("soil-report.pdf", "Soil test, back lawn", "report", "dana", 12, told=True),
    Share("lawn-before.jpg", "The bare spot before we seeded it", "photo", "dana", 5),
    Share("winter-hours.txt", "When we are closed over the holidays", "other", "", 2, first=4, last=45),
)
POOLS_SHARED = (Share("water-test.pdf", "Water test", "report", "dana_pools", 6),)
# When Dana last looked at the list.
LOOKED = {"dana": 20}
