"""What the demo companies do for a living: services by season, with lines and prices as on real invoices.

Amounts in cents. Nothing here knows who buys.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.billing.rules import Line

TAX_NAME = "Sales tax on materials, 8.81%"
_RATE = 881  # of 10,000

SPRING, SUMMER, FALL, WINTER = {3, 4, 5}, {6, 7, 8}, {9, 10, 11}, {12, 1, 2}
GROWING = SPRING | SUMMER | FALL
ALWAYS = GROWING | WINTER


@dataclass(frozen=True, slots=True)
class Item:
    """A line on offer: `most` is the highest quantity it comes in; goods are taxed, work is not."""

    words: str
    price: int
    most: int = 1
    quantity: str = "1"
    goods: bool = False

    @property
    def amount(self) -> int:
        return round(float(self.quantity) * self.price)


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of job: its title, the months it is done in, the lines always and the lines sometimes on its invoice."""

    title: str
    months: frozenset[int] | set[int]
    always: tuple[Item, ...]
    sometimes: tuple[Item, ...] = ()
    note: str = ""

    def lines(self, chance: random.Random) -> list[Item]:
        extra = [one for one in self.sometimes if chance.random() < 0.4]
        return [_some(one, chance) for one in (*self.always, *extra)]


def _some(item: Item, chance: random.Random) -> Item:
    if item.most == 1:
        return item
    return Item(item.words, item.price, item.most, str(chance.randint(1, item.most)), item.goods)


def pick(works: Sequence[Work], day: date, chance: random.Random) -> Work:
    """A job that is done at this time of the year."""
    return chance.choice([work for work in works if day.month in work.months])


def tax(work: Work, lines: Sequence[Line]) -> int:
    """Tax on what is goods among these lines, rounded half up."""
    goods = {item.words for item in (*work.always, *work.sometimes) if item.goods}
    taxed = sum(line.amount for line in lines if line.description in goods)
    return (taxed * _RATE + 5_000) // 10_000


HOME = (
    Work("Quarterly pest control", ALWAYS,
         (Item("Quarterly pest control, inside and out", 11_900),),
         (Item("Rodent bait station", 1_850, 3, goods=True), Item("Cobweb and wasp nest sweep, eaves", 2_500)),
         "We treat the foundation, window wells and garage. Pets may go out again after two hours."),
    Work("Lawn care visit", GROWING,
         (Item("Mow, edge and blow, up to 6,000 sq ft", 5_800, 2),),
         (Item("Shrub trim", 4_500, 2), Item("Bagging and haul-away", 1_500))),
    Work("Fertilization and weed control", SPRING | SUMMER,
         (Item("Slow-release fertilizer, 6,000 sq ft", 6_450, goods=True), Item("Broadleaf weed treatment", 3_900)),
         (Item("Grub prevention", 5_200, goods=True),),
         "Please water lightly the next morning, and keep off the lawn until it is dry."),
    Work("Core aeration and overseeding", FALL,
         (Item("Core aeration, 6,000 sq ft", 9_500),),
         (Item("Tall fescue seed, 10 lb bag", 3_600, 2, goods=True),)),
    Work("Sprinkler start-up and check", SPRING, (Item("Sprinkler start-up, up to 8 zones", 8_500),),
         (Item("Spray head replaced", 1_450, 4, goods=True),)),
    Work("Sprinkler winterization", FALL, (Item("Blow-out, up to 8 zones", 7_500),)),
    Work("Wasp nest removal", SUMMER | FALL, (Item("Wasp nest removal, one nest", 14_900),),
         (Item("Each further nest", 4_000, 2),)),
    Work("Mosquito treatment", SUMMER, (Item("Barrier treatment, back yard", 8_900),)),
    Work("Rodent inspection and seal", WINTER,
         (Item("Inspection, attic and crawl space", 9_500), Item("Entry point sealed", 3_500, 3)),
         (Item("Snap traps, set of 6", 2_400, goods=True),)),
    Work("Snow removal", WINTER, (Item("Drive and walks cleared", 6_500),), (Item("Ice melt", 1_200, goods=True),)),
)  # fmt: skip

BUSINESS = (
    Work("Monthly pest service", ALWAYS, (Item("Monthly service, kitchen and storage", 16_500),),
         (Item("Rodent station refilled", 1_250, 4, goods=True), Item("Drain fly treatment", 6_500))),
    Work("Grounds maintenance", GROWING, (Item("Grounds crew, hour", 7_200, 4),),
         (Item("Mulch, cubic yard", 5_800, 3, goods=True),)),
    Work("Snow and ice service", WINTER, (Item("Lot plowed", 18_500, 2),),
         (Item("Ice melt, 50 lb", 2_900, 3, goods=True),)),
)  # fmt: skip

_BUILDINGS = ("Alder Court", "Birchwood Flats", "Canyon View", "Foothill Commons", "Tamarack Row")
PROPERTIES = tuple(
    work
    for place in _BUILDINGS
    for work in (
        Work(f"Pest service, {place}", ALWAYS, (Item("Common areas and trash enclosures", 14_500),),
             (Item("Unit treated", 5_500, 5), Item("Exterior bait station", 1_850, 4, goods=True))),
        Work(f"Grounds, {place}", GROWING, (Item("Mow, edge and blow, all lawns", 21_000),),
             (Item("Irrigation repair, hour", 8_500, 3), Item("Spray head replaced", 1_450, 6, goods=True))),
        Work(f"Snow, {place}", WINTER, (Item("Lots and walks cleared", 32_000),),
             (Item("Ice melt, 50 lb", 2_900, 4, goods=True),)),
    )
)  # fmt: skip

POOLS = (
    Work("Weekly pool service", SPRING | SUMMER | {9}, (Item("Pool cleaned and balanced", 4_500, 4),),
         (Item("Chlorine tabs, 8 lb", 4_900, goods=True),)),
    Work("Pool opening", SPRING, (Item("Cover off, pump started, first balance", 34_500),)),
    Work("Pool closing", FALL, (Item("Blow-out, plugs and cover", 32_500),),
         (Item("Winter chemicals", 5_900, goods=True),)),
    Work("Equipment check", ALWAYS, (Item("Pump and filter check", 12_500),),
         (Item("Filter cartridge", 8_900, goods=True),)),
)  # fmt: skip
