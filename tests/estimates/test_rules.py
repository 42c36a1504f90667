"""What an estimate may become, by the rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.rules import Line
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.estimates import rules
from chalicelib.estimates.rules import Details, Draft, Estimate, Fresh, Signing, Terms, Waiting, waiting, words

DAY = date(2026, 11, 23)
SIGNING = Signing("203.0.113.7", "A phone", datetime(2026, 11, 23, 19, tzinfo=UTC))
STANDARD = Terms("We come when it is dry.", 3)


def draft(**odd: Any) -> Draft:
    made: dict[str, Any] = {
        "number": "2114", "issued_on": DAY, "expires_on": DAY + timedelta(days=7),
        "lines": (Line("Overseeding", "1", 5_000, 5_000),),
    }  # fmt: skip
    return Draft(**{**made, **odd})


def made(standard: Terms = STANDARD, **odd: Any) -> tuple[Estimate, Details]:
    return rules.make_estimate("01", rules.check_draft(draft(**odd)), "USD", standard)


# Drafting


def test_what_is_typed_is_tidied() -> None:
    tidy = rules.check_draft(
        draft(number=" # 21\t14 ", title=" Lawn \n renovation ", tax_name=" Tax ", notes=" a\nb ", terms=" x\r\ny\n")
    )
    assert (tidy.number, tidy.title, tidy.tax_name, tidy.notes, tidy.terms) == (
        "# 21 14", "Lawn renovation", "Tax", "a\nb", "x\ny",
    )  # fmt: skip


def test_nothing_stays_in_a_draft_that_nobody_sees() -> None:
    tidy = rules.check_draft(
        draft(
            title="Lawn\u200b \u202erenovation",
            tax_name="\u200bTax",
            notes="a\u202e\nb",
            lines=(Line("So\u200bil", "1", 1, 1),),
        )
    )
    assert (tidy.title, tidy.tax_name, tidy.notes) == ("Lawn renovation", "Tax", "a\nb")
    assert tidy.lines[0].description == "Soil"


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"number": " "}, "number"),
        ({"number": "1\x00"}, "number"),
        ({"number": "1\u200b"}, "number"),
        ({"lines": (Line("\u200b", "1", 1, 1),)}, "lines/0/description"),
        ({"issued_on": date(1979, 12, 31)}, "issued_on"),
        ({"expires_on": DAY - timedelta(days=1)}, "expires_on"),
        ({"expires_on": date(2200, 1, 1)}, "expires_on"),
        ({"lines": (Line(" ", "1", 1, 1),)}, "lines/0/description"),
        ({"lines": (Line("a", "1", 1, 1), Line("b", "1", 1, 100_000_000_01))}, "lines/1/amount"),
        ({"lines": (Line("a", "1", -1, -1),)}, "lines"),
        ({"lines": (Line("a", "1", 1, 100_000_000_00),), "tax": 1}, "lines"),
        ({"lines": (Line("é" * 160_000, "1", 1, 1),)}, "lines"),
        ({"terms": "x" * 20_001}, "terms"),
        ({"terms": "x\x07y"}, "terms"),
        ({"terms": "x\u202ey"}, "terms"),
    ],
)
def test_what_can_be_no_estimate_is_refused_by_its_place(odd: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        rules.check_draft(draft(**odd))
    assert wrong.value.field == field


def test_what_just_fits_is_taken() -> None:
    for odd in (
        {"expires_on": DAY}, {"expires_on": None}, {"terms": "x" * 20_000}, {"lines": (Line("a", "1", 0, 0),)},
        {"lines": (Line("a", "1", 1, 100_000_000_00),)},
    ):  # fmt: skip
        assert rules.check_draft(draft(**odd))


def test_terms_left_out_are_the_standard_ones_of_now() -> None:
    assert made()[1].terms_version == 3 and made()[1].terms == STANDARD.text
    assert (made(terms="")[1].terms, made(terms="")[1].terms_version) == ("", 0)
    assert made(Terms("", 4))[1].terms_version == 0, "there are none"
    assert (made(terms="Others.")[1].terms, made(terms="Others.")[1].terms_version) == ("Others.", 0)
    assert made(terms=STANDARD.text)[1].terms_version == 3


def test_a_draft_that_asked_for_the_standard_terms_takes_those_of_when_it_is_issued() -> None:
    newer, none = Terms("Newer words.", 4), Terms("", 5)
    _, follows = made(issued=False)
    assert (follows.terms_version, follows.follows) == (3, True)
    shown, issued = (rules.with_standard(follows, newer, issued=one) for one in (False, True))
    assert (shown.terms, shown.terms_version, shown.follows) == ("Newer words.", 4, True)
    assert (issued.terms, issued.terms_version, issued.follows) == ("Newer words.", 4, False)
    assert rules.with_standard(issued, none, issued=True) == issued, "from then on it keeps them"
    assert rules.with_standard(follows, none, issued=True).terms_version == 0
    for own in ("", "Others.", STANDARD.text):
        _, fixed = made(issued=False, terms=own)
        assert rules.with_standard(fixed, newer, issued=True) == fixed, "these very words were asked for"
    assert not made()[1].follows


def test_an_issued_estimate_keeps_its_terms_unless_others_are_sent() -> None:
    newer = Terms("We come when it is wet.", 4)
    issued, waits = made(issued=False), made()
    assert rules.change_estimate(*issued, draft(issued=False), newer)[1].terms_version == 4, "nobody has seen it"
    assert rules.change_estimate(*waits, draft(), newer) == waits
    assert rules.change_estimate(*waits, draft(terms=STANDARD.text), newer) == waits
    after, details = rules.change_estimate(*waits, draft(terms=newer.text), newer)
    assert (after.revision, details.terms_version) == (2, 4)


@pytest.mark.parametrize(
    "odd",
    [{"number": "2"}, {"title": "x"}, {"tax": 5}, {"tax_name": "x"}, {"notes": "x"}, {"terms": "x"},
     {"expires_on": None}, {"issued_on": DAY - timedelta(days=1)}, {"lines": (Line("b", "1", 5_000, 5_000),)}],
)  # fmt: skip
def test_whatever_a_customer_sees_of_it_is_another_revision(odd: dict[str, Any]) -> None:
    estimate, details = made()
    asked = replace(estimate, changes_asked=True, revision=4)
    after, _ = rules.change_estimate(asked, details, draft(**odd), STANDARD)
    assert (after.revision, after.changes_asked) == (5, False)
    hidden = made(issued=False)
    assert rules.change_estimate(*hidden, draft(issued=False, **odd), STANDARD)[0].revision == 1
    assert rules.change_estimate(*hidden, draft(**odd), STANDARD)[0].status == "pending"


def test_what_the_company_calls_it_is_nobodys_offer() -> None:
    estimate, details = made()
    won = replace(estimate, status="won", decisions=1)
    for before in (estimate, won):
        after, _ = rules.change_estimate(before, details, draft(external_id="e-1"), STANDARD)
        assert after == replace(before, external_id="e-1")


def test_a_decided_one_does_not_change_and_an_issued_one_is_no_draft() -> None:
    estimate, details = made()
    for status in ("won", "lost"):
        decided = replace(estimate, status=status, decisions=1)
        assert rules.change_estimate(decided, details, draft(), STANDARD) == (decided, details)
        assert rules.changeable(decided) == "nothing"
        with pytest.raises(Conflict) as refused:
            rules.change_estimate(decided, details, draft(title="x"), STANDARD)
        assert refused.value.kind == "decided"
    with pytest.raises(Conflict) as refused:
        rules.change_estimate(estimate, details, draft(issued=False), STANDARD)
    assert refused.value.kind == "already-issued"


# Deciding


def test_it_can_be_decided_until_its_last_day_is_over() -> None:
    estimate, _ = made()
    rules.must_wait(estimate, 1, DAY + timedelta(days=7))
    with pytest.raises(Conflict) as refused:
        rules.must_wait(estimate, 1, DAY + timedelta(days=8))
    assert refused.value.kind == "expired"
    rules.must_wait(replace(estimate, expires_on=None), 1, date(2199, 1, 1))


def test_nobody_decides_another_revision_than_they_saw() -> None:
    for seen in (0, 1, 3):
        with pytest.raises(Conflict) as refused:
            rules.must_wait(replace(made()[0], revision=2), seen, DAY)
        assert refused.value.kind == "changed"


@pytest.mark.parametrize(
    "typed", ["", "  ", "D", "…!", "12345", "\u202eanaD", "Dana\x00", "Da\nna", "D" * 101, "\ud800a", "\u200b\u200bD",
              "\u3164\u3164"]
)  # fmt: skip
def test_what_is_no_name_is_no_signature(typed: str) -> None:
    with pytest.raises(Invalid) as wrong:
        words.signature(typed)
    assert wrong.value.field == "signature"


@pytest.mark.parametrize(
    ("typed", "name"),
    [(" Dana  Whitfield ", "Dana Whitfield"), ("Li", "Li"), ("José Núñez", "José Núñez"), ("李明", "李明"),
     ("Da\u200bna\u2060 W.", "Dana W."), ("R2 D2", "R2 D2"), ("D" * 100, "D" * 100),
     ("O'Neil-Åse, Jr.", "O'Neil-Åse, Jr.")],
)  # fmt: skip
def test_a_name_is_a_signature_in_any_script(typed: str, name: str) -> None:
    assert words.signature(typed) == name


def test_terms_are_agreed_to_where_there_are_any() -> None:
    estimate, details = made()
    with pytest.raises(Invalid) as wrong:
        rules.accepts("Dana Whitfield", False, SIGNING)(estimate, details)
    assert wrong.value.field == "agreed"
    with pytest.raises(Invalid) as wrong:
        rules.accepts("", False, SIGNING)(estimate, details)
    assert wrong.value.field == "signature" and [field for field, _ in wrong.value.also] == ["agreed"]
    assert rules.accepts("Dana Whitfield", False, SIGNING)(*made(terms="")).terms == ""


def test_an_acceptance_keeps_all_that_was_agreed_to() -> None:
    estimate, details = made()
    estimate = replace(estimate, revision=3, decisions=2)
    assert rules.accepts("Dana Whitfield", True, SIGNING)(estimate, details) == rules.Decision(
        3, "accepted", "2026-11-23T19:00:00+00:00", "customer", 3, 5_000, "Dana Whitfield", "", STANDARD.text, 3,
        "203.0.113.7", "A phone",
    )  # fmt: skip


def test_what_a_request_says_of_itself_is_kept_as_far_as_it_can_be() -> None:
    odd = Signing("x" * 500, "A\r\nphone\x00\ud800" + "y" * 5_000, SIGNING.at)
    decision = rules.declines(" Too much.\r\nSorry ", odd)(*made())
    assert len(decision.address) == 60 and len(decision.agent) == 400 and decision.agent.startswith("Aphoneyy")
    assert (decision.reason, decision.terms) == ("Too much.\nSorry", "")
    with pytest.raises(Invalid):
        rules.declines("x" * 2_001, odd)(*made())


def test_what_is_decided_stays_so_until_it_is_opened_again() -> None:
    estimate, details = made()
    won = rules.decide(replace(estimate, changes_asked=True), rules.accepts("Dana", True, SIGNING)(estimate, details))
    assert (won.status, won.decisions, won.changes_asked) == ("won", 1, False)
    assert rules.decided(won, "accepted") and not rules.decided(estimate, "declined")
    for again in (lambda: rules.decided(won, "declined"), lambda: rules.must_be_markable(won)):
        with pytest.raises(Conflict) as refused:
            again()
        assert refused.value.kind == "decided"
    opened = rules.open_again(won)
    assert (opened.status, opened.revision, opened.decisions, opened.decided_at) == ("pending", 2, 1, "")
    assert rules.open_again(estimate) == estimate, "it waits already"
    assert rules.open_again(replace(estimate, status="draft")) == estimate


def test_what_became_an_invoice_stays_decided() -> None:
    for act in (rules.open_again, rules.must_be_markable):
        with pytest.raises(Conflict) as refused:
            act(replace(made()[0], status="won", decisions=1, invoice="01"))
        assert refused.value.kind == "invoiced"


def test_staff_mark_what_is_issued_and_sign_nothing() -> None:
    estimate, details = made()
    with pytest.raises(Conflict) as refused:
        rules.must_be_markable(replace(estimate, status="draft"))
    assert refused.value.kind == "not-pending"
    marked = rules.marks("accepted", "Rosa", "By phone", SIGNING)(estimate, details)
    assert (marked.by, marked.reason, marked.signature, marked.terms) == ("Rosa", "By phone", "", "")


def test_changes_are_asked_for_of_what_is_not_decided() -> None:
    estimate, _ = made()
    assert rules.ask_for_changes(estimate, 1).changes_asked
    with pytest.raises(NotFound):
        rules.ask_for_changes(replace(estimate, status="draft"), 1)
    for odd, kind in (({"status": "lost"}, "decided"), ({"revision": 2}, "changed")):
        with pytest.raises(Conflict) as refused:
            rules.ask_for_changes(replace(estimate, **odd), 1)
        assert refused.value.kind == kind


@pytest.mark.parametrize(("text", "id"), [("", "0" * 26), (" \n", "0" * 26), ("x" * 2_001, "0" * 26), ("x", ""),
                                          ("x", "0" * 25), ("x", "0" * 25 + "#"), ("x", "0" * 26 + "\n")])  # fmt: skip
def test_nothing_is_asked_for_without_words_or_by_no_form_of_ours(text: str, id: str) -> None:
    with pytest.raises(Invalid) as wrong:
        words.asked(text, id)
    assert wrong.value.field == "text"


# What waits

numbers = st.integers(1, 60)


def numbered(number: int, status: str = "pending", expires_on: date | None = None) -> Estimate:
    estimate, _ = made()
    return replace(estimate, id=f"{number:02}", status=status, expires_on=expires_on)  # type: ignore[arg-type]


@given(st.lists(st.tuples(numbers, st.sampled_from(["draft", "pending", "won"])), max_size=150))
def test_what_is_kept_is_the_newest_of_what_waits(steps: list[tuple[int, str]]) -> None:
    """Whatever comes and goes, in any order."""
    there: dict[int, Estimate] = {}
    kept = Waiting()
    for number, status in steps:
        before, after = there.get(number), numbered(number, status)
        there[number] = after
        if waiting.moves(before, after):
            kept = waiting.moved(kept, after, DAY)
            if waiting.short(kept):
                newest = [there[one] for one in sorted(there, reverse=True)]
                kept = waiting.afresh(kept, after, DAY, Fresh(newest))
        right = [f"{one:02}" for one in sorted(there, reverse=True) if there[one].status == "pending"]
        shown = [one.id for one in kept.on(DAY)]
        assert shown == right[: len(shown)] and len(shown) <= waiting.KEPT
        assert len(shown) >= min(waiting.FEW, len(right))
        assert kept.more or len(shown) == len(right)
        assert waiting.read(waiting.write(kept)) == kept


def test_one_that_is_older_than_what_is_kept_is_among_those_that_are_not() -> None:
    """Others wait between it and them."""
    kept = Waiting()
    for number in range(10, 35):
        kept = waiting.moved(kept, numbered(number), DAY)
    for number in (34, 33):
        kept = waiting.moved(kept, numbered(number, "won"), DAY)
    before = kept.estimates
    assert (before[-1].id, len(before), kept.more) == ("15", 18, True)
    kept = waiting.moved(kept, numbered(5), DAY)
    assert kept.estimates == before and kept.more
    again = waiting.moved(kept, numbered(15), DAY)
    assert again.estimates == before, "the oldest of them stays"


def test_each_change_of_what_waits_is_told_apart_from_the_one_before() -> None:
    one = numbered(1)
    kept = waiting.moved(Waiting(), one, DAY)
    back = waiting.moved(waiting.moved(kept, numbered(1, "lost"), DAY), one, DAY)
    assert back.estimates == kept.estimates and waiting.write(back) != waiting.write(kept)


def test_one_whose_changes_were_asked_for_waits_for_the_company_and_not_for_the_customer() -> None:
    one, asked = numbered(1), replace(numbered(1), changes_asked=True)
    kept = waiting.moved(Waiting(), one, DAY)
    assert waiting.moves(one, asked) and waiting.moved(kept, asked, DAY).estimates == ()
    assert waiting.moves(asked, replace(one, total=4_000)), "it was changed, and waits for them again"
    assert not waiting.moves(asked, replace(asked, total=4_000))


def test_an_expired_one_is_let_go_some_days_after() -> None:
    old = numbered(1, expires_on=DAY)
    kept = waiting.moved(Waiting(), old, DAY)
    assert [one.id for one in kept.on(DAY)] == ["01"] and kept.on(DAY + timedelta(days=1)) == ()
    later = waiting.moved(kept, numbered(2), DAY + timedelta(days=3))
    assert [one.id for one in later.estimates] == ["02"] and not later.more
