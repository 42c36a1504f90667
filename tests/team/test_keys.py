"""Keys of the company's software: shown once, narrow, revoked at once. And what the audit trail tells."""

from __future__ import annotations

import json

import pytest

from chalicelib.tenants.records import keys as key_rows
from chalicelib.tenants.rules.access import KEY_SCOPES
from sandbox.world import World
from tests.browser import Browser
from tests.builders import ADMIN_PASSWORD, Company
from tests.client import Answer, Client
from tests.team.mailed import lose_an_answer, newest

READ = {"name": "Office software", "scopes": ["settings:read"]}


def make(client: Client, name: str = "Office software", *scopes: str, **headers: str) -> Answer:
    return client.post("/keys", {"name": name, "scopes": list(scopes) or ["settings:read"]}, **headers)


def listed(client: Client) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/keys").json["items"]
    return found


def test_a_key_is_shown_once(owner: Client) -> None:
    made = make(owner, " Office software ", "audit:read", "settings:read", "audit:read")
    assert made.status == 201
    assert made.json["scopes"] == ["settings:read", "audit:read"]
    shown = {name: value for name, value in made.json.items() if name != "key"}
    assert shown == {
        "id": made.json["id"], "name": "Office software", "scopes": ["settings:read", "audit:read"],
        "created_by": "owner@evergreen.example", "created_at": "2026-11-23T19:00:00+00:00", "last_used": "",
        "revoked_at": "",
    }  # fmt: skip
    assert listed(owner) == [shown]


def test_a_key_does_what_it_holds_and_no_more(owner: Client) -> None:
    till = Client(owner.world, token=make(owner).json["key"])
    settings = till.get("/settings")
    assert settings.status == 200
    refused = till.patch("/settings", {"portal": {"on": False}}, if_match=settings.headers["etag"])
    assert (refused.status, refused.kind) == (403, "missing-scope")
    assert "settings:write" in refused.json["detail"]


@pytest.mark.parametrize("scope", ["team:read", "team:write", "everything"])
def test_what_a_key_can_not_hold_is_refused_with_what_it_can(owner: Client, scope: str) -> None:
    refused = make(owner, "Till", "settings:read", scope)
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/scopes/1")
    assert ", ".join(sorted(KEY_SCOPES)) in refused.json["detail"]


@pytest.mark.parametrize(("name", "pointer"), [("", "#/name"), ("  ", "#/name"), ("x" * 101, "#/name")])
def test_a_key_has_a_name(owner: Client, name: str, pointer: str) -> None:
    refused = make(owner, name)
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, pointer)


def test_a_key_for_nothing_is_none(owner: Client) -> None:
    assert owner.post("/keys", {"name": "Till", "scopes": []}).json["errors"][0]["pointer"] == "#/scopes"


def test_a_revoked_key_opens_nothing_from_the_next_call_on(owner: Client) -> None:
    made = make(owner).json
    till = Client(owner.world, token=made["key"])
    assert till.get("/session").status == 200
    assert [owner.delete(f"/keys/{made['id']}").status for _ in range(2)] == [204, 204]
    assert till.get("/session").status == 401
    (key,) = listed(owner)
    assert key["revoked_at"] == "2026-11-23T19:00:00+00:00"
    assert [one["action"] for one in owner.get("/audit").json["items"]].count("key.revoke") == 1


def test_keys_of_another_company_are_as_unknown_as_none(owner: Client, bluewave: Company) -> None:
    other = bluewave.admin()
    theirs = make(other).json
    foreign, missing = owner.delete(f"/keys/{theirs['id']}"), owner.delete("/keys/01K0000000000000000000000X")
    assert (foreign.status, foreign.text) == (404, missing.text)
    assert Client(owner.world, token=theirs["key"]).get("/session").status == 200


def test_a_key_with_one_letter_wrong_is_none(owner: Client) -> None:
    key = make(owner).json["key"]
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert Client(owner.world, token=wrong).get("/session").status == 401


def test_the_last_use_is_shown_to_five_minutes(owner: Client, clock) -> None:
    till = Client(owner.world, token=make(owner).json["key"])
    seen = []
    for minutes in (1, 4, 2):
        clock.forward(minutes=minutes)
        till.get("/session")
        seen.append(str(listed(owner)[0]["last_used"])[11:16])
    assert seen == ["19:01", "19:01", "19:07"]


def test_sent_again_with_its_idempotency_key_it_is_the_same_key(owner: Client) -> None:
    first, second = (make(owner, idempotency_key="a-key") for _ in range(2))
    assert first.json == second.json
    assert len(listed(owner)) == 1
    assert make(owner).json["key"] != first.json["key"]
    assert Client(owner.world, token=first.json["key"]).get("/session").status == 200


