"""The Nu HTML checker has nothing to say of any page or mail. (What scripts make is checked in `tests/e2e`.)"""

from __future__ import annotations

from sandbox.stylebook import samples
from tests import nu

# Outlook and Apple's Mail know these and no style sheet's rule can say the same; tables make mails hold together there.
OF_MAILS = (
    "Attribute “xmlns:o” not allowed here.", "CSS: “mso-", "CSS: “supported-color-schemes”",
    "attribute on the “table” element is obsolete", "attribute on the “td” element is obsolete",
)  # fmt: skip


def test_the_checker_finds_nothing_in_any_page_or_mail() -> None:
    """Every state that the stylebook knows, in both languages."""
    documents = {name: html for name, html in samples().items() if not name.startswith("texts")}
    assert len(documents) > 700
    found = {}
    for name, said in nu.complaints(documents).items():
        known = OF_MAILS if name.startswith("mail-") else ()
        if rest := [one for one in said if not any(part in one for part in known)]:
            found[name] = rest
    assert found == {}


def test_what_is_wrong_is_found() -> None:
    wrong = '<!doctype html><html lang="en"><head><title>A</title></head><body><p><div></div></p></body></html>'
    right = '<!doctype html><html lang="en"><head><title>A</title></head><body><p>Words</p></body></html>'
    assert list(nu.complaints({"wrong": wrong, "right": right})) == ["wrong"]
