"""What the demo companies' technicians do on a visit, and what customers say of it.

Nothing here knows who was visited, or when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.visits.rules import Product


@dataclass(frozen=True, slots=True)
class Done:
    """What stands in the report of one kind of job."""

    work: str
    products: tuple[Product, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Technician:
    """`stars` is what their customers give, each as likely as the next."""

    name: str
    stars: tuple[int, ...]


EVERGREENS = (
    Technician("Marco Ruiz", (5, 5, 5, 4)),
    Technician("Tessa Boone", (5, 5, 4, 4, 3)),
    Technician("Andre Okafor", (5, 4, 4, 3)),
)
BLUEWAVES = (Technician("Jo Lindell", (5, 5, 4)),)

_PERIMETER = Product("Perimeter 25 WP", "1.4 oz in 4 gal", "Band of 3 ft around the foundation")
_BAIT = Product("Bait blocks, weatherproof", "4 blocks", "In locked stations")
_FEED = Product("Slow-release fertilizer 24-0-8", "18 lb")

# By how the job's title begins: those of properties go on with the place.
JOBS: Mapping[str, Done] = {
    "Quarterly pest control": Done(
        "Treated the foundation, window wells and garage. Swept cobwebs from the eaves. Two stations had been visited: "
        "refilled both, and added one at the north wall.",
        (_PERIMETER, _BAIT),
        "Pets may go out again after two hours. Please leave the stations where they are.",
    ),
    "Lawn care visit": Done(
        "Mowed at three inches, edged walks and drive, blew the clippings back onto the lawn.",
        notes="The strip along the fence is dry: the third spray head there sits too deep.",
    ),
    "Fertilization": Done(
        "Fed the front and back lawn. Spot treatment of dandelions along the drive.",
        (_FEED, Product("Broadleaf control", "3 oz in 2 gal", "Spots only")),
        "Please water lightly tomorrow morning, and keep off the lawn until it is dry.",
    ),
    "Core aeration": Done(
        "Aerated front and back, two passes. Overseeded the bare spot by the patio.",
        (Product("Tall fescue seed", "10 lb"),),
        "Keep the seed moist for two weeks: a little water, twice a day.",
    ),
    "Sprinkler start-up": Done(
        "Started all six zones, set the clock, adjusted four heads.",
        notes="Zone 4 waters the walk: its nozzle is worn.",
    ),
    "Sprinkler winterization": Done("Blew out all six zones, shut and drained the backflow preventer."),
    "Wasp nest": Done(
        "Removed the nest under the porch, and treated the beams.",
        (Product("Wasp foam", "1 can"),),
        "A few wasps will come back for a day or two. They leave when they find nothing.",
    ),
    "Mosquito": Done("Barrier treatment of shrubs and fence. Emptied two pot saucers.", (_PERIMETER,)),
    "Rodent": Done(
        "Looked through attic and crawl space. Sealed two entry points at the dryer vent.",
        (Product("Steel mesh and sealant"), Product("Snap traps", "6")),
        "We look after the traps next week.",
    ),
    "Snow": Done("Cleared drive and walks by seven, ice melt on the steps.", (Product("Ice melt", "10 lb"),)),
    "Monthly pest service": Done(
        "Kitchen, storage and dishwasher line treated. No activity on the monitors.",
        (_BAIT, Product("Drain gel", "16 oz")),
        "The door sweep at the loading dock lets light through: a mouse needs no more.",
    ),
    "Grounds": Done("Mowed and edged all lawns, cleared leaves from the drains.", notes="Two heads at the gate leak."),
    "Pest service": Done(
        "Common areas and trash enclosures treated, stations checked.", (_PERIMETER, _BAIT), "Unit 12 was not at home."
    ),
    "Weekly pool": Done(
        "Vacuumed, brushed the tile line, emptied baskets, balanced the water.",
        (Product("Chlorine tabs", "3"), Product("Stabilizer", "2 lb")),
    ),
    "Pool opening": Done("Cover off and cleaned, pump started, first balance."),
    "Pool closing": Done("Lines blown out and plugged, cover on.", (Product("Winter chemicals", "1 kit"),)),
    "Equipment check": Done("Pump and filter checked, pressure as it should be."),
}  # fmt: skip

# What customers write with so many stars; many write nothing.
COMMENTS: Mapping[int, tuple[str, ...]] = {
    5: ("", "", "On time, friendly, and explained what he did.", "Best crew we have had.",
        "The ants are gone. Thank you!", "Left everything tidier than it was.", "Great with our dog."),
    4: ("", "", "Good work. Came a little late.", "Fine as always."),
    3: ("", "The edges along the walk were left out.", "All right, but nobody rang before coming."),
}  # fmt: skip

# Why they would recommend the company or not, by score.
RECOMMENDED: Mapping[int, str] = {
    10: "I have told the whole street already.", 9: "Reliable, and honest about what is not needed.", 8: "",
    7: "Good service, not the cheapest.", 6: "The work is fine. Scheduling is not.",
    4: "Two visits in a row were moved at short notice.", 3: "It took three calls to get an answer.",
}  # fmt: skip


def done(title: str) -> Done:
    """What was done on a job of this title."""
    return next(what for begins, what in JOBS.items() if title.startswith(begins))
