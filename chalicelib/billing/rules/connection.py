"""A company's Stripe account, as Stripe describes it, and what that means in words. Pure.

Source of the requirements' names: docs.stripe.com/connect/handling-api-verification.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chalicelib.errors import N_

# none: no account yet; open: Stripe still needs something; checking: it looks at what it got; ready: charges can be
# made; refused: Stripe wants no business with it; gone: the company or Stripe took our access away.
StandingKind = Literal["none", "open", "checking", "ready", "refused", "gone"]


@dataclass(frozen=True, slots=True)
class Connection:
    """What Stripe says of an account. `needs` are its names for what is missing, `disabled` its word for why no charges
    can be made."""

    account: str
    charges_enabled: bool = False
    details_submitted: bool = False
    needs: tuple[str, ...] = ()
    disabled: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a company stands with Stripe. `needs` are texts of the catalogue."""

    kind: StandingKind
    needs: tuple[str, ...] = ()


WORDS: dict[StandingKind, str] = {
    "none": N_("Not connected to Stripe yet."),
    "open": N_("Stripe still needs something before customers can pay."),
    "checking": N_("Stripe is checking what was entered. That can take a day or two."),
    "ready": N_("You can take payments."),
    "refused": N_("Stripe has closed this account. Please ask Stripe's support why."),
    "gone": N_("This Stripe account is no longer connected."),
}

_NEEDS = (
    (("tos_acceptance",), N_("that you agree to Stripe's terms")),
    (("external_account", "bank_account"), N_("the bank account your money goes to")),
    (("business_profile", "settings"), N_("what your company does, and its website")),
    (("business_type", "company", "owners", "directors", "executives"), N_("details about your company")),
    (("individual", "person", "representative", "relationship"), N_("details about a person who runs your company")),
    (("documents", "verification"), N_("a document that proves who you are")),
)
_MORE = N_("a few more details")


def standing(account: str, found: Connection | None) -> Standing:
    """`account` is the company's ('' for none), `found` what Stripe says of it: None where it won't show it to us."""
    if not account:
        return Standing("none")
    if found is None:
        return Standing("gone")
    needs = in_words(found.needs)
    if found.charges_enabled:
        return Standing("ready", needs)
    if found.disabled.startswith("rejected") or found.disabled == "platform_paused":
        return Standing("refused")
    return Standing("open", needs) if needs or not found.details_submitted else Standing("checking")


def in_words(needs: Sequence[str]) -> tuple[str, ...]:
    """Stripe's names for what is missing, as texts: each once, however many fields it has."""
    return tuple(dict.fromkeys(_words(name) for name in needs))


def _words(name: str) -> str:
    if name.endswith(".document"):
        return _NEEDS[-1][1]
    first = name.partition(".")[0]
    # A person is named by an id of its own: person_1ABC.first_name.
    first = "person" if first.startswith("person_") else first
    return next((words for names, words in _NEEDS if first in names), _MORE)
