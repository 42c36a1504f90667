"""A forgotten password: a mailed link, once, within an hour."""

from __future__ import annotations

import pytest

from chalicelib.aws.store import Tables, _Reach
from sandbox.world import World, queued
from tests.browser import Browser
from tests.builders import ADMIN_PASSWORD, Company
from tests.client import Answer, Client
from tests.team.mailed import Mailed, lose_an_answer, mails, meanwhile, newest

OWNER = "owner@evergreen.example"
CHOSEN = "a fine long password"


def ask(client: Client, email: str = OWNER) -> Answer:
    return client.post("/password-resets", {"email": email})


def asked(client: Client, browser: Browser, email: str = OWNER) -> Mailed:
    assert ask(client, email).status == 202
    return newest(browser)


def choose(client: Client, mail: Mailed, password: str = CHOSEN) -> Answer:
    return client.post("/password-resets/acceptance", {"token": mail.token, "password": password})


def test_a_forgotten_password_is_chosen_anew(owner: Client, anybody: Client, browser: Browser) -> None:
    mail = asked(anybody, browser, " Owner@evergreen.example")
    assert (mail.to, mail.subject, mail.parts[0]) == (OWNER, "Choose a new password", "reset")
    assert "60 minutes" in mail.text
    assert choose(anybody, mail).status == 204
    assert anybody.sign_in(OWNER, ADMIN_PASSWORD).status == 422
    assert anybody.sign_in(OWNER, CHOSEN).status == 201


def test_it_ends_all_sessions_in_every_company(
    evergreen: Company, bluewave: Company, anybody: Client, browser: Browser
) -> None:
    sam = "sam@example.com"
    here, there = evergreen.admin(sam), bluewave.admin(sam)
    choose(anybody, asked(anybody, browser, sam))
    for gone in (here, there):
        assert gone.get("/session").status == gone.post("/session/refresh").status == 401
    for company in (evergreen, bluewave):
        assert company.admin().get("/audit").json["items"][0]["action"] == "password.reset"


def test_nobody_else_gets_mail_and_nobody_can_tell(
    owner: Client, anybody: Client, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same answer, by the same calls with as many writes."""
    owner.post("/team", {"email": "asked@evergreen.example", "role": "admin"})
    browser.deliver_mail()
    work: list[object] = []
    call, transact = Tables.call, _Reach.transact
    monkeypatch.setattr(Tables, "call", lambda self, name, given: work.append(name) or call(self, name, given))
    monkeypatch.setattr(_Reach, "transact", lambda self, *all: work.append(len(all)) or transact(self, *all))
    done = []
    for email in (OWNER, "nobody@evergreen.example", "asked@evergreen.example", "no address", "a#b@c.de"):
        work.clear()
        answer = ask(anybody, email)
        done.append((answer.status, answer.text, tuple(work), len(queued(anybody.world.outputs))))
    assert set(done) == {done[0]} and done[0][0] == 202 and done[0][3] == 1
    assert [mail.to for mail in mails(browser)] == ["asked@evergreen.example"]


def test_a_link_works_once(owner: Client, anybody: Client, browser: Browser) -> None:
    mail = asked(anybody, browser)
    assert choose(anybody, mail).status == 204
    second = choose(anybody, mail, "the password of a second tab")
    assert (second.status, second.kind) == (404, "not-found")
    assert anybody.sign_in(OWNER, CHOSEN).status == 201


def test_two_tabs_at_the_same_moment(
    owner: Client, anybody: Client, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = asked(anybody, browser)
    answers: list[int] = []
    meanwhile(monkeypatch, lambda: answers.append(choose(anybody, mail, "the password of a second tab").status))
    assert choose(anybody, mail).status == 404
    assert answers == [204]
    assert anybody.sign_in(OWNER, "the password of a second tab").status == 201


def test_a_link_expires(owner: Client, anybody: Client, browser: Browser, clock) -> None:
    mail = asked(anybody, browser)
    clock.forward(minutes=60)
    assert choose(anybody, mail).status == 404


def test_a_password_that_will_not_do_uses_nothing_up(owner: Client, anybody: Client, browser: Browser) -> None:
    mail = asked(anybody, browser)
    short = choose(anybody, mail, "short")
    assert (short.status, short.json["errors"][0]["pointer"]) == (422, "#/password")
    assert choose(anybody, mail).status == 204


def test_once_the_password_has_changed_older_links_open_nothing(
    owner: Client, anybody: Client, browser: Browser
) -> None:
    first, second = asked(anybody, browser), asked(anybody, browser)
    assert choose(anybody, second).status == 204
    assert choose(anybody, first, "a thief's own password").status == 404


def test_a_choice_whose_answer_was_lost_is_one(
    owner: Client, anybody: Client, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = asked(anybody, browser)
    lose_an_answer(monkeypatch)
    assert choose(anybody, mail).status == 204
    assert anybody.sign_in(OWNER, CHOSEN).status == 201


def test_somebody_taken_off_the_team_meanwhile_still_has_a_password_elsewhere(
    evergreen: Company, bluewave: Company, anybody: Client, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = "sam@example.com"
    evergreen.admin(sam)
    there, chief = bluewave.admin(sam), evergreen.admin()
    mail = asked(anybody, browser, sam)
    meanwhile(monkeypatch, lambda: chief.delete(f"/team/{sam}"))
    assert choose(anybody, mail).status == 204
    assert there.get("/session").status == 401
    assert anybody.sign_in(sam, CHOSEN).json["company"]["slug"] == "bluewave"


def test_asking_is_slowed_down_by_name_and_by_address(owner: Client, world: World) -> None:
    answers = [ask(Client(world, address=f"198.51.100.{n}")).status for n in range(6)]
    assert answers == [202] * 5 + [429]
    asker = Client(world, address="192.0.2.1")
    answers = [ask(asker, f"nobody{n}@example.com").status for n in range(31)]
    assert answers[29:] == [202, 429]


def test_links_are_not_to_be_guessed(world: World) -> None:
    guesser = Client(world, address="192.0.2.1")
    made_up = Mailed("", "", "", ["x"])
    answers = [choose(guesser, made_up._replace(parts=[str(n)])).status for n in range(61)]
    assert answers[59:] == [404, 429]
