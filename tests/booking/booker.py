"""Words for tests of bookings: somebody books, moves, cancels, the office answers, and afterwards all that is kept must
agree. A test names the odd part only: lawn mowing on Wednesday at nine, by Nora, whom the company doesn't know."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from chalicelib.aws.rows import Write
from chalicelib.aws.wire import plain
from chalicelib.booking.actions import blocking, calendar, changing, making, reading, working
from chalicelib.booking.actions.blocking import Blocked
from chalicelib.booking.actions.making import Wanted
from chalicelib.booking.records import blocks, bookings, days, offers
from chalicelib.booking.rules import Booker, Booking, Entry, Offer, glance
from chalicelib.booking.rules.day import EPOCH, MINUTE
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound
from chalicelib.leads.records import leads
from chalicelib.services import Services
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import Changes
from chalicelib.visits.actions import keeping as visits
from chalicelib.visits.records import visits as visit_records
from chalicelib.visits.rules import glance as visit_glance
from tests.booking.offers import offering
from tests.builders import Company, Person

DENVER = ZoneInfo("America/Denver")
# Denver's Wednesday of the week that tests are in, at nine in the morning. Thursday is Thanksgiving.
WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=DENVER)
HOUR = timedelta(hours=1)
NORA = Booker("Nora Beck", "nora@example.com", "(303) 555-0199", ("7 Aspen Ct", "Boulder, CO"), "80301")
ROSA = Actor("admin", "rosa@evergreen.example", "Rosa")


@dataclass
class Diary:
    """A company's calendar, and all who write in it. `services` are another container's where many do it at once."""

    company: Company
    services: Services = field(default=cast(Services, None))

    def __post_init__(self) -> None:
        self.services = self.services or self.company.world.services

    @property
    def store(self) -> Any:
        return self.services.tables.for_tenant(self.company.store.tenant)

    @property
    def us(self) -> Any:
        return self.company.company

    @property
    def offer(self) -> Offer:
        return offers.to_offer(self.company.store.get(offers.offer_key(self.company.store))[0])

    def offers(self, *services: Any, **odd: Any) -> Offer:
        """What the company offers from now on."""
        return offering(self.company, *services, **odd)

    def id(self) -> str:
        """What a form is minted with."""
        made: str = self.services.new_id(self.services.now())
        return made

    # Who books

    def books(
        self, at: datetime = WEDNESDAY, *, customer: Person | None = None, id: str = "", address: str = "",
        service: str = "lawn-mowing", who: Booker = NORA, **odd: Any,
    ) -> Booking:  # fmt: skip
        """Nora, or a customer. `odd`: of what is wanted."""
        wanted = Wanted(service, at, who, **odd)
        return making.make(
            self.services, self.store, self.us, id or self.id(), wanted, customer=customer.now if customer else None,
            address=address,
        )  # fmt: skip

    def enters(
        self, at: datetime = WEDNESDAY, *, customer: Person | None = None, id: str = "", who: Booker = NORA,
        service: str = "lawn-mowing", confirmed: bool | None = None, tell: bool = True, **odd: Any,
    ) -> Booking:  # fmt: skip
        """Rosa, of the office, for somebody on the telephone."""
        made = id or self.id()
        return making.make(
            self.services, self.store, self.us, made, Wanted(service, at, who, source="staff", **odd),
            customer=customer.now if customer else None, by=ROSA, confirmed=confirmed, tell=tell,
            also=[self.note("booking.create", made, ())],
        )  # fmt: skip

    def moves(self, one: Booking, to: datetime, version: int | None = None) -> Booking:
        version = one.version if version is None else version
        return changing.move(self.services, self.store, self.us, one.id, to, version)

    def cancels(self, one: Booking, note: str = "", version: int | None = None) -> Booking:
        version = one.version if version is None else version
        return changing.cancel(self.services, self.store, self.us, one.id, note, version)

    def takes(self, one: Booking) -> Booking:
        return changing.answer(self.services, self.store, self.us, one.id, True, one.version)

    def lets_go(self, one: Booking) -> Booking:
        return changing.answer(self.services, self.store, self.us, one.id, False, one.version)

    def claims(self, one: Booking, customer: Person) -> Booking:
        return changing.claim(self.services, self.store, self.us, one.id, customer.id)

    # The office

    def confirms(self, one: Booking, note: str = "") -> Booking:
        return working.confirm(self.services, self.store, self.us, one.id, note, by=ROSA, trail=self.note)

    def declines(self, one: Booking, note: str = "") -> Booking:
        return working.decline(self.services, self.store, self.us, one.id, note, by=ROSA, trail=self.note)

    def proposes(self, one: Booking, to: datetime, note: str = "") -> Booking:
        return working.propose(self.services, self.store, self.us, one.id, to, note, by=ROSA, trail=self.note)

    def shifts(self, one: Booking, to: datetime, note: str = "") -> Booking:
        return working.move(self.services, self.store, self.us, one.id, to, note, by=ROSA, trail=self.note)

    def calls_off(self, one: Booking, note: str = "") -> Booking:
        return working.cancel(self.services, self.store, self.us, one.id, note, by=ROSA, trail=self.note)

    def attaches(self, one: Booking, customer: Person) -> Booking:
        return working.attach(self.services, self.store, self.us, one.id, customer.id, by=ROSA, trail=self.note)

    def blocks(
        self, since: datetime = WEDNESDAY, hours: float = 2, *, crews: int = 0, title: str = "Van at the garage",
        id: str = "",
    ) -> Blocked:  # fmt: skip
        until = (since.astimezone(UTC) + timedelta(hours=hours)).astimezone(since.tzinfo)
        return blocking.block(
            self.services, self.store, id or self.id(), since, until, title, crews, trail=self.note
        )  # fmt: skip

    def unblocks(self, id: str) -> None:
        blocking.unblock(self.services, self.store, id, trail=self.note)

    def completes(self, one: Booking, status: Any = "complete") -> None:
        """Somebody was there, and says so. NotFound: nobody's booking is no visit."""
        customer = self.now(one).customer
        if not customer:
            raise NotFound()
        desk = visits.Calendar(self.services, self.store, self.us, customer)
        visits.set_status(desk, one.id, status, self.note)

    def note(self, action: str, target: str, changed: Changes) -> Write:
        now = self.services.now()
        return audit.new_entry(self.store, self.id(), ROSA, "203.0.113.9", now, action, target, changed)

    # What there is

    def now(self, one: Booking) -> Booking:
        return reading.one(self.company.store, one.id)

    @property
    def entries(self) -> list[Entry]:
        """The calendar of the weeks that tests are in."""
        return calendar.between(self.company.store, WEDNESDAY - timedelta(days=7), WEDNESDAY + timedelta(days=35))

    @property
    def requests(self) -> list[str]:
        return [one.id for one in reading.requests(self.company.store, 100)[0]]

    def trail(self, action: str = "booking.") -> list[tuple[str, str]]:
        """(action, target) of what the audit trail tells, the newest first."""
        found, _ = audit.entries(self.company.store, 200)
        return [(one.action, one.target) for one in found if one.action.startswith(action)]

    def mails(self, one: Booking, *, to_company: bool | None = None) -> list[str]:
        """The messages that were written about it, by template, in the order of its changes. None: whoever they are
        for."""
        rows = [row for row in self.rows if row.get("item", "").startswith(f"message#booking-{one.id}-")]
        wanted = [
            row for row in rows if to_company is None or row["template"].endswith("_company") is to_company
        ]  # fmt: skip
        return [row["template"] for row in sorted(wanted, key=lambda row: (row["posted_at"], row["item"]))]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All of the company's rows in the customers table."""
        tables, found, start = self.company.world.services.tables, [], None
        while True:
            more = {"ExclusiveStartKey": start} if start else {}
            page = tables.connection.client.scan(TableName=tables.name("customers"), ConsistentRead=True, **more)
            found += [plain(one) for one in page["Items"]]
            start = page.get("LastEvaluatedKey")
            if not start:
                mine = self.company.store.tenant + "#"
                return [one for one in found if one["customer"].startswith(mine)]


