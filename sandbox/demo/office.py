"""Who runs the demo companies: their teams, with the invites accepted long ago, and the guide behind them; and how the
office's deeds are noted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.services import Services
from chalicelib.tenants import records
from chalicelib.tenants.records import audit, guide, people
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import Changes
from chalicelib.tenants.rules.guide import STEPS, Guide
from sandbox.people import TEAM

ART = Path(__file__).parent.parent / "art"
ADDRESS = "203.0.113.20"
TYPES = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".txt": "text/plain"}


class Note(Protocol):
    def __call__(self, action: str, target: str, changes: Changes, /) -> Write: ...


@dataclass(frozen=True, slots=True)
class Office:
    """A company's office at work."""

    store: Store
    company: Company

    @property
    def who(self) -> Actor:
        email = next(one.email for one in TEAM if self.company.name in one.companies and one.role == "admin")
        return Actor("admin", email, email)

    def note(self, services: Services) -> Note:
        """What makes the audit trail's line of a deed, at the services' time."""

        def line(action: str, target: str, changes: Changes, /) -> Write:
            now = services.now()
            return audit.new_entry(
                self.store, services.new_id(now), self.who, ADDRESS, now, action, target, changes
            )  # fmt: skip

        return line

    def upload(self, services: Services, file: str) -> str:
        """A file of `art/` where a form would have put it; the upload's id."""
        upload, path = services.new_id(services.now()), ART / file
        services.files.for_tenant(self.store.tenant).put(f"uploads/{upload}", path.read_bytes(), TYPES[path.suffix])
        return upload


def staff(services: Services, store: Store, company: Company, password: str) -> None:
    """Put everybody of the demo who serves this company on its team. `password` is the hash of everybody's. A
    company with an address is through with the guide."""
    now, platform = services.now(), services.tables.platform()
    for one in TEAM:
        if company.name not in one.companies:
            continue
        with suppress(ConditionFailed):  # there by activation
            store.write(people.new_admin(store, one.email, one.role, now))
        store.write(people.change_admin(store, one.email, joined=True))
        with suppress(ConditionFailed):  # there by another company
            platform.write(people.set_person(one.email, password, None))
        platform.write(records.login(one.email, store.tenant))
    if company.slug:
        store.write(guide.keep(store, Guide(frozenset(STEPS), finished=True)))
