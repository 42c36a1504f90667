"""Five stars in a mail: each leads to the message's own page with so many chosen, and nowhere else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.messages import standard
from chalicelib.messages.records import templates
from chalicelib.messages.rules.template import Choice
from chalicelib.messages.writing import language, mail, values
from chalicelib.messages.writing.mail import Mail
from chalicelib.messages.writing.values import Links, variables
from sandbox.stylebook import messages as stylebook
from sandbox.stylebook.messages import DANA, EVERGREEN, LINK
from sandbox.world import sent_mail
from tests.client import Client
from tests.messages.post import Post
from tests.web.test_pages import Structure

COMPLETE = standard.template("visit_complete")
STARS = "{{ rating_stars }}"
PLACES = [f"{LINK}?stars={number}" for number in range(1, 6)]


@pytest.fixture
def owner(evergreen: Any) -> Client:
    client: Client = evergreen.admin()
    return client


def known(link: str = LINK) -> dict[str, Any]:
    return variables(
        COMPLETE, {"visit": {"title": "Mowing", "on": "2026-11-23"}}, EVERGREEN, DANA, Links(link, 7), "en"
    )


def sent(body: str, link: str = LINK, language: str = "en") -> Mail:
    return mail.write({"subject": "Hi", "html": body, "text": "Hi"}, known(link), EVERGREEN, language)


def said(body: str) -> list[str]:
    return [one.text for one in language.check(body, "html", values.tree(COMPLETE))]


def rated(made: Mail) -> list[str]:
    """Where the stars of a mail lead."""
    return [str(one.get("href")) for one in Structure(made.html).all("a") if "stars=" in str(one.get("href"))]


@pytest.mark.parametrize("body", [STARS, f"<p>{STARS}</p>", f"<h1>How was it?</h1><p>Tap:</p>{STARS}<p>Bye</p>"])
def test_each_star_leads_to_the_message_s_own_page(body: str) -> None:
    made = sent(body)
    assert rated(made) == PLACES
    page = Structure(made.html)
    assert page.wrong == page.open == [], "a table in a paragraph would close it"


def test_a_star_is_said_where_it_is_not_seen() -> None:
    for language_, words in (("en", "4 of 5 stars"), ("es", " 5 ")):
        links = [one for one in Structure(sent(STARS, language=language_).html).all("a") if "stars=4" in one["href"]]
        assert [words in one["aria-label"] and one["title"] == one["aria-label"] for one in links] == [True]
    # Where signs are not shown, and labels are not read, there is still a number.
    assert re.search(r"stars=4[^>]*>.*?<br>4</a>", sent(STARS).html)


def test_without_a_link_there_are_no_stars() -> None:
    made = sent(f"{{% if rating_stars %}}<p>How was it?</p>{{% endif %}}{STARS}<p>Bye.</p>", link="")
    assert "stars" not in made.html and "How was it?" not in made.html and "Bye." in made.html


def test_the_list_of_mails_shows_words_and_no_stars() -> None:
    preview = re.search(r"mso-hide:all[^>]*>(.*?)&#847;", sent(f"<p>How was it?</p>{STARS}<p>Bye.</p>").html)
    assert preview and preview[1].split() == ["How", "was", "it?", "Bye."]


def test_they_stand_only_where_a_button_may() -> None:
    allowed = values.tree(COMPLETE)
    assert said(f"<p>{STARS}</p>{{% if rating_stars %}}x{{% endif %}}") == []
    for place in ("subject", "text", "sms"):
        (wrong,) = language.check(STARS, place, allowed)
        assert "rating_stars is for the e-mail's body." in wrong.text
        assert ("write portal_link" in wrong.text) == (place != "subject")
    told = "Stars stand between the tags, not in one. For a link write {{ portal_link }}."
    assert said(f'<a href="{STARS}">x</a>') == said(f'<p title="{STARS}">x</p>') == [told]
    for wrong_use in ("{{ rating_stars | upcase }}", '{{ rating_stars | label: "x" }}', "{{ rating_stars | size }}",
                      '{% if rating_stars == "x" %}{% endif %}'):  # fmt: skip
        assert said(wrong_use), wrong_use


def test_only_a_message_that_asks_for_a_rating_has_them() -> None:
    rates = [name for name in standard.names() if "rating_stars" in values.tree(standard.template(name))]
    assert rates == ["visit_complete"]
    wrong = language.check(STARS, "html", values.tree(standard.template("receipt")))
    assert "There is no variable rating_stars." in wrong[0].text


FORGED = [
    "\ue002", "&#xe002;", "&#57346;", "&#x00E002", '<p title="\ue002">x</p>', '<a href="https://x.example/\ue002">x</a>',
    f'<p title="> {STARS}">x</p>', f'<img alt="{STARS}" src="https://x.example/a.png">', f"<!-- {STARS} -->",
    f'<a href="https://x.example/{STARS}">x</a>', f"<p {STARS}>x</p>",
]  # fmt: skip


@pytest.mark.parametrize("body", FORGED)
def test_nobody_forges_or_breaks_them(body: str) -> None:
    """Stored all the same, it shows the stars where they stand between tags, and nothing where they don't."""
    made = sent(f"{STARS}{body}")
    assert rated(made) == PLACES
    assert "\ue002" not in made.html and Structure(made.html).wrong == []


def test_what_a_visit_s_title_says_forges_none() -> None:
    given = {"visit": {"title": "\ue002\ue000Pay\ue001", "on": "2026-11-23", "work": "&#xe002;"}}
    made = stylebook.email("visit_complete", **given)
    assert len(rated(made)) == 5 and 'class="button"' not in made.html


def test_they_alone_are_a_way_in(post: Post) -> None:
    """A company that writes nothing but them gets a Portal Link made all the same."""
    store = post.company.store
    own = {"en": {"email": {"subject": "How was it?", "html": STARS, "text": "How was it?"}}}
    store.write(templates.decide(store, "visit_complete", Choice(), Choice(texts=own)))
    given = {"visit": {"title": "Mowing", "on": "2026-11-23"}}
    post.post(template="visit_complete", values=given, path="/visits/V/rating")
    post.work()
    assert post.state()[0] == "sent" and post.row()["link_ends"]
    assert "/evergreen/link/" in sent_mail()[-1].raw_data


def test_the_console_offers_them_and_shows_them(owner: Client) -> None:
    found = {one["name"]: one for one in owner.get("/message-templates/visit_complete").json["variables"]}
    stars = found["rating_stars"]
    assert (stars["type"], stars["group"], stars["sample"], stars["in"]) == ("stars", "The link", "", ["html"])
    preview = owner.post("/message-templates/visit_complete/previews", {"language": "en"}).json
    assert preview["problems"] == [] and preview["email"]["html"].count("?stars=") == 5
