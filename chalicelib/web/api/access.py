"""Who is calling the API: an admin's session, or a key of the company's software. What it may reach hangs on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.errors import NotAllowed, Stale, Unconditional
from chalicelib.services import Services
from chalicelib.tenants.actions.admission import admit
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.access import Actor, Scope
from chalicelib.tenants.rules.audit import Changes
from chalicelib.web.requests import Request


@dataclass
class Admin:
    """Somebody of the company, or its software, as they and the company are now.

    `once` is the id of this request if it came with an Idempotency-Key: the same when it is sent again.
    """

    services: Services
    request: Request
    store: Store
    company: Company
    actor: Actor
    scopes: frozenset[Scope]
    session: str = ""
    once: str = field(default="")

    def must(self, scope: Scope) -> None:
        """NotAllowed unless the caller holds this."""
        if scope not in self.scopes:
            who = "This API key has" if self.actor.kind == "key" else "Your role has"
            raise NotAllowed(f"{who} no permission for {scope}. Ask an admin of your company.", kind="missing-scope")

    def new_id(self) -> str:
        """The id of what this request makes, a ULID; one for a request, the same when it is sent again."""
        return self.once or self.services.new_id(self.services.now())

    def note(self, action: str, target: str, changes: Changes = ()) -> Write:
        """The audit row of a change, for the change's own transaction."""
        now = self.services.now()
        return audit.new_entry(
            self.store, self.services.new_id(now), self.actor, self.request.address, now, action, target, changes
        )

    def own_note(self, action: str) -> Callable[[Changes], Write]:
        """What makes the audit row of a change of the company itself, once it is known what differs."""
        return lambda told: self.note(action, self.company.id, told)

    def today(self) -> date:
        """The day it is where the company is."""
        return self.services.now().astimezone(ZoneInfo(self.company.time_zone)).date()

    def expected_version(self) -> int:
        """The version of what the caller has read, by If-Match. Unconditional: none given. Stale: not one of ours."""
        expected = self.expected_version_if_any()
        if expected is None:
            raise Unconditional()
        return expected

    def expected_version_if_any(self) -> int | None:
        """The same where If-Match may be left out; None then."""
        given = self.request.headers.get("if-match", "").strip()
        if not given:
            return None
        number = given.removeprefix("W/").strip('"')
        if not number.isdecimal() or len(number) > 15:
            raise Stale()
        return int(number)


def admin(services: Services, request: Request) -> Admin:
    """The caller behind `Authorization: Bearer …`. Unauthenticated: none, expired, signed out, revoked."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    found = admit(services, token.strip() if kind.lower() == "bearer" else "")
    return Admin(services, request, found.store, found.company, found.actor, found.scopes, found.session)
