"""Estimates, terms and documents of the demo companies, by the products' own actions, each at its time."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Line
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.documents.actions import reading, sharing
from chalicelib.documents.rules import drafting as papers
from chalicelib.estimates.actions import deciding, keeping, marking, sending, terms
from chalicelib.estimates.rules import Draft, Signing, check_draft
from chalicelib.services import Services
from chalicelib.tenants.actions import deciding as settings
from chalicelib.tenants.actions.companies import company_of
from chalicelib.tenants.rules import Company
from sandbox.catalogue import TAX_NAME
from sandbox.demo.office import Office
from sandbox.demo.past import at_noon
from sandbox.demo.then import at
from sandbox.paperwork import LINKED, LOOKED, REVIEW_LINKS, Offer, Share

# From where, and with what, Dana and the others decide.
ADDRESS = "203.0.113.7"
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile Safari"
# The number of the last estimate that was written before there was a portal.
LAST = 1040


class Paperwork:
    """What a company's office writes and shares."""

    def __init__(self, services: Services, office: Office, customers: Mapping[str, Customer], now: datetime) -> None:
        self.services, self.office, self.customers, self.now = services, office, customers, now
        self.chance = random.Random(f"{office.company.slug} does its paperwork")
        self.number = LAST

    @property
    def company(self) -> Company:
        return self.office.company

    def ago(self, days: int) -> datetime:
        """Some time in the afternoon of a day; now, for today."""
        day = self.now.astimezone(ZoneInfo(self.company.time_zone)).date() - timedelta(days=days)
        return at_noon(day, self.company) + timedelta(minutes=self.chance.randrange(200)) if days else self.now

    def day(self, days: int) -> date:
        """So many days from today."""
        return self.now.astimezone(ZoneInfo(self.company.time_zone)).date() + timedelta(days=days)

    # What was decided of it all

    def link_reviews(self) -> Company:
        """Where customers may review the company for all to see; the company from now on."""
        store, note = self.office.store, self.office.note(self.services)
        company = company_of(store)
        with at(self.services, self.ago(LINKED), self.chance):
            return settings.change(
                store, company, replace(company, review_links=REVIEW_LINKS),
                lambda told: note("settings.change", company.id, told),
            )  # fmt: skip

    # Estimates

    def offer(self, offers: Sequence[Offer], terms_since: Sequence[tuple[int, str]] = ()) -> None:
        """In the order of time, numbered by it. `terms_since` so many days the standard terms are these."""
        to_come = list(terms_since)
        for one in sorted(offers, key=lambda each: -each.ago):
            while to_come and to_come[0][0] > one.ago:
                self._settle_terms(*to_come.pop(0))
            self.number += 1
            self._offer(f"E-{self.number}", one)

    def _settle_terms(self, days: int, text: str) -> None:
        then, note = self.ago(days), self.office.note(self.services)
        with at(self.services, then, self.chance):
            terms.change(self.office.store, text, then, lambda told: note("estimate_terms.change", "", told))

    def _offer(self, number: str, one: Offer) -> None:
        services, then, customer = self.services, self.ago(one.ago), self.customers[one.customer]
        account = BillingAccount(self.office.store, self.company, customer)
        lines = tuple(Line(words, str(count), price, count * price) for words, count, price in one.lines)
        issued = account.day(then)
        draft = Draft(
            number, issued, issued + timedelta(days=one.days), lines, one.title, one.tax, TAX_NAME if one.tax else "",
            one.notes, issued=one.state != "draft",
        )  # fmt: skip
        with at(services, then, self.chance):
            id, note = services.new_id(then), self.office.note(services)
            keeping.create(keeping.desk(services, account), id, check_draft(draft), note)
            if one.state != "draft":
                sending.deliver(services, account, id, sending.Order(), note, services.new_id(then))
        if one.after:
            self._answer(account, id, one, then + timedelta(days=one.after, minutes=37))

    def _answer(self, account: BillingAccount, id: str, one: Offer, then: datetime) -> None:
        services, signing = self.services, Signing(ADDRESS, AGENT, then)
        who = (services, account.store, account.company, account.customer, id, 1)
        with at(services, then, self.chance):
            if one.state == "accepted":
                deciding.accept(*who, one.said, True, signing)
            elif one.state == "declined":
                deciding.decline(*who, one.said, signing)
            elif one.state == "changes":
                deciding.ask_for_changes(*who, one.said, signing, services.new_id(then))
            else:
                assert one.state == "by phone"
                desk, note = keeping.desk(services, account), self.office.note(services)
                marking.mark(desk, id, "won", self.office.who.name, one.said, signing, note)

    # Documents

    def share(self, shared: Sequence[Share]) -> None:
        """In the order of time; whoever looks at the list does so in between."""
        looks = {key: days for key, days in LOOKED.items() if key in self.customers}
        for one in sorted(shared, key=lambda each: -each.ago):
            for key in [key for key, days in looks.items() if days > one.ago]:
                self._look(key, looks.pop(key))
            self._share(one)

    def _share(self, one: Share) -> None:
        services, then = self.services, self.ago(one.ago)
        draft = papers.Draft(
            one.name, one.file, one.category, self.day(-one.ago if one.first is None else one.first),
            None if one.last is None else self.day(one.last),
        )  # fmt: skip
        customer = self._now(one.customer) if one.customer else None
        with at(services, then, self.chance):
            upload, note = self.office.upload(services, one.file), self.office.note(services)
            store = self.office.store
            sharing.share(services, store, company_of(store), customer, upload, draft, one.told, note)

    def _look(self, key: str, days: int) -> None:
        customer, store, then = self._now(key), self.office.store, self.ago(days)
        reading.note_seen(store, company_of(store), customer, reading.page(store, customer, then), then)

    def _now(self, key: str) -> Customer:
        return customers.customers(self.office.store, [self.customers[key].id])[0]
