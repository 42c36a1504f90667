"""Somebody joins a team by an invite: once, within a week, with a password of their own."""

from __future__ import annotations

import pytest

from chalicelib.tenants import rules
from chalicelib.tenants.actions import activation
from sandbox.world import World
from tests.browser import Browser
from tests.builders import ADMIN_PASSWORD, Company
from tests.client import Answer, Client
from tests.team.mailed import Mailed, lose_an_answer, mails, meanwhile, newest

SAM = "sam@example.com"
CHOSEN = "a fine long password"


def invited(owner: Client, browser: Browser, email: str = SAM, role: str = "admin") -> Mailed:
    assert owner.post("/team", {"email": email, "role": role}).status == 201
    return newest(browser)


def look(client: Client, mail: Mailed) -> Answer:
    return client.post("/invites/look", {"company": mail.parts[1], "token": mail.token})


def accept(client: Client, mail: Mailed, password: str = CHOSEN) -> Answer:
    answer = client.post("/invites/acceptance", {"company": mail.parts[1], "token": mail.token, "password": password})
    if answer.status == 201:
        client.token = answer.json["access_token"]
    return answer


def test_the_first_admin_chooses_a_password_by_the_invite(world: World, anybody: Client) -> None:
    url = activation.activate(world.services, rules.Company("", "", "Evergreen"), "owner@example.com").invite_url
    assert url.startswith("http://localhost:8000/console#/invite/")
    mail = Mailed("", "", "", url.partition("#/")[2].split("/"))
    seen = look(anybody, mail).json
    assert (seen["email"], seen["company"]["name"], seen["company"]["slug"]) == ("owner@example.com", "Evergreen", "")
    assert seen["has_password"] is False
    short = accept(anybody, mail, "short")
    assert (short.status, short.json["errors"][0]["pointer"]) == (422, "#/password")
    joined = accept(anybody, mail)
    assert (joined.status, joined.json["role"], joined.json["company"]["id"]) == (201, "admin", mail.parts[1])
    assert anybody.get("/session").status == anybody.post("/session/refresh").status == 200
    assert look(anybody, mail).status == accept(anybody, mail).status == 404
    assert anybody.sign_in("owner@example.com", CHOSEN).status == 201


def test_an_invite_expires(owner: Client, browser: Browser, anybody: Client, clock) -> None:
    mail = invited(owner, browser)
    clock.forward(days=7)
    assert look(anybody, mail).status == accept(anybody, mail).status == 404


def test_an_invite_comes_by_mail_and_says_who_sent_it(owner: Client, browser: Browser) -> None:
    mail = invited(owner, browser, role="read-only")
    assert (mail.to, mail.subject) == (SAM, "Join the team of Evergreen Pest & Lawn")
    assert "owner@evergreen.example has invited you" in mail.text
    assert mail.parts[0] == "invite"


def test_looking_uses_nothing_up(owner: Client, browser: Browser, anybody: Client) -> None:
    mail = invited(owner, browser)
    assert [look(anybody, mail).status for _ in range(5)] == [200] * 5
    assert accept(anybody, mail).status == 201


def test_somebody_of_another_company_joins_with_the_password_they_have(
    owner: Client, bluewave: Company, browser: Browser, anybody: Client
) -> None:
    bluewave.admin(SAM)
    mail = invited(owner, browser)
    assert look(anybody, mail).json["has_password"] is True
    wrong = accept(anybody, mail, CHOSEN)
    assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "#/password")
    assert accept(anybody, mail, ADMIN_PASSWORD).json["company"]["slug"] == "evergreen"
    served = anybody.post("/session/companies", {"email": SAM, "password": ADMIN_PASSWORD}).json["companies"]
    assert {one["slug"] for one in served} == {"evergreen", "bluewave"}


def test_an_invite_is_no_way_to_guess_a_password(
    owner: Client, bluewave: Company, browser: Browser, world: World
) -> None:
    bluewave.admin(SAM)
    mail = invited(owner, browser)
    answers = [accept(Client(world, address=f"192.0.2.{n}"), mail, f"guess number {n}").status for n in range(11)]
    assert answers == [422] * 10 + [429]


