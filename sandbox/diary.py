"""What Evergreen offers online, and who booked it lately.

It fits any day of the year: days count from today, and hours are wishes, since the nearest free time is what is booked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from chalicelib.booking.rules.booking import Booker, Source
from chalicelib.booking.rules.offer import Area, Offer, Price, Question, Service, Span, SpecialDays

# Opened so many days ago, for whom nothing had to be done but to choose.
OPENED = 40
# For some days one crew was ill, and the office looked at each wish itself; in hours ago, from and until.
LOOKED_AT = (62, 4)

SERVICES = (
    Service(
        "pest-inspection", "Pest inspection",
        "We look at house and garden, say what it is, and what it would cost to be rid of it.",
        45, 15, 15, Price("estimate"),
        (Question("seen", "What have you seen, and where?", required=True),),
    ),
    Service(
        "quarterly-pest-control", "Quarterly pest control",
        "Foundation, window wells, garage and eaves, inside on request. Pets may go out again after two hours.",
        60, 15, 15, Price("exact", 11_900),
    ),
    Service(
        "rodent-inspection", "Rodent inspection and seal",
        "Attic, crawl space and garage. What we find open we seal the same day, $35 each.",
        90, 15, 30, Price("from", 9_500),
        (Question("heard", "Where do you hear or see them?", required=True),
         Question("pets", "Are there pets in the house?")),
    ),
    Service(
        "wasp-nest-removal", "Wasp nest removal", "One nest, up to the second floor.", 45, 15, 15,
        Price("from", 14_900), (Question("nest", "Where is the nest, and how high?", required=True),),
    ),
    Service(
        "lawn-care-visit", "Lawn care visit", "Mow, edge and blow.", 60, 15, 15, Price("from", 5_800),
        (Question("size", "How large is the lawn, about?"),),
    ),
    Service(
        "core-aeration", "Core aeration and overseeding", "Two passes, front and back, with tall fescue.", 120, 30, 30,
        Price("from", 9_500),
    ),
    Service(
        "mosquito-treatment", "Mosquito treatment", "Shrubs and fence. From May to September.", 45, 15, 15,
        Price("exact", 8_900), on=False,
    ),
)  # fmt: skip

POLICY = """\
Somebody should be at home, or the gate open. Please keep pets inside until we have gone.

Move or cancel it a day ahead at the latest. After that we charge $35 for the way."""

_WEEKDAY = (Span(8 * 60, 12 * 60), Span(13 * 60, 17 * 60))
_MORNING = (Span(8 * 60, 12 * 60),)
# Of Denver and around: who lives elsewhere may book, and the office looks whether it is too far.
_AREA = Area("flagged", ("800*", "801*", "802*", "80401", "80403", "80419", "80439", "80465"))


def offer(today: date) -> Offer:
    """All that Evergreen decided when it began."""
    return Offer(
        True, SERVICES, (_WEEKDAY,) * 5 + (_MORNING, ()), holidays(today), notice=24, horizon=60, step=60, window=120,
        crews=2, area=_AREA, confirming="once", cutoff=24, policy=POLICY, remind=24,
    )  # fmt: skip


def holidays(today: date) -> tuple[SpecialDays, ...]:
    """The next of each, in their order."""
    opened = today - timedelta(days=OPENED)
    found = []
    for year in (opened.year, opened.year + 1):
        thanksgiving = _nth(year, 11, 3, 4)
        found += [
            SpecialDays(date(year, 1, 1), date(year, 1, 1), "New Year’s Day"),
            SpecialDays(date(year, 7, 4), date(year, 7, 4), "Independence Day"),
            SpecialDays(_nth(year, 9, 0, 1), _nth(year, 9, 0, 1), "Labor Day"),
            SpecialDays(thanksgiving, thanksgiving + timedelta(days=1), "Thanksgiving"),
            SpecialDays(date(year, 12, 24), date(year, 12, 26), "Christmas"),
            SpecialDays(date(year, 12, 31), date(year, 12, 31), "New Year’s Eve", _MORNING),
        ]
    ahead = [one for one in found if one.until >= opened]
    return tuple(ahead[: len(found) // 2])


def _nth(year: int, month: int, weekday: int, count: int) -> date:
    """The first, second … of such a weekday in a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