def test_a_key_whose_answer_was_lost_is_one(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_an_answer(monkeypatch)
    made = make(owner)
    assert made.status == 201
    assert len(listed(owner)) == 1
    assert Client(owner.world, token=made.json["key"]).get("/session").status == 200


def test_a_company_has_fifty_keys_that_work(evergreen: Company, owner: Client) -> None:
    made = [make(owner, f"Key {number}").json["id"] for number in range(50)]
    refused = make(owner)
    assert (refused.status, refused.kind) == (409, "too-many-keys")
    owner.delete(f"/keys/{made[0]}")
    assert make(owner).status == 201


def test_the_list_stays_short_however_many_were_revoked(
    evergreen: Company, owner: Client, monkeypatch: pytest.MonkeyPatch, clock
) -> None:
    monkeypatch.setattr(key_rows, "KEPT", 3)
    works = make(owner, "Works").json
    for number in range(6):
        clock.forward(minutes=1)
        owner.delete(f"/keys/{make(owner, f'Gone {number}').json['id']}")
    assert [one["name"] for one in listed(owner)] == ["Gone 5", "Gone 4", "Works"]
    assert Client(owner.world, token=works["key"]).get("/session").status == 200


# The audit trail


def test_the_trail_is_read_page_by_page_newest_first(owner: Client, clock) -> None:
    for number in range(5):
        clock.forward(minutes=1)
        make(owner, f"Key {number}")
    names, cursor = [], ""
    while True:
        page = owner.get(f"/audit?limit=2&cursor={cursor}").json
        names += [one["changes"][0]["new"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert names == [f"Key {number}" for number in (4, 3, 2, 1, 0)]


def test_a_cursor_of_another_company_is_none(owner: Client, bluewave: Company) -> None:
    other = bluewave.admin()
    for _ in range(2):
        make(other)
    cursor = other.get("/audit?limit=1").json["next"]
    refused = owner.get(f"/audit?cursor={cursor}")
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "?cursor")


def test_an_entry_says_who_what_when_and_from_where(evergreen: Company, owner: Client) -> None:
    till = Client(owner.world, token=make(owner, "Till", "settings:read", "settings:write").json["key"])
    till.address = "192.0.2.44"
    etag = till.get("/settings").headers["etag"]
    till.patch("/settings", {"payments": {"minimum": 2500}}, if_match=etag)
    entry = next(one for one in owner.get("/audit").json["items"] if one["action"] == "settings.change")
    assert (entry["actor"]["kind"], entry["actor"]["name"], entry["address"]) == ("key", "Till", "192.0.2.44")
    (change,) = entry["changes"]
    assert (change["old"], change["new"]) == (0, 2500)
    assert entry["at"] == "2026-11-23T19:00:00+00:00"


def test_no_secret_lies_in_any_table(owner: Client, world: World, browser: Browser) -> None:
    """Passwords, tokens and keys: neither in the trail, nor in the outbox, nor anywhere else."""
    anybody, chosen, changed, reset = Client(world), "a fine long password", "another fine password", "a third password"
    owner.post("/team", {"email": "sam@example.com", "role": "admin"})
    invite = newest(browser)
    body = {"company": invite.parts[1], "token": invite.token, "password": chosen}
    access = anybody.post("/invites/acceptance", body).json["access_token"]
    anybody.token = access
    changed_access = anybody.put("/session/password", {"current": chosen, "password": changed}).json["access_token"]
    anybody.post("/password-resets", {"email": "sam@example.com"})
    link = newest(browser)
    anybody.post("/password-resets/acceptance", {"token": link.token, "password": reset})
    key = make(owner, "Till", "audit:read", idempotency_key="a-key").json["key"]
    stored = json.dumps(rows(world), default=str)
    cookies = [*anybody.cookies.values(), *owner.cookies.values()]
    sessions = (access, changed_access, owner.token, *cookies)
    for secret in (ADMIN_PASSWORD, chosen, changed, reset, invite.token, link.token, key, key[-43:], *sessions):
        assert secret and secret not in stored
    for action in ("team.invite", "invite.accept", "password.change", "password.reset", "key.make"):
        assert f'"{action}"' in stored
    trail = json.dumps([row for row in rows(world) if "audit#" in json.dumps(row, default=str)], default=str)
    assert "argon2" in stored and "argon2" not in trail


def rows(world: World) -> list[dict[str, object]]:
    """Everything that lies in the tables."""
    import boto3

    names, found = world.services.settings, []
    for table in (names.tenants_table, names.customers_table, names.tokens_table):
        found += boto3.client("dynamodb").scan(TableName=table)["Items"]
    return found