def test_an_invite_of_one_company_opens_no_other(
    owner: Client, bluewave: Company, browser: Browser, anybody: Client
) -> None:
    mail = invited(owner, browser)
    elsewhere = mail._replace(parts=["invite", bluewave.store.tenant, mail.token])
    nowhere = mail._replace(parts=["invite", "0" * 26, mail.token])
    assert look(anybody, elsewhere).status == look(anybody, nowhere).status == 404
    assert look(anybody, elsewhere).text == look(anybody, nowhere).text
    assert accept(anybody, elsewhere).status == 404


@pytest.mark.parametrize("company", ["", "#", "evergreen", "A" * 26 + "\n", "a#b" + "A" * 23])
def test_what_is_no_company_is_refused(anybody: Client, company: str) -> None:
    answer = anybody.post("/invites/look", {"company": company, "token": "x"})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/company")


def test_invites_are_not_to_be_guessed(world: World, evergreen: Company) -> None:
    guesser = Client(world, address="192.0.2.1")
    answers = [
        guesser.post("/invites/look", {"company": evergreen.store.tenant, "token": str(number)}).status
        for number in range(61)
    ]
    assert answers[59:] == [404, 429]


def test_sent_again_either_invite_works_and_one_uses_both_up(owner: Client, browser: Browser, anybody: Client) -> None:
    first = invited(owner, browser)
    assert owner.post(f"/team/{SAM}/invites").json == {"to": SAM}
    second = newest(browser)
    assert first.token != second.token
    assert accept(anybody, first).status == 201
    assert accept(Client(owner.world), second).status == 404
    again = owner.post(f"/team/{SAM}/invites")
    assert (again.status, again.kind) == (409, "joined")


def test_an_invite_that_was_taken_back_stays_so_when_they_are_invited_again(
    owner: Client, browser: Browser, anybody: Client
) -> None:
    first = invited(owner, browser)
    assert owner.delete(f"/team/{SAM}").status == 204
    assert accept(anybody, first).status == 404
    second = invited(owner, browser, role="read-only")
    assert accept(anybody, first).status == 404
    assert accept(anybody, second).json["role"] == "read-only"


def test_the_same_invite_accepted_in_two_tabs_at_once(
    owner: Client, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, first, second = invited(owner, browser), Client(owner.world), Client(owner.world)
    answers: list[Answer] = []
    meanwhile(monkeypatch, lambda: answers.append(accept(second, mail, "the second password")))
    assert accept(first, mail, "the first password").status == 404
    assert answers[0].status == 201
    assert Client(owner.world).sign_in(SAM, "the second password").status == 201


def test_an_acceptance_whose_answer_was_lost_is_one(
    owner: Client, browser: Browser, anybody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = invited(owner, browser)
    lose_an_answer(monkeypatch)
    assert accept(anybody, mail).status == 201


def test_somebody_taken_off_their_last_team_chooses_a_new_password(
    owner: Client, browser: Browser, anybody: Client, world: World
) -> None:
    accept(anybody, invited(owner, browser))
    owner.delete(f"/team/{SAM}")
    assert anybody.sign_in(SAM, CHOSEN).status == 422
    mail = invited(owner, browser)
    assert look(Client(world), mail).json["has_password"] is False
    assert accept(Client(world), mail, "quite another password").status == 201


def test_nobody_serves_more_than_twenty_companies(owner: Client, browser: Browser, anybody: Client) -> None:
    from chalicelib.tenants import records
    from chalicelib.tenants.records import people

    platform = owner.world.services.tables.platform()
    platform.write(people.set_person(SAM, "a hash", None))
    for number in range(20):
        platform.write(records.login(SAM, f"{number:026}"))
    refused = accept(anybody, invited(owner, browser))
    assert (refused.status, refused.kind) == (409, "too-many-companies")


def test_the_trail_tells_who_invited_and_who_joined(owner: Client, browser: Browser, anybody: Client, clock) -> None:
    mail = invited(owner, browser, role="read-only")
    clock.forward(minutes=1)
    accept(anybody, mail)
    joined, asked = owner.get("/audit").json["items"]
    assert (joined["action"], joined["actor"]["id"], joined["target"]) == ("invite.accept", SAM, SAM)
    assert (asked["action"], asked["actor"]["id"], asked["target"]) == ("team.invite", "owner@evergreen.example", SAM)
    assert asked["changes"] == joined["changes"] == [{"field": "role", "old": None, "new": "read-only"}]
    assert len(mails(browser)) == 1
