"""Whose of the company's customers a booking is: nobody's, until the address is proven."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.booking.actions import matching
from chalicelib.errors import Conflict, NotFound
from tests.booking.booker import NORA, Diary
from tests.booking.offers import offering
from tests.builders import Company, a_company


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    offering(evergreen)
    return Diary(evergreen)


def names(diary: Diary, email: str = "nora@example.com") -> list[str]:
    booking = diary.books(who=replace(NORA, email=email))
    return sorted(one.name for one in matching.accounts(diary.store, booking))


def test_the_address_leads_to_all_accounts_that_have_it(diary: Diary) -> None:
    diary.company.customer("Nora Beck", email="nora@example.com")
    both = ("office@beck.example", "nora@example.com")
    diary.company.customer("Beck & Sons", email=both[0], emails=both, password=None)
    diary.company.customer()
    assert names(diary) == ["Beck & Sons", "Nora Beck"]


def test_letters_may_be_small_or_big(diary: Diary) -> None:
    diary.company.customer("Nora Beck", email="nora@example.com")
    assert names(diary, "Nora@Example.com") == ["Nora Beck"]


@pytest.mark.parametrize("email", ["", "nobody@example.com", "nora@example.com#x"])
def test_nobody_is_nobody(diary: Diary, email: str) -> None:
    diary.company.customer("Nora Beck", email="nora@example.com")
    booking = replace(diary.books(), who=replace(NORA, email=email))
    assert matching.accounts(diary.store, booking) == []


def test_another_company_s_customer_is_none_of_ours(diary: Diary) -> None:
    a_company(diary.company.world, "Bright Pools", "bright").customer("Nora Beck", email="nora@example.com")
    assert names(diary) == []


def test_whose_access_is_off_is_not_offered(diary: Diary) -> None:
    diary.company.customer("Nora Beck", email="nora@example.com", access=False)
    assert names(diary) == []


def test_what_is_in_an_account_already_is_offered_to_none(diary: Diary) -> None:
    nora = diary.company.customer("Nora Beck", email="nora@example.com")
    booking = diary.books(customer=nora)
    assert matching.accounts(diary.store, booking) == []


def test_it_becomes_theirs_once_whatever_is_clicked(diary: Diary) -> None:
    nora = diary.company.customer("Nora Beck", email="nora@example.com")
    booking = diary.books()
    for _ in range(2):
        claimed = matching.claim(diary.services, diary.store, diary.us, booking, nora.id)
        assert claimed.customer == nora.id
    assert matching.claim(diary.services, diary.store, diary.us, claimed, nora.id).version == claimed.version


def test_it_goes_to_none_but_who_has_the_address(diary: Diary) -> None:
    diary.company.customer("Nora Beck", email="nora@example.com")
    dana, booking = diary.company.customer(), diary.books()
    with pytest.raises(NotFound):
        matching.claim(diary.services, diary.store, diary.us, booking, dana.id)


def test_the_first_of_two_accounts_has_it(diary: Diary) -> None:
    one = diary.company.customer("Nora Beck", email="nora@example.com")
    two = diary.company.customer("Beck & Sons", email="nora@example.com", password=None)
    booking = diary.books()
    matching.claim(diary.services, diary.store, diary.us, booking, one.id)
    with pytest.raises(Conflict) as refused:
        matching.claim(diary.services, diary.store, diary.us, booking, two.id)
    assert refused.value.kind == "booking-claimed"
