"""Where a job is, as mails, calendars and pages say it: the postal code once, beside its town."""

from __future__ import annotations

import pytest

from chalicelib.booking.rules import Booker


@pytest.mark.parametrize(("lines", "code", "where"), [
    (("12 Juniper Way", "Boulder, CO"), "80302", "12 Juniper Way, Boulder, CO 80302"),
    (("12 Juniper Way", "Boulder, CO 80302"), "80302", "12 Juniper Way, Boulder, CO 80302"),
    (("12 Juniper Way", "Boulder, CO 80302-1234"), "80302", "12 Juniper Way, Boulder, CO 80302-1234"),
    # As it is compared, and as it is written.
    (("80 Elgin St", "Ottawa, ON K1A 0B1"), "K1A0B1", "80 Elgin St, Ottawa, ON K1A 0B1"),
    (("80 Elgin St", "Ottawa, ON k1a0b1"), "K1A 0B1", "80 Elgin St, Ottawa, ON k1a0b1"),
    # A house number is no postal code, nor is part of one.
    (("80302 Juniper Way", "Boulder, CO"), "80302", "80302 Juniper Way, Boulder, CO 80302"),
    (("12 Juniper Way", "Lot 180302"), "80302", "12 Juniper Way, Lot 180302 80302"),
    (("12 Juniper Way",), "80302", "12 Juniper Way 80302"),
    (("12 Juniper Way, Boulder, CO 80302",), "80302", "12 Juniper Way, Boulder, CO 80302"),
    (("12 Juniper Way", "Boulder, CO"), "", "12 Juniper Way, Boulder, CO"),
    ((), "80302", "80302"),
    ((), "", ""),
])  # fmt: skip
def test_the_code_stands_beside_the_town_once(lines: tuple[str, ...], code: str, where: str) -> None:
    who = Booker("Dana Whitfield", address=lines, postal_code=code)
    assert who.where == where == ", ".join(who.place)
