"""The demo's papers and photos: drawn once, by hand, into `sandbox/art/`, where the demo takes them from.

    python -m sandbox.prints

They are kept as files since drawing them takes longer than all the rest of the demo. The same words are the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFilter

from chalicelib.paper.letterhead import facts, head
from chalicelib.paper.sheet import Sheets
from chalicelib.paper.stationery import Stationery
from chalicelib.paper.table import table, words
from chalicelib.tenants.rules import Company
from chalicelib.web.company_view import view
from sandbox.people import BLUEWAVE, EVERGREEN

ART = Path(__file__).parent / "art"
MADE = date(2026, 6, 1)
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One sheet or more: a head, facts, a table if there is one, and paragraphs under headings."""

    name: str
    company: Company
    title: str
    number: str
    told: Pairs
    said: Pairs
    whom: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


PAPERS = (
    Paper("agreement.pdf", EVERGREEN, "Agreement", "Home care plan, SA-2207",
          (("Begins", "March 1"), ("Renews", "yearly")), (
        ("What we do", "Pest control inside and out, four times a year. Lawn care from April to October, every other "
                       "week. Between visits we come back free of charge if the pests do."),
        ("What you do", "Keep the foundation clear of wood piles and dense shrubs. Unlock the gate on the day of a "
                        "visit, and keep pets inside until what we sprayed is dry."),
        ("Ending it", "Either side may end this agreement with thirty days’ notice, by e-mail or by letter. What was "
                      "done until then is billed; what was paid ahead comes back."),
        ("If something breaks", "We are insured, and put right what we damage. Tell us within fourteen days."),
    ), ("Dana Whitfield", "418 Juniper Lane", "Littleton, CO 80123"),
    ("Service", "Visits a year", "Price a visit"),
    (("Quarterly pest control, inside and out", "4", "$119.00"),
     ("Mow, edge and blow, up to 6,000 sq ft", "14", "$58.00"),
     ("Slow-release fertilizer", "3", "$64.50"))),
    Paper("label.pdf", EVERGREEN, "Label", "Perimeter 25 WP",
          (("Form", "wettable powder"), ("Signal word", "Caution")), (
        ("Directions for use", "For use by trained applicators. Mix 0.35 oz to a gallon of water. Apply as a band of "
                               "three feet out from, and two feet up, the foundation. Do not apply to edible plants, "
                               "to water, or when rain is expected within four hours."),
        ("Precautions", "Harmful if swallowed. Causes moderate eye irritation. Wear long sleeves, gloves and eye "
                        "protection. People and pets may enter the treated area once the spray has dried."),
        ("First aid", "If in eyes: rinse with water for fifteen minutes. If swallowed: call a poison control center "
                      "at once, and have this label at hand."),
        ("Storage and disposal", "Store in the original container in a locked place. Rinse the container three times, "
                                 "and offer it for recycling."),
    ), heads=("Pest", "Mix, oz a gallon", "Again after"),
    rows=(("Ants, spiders, earwigs", "0.35", "60 days"), ("Wasps at the nest", "0.70", "14 days"),
          ("Ticks, along the fence", "0.35", "30 days"))),
    Paper("safety-sheet.pdf", EVERGREEN, "Safety data", "Perimeter 25 WP",
          (("Revision", "4"), ("Use", "insecticide")), (
        ("1  Identification", "Perimeter 25 WP, wettable powder. Applied by Evergreen Pest & Lawn."),
        ("2  Hazards", "Eye irritation (category 2B). Very toxic to fish and to water fleas. No other hazard is known "
                       "at the dilution that we apply."),
        ("3  Composition", "Active ingredient 25 %. Other ingredients 75 %, none of them hazardous at this "
                           "concentration."),
        ("4  First aid", "Eyes: rinse for fifteen minutes, remove contact lenses. Skin: wash with soap and water. "
                         "Inhaled: fresh air. Swallowed: rinse the mouth, call a poison control center."),
        ("5  Fire", "Water fog, foam or dry powder. Keep run-off out of drains. Wear breathing apparatus."),
        ("6  Spills", "Sweep up dry, do not raise dust. Keep it out of drains and ponds."),
        ("7  Handling and storage", "Locked, dry, in the original container, apart from food and feed."),
        ("8  Protection", "Gloves, eye protection, long sleeves while mixing; a dust mask where the air is still."),
        ("9  Properties", "Off-white powder, faint odor. pH of a 1 % mix 6 to 8. Does not burn by itself."),
        ("10  Stability", "Stable for three years if kept dry. Breaks down in strong alkalis."),
        ("11  Toxicology", "Low toxicity if swallowed or on the skin. Not known to sensitize, nor to cause cancer."),
        ("12  Environment", "Binds to soil, and is gone within weeks. Keep a strip of fifteen feet along open water."),
        ("13  Disposal", "Unused powder goes to a collection of household hazardous waste, never into the drain."),
        ("14  Transport", "Not regulated on roads in the quantities that our vans carry."),
    )),
    Paper("soil-report.pdf", EVERGREEN, "Report", "Soil test, back lawn",
          (("Taken", "six cores"), ("Depth", "4 inches")), (
        ("What it means", "The soil is a little alkaline, as nearly everywhere in Littleton, and short of iron: that "
                          "is why the lawn along the fence is pale. Nitrogen is as it should be."),
        ("What we suggest", "Iron with the next fertilization, core aeration in fall, and watering twice a week, "
                            "deeply, instead of a little every day."),
    ), ("Dana Whitfield", "418 Juniper Lane", "Littleton, CO 80123"), ("Measured", "Found", "Good"),
    (("pH", "7.8", "6.0–7.2"), ("Nitrogen, ppm", "34", "25–40"), ("Phosphorus, ppm", "41", "30–60"),
     ("Iron, ppm", "4.1", "8–20"), ("Organic matter, %", "2.2", "3–5"))),
    Paper("water-test.pdf", BLUEWAVE, "Report", "Water test", (("Taken", "at 18 inches"), ("Water", "81 °F")), (
        ("What it means", "The water is balanced. Stabilizer is a little low, which is why chlorine goes quickly on "
                          "sunny days; we added two pounds."),
    ), heads=("Measured", "Found", "Good"),
    rows=(("Free chlorine, ppm", "2.4", "2–4"), ("pH", "7.5", "7.4–7.6"), ("Alkalinity, ppm", "92", "80–120"),
          ("Calcium hardness, ppm", "260", "200–400"), ("Stabilizer, ppm", "24", "30–50"))),
)  # fmt: skip


