"""Who is on a company's team: invite, give a role, take off. No change is decided on a team that has just changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from chalicelib import tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Conflict, NotFound
from chalicelib.messages import actions as messages
from chalicelib.services import Services
from chalicelib.team.actions import invites
from chalicelib.tenants.records import people
from chalicelib.tenants.rules import check_email
from chalicelib.tenants.rules.access import Actor, Role, TeamMember, check_team
from chalicelib.tenants.rules.company import Company
from chalicelib.tenants.throttle import Limit, throttle

MOST = 50
INVITES_AN_HOUR = 50
TRIES = 5

Team = Sequence[TeamMember]
Decide = Callable[[Team], Sequence[Write]]
# The audit row of a change: whose, the role before and the role after.
Note = Callable[[str, Role | None, Role | None], Write]


def team(store: Store) -> Team:
    """Everybody on the team, those too who have yet to accept."""
    return people.members(store)


def invite(services: Services, company: Company, email: str, role: Role, by: Actor, id: str, note: Note) -> TeamMember:
    """Put somebody on the team and mail them an invite. Somebody who has not accepted yet gets another, in this role.

    `id` is of this request: sent again, it is the same invite. Conflict: they have joined, or the team is full.
    """
    name, store = check_email(email), services.tables.for_tenant(company.id)
    _count(services, store)
    wanted = _fresh(services, name, role, id)

    def decide(found: Team) -> Sequence[Write]:
        nonlocal wanted
        known = _find(found, name)
        if known and known.joined:
            raise Conflict("This person is on your team already.", kind="joined")
        if not known and len(found) >= MOST:
            raise Conflict(f"A team has at most {MOST} members. Take somebody off first.", kind="team-full")
        if known:
            wanted, row = replace(known, role=role), people.change_admin(store, name, role=role)
        else:
            row = people.new_admin(store, name, role, services.now(), wanted.epoch)
        before = known.role if known else None
        return [row, *invites.post(services, company, wanted, by.name, id), note(name, before, role)]

    if not change_team(services, store, id, decide):
        wanted = _one(team(store), name)
    messages.hand_over(services, store, invites.OUTBOX, invites.message_id(id))
    return wanted


def _fresh(services: Services, email: str, role: Role, id: str) -> TeamMember:
    """A new member. Their epoch is a number that no other will have: sessions and invites of somebody who was taken off
    must not come to life when they are invited again."""
    epoch = int(tokens.fingerprint(id)[:12], 16) or 1
    return TeamMember(email, role, False, epoch, services.now().isoformat())


def invite_again(services: Services, company: Company, email: str, by: Actor, id: str, note: Note) -> TeamMember:
    """Mail another invite to somebody who has not accepted yet. NotFound: nobody of the team. Conflict: has joined."""
    store = services.tables.for_tenant(company.id)
    _count(services, store)
    member = _one(team(store), email)
    if member.joined:
        raise Conflict("This person has accepted the invite already.", kind="joined")
    sent = invites.post(services, company, member, by.name, id)
    try:
        store.transact(*sent, note(member.email, member.role, member.role))
    except ConditionFailed as failed:
        if not _done_before(failed):
            raise
    messages.hand_over(services, store, invites.OUTBOX, invites.message_id(id))
    return member


def _count(services: Services, store: Store) -> None:
    throttle(services, store, Limit("team-invite", store.tenant, INVITES_AN_HOUR, 3600))


def give_role(services: Services, store: Store, email: str, role: Role, by: Actor, id: str, note: Note) -> TeamMember:
    """Give a member this role, from their next call on. Conflict: it would lock the company, or its caller, out."""

    def decide(found: Team) -> Sequence[Write]:
        member = _one(found, email)
        if member.role == role:
            return []
        check_team(found, member.email, role, by)
        return [people.change_admin(store, member.email, role=role), note(member.email, member.role, role)]

    change_team(services, store, id, decide)
    return _one(team(store), email)


def take_off(services: Services, store: Store, email: str, by: Actor, id: str, note: Note) -> None:
    """Take a member off the team, their sessions and invites with them. Conflict as above."""
    tried = False

    def decide(found: Team) -> Sequence[Write]:
        nonlocal tried
        if tried and not _find(found, email):
            return []
        tried, member = True, _one(found, email)
        check_team(found, member.email, None, by)
        return [*people.take_off(store, member.email), note(member.email, member.role, None)]

    change_team(services, store, id, decide)


def change_team(services: Services, store: Store, id: str, decide: Decide) -> bool:
    """Do what `decide` makes of the team, as one change of who may come in; it decides again if there was another
    meanwhile. False if this very change was made before."""
    platform = services.tables.platform()
    for _ in range(TRIES):
        last = people.last_change(store)
        # Our own success may have been reported as a failure, if its answer was lost.
        if last == id:
            return False
        writes = decide(team(store))
        if not writes:
            return True
        try:
            platform.transact(people.change_team(store, id, last), *writes)
            return True
        except ConditionFailed as failed:
            if _done_before(failed):
                return False
    raise Conflict()


def _done_before(failed: ConditionFailed) -> bool:
    """An invite, its message and a key bear the request's id: that they are there says that it was done, whatever
    became of the answer."""
    return not {"invite", "message", "key"}.isdisjoint(failed.names)


def _find(found: Team, email: str) -> TeamMember | None:
    name = email.strip().lower()
    return next((one for one in found if one.email == name), None)


def _one(found: Team, email: str) -> TeamMember:
    member = _find(found, email)
    if member is None:
        raise NotFound()
    return member
