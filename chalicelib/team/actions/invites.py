"""An invite: a link by which somebody joins a company's team, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chalicelib import passwords, tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Conflict, Invalid, NotFound, Unauthenticated
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.team.actions import sessions
from chalicelib.team.actions.sessions import QUARTER, SignedIn
from chalicelib.team.actions.trail import note
from chalicelib.tenants import records
from chalicelib.tenants.actions.activation import INVITE_DAYS
from chalicelib.tenants.records import people
from chalicelib.tenants.rules.access import TeamMember
from chalicelib.tenants.rules.audit import Change
from chalicelib.tenants.rules.company import Company
from chalicelib.tenants.throttle import Limit, from_address, throttle

OVER = "This invite has expired or was used. Ask an admin of the company to send a new one."
# Whose outbox the mails to a company's own team lie in; no customer is called so.
OUTBOX = "team"


@dataclass(frozen=True, slots=True)
class Invite:
    """An invite that can be accepted. `stored` is the hash that lies there for its person, `serves` how many companies
    they are on the team of."""

    fingerprint: str
    company: Company
    member: TeamMember
    stored: str | None
    serves: int

    @property
    def has_password(self) -> bool:
        """Somebody who was taken off their last team is new again: there is nothing left for the old one to guard."""
        return self.stored is not None and self.serves > 0


def message_id(id: str) -> str:
    return f"invite-{id}"


def post(services: Services, company: Company, member: TeamMember, by: str, id: str) -> list[Write]:
    """The rows that send an invite. Its token is derived when the mail is written."""
    store, now = services.tables.for_tenant(company.id), services.now()
    secret = ("invite", company.id, id)
    fingerprint = tokens.fingerprint(tokens.derive(services.secrets.links, *secret))
    message = Message(
        message_id(id), "team_invite", member.email, company.locale[:2],
        {"invite": {"by": by, "role": member.role, "days": INVITE_DAYS}}, {"url": secret},
        console_path=f"/invite/{company.id}/%s",
    )  # fmt: skip
    until = now + timedelta(days=INVITE_DAYS)
    return [
        people.new_invite(store, fingerprint, member.email, member.epoch, until),
        outbox.new_message(store, OUTBOX, message, now),
    ]


def look(services: Services, store: Store, token: str, address: str) -> Invite:
    """The invite behind a token. Changes nothing. NotFound: unknown, used, expired, or taken back."""
    throttle(
        services, services.tables.platform(),
        Limit("admin-invite", f"{store.tenant}#{token}", 30, QUARTER),
        from_address("admin-invite-address", address, 60, QUARTER),
    )  # fmt: skip
    fingerprint = tokens.fingerprint(token)
    (item,) = store.get(people.invite_key(store, fingerprint))
    if item is None or "used" in item or item["expires"] <= services.now().timestamp():
        raise NotFound(OVER)
    platform, email = services.tables.platform(), str(item["email"])
    company, admin, person = platform.get(
        records.company_key(store), people.admin_key(store, email), people.person_key(email)
    )
    if not company or not admin or admin.get("joined") or admin.get("epoch", 0) != item["epoch"]:
        raise NotFound(OVER)
    return Invite(
        fingerprint, records.to_company(company), people.to_member(admin), str(person["password"]) if person else None,
        len(people.companies_of(platform, email)),
    )  # fmt: skip


def accept(services: Services, store: Store, token: str, password: str, address: str) -> SignedIn:
    """Join the team and sign in; the invite is used up with it, in one transaction.

    Somebody new chooses this password; somebody who has one types it. Invalid: it may not be one, or it is not theirs.
    """
    invite = look(services, store, token, address)
    email, platform = invite.member.email, services.tables.platform()
    if invite.serves >= people.MOST_COMPANIES:
        raise Conflict(f"One person can serve {people.MOST_COMPANIES} companies at the most. Leave one of them first.",
                       kind="too-many-companies")  # fmt: skip
    proof = _proven(services, invite, password, address) if invite.has_password else _chosen(invite, password)
    attempt = services.new_id(services.now())
    joined = note(services, store, email, address, "invite.accept", [Change("role", None, invite.member.role)])
    try:
        platform.transact(
            people.use_invite(store, invite.fingerprint, attempt),
            people.join(store, email, invite.member.epoch),
            records.login(email, store.tenant),
            proof, joined,
        )  # fmt: skip
    except ConditionFailed as failed:
        # The answer of our own success may have been lost and the write sent again: read back before saying no.
        (item,) = store.get(people.invite_key(store, invite.fingerprint))
        if item is None or item.get("used") != attempt:
            raise Conflict() if set(failed.names) == {"person"} else NotFound(OVER) from None
    member = sessions.membership(store, email)
    if member is None:
        raise Unauthenticated()
    return sessions.sign_in(services, member)


def _chosen(invite: Invite, password: str) -> Write:
    passwords.check(password)
    return people.set_person(invite.member.email, passwords.make(password), invite.stored)


def _proven(services: Services, invite: Invite, password: str, address: str) -> Write:
    assert invite.stored is not None
    counted = throttle(services, services.tables.platform(), *sessions.guesses(invite.member.email, address))
    if not passwords.verify(password, invite.stored):
        raise Invalid("password", "You have a Porchlight password already, from another company. Type that one.")
    counted.give_back()
    return people.same_person(invite.member.email, invite.stored)