def paper(one: Paper) -> bytes:
    sheets = Sheets(Stationery(view(one.company), "en"), f"{one.title}: {one.number}", MADE)
    head(sheets, one.title, one.number)
    facts(sheets, "For" if one.whom else "", one.whom, one.told)
    if one.rows:
        table(sheets, one.heads, one.rows)
    for heading, text in one.said:
        words(sheets, heading, text)
    return sheets.finish()


# Photos, as good as a few brushes make them.

SIZE = (960, 720)
SKY, WALL, ROOF, FENCE, SOIL = (150, 186, 214), (226, 216, 198), (104, 84, 78), (146, 112, 80), (124, 98, 70)
GREEN, PALE = (92, 138, 62), (188, 176, 104)
Spot = Literal["bare", "young", "none"]


def lawn(spot: Spot, seed: str) -> Image.Image:
    """A back yard, with what stands of its lawn."""
    chance, (wide, high) = random.Random(seed), SIZE
    picture = Image.new("RGB", SIZE, SKY)
    pen, ground = ImageDraw.Draw(picture), high * 45 // 100
    pen.rectangle((0, ground - 150, wide * 55 // 100, ground), WALL)
    pen.polygon(((0, ground - 250), (wide * 60 // 100, ground - 140), (0, ground - 140)), ROOF)
    pen.rectangle((120, ground - 110, 220, ground - 40), (70, 84, 96))
    for x in range(wide * 55 // 100, wide, 34):
        pen.rectangle((x, ground - 96, x + 30, ground + 6), _near(FENCE, 14, chance))
    pen.rectangle((0, ground, wide, high), GREEN)
    _grass(pen, (0, ground, wide, high), 9_000, GREEN, chance)
    if spot != "none":
        earth = SOIL if spot == "bare" else (112, 132, 72)
        where = (wide * 30 // 100, high * 64 // 100, wide * 72 // 100, high * 88 // 100)
        pen.ellipse(where, earth)
        blades, colour = (500, PALE) if spot == "bare" else (2_400, (118, 172, 70))
        _grass(pen, where, blades, colour, chance, bed=True)
    return picture.filter(ImageFilter.GaussianBlur(1.1))


def station(seed: str) -> Image.Image:
    """A bait station at the foot of a wall."""
    chance, (wide, high) = random.Random(seed), SIZE
    picture = Image.new("RGB", SIZE, (202, 190, 170))
    pen, ground = ImageDraw.Draw(picture), high * 62 // 100
    for row, y in enumerate(range(-20, ground, 62)):
        for x in range(-140 + row % 2 * 70, wide, 140):
            pen.rectangle((x + 3, y + 3, x + 137, y + 59), _near((176, 112, 88), 12, chance))
    pen.rectangle((0, ground, wide, high), (134, 126, 116))
    for _ in range(2_400):
        x, y, size = chance.randrange(wide), chance.randrange(ground, high), chance.randrange(3, 13)
        pen.ellipse((x, y, x + size, y + size * 2 // 3), _near((150, 142, 132), 26, chance))
    pen.rounded_rectangle((330, ground - 90, 690, ground + 96), 22, (38, 40, 42))
    pen.rounded_rectangle((350, ground - 72, 670, ground + 8), 14, (58, 61, 64))
    pen.ellipse((480, ground + 26, 548, ground + 92), (12, 12, 13))
    pen.rounded_rectangle((440, ground - 52, 580, ground - 12), 6, (232, 206, 74))
    return picture.filter(ImageFilter.GaussianBlur(1.4))


def _grass(
    pen: ImageDraw.ImageDraw, box: Sequence[int], blades: int, colour: tuple[int, int, int], chance: random.Random, *,
    bed: bool = False,
) -> None:  # fmt: skip
    """Blades all over; `bed`: only where an ellipse is."""
    left, top, right, bottom = box
    for _ in range(blades):
        x, y = chance.randrange(left, right), chance.randrange(top, bottom)
        if bed and ((2 * x - left - right) / (right - left)) ** 2 + ((2 * y - top - bottom) / (bottom - top)) ** 2 > 1:
            continue
        long = 4 + (y - SIZE[1] * 45 // 100) // 22
        pen.line((x, y, x + chance.randint(-4, 4), y - long), _near(colour, 24, chance), 2)


def _near(colour: tuple[int, int, int], by: int, chance: random.Random) -> tuple[int, int, int]:
    shade = chance.randint(-by, by)
    red, green, blue = (max(0, min(255, part + shade)) for part in colour)
    return red, green, blue


PHOTOS: dict[str, Callable[[], Image.Image]] = {
    "lawn-before.jpg": lambda: lawn("bare", "before"),
    "lawn-after.jpg": lambda: lawn("young", "after"),
    "station.jpg": lambda: station("station"),
}


def main() -> None:
    for one in PAPERS:
        (ART / one.name).write_bytes(paper(one))
    for name, taken in PHOTOS.items():
        taken().save(ART / name, "JPEG", quality=68, optimize=True)


if __name__ == "__main__":
    main()
