"""Who is on the team, and in which role. Nobody is locked out, and whoever is taken off is out at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.tenants.rules.access import Actor, TeamMember, check_team
from sandbox.world import World
from tests.browser import Browser
from tests.builders import ADMIN_PASSWORD, Company
from tests.client import Answer, Client
from tests.team.mailed import lose_an_answer, mails, meanwhile, newest

OWNER = "owner@evergreen.example"
SAM = "sam@evergreen.example"


@pytest.fixture
def sam(evergreen: Company) -> Client:
    """A second admin."""
    return evergreen.admin(SAM)


def roles(client: Client) -> dict[str, str]:
    return {one["email"]: one["role"] for one in client.get("/team").json["items"]}


def actions(client: Client) -> list[str]:
    return [one["action"] for one in client.get("/audit").json["items"]]


def test_the_team_is_listed_with_those_who_have_yet_to_come(owner: Client) -> None:
    made = owner.post("/team", {"email": " Sam@Evergreen.example ", "role": "read-only"})
    assert made.status == 201
    assert made.json == {
        "email": SAM, "role": "read-only", "state": "invited", "created_at": "2026-11-23T19:00:00+00:00",
        "last_sign_in": "",
    }  # fmt: skip
    listed = owner.get("/team").json["items"]
    assert [(one["email"], one["state"]) for one in listed] == [(OWNER, "active"), (SAM, "invited")]
    assert listed[1] == made.json


def test_somebody_invited_twice_has_the_last_role(owner: Client, browser: Browser) -> None:
    owner.post("/team", {"email": SAM, "role": "admin"})
    assert owner.post("/team", {"email": SAM, "role": "read-only"}).json["role"] == "read-only"
    assert [mail.to for mail in mails(browser)] == [SAM, SAM]
    assert roles(owner)[SAM] == "read-only"


def test_a_member_who_has_joined_is_not_invited_again(owner: Client, sam: Client, browser: Browser) -> None:
    again = owner.post("/team", {"email": SAM, "role": "read-only"})
    assert (again.status, again.kind) == (409, "joined")
    assert roles(owner)[SAM] == "admin"
    assert mails(browser) == []


def test_what_is_no_address_is_refused(owner: Client) -> None:
    answer = owner.post("/team", {"email": "nobody", "role": "admin"})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/email")
    role = owner.post("/team", {"email": SAM, "role": "boss"})
    assert "admin, read-only" in role.json["detail"]


def test_an_invite_sent_again_with_its_key_is_one(
    owner: Client, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"email": SAM, "role": "admin"}
    first = owner.post("/team", body, idempotency_key="one")
    assert owner.post("/team", body, idempotency_key="one").json == first.json
    again = [owner.post(f"/team/{SAM}/invites", idempotency_key="two").json for _ in range(2)]
    assert again == [{"to": SAM}] * 2
    assert len(mails(browser)) == 2
    assert actions(owner) == ["team.invite"] * 2


def test_an_invite_whose_answer_was_lost_is_one(
    owner: Client, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_an_answer(monkeypatch)
    assert owner.post("/team", {"email": SAM, "role": "admin"}).status == 201
    assert len(mails(browser)) == 1
    assert actions(owner) == ["team.invite"]


def test_a_reader_looks_and_changes_nothing(evergreen: Company, owner: Client, browser: Browser) -> None:
    reader = evergreen.admin(SAM, role="read-only")
    assert reader.get("/team").status == 200
    refused = [
        reader.post("/team", {"email": "x@example.com", "role": "admin"}),
        reader.patch(f"/team/{SAM}", {"role": "admin"}),
        reader.delete(f"/team/{OWNER}"),
        reader.post(f"/team/{OWNER}/invites"),
    ]
    assert [(one.status, one.kind) for one in refused] == [(403, "missing-scope")] * 4
    assert roles(owner) == {OWNER: "admin", SAM: "read-only"}


def test_the_team_is_for_people(owner: Client) -> None:
    key = owner.post("/keys", {"name": "Till", "scopes": ["settings:read", "audit:read"]}).json["key"]
    till = Client(owner.world, token=key)
    assert till.get("/audit").status == 200
    for answer in (till.get("/team"), till.get("/keys"), till.post("/team", {"email": SAM, "role": "admin"})):
        assert answer.status == 403


@pytest.mark.parametrize("send", ["patch", "delete", "post"])
def test_members_of_another_company_are_as_unknown_as_nobody(owner: Client, bluewave: Company, send: str) -> None:
    bluewave.admin("kim@bluewave.example")

    def at(email: str) -> Answer:
        path = f"/team/{email}/invites" if send == "post" else f"/team/{email}"
        return owner.send(send.upper(), path, {"role": "admin"} if send == "patch" else None)

    foreign, missing = at("kim@bluewave.example"), at("nobody@bluewave.example")
    assert (foreign.status, foreign.text) == (missing.status, missing.text) == (404, missing.text)


# Roles


def test_another_role_holds_from_the_next_call_on(owner: Client, sam: Client) -> None:
    assert sam.post("/keys", {"name": "Mine", "scopes": ["audit:read"]}).status == 201
    changed = owner.patch("/team/Sam%40evergreen.example", {"role": "read-only"})
    assert (changed.status, changed.json["role"]) == (200, "read-only")
    assert sam.post("/keys", {"name": "Mine", "scopes": ["audit:read"]}).status == 403
    assert sam.get("/team").status == 200
    assert sam.post("/session/refresh").json["role"] == "read-only"
    assert owner.patch(f"/team/{SAM}", {"role": "admin"}).status == 200
    assert sam.post("/keys", {"name": "Mine", "scopes": ["audit:read"]}).status == 201


def test_the_same_role_again_is_no_change(owner: Client, sam: Client) -> None:
    assert owner.patch(f"/team/{SAM}", {"role": "admin"}).status == 200
    assert actions(owner) == []


def test_the_trail_tells_of_roles(owner: Client, sam: Client, clock) -> None:
    owner.patch(f"/team/{SAM}", {"role": "read-only"})
    clock.forward(minutes=1)
    owner.delete(f"/team/{SAM}")
    removed, changed = owner.get("/audit").json["items"]
    assert (changed["action"], changed["target"], changed["address"]) == ("team.role", SAM, "203.0.113.9")
    assert changed["changes"] == [{"field": "role", "old": "admin", "new": "read-only"}]
    assert removed["action"] == "team.remove"
    assert removed["changes"] == [{"field": "role", "old": "read-only", "new": None}]


# Taking off


def test_somebody_taken_off_is_out_at_once(owner: Client, sam: Client, world: World) -> None:
    assert owner.delete(f"/team/{SAM}").status == 204
    assert sam.get("/session").status == sam.post("/session/refresh").status == 401
    assert Client(world).sign_in(SAM, ADMIN_PASSWORD).status == 422
    assert owner.delete(f"/team/{SAM}").status == 404


def test_old_sessions_stay_over_when_somebody_comes_back(
    owner: Client, sam: Client, browser: Browser, world: World
) -> None:
    owner.delete(f"/team/{SAM}")
    owner.post("/team", {"email": SAM, "role": "admin"})
    mail = newest(browser)
    body = {"company": mail.parts[1], "token": mail.token, "password": "a fine long password"}
    back = Client(world)
    assert back.post("/invites/acceptance", body).status == 201
    assert sam.get("/session").status == sam.post("/session/refresh").status == 401


def test_a_removal_whose_answer_was_lost_is_one(owner: Client, sam: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_an_answer(monkeypatch)
    assert owner.delete(f"/team/{SAM}").status == 204
    assert actions(owner) == ["team.remove"]


# Nobody locks the company out


def take_off(client: Client, email: str) -> Answer:
    return client.delete(f"/team/{email}")


def demote(client: Client, email: str) -> Answer:
    return client.patch(f"/team/{email}", {"role": "read-only"})


@pytest.mark.parametrize("how", [take_off, demote])
def test_nobody_takes_their_own_permissions_away(
    owner: Client, sam: Client, how: Callable[[Client, str], Answer]
) -> None:
    refused = how(owner, OWNER)
    assert (refused.status, refused.kind) == (409, "yourself")
    assert roles(owner) == {OWNER: "admin", SAM: "admin"}


@pytest.mark.parametrize("role", [None, "read-only"])
@pytest.mark.parametrize("other", [("read-only", True), ("admin", False)])
def test_the_last_admin_stays(other: tuple[str, bool], role: str | None) -> None:
    """Neither a reader nor somebody who has yet to accept could change it back."""
    from chalicelib.errors import Conflict

    team = [TeamMember(OWNER, "admin", True, 0, ""), TeamMember(SAM, other[0], other[1], 0, "")]  # type: ignore[arg-type]
    operator = Actor("operator", "operator", "operator")
    with pytest.raises(Conflict) as refused:
        check_team(team, OWNER, role, operator)  # type: ignore[arg-type]
    assert refused.value.kind == "last-admin"
    check_team([*team, TeamMember("kim@x.example", "admin", True, 0, "")], OWNER, role, operator)  # type: ignore[arg-type]


@pytest.mark.parametrize("how", [take_off, demote])
def test_two_admins_act_against_each_other_at_once(
    owner: Client, sam: Client, how: Callable[[Client, str], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has read a team of two admins; the one who comes second decides again, on a team of one."""
    answers: list[Answer] = []
    meanwhile(monkeypatch, lambda: answers.append(how(sam, OWNER)))
    second = how(owner, SAM)
    assert answers[0].status in (200, 204)
    assert (second.status, second.kind) == (409, "last-admin")
    assert roles(sam)[SAM] == "admin"
    assert "admin" in roles(sam).values()


def test_two_who_are_invited_at_once_are_both_there(
    owner: Client, sam: Client, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: sam.post("/team", {"email": "kim@example.com", "role": "admin"}))
    assert owner.post("/team", {"email": "ray@example.com", "role": "admin"}).status == 201
    assert {"kim@example.com", "ray@example.com"} <= roles(owner).keys()
    assert {mail.to for mail in mails(browser)} == {"kim@example.com", "ray@example.com"}


def test_a_team_has_fifty_members(evergreen: Company, owner: Client) -> None:
    from chalicelib.tenants.records import people

    now = owner.world.services.now()
    for number in range(49):
        evergreen.store.write(people.new_admin(evergreen.store, f"m{number}@example.com", "read-only", now))
    refused = owner.post("/team", {"email": SAM, "role": "admin"})
    assert (refused.status, refused.kind) == (409, "team-full")


def test_invites_are_counted(owner: Client) -> None:
    owner.post("/team", {"email": SAM, "role": "admin"})
    answers = [owner.post(f"/team/{SAM}/invites").status for _ in range(50)]
    assert answers[48:] == [201, 429]