Deed = Literal["confirm", "decline", "propose", "move", "give up"]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a booking so many hours after it was made: by the office, but for 'give up'. `note` goes with it;
    `to` is the day and hour of another time, as in `Booked`."""

    hours: float
    what: Deed
    note: str = ""
    to: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking, made so many hours `ago` for the first free time from `day` (counted from today) on, near to `hour`.
    `who` is the demo's key of a customer, or a visitor as they wrote themselves down. `answers` are by the questions'
    ids. What is over, and was to be done for a customer, was done."""

    ago: float
    day: int
    hour: int
    service: str
    who: str | Booker
    answers: dict[str, str] = field(default_factory=dict)
    notes: str = ""
    source: Source = "portal"
    language: str = "en"
    done: tuple[Done, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocked:
    """Time that can't be booked, on the first day from `day` on that has a free time then; in hours of the clock.
    `crews` 0: nobody comes."""

    ago: float
    day: int
    since: int
    until: int
    title: str
    crews: int = 0


def _visitor(name: str, email: str, phone: str, street: str, town: str, code: str) -> Booker:
    return Booker(name, email, phone, (street, town), code)


DAY = 24
BOOKED = (
    # Over
    Booked(27 * DAY, -20, 8, "quarterly-pest-control", "lucia", notes="El perro es amable.", language="es"),
    Booked(26 * DAY, -18, 13, "rodent-inspection",
           _visitor("Joel Amsel", "joel@amsel.example", "(303) 555-0123", "2218 Grape Street", "Denver, CO", "80207"),
           {"heard": "In the wall behind the stove, mostly before sunrise."}, source="widget"),
    Booked(22 * DAY, -14, 10, "core-aeration", "priya_home"),
    Booked(20 * DAY, -12, 9, "wasp-nest-removal", "ridgeline",
           {"nest": "Birchwood Flats, above the mail room, two floors up."}, "Ask for Gil at the office."),
    Booked(16 * DAY, -9, 15, "pest-inspection",
           _visitor("Noor Rahimi", "noor@rahimi.example", "", "904 Marion Street", "Denver, CO", "80218"),
           {"seen": "Small brown beetles on the window sills, upstairs."}, source="page"),
    Booked(15 * DAY, -7, 11, "lawn-care-visit",
           _visitor("Beth Carver", "beth@carver.example", "(720) 555-0157", "31 Perry Street", "Denver, CO", "80219"),
           {"size": "Forty by sixty feet"}, source="page",
           done=(Done(5.5 * DAY, "give up", "We have sold the house sooner than we thought."),)),
    Booked(9 * DAY, -4, 8, "lawn-care-visit", "henry", {"size": "About a quarter acre"}, "The key is under the frog."),
    Booked(8 * DAY, -3, 14, "pest-inspection",
           _visitor("Sam Oduya", "sam@oduya.example", "(303) 555-0188", "1750 Yarrow Street", "Lakewood, CO", "80214"),
           {"seen": "Droppings under the sink."}, source="widget"),
    # To come
    Booked(6 * DAY, 2, 8, "wasp-nest-removal",
           _visitor("Carla Nuñez", "carla@nunez.example", "(720) 555-0139", "4415 Tejon Street", "Denver, CO", "80211"),
           {"nest": "Inside the shed, about seven feet up."}, source="page"),
    Booked(5 * DAY, 3, 13, "quarterly-pest-control", "sunrise",
           notes="Please come to the side entrance: the children play at the front."),
    Booked(5.5 * DAY, 4, 10, "lawn-care-visit",
           _visitor("Hugo Brandt", "hugo@hbrandt.example", "", "77 Fox Street", "Denver, CO", "80223"),
           {"size": "Small, front only"}, source="widget",
           done=(Done(30, "move", "A mower is at the workshop until then. Is this all right?", (6, 10)),)),
    Booked(4 * DAY, 5, 8, "quarterly-pest-control", "lucia", language="es"),
    Booked(3.5 * DAY, 9, 9, "rodent-inspection", "dana",
           {"heard": "Scratching above the garage, at night.", "pets": "A dog, who stays in the kitchen."},
           "Please ring at the side door."),
    Booked(3 * DAY, 12, 15, "core-aeration", "henry"),
    Booked(58, 8, 14, "pest-inspection", "priya_home", {"seen": "Ants in the bathroom, along the tub."},
           done=(Done(16, "confirm", "We bring what is needed to treat it at once, if you like."),)),
    Booked(52, 10, 9, "rodent-inspection", "grace", {"heard": "In the crawl space, since it got cold."},
           "Mornings are best.",
           done=(Done(20, "propose", "Tessa, who sealed your crawl space, is free the day after.", (11, 13)),)),
    Booked(47, 6, 9, "pest-inspection",
           _visitor("Lou Petrov", "lou@petrov.example", "", "12 Aspen Way", "Breckenridge, CO", "80424"),
           {"seen": "Carpenter ants in the cabin."}, source="page",
           done=(Done(5, "decline", "Breckenridge is too far for us. Summit Pest in Frisco are good people."),)),
    Booked(29, 7, 10, "quarterly-pest-control", "priya_rental", notes="The tenant’s name is Jo; please ring twice."),
    Booked(11, 7, 15, "wasp-nest-removal",
           _visitor("Ada Lindgren", "ada@lindgren.example", "(970) 555-0114", "205 Mountain Avenue", "Fort Collins, CO",
                    "80524"),
           {"nest": "Under the eaves, one floor up. I can’t see how big it is."},
           "It is an hour from Denver, I know. Would you come all the same?", source="widget"),
)  # fmt: skip

BLOCKED = (Blocked(7 * DAY, 6, 13, 17, "Safety training, everybody"),)
