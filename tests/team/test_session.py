"""People sign in to the API, go on, sign out, and change their password."""

from __future__ import annotations

import json

import pytest

from chalicelib import passwords
from sandbox.world import World
from tests.browser import Browser
from tests.builders import ADMIN_PASSWORD, Company
from tests.client import Answer, Client

OWNER = "owner@evergreen.example"
BOTH = "sam@example.com"


def refresh(client: Client, **headers: str) -> Answer:
    return client.post("/session/refresh", **headers)


def works(client: Client) -> bool:
    return client.get("/session").status == 200


def test_an_admin_signs_in_and_is_told_the_company(evergreen: Company, owner: Client, world: World) -> None:
    answer = Client(world).sign_in(" Owner@Evergreen.example", ADMIN_PASSWORD)
    assert answer.status == 201
    assert answer.json["company"] == {
        "id": evergreen.store.tenant, "name": "Evergreen Pest & Lawn", "slug": "evergreen",
    }  # fmt: skip
    assert (answer.json["email"], answer.json["role"], answer.json["expires_in"]) == (OWNER, "admin", 900)
    (cookie,) = answer.cookies
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/api/v1/session"))


def test_the_team_shows_when_somebody_was_last_there(owner: Client) -> None:
    (member,) = owner.get("/team").json["items"]
    assert member["last_sign_in"] == "2026-11-23T19:00:00+00:00"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(
    owner: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[bool] = []
    verify = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda *given: worked.append(True) or verify(*given))
    known = Client(world).sign_in(OWNER, "not the password")
    unknown = Client(world).sign_in("nobody@evergreen.example", "not the password")
    odd = Client(world).sign_in("a#person", "not the password")
    assert known.status == unknown.status == odd.status == 422
    assert known.text == unknown.text == odd.text
    assert len(worked) == 3


def test_a_person_of_two_companies_says_which(evergreen: Company, bluewave: Company, world: World) -> None:
    evergreen.admin(BOTH)
    bluewave.admin(BOTH, role="read-only")
    client = Client(world)
    choice = client.sign_in(BOTH, ADMIN_PASSWORD)
    assert (choice.status, choice.kind) == (409, "choose-company")
    listed = client.post("/session/companies", {"email": BOTH, "password": ADMIN_PASSWORD}).json["companies"]
    assert [one["name"] for one in listed] == ["Bluewave Pools", "Evergreen Pest & Lawn"]
    chosen = client.sign_in(BOTH, ADMIN_PASSWORD, company=bluewave.store.tenant)
    assert (chosen.json["role"], chosen.json["company"]["slug"]) == ("read-only", "bluewave")
    assert client.get("/session").json["company"]["id"] == bluewave.store.tenant


def test_no_session_for_a_company_one_does_not_serve(owner: Client, bluewave: Company, world: World) -> None:
    refused = Client(world).sign_in(OWNER, ADMIN_PASSWORD, company=bluewave.store.tenant)
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/company")


def test_guessing_is_slowed_down_by_name_and_by_address(owner: Client, world: World, clock) -> None:
    clock.forward(minutes=15)
    for number in range(10):
        assert Client(world, address=f"198.51.100.{number}").sign_in(OWNER, "a guess").status == 422
    stopped = Client(world, address="198.51.100.77").sign_in(OWNER, ADMIN_PASSWORD)
    assert (stopped.status, stopped.kind) == (429, "too-many")
    assert int(stopped.headers["retry-after"]) > 0
    guesser = Client(world, address="192.0.2.1")
    answers = [guesser.sign_in(f"nobody{number}@example.com", "a guess").status for number in range(61)]
    assert answers[59:] == [422, 429]


# A session goes on, and ends


def test_an_access_token_lives_a_quarter_of_an_hour(owner: Client, clock) -> None:
    clock.forward(minutes=15)
    assert owner.get("/session").status == 401
    fresh = refresh(owner)
    assert fresh.status == 200
    owner.token = fresh.json["access_token"]
    assert works(owner)


def test_a_session_ends_after_twelve_hours(owner: Client, clock) -> None:
    clock.forward(hours=11, minutes=50)
    fresh = refresh(owner)
    assert fresh.json["expires_in"] == 600
    clock.forward(minutes=10)
    owner.token = fresh.json["access_token"]
    assert owner.get("/session").status == 401
    assert refresh(owner).status == 401


def test_signing_out_ends_the_session_at_once(owner: Client, world: World) -> None:
    kept = dict(owner.cookies)
    assert owner.delete("/session").status == 204
    assert owner.cookies == {}
    assert owner.get("/session").status == 401
    assert refresh(owner).status == 401
    assert refresh(Client(world, cookies=kept)).status == 401