def overbooked(diary: Diary, found: list[Booking]) -> str:
    """When more is booked at once than there are crews; '' for never."""
    changed: dict[int, int] = defaultdict(int)
    for one in found:
        if one.holds:
            changed[one.busy.start] += 1
            changed[one.busy.end] -= 1
    taken, crews = 0, diary.offer.crews
    for moment in sorted(changed):
        taken += changed[moment]
        if taken > crews:
            return f"{taken} bookings for {crews} crews at {(EPOCH + moment * MINUTE).isoformat()}"
    return ""


def check(diary: Diary) -> None:
    """All that is kept of a company's bookings agrees, and no place is taken twice or lost."""
    rows = {(row["customer"].partition("#")[2], row["item"]): row for row in diary.rows}
    kept = [row for (_, item), row in rows.items() if item == "booking"]
    found = [bookings.to_booking(row) for row in kept]
    assert not overbooked(diary, found), overbooked(diary, found)
    _check_days(diary, found)
    for row, one in zip(kept, found, strict=True):
        waits = one.status in ("requested", "proposed")
        assert ("list" in row) == waits == (row.get("list_key", "").endswith(one.id))
        assert "task" not in row or one.status == "confirmed"
        assert one.happened[-1].to == one.status
        assert one.happened[-1].starts_at == one.starts_at.isoformat(timespec="minutes")
        assert one.sequence <= one.version
        assert not one.lead or (leads.home(one.lead), leads.LEAD) in rows
    assert {one for one, item in rows if item == leads.LEAD} <= {leads.home(one.id) for one in found}, "no lead alone"
    for (whose, item), row in rows.items():
        if item == "profile":
            _check_customer(diary, customers.to_customer(row), whose, found, rows)
    _check_messages([item for _, item in rows], found)


