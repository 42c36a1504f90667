"""Estimates' rows: the only place that spells their keys. Gives and takes the dataclasses of the rules."""

from chalicelib.estimates.records.decisions import (
    MOST_TOLD,
    change_request_key,
    change_requests,
    decision_key,
    new_change_request,
    new_decision,
    to_decision,
)
from chalicelib.estimates.records.estimates import (
    Listed,
    change_estimate,
    edit_estimate,
    estimate_key,
    lines_key,
    list_estimates,
    listed,
    listed_at,
    new_estimate,
    remove_estimate,
    start_after,
    to_estimate,
    to_known,
)
from chalicelib.estimates.records.lookups import Numbered, external_key, numbered, to_owner
from chalicelib.estimates.records.offers import new_offer, offer
from chalicelib.estimates.records.terms import change_terms, terms, terms_key, to_terms

__all__ = [
    "MOST_TOLD",
    "Listed",
    "Numbered",
    "change_estimate",
    "change_request_key",
    "change_requests",
    "change_terms",
    "decision_key",
    "edit_estimate",
    "estimate_key",
    "external_key",
    "lines_key",
    "list_estimates",
    "listed",
    "listed_at",
    "new_change_request",
    "new_decision",
    "new_estimate",
    "new_offer",
    "numbered",
    "offer",
    "remove_estimate",
    "start_after",
    "terms",
    "terms_key",
    "to_decision",
    "to_estimate",
    "to_known",
    "to_owner",
    "to_terms",
]