def test_another_sites_page_neither_refreshes_nor_signs_out(owner: Client) -> None:
    for headers in ({"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}):
        assert refresh(owner, **headers).status == 403
        assert owner.delete("/session", **headers).status == 403
    assert works(owner)
    owner.headers = {"sec-fetch-site": "none"}
    assert refresh(owner).status == 403


def test_refreshing_is_counted(owner: Client) -> None:
    answers = [refresh(owner).status for _ in range(121)]
    assert answers[119:] == [200, 429]


# No token passes for another


def test_a_customers_session_is_no_admins_and_an_admins_no_customers(
    evergreen: Company, owner: Client, browser: Browser
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    (session,) = (value for (name, _), value in browser.jar.items() if name == "porchlight_session")
    assert Client(owner.world, token=session).get("/session").status == 401
    assert refresh(Client(owner.world, cookies={"porchlight_admin": session})).status == 401
    for token in (owner.token, owner.cookies["porchlight_admin"]):
        stranger = Browser(browser.app, browser.world)
        stranger.jar[("porchlight_session", "/evergreen")] = token
        page = stranger.get("/evergreen/invoices", follow=False)
        assert (page.status, "sign-in" in page.headers["location"]) == (303, True)


def test_a_refresh_token_is_no_access_token_nor_the_other_way_round(owner: Client) -> None:
    access, other = owner.token, owner.cookies["porchlight_admin"]
    assert Client(owner.world, token=other).get("/session").status == 401
    assert refresh(Client(owner.world, cookies={"porchlight_admin": access})).status == 401


@pytest.mark.parametrize(
    "token", ["", "nonsense", "a.b.c", "plk_x", "plk_" + "A" * 26 + "_" + "B" * 26 + "_" + "c" * 43]
)
def test_what_is_no_credential_is_refused(evergreen: Company, world: World, token: str) -> None:
    answer = Client(world, token=token).get("/session")
    assert (answer.status, answer.kind, answer.headers["www-authenticate"]) == (401, "unauthenticated", "Bearer")


def test_every_credential_may_ask_who_it_is(evergreen: Company, owner: Client) -> None:
    reader = evergreen.admin("reader@evergreen.example", role="read-only")
    told = reader.get("/session").json
    assert (told["kind"], told["id"]) == ("admin", "reader@evergreen.example")
    assert "settings:write" not in told["scopes"]
    made = owner.post("/keys", {"name": "Till", "scopes": ["payments:write"]}).json
    key = Client(owner.world, token=made["key"]).get("/session").json
    assert (key["kind"], key["id"], key["name"], key["scopes"]) == ("key", made["id"], "Till", ["payments:write"])


# One's own password


def change(client: Client, password: str, current: str = ADMIN_PASSWORD) -> Answer:
    answer = client.put("/session/password", {"current": current, "password": password})
    if answer.status == 200:
        client.token = answer.json["access_token"]
    return answer


def test_a_new_password_ends_all_other_sessions_in_every_company(
    evergreen: Company, bluewave: Company, world: World
) -> None:
    here, elsewhere = evergreen.admin(BOTH), bluewave.admin(BOTH)
    other = Client(world)
    other.sign_in(BOTH, ADMIN_PASSWORD, company=evergreen.store.tenant)
    answer = change(here, "another fine password")
    assert (answer.status, answer.json["company"]["slug"]) == (200, "evergreen")
    assert works(here) and refresh(here).status == 200
    for gone in (elsewhere, other):
        assert gone.get("/session").status == 401
        assert refresh(gone).status == 401
    assert Client(world).sign_in(BOTH, ADMIN_PASSWORD, company=bluewave.store.tenant).status == 422
    assert Client(world).sign_in(BOTH, "another fine password", company=bluewave.store.tenant).status == 201
    for company in (evergreen, bluewave):
        entry = company.admin().get("/audit").json["items"][0]
        assert (entry["action"], entry["actor"]["id"], entry["address"]) == ("password.change", BOTH, "203.0.113.9")


@pytest.mark.parametrize(
    ("current", "password", "pointer"),
    [
        ("not the one", "another fine password", "#/current"),
        (ADMIN_PASSWORD, "short", "#/password"),
        (ADMIN_PASSWORD, "1234567890", "#/password"),
        (ADMIN_PASSWORD, ADMIN_PASSWORD, "#/password"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(owner: Client, current: str, password: str, pointer: str) -> None:
    answer = change(owner, password, current)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert works(owner)
    assert Client(owner.world).sign_in(OWNER, ADMIN_PASSWORD).status == 201
    assert owner.get("/audit").json["items"] == []


def test_a_reader_may_change_their_own_password_and_a_key_has_none(evergreen: Company, owner: Client) -> None:
    reader = evergreen.admin("reader@evergreen.example", role="read-only")
    assert change(reader, "another fine password").status == 200
    key = owner.post("/keys", {"name": "Till", "scopes": ["settings:write"]}).json["key"]
    refused = change(Client(owner.world, token=key), "another fine password")
    assert (refused.status, refused.kind) == (403, "people-only")


def test_the_answer_holds_no_password(owner: Client) -> None:
    answer = change(owner, "another fine password")
    assert "another fine password" not in json.dumps(answer.json)