def _check_days(diary: Diary, found: list[Booking]) -> None:
    """Every day has what touches it, and nothing else."""
    store = diary.company.store
    there = [one.entry for one in found if one.holds]
    there += [blocks.to_block(item) for item in store.query("tenants", store.tenant, prefix="block#", limit=1000).items]
    wanted: dict[date, list[Entry]] = defaultdict(list)
    for entry in there:
        first, last = ((EPOCH + minute * MINUTE).date() for minute in (entry.busy.start, entry.busy.end - 1))
        for ahead in range((last - first).days + 1):
            wanted[first + timedelta(days=ahead)].append(entry)
    kept = {}
    for item in store.query("tenants", store.tenant, prefix=days.PREFIX, limit=1000).items:
        day = days.to_day(date.fromisoformat(item["item"].removeprefix(days.PREFIX)), item)
        if day.entries:
            kept[day.day] = sorted(day.entries, key=lambda one: one.id)
    assert kept == {day: sorted(all, key=lambda one: one.id) for day, all in wanted.items()}


def _check_customer(
    diary: Diary, who: Customer, id: str, found: list[Booking], rows: dict[Any, dict[str, Any]]
) -> None:
    """The first page says what there is, and each confirmed booking is a visit."""
    now = diary.services.now()
    mine = [one for one in found if one.customer == id]
    ahead = [one for one in mine if one.open and max(one.ends_at, one.arrives_until) > now]
    shown = glance.read(who.glances.bookings).coming(now)
    assert [(one.id, one.status, one.starts_at) for one in shown] == [
        (one.id, one.status, one.starts_at.isoformat()) for one in sorted(ahead, key=lambda b: (b.starts_at, b.id))
    ]
    coming = []
    for one in mine:
        row = rows.get((id, f"visit#{one.id}"))
        visit = visit_records.to_visit(row) if row else None
        if one.status == "confirmed":
            assert visit and visit.booked and visit.status != "cancelled"
            assert (visit.starts_at, visit.ends_at) == (one.starts_at, one.arrives_until)
        else:
            assert visit is None or visit.status == "cancelled" or not visit.booked, "or let go of once it was done"
        if visit and visit.is_coming(now):
            coming.append(visit)
    soon = visit_glance.read(who.glances.visits).coming(now)
    first = min(coming, key=lambda one: (one.at, one.id), default=None)
    assert (soon.id if soon else None) == (first.id if first else None)


def _check_messages(items: list[str], found: list[Booking]) -> None:
    """Of each change is told once."""
    versions = {one.id: one.version for one in found}
    for item in items:
        if item.startswith("message#booking-"):
            id, version = item.removeprefix("message#booking-").split("-")[:2]
            assert id in versions and int(version) <= versions[id], "of nothing that did not happen"
