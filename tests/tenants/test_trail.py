"""What the audit trail says of a change."""

from __future__ import annotations

from chalicelib.tenants.rules.audit import MOST_TOLD, Change, changes


def test_of_a_long_list_only_what_differs_is_told() -> None:
    lines = [[f"Line {n} of a long invoice, with many words in it", "1", 1000, 1000] for n in range(60)]
    other = [*lines[:3], ["Line 3", "1", 900, 900], *lines[4:]]
    assert changes({"lines": lines}, {"lines": other}) == [Change("lines/3", lines[3], other[3])]
    assert changes({"lines": lines}, {"lines": lines[:59]}) == [Change("lines/59", lines[59], None)]


def test_a_wholly_other_list_is_told_as_far_as_a_row_holds() -> None:
    old, new = (["x" * 100 + str(n) for n in range(200)], ["y" * 100 + str(n) for n in range(200)])
    assert len(changes({"lines": old}, {"lines": new})) == MOST_TOLD


def test_a_short_list_is_told_whole() -> None:
    assert changes({"address": ["a"]}, {"address": ["a", "b"]}) == [Change("address", ["a"], ["a", "b"])]
