"""Who may decide an estimate, and when. Pure.

The customer decides what they were looking at, once, until its last day is over where the company is. Staff may mark
one, expired or not, and open a decided one again; what was decided stays on record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date

from chalicelib.errors import N_, Conflict, Invalid, NotFound
from chalicelib.estimates.rules.estimate import CUSTOMER, Decision, DecisionKind, Details, Estimate, Signing, Status
from chalicelib.estimates.rules.words import ADDRESS_MOST, AGENT_MOST, exact, of_request, signature

_STATUS: dict[DecisionKind, Status] = {"accepted": "won", "declined": "lost"}
_KIND: dict[Status, DecisionKind] = {"won": "accepted", "lost": "declined"}
_AGREE = N_("Please read the terms, and tick the box if you agree to them.")
INVOICED = "An invoice was made of this estimate: it stays as it was decided."

# Makes the decision of this number, once it may be made.
Answer = Callable[[Estimate, Details], Decision]


def decided(estimate: Estimate, kind: DecisionKind) -> bool:
    """Whether it is decided this way already. Conflict (`decided`): the other way round."""
    known = _KIND.get(estimate.status)
    if known is None or known == kind:
        return known == kind
    accepted, declined = N_("This estimate was accepted already."), N_("This estimate was declined already.")
    raise Conflict(accepted if known == "accepted" else declined, kind="decided")


def must_wait(estimate: Estimate, revision: int, today: date) -> None:
    """That the customer can still decide, and decides what there is. Conflict: `expired`; `changed` since they
    looked."""
    if estimate.standing(today) == "expired":
        raise Conflict(N_("This estimate has expired. Please contact us for a new one."), kind="expired")
    must_be_as_seen(estimate, revision)


def must_be_as_seen(estimate: Estimate, revision: int) -> None:
    """Conflict (`changed`): the customer was looking at another revision of it."""
    if revision != estimate.revision:
        raise Conflict(N_("This estimate has changed since you opened it. Please look at it again."), kind="changed")


def accepts(typed: str, agreed: bool, signing: Signing) -> Answer:
    """How a customer accepts, with what they typed as their signature. Invalid, once it is made: that is no name; there
    are terms, and they have not agreed to them."""

    def answer(estimate: Estimate, details: Details) -> Decision:
        also = [("agreed", _AGREE)] if details.terms and not agreed else []
        try:
            name = signature(typed)
        except Invalid as wrong:
            wrong.also = tuple(also)
            raise
        if also:
            raise Invalid(*also[0])
        return replace(_decision("accepted", estimate, details, signing), signature=name)

    return answer


def declines(reason: str, signing: Signing) -> Answer:
    """How a customer declines, with what they say of it, if anything. Invalid, once it is made: that is too long."""

    def answer(estimate: Estimate, details: Details) -> Decision:
        made = _decision("declined", estimate, details, signing)
        return replace(made, reason=exact(reason, "reason"), terms="", terms_version=0)

    return answer


def marks(kind: DecisionKind, by: str, reason: str, signing: Signing) -> Answer:
    """How staff say that it was decided elsewhere: nobody has signed, and nobody has agreed to the terms here."""
    # Their software's key may be called anything.
    who = f"{by} (staff)" if by == CUSTOMER else by

    def answer(estimate: Estimate, details: Details) -> Decision:
        made = _decision(kind, estimate, details, signing)
        return replace(made, by=who, reason=exact(reason, "reason"), terms="", terms_version=0)

    return answer


def _decision(kind: DecisionKind, estimate: Estimate, details: Details, signing: Signing) -> Decision:
    return Decision(
        estimate.decisions + 1, kind, signing.at.astimezone(UTC).isoformat(), CUSTOMER, estimate.revision,
        estimate.total, terms=details.terms, terms_version=details.terms_version,
        address=of_request(signing.address, ADDRESS_MOST), agent=of_request(signing.agent, AGENT_MOST),
    )  # fmt: skip


def decide(estimate: Estimate, decision: Decision) -> Estimate:
    """The estimate once it is decided so."""
    return replace(
        estimate, status=_STATUS[decision.kind], decisions=decision.number, decided_at=decision.at, changes_asked=False
    )


def must_be_markable(estimate: Estimate) -> None:
    """That staff may say how it was decided. Conflict: `not-pending`, a draft; `invoiced` or `decided`, the other way
    round."""
    if estimate.status == "draft":
        raise Conflict("This estimate is a draft. Issue it first: set it to pending.", kind="not-pending")
    if estimate.status != "pending":
        _must_have_no_invoice(estimate)
        raise Conflict("This estimate is decided. Re-open it first: set it to pending.", kind="decided")


def open_again(estimate: Estimate) -> Estimate:
    """A draft issued, or a decided one waiting again, as another revision: what was opened before it was decided
    decides nothing now. One that waits stays as it is. Conflict: `invoiced`."""
    if estimate.status == "draft":
        return replace(estimate, status="pending")
    if estimate.status == "pending":
        return estimate
    _must_have_no_invoice(estimate)
    return replace(estimate, status="pending", decided_at="", revision=estimate.revision + 1)


def _must_have_no_invoice(estimate: Estimate) -> None:
    if estimate.invoice:
        raise Conflict(INVOICED, kind="invoiced")


def ask_for_changes(estimate: Estimate, revision: int) -> Estimate:
    """The estimate once its customer has asked for changes, or, of an expired one, for another. NotFound: a draft.
    Conflict: `decided`; `changed` since they looked."""
    if estimate.status == "draft":
        raise NotFound()
    if estimate.status != "pending":
        raise Conflict(N_("This estimate is decided already. Please contact us about changes."), kind="decided")
    must_be_as_seen(estimate, revision)
    return replace(estimate, changes_asked=True)
