"""Who the demo is about: two companies, their customers, and who of them can sign in with which password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.access import Role
from sandbox import catalogue
from sandbox.catalogue import Work

SLUG, OTHER_SLUG = "evergreen", "bluewave"
PASSWORD = "green-lawn-2026"
YEARS = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who can sign in, for the table that `make run` prints."""

    slug: str
    login: str
    password: str
    what: str


EVERGREEN = Company(
    "", SLUG, "Evergreen Pest & Lawn", "#2f6b3a", phone="(303) 555-0142", email="hello@evergreen.example",
    address=("2150 Larimer Street", "Denver, CO 80205"), time_zone="America/Denver",
)  # fmt: skip
BLUEWAVE = Company(
    "", OTHER_SLUG, "Bluewave Pools", "#0b6fa4", phone="(720) 555-0186", email="office@bluewave.example",
    address=("77 Lakeshore Drive", "Lakewood, CO 80226"), time_zone="America/Denver",
)  # fmt: skip


# A company that has just been activated, and has chosen nothing yet: the console's guide begins here.
CEDAR = Company("", "", "Cedar & Sage Cleaning", "#8a5a12", time_zone="America/Denver")


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody who runs a company's portal, or several: by `companies`' names. `what` is for those who try them."""

    email: str
    role: Role
    companies: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A card or bank account on file: Stripe's test token, or the number of a bank account that was typed in and waits
    for its deposit. `expires` is in how many months a card does (None: years)."""

    token: str
    expires: int | None = None

    @property
    def is_card(self) -> bool:
        return self.token.startswith("pm_card")

    @property
    def typed_in(self) -> bool:
        return self.token.isdecimal()


@dataclass(frozen=True, slots=True)
class Person:
    """A customer to be made, and what kind of past it has.

    `count` is how many invoices, over `since` days. `states` are those of the newest; all before them are paid.
    `password` is None for whoever has none: a second account of a login, or somebody who only comes by links.
    `monthly` pays all of a month at once; `saved` is on file, the default first.
    """

    key: str
    name: str
    first_name: str
    email: str
    address: tuple[str, ...]
    work: Sequence[Work] = catalogue.HOME
    count: int = 0
    states: tuple[str, ...] = ()
    since: int = YEARS.days
    password: str | None = PASSWORD
    login: str | None = None
    language: str = ""
    phone: str = ""
    credit: int = 0
    must_change: bool = False
    access: bool = True
    monthly: bool = False
    saved: tuple[Saved, ...] = ()

    @property
    def login_name(self) -> str:
        """A name of their own, else the e-mail; '' for somebody who only comes by links."""
        return self.email if self.login is None else self.login

    @property
    def by_bank(self) -> bool:
        """Whether what they pay with is a bank account."""
        return bool(self.saved) and not self.saved[0].is_card

    @property
    def business(self) -> bool:
        return self.work in (catalogue.BUSINESS, catalogue.PROPERTIES)


PEOPLE = (
    Person("dana", "Dana Whitfield", "Dana", "dana@example.com", ("418 Juniper Lane", "Littleton, CO 80123"), count=60,
           states=("draft", "due", "due_soon", "part_paid", "overdue", "paid", "credited", "check", "void",
                   "long_overdue", "together", "together", "together"),
           phone="(303) 555-0117", credit=2_500,
           saved=(Saved("pm_card_visa"), Saved("pm_card_authenticationRequired"))),
    Person("ridgeline", "Ridgeline Property Group", "Marcus", "accounts@ridgeline.example",
           ("1600 Broadway, Suite 1200", "Denver, CO 80202"), catalogue.PROPERTIES, 600,
           ("due", "due", "due_soon", "due_soon", "part_paid", "overdue", "overdue", "paid", "paid", "long_overdue",
            "void"),
           phone="(303) 555-0160", monthly=True, saved=(Saved("pm_card_amex"),)),
    Person("priya_home", "Priya Raman", "Priya", "priya@example.com", ("2931 Birch Street", "Denver, CO 80207"),
           count=24, states=("due_soon", "paid", "overdue"),
           saved=(Saved("pm_card_mastercard", 1), Saved("pm_card_visa_debit", -2))),
    Person("priya_rental", "Priya Raman, rental", "Priya", "priya@example.com",
           ("5512 Quail Run, Unit B", "Aurora, CO 80015"), count=14, states=("due",), since=700, password=None),
    Person("tom", "Tom Alvarez", "Tom", "tom@example.com", ("87 Larkspur Court", "Golden, CO 80401"), count=9,
           states=("due",), since=420, must_change=True),
    Person("lucia", "Lucía Herrera", "Lucía", "lucia@example.com", ("1440 Magnolia Way", "Commerce City, CO 80022"),
           count=18, states=("overdue", "due", "paid"), language="es", phone="(720) 555-0129"),
    Person("pruitt", "Walter & June Pruitt", "Walter", "pruitts@example.com", ("9 Old Mill Road", "Morrison, CO 80465"),
           count=31, states=("check",), credit=1_250),
    Person("kevin", "Kevin Tran", "Kevin", "kevin@example.com", ("3378 Alpine Street", "Boulder, CO 80304")),
    Person("sunrise", "Sunrise Early Learning Center", "Bea", "office@sunrise-elc.example",
           ("710 Garfield Avenue", "Wheat Ridge, CO 80033"), catalogue.BUSINESS, 36,
           ("processing", "returned", "due", "part_paid", "overdue", "long_overdue", "written_off"),
           phone="(303) 555-0175", saved=(Saved("pm_usBankAccount_success"),)),
    Person("grace", "Grace Nakamura", "Grace", "grace@example.com", ("245 Cottonwood Circle", "Arvada, CO 80004"),
           count=12, states=("due",), since=540, login="grace.n",
           saved=(Saved("pm_card_discover"), Saved("000123456789"))),
    Person("henry", "Henry Brandt", "Henry", "henry@example.com", ("6021 Elk Trail", "Evergreen, CO 80439"), count=7,
           states=("overdue",), since=300, password=None, login=""),
    Person("milehigh", "Mile High Dental", "Rosa", "front.desk@milehighdental.example",
           ("3900 E Mexico Avenue, Suite 210", "Denver, CO 80210"), catalogue.BUSINESS, 40, ("due_soon", "paid"),
           access=False),
)  # fmt: skip

NEIGHBOURS = (
    Person("dana_pools", "Dana Kowalski", "Dana", "dana@example.com", ("15 Heron Point", "Lakewood, CO 80226"),
           catalogue.POOLS, 16, ("due", "paid", "overdue"), since=500, password="blue-pool-2026",
           saved=(Saved("pm_card_visa"),)),
    Person("omar", "Omar Haddad", "Omar", "omar@example.com", ("802 Marina Street", "Littleton, CO 80127"),
           catalogue.POOLS, 11, ("due_soon",), since=400, password=None),
)  # fmt: skip

SIGN_INS = (
    SignIn(
        SLUG,
        "dana@example.com",
        PASSWORD,
        "60 invoices, two cards (one asks the bank); an estimate to accept, a visit to rate, one booked",
    ),
    SignIn(SLUG, "accounts@ridgeline.example", PASSWORD, "600 invoices"),
    SignIn(SLUG, "office@sunrise-elc.example", PASSWORD, "a bank account: one debit under way, one that came back"),
    SignIn(SLUG, "priya@example.com", PASSWORD, "two accounts: home and a rental; an expiring card, an expired one"),
    SignIn(SLUG, "tom@example.com", PASSWORD, "must choose a new password"),
    SignIn(SLUG, "lucia@example.com", PASSWORD, "reads Spanish"),
    SignIn(
        SLUG,
        "grace.n",
        PASSWORD,
        "signs in by a user name; is asked about another time; an unverified bank account",
    ),
    SignIn(SLUG, "kevin@example.com", PASSWORD, "new, nothing there yet"),
    SignIn(OTHER_SLUG, "dana@example.com", "blue-pool-2026", "another Dana, another company"),
)

TEAM = (
    Admin("hello@evergreen.example", "admin", (EVERGREEN.name,), "runs Evergreen's portal"),
    Admin("frontdesk@evergreen.example", "read-only", (EVERGREEN.name,), "may look at all of it, and change nothing"),
    Admin("books@example.com", "admin", (EVERGREEN.name, BLUEWAVE.name), "serves both companies: chooses one"),
    Admin("kim@cedarsage.example", "admin", (CEDAR.name,), "a new company: the guide, from its first step"),
)

# Each company, its customers, and its oldest invoice's number.
COMPANIES = ((EVERGREEN, PEOPLE, 10_241), (BLUEWAVE, NEIGHBOURS, 3_107))
