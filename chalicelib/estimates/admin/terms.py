"""The API of the company's standard terms."""

from __future__ import annotations

from chalicelib.estimates.actions import terms
from chalicelib.estimates.admin.shapes import EstimateTerms, EstimateTermsFields
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Estimates")


@routes.get("/estimate-terms", "estimates:read")
def read_estimate_terms(caller: Admin) -> EstimateTerms:
    """Read the standard terms, which new estimates take on unless they say otherwise."""
    found = terms.current(caller.store)
    return EstimateTerms(found.text, found.version)


@routes.put("/estimate-terms", "estimates:write", example={"text": "We come when the ground is dry."})
def change_estimate_terms(caller: Admin, body: EstimateTermsFields) -> EstimateTerms:
    """Change the standard terms. Estimates that have the earlier ones keep them, and what was agreed to stays on record
    whole. The same again changes nothing."""
    found = terms.change(
        caller.store, body.text, caller.services.now(),
        lambda changes: caller.note("estimate_terms.change", "", changes),
    )  # fmt: skip
    return EstimateTerms(found.text, found.version)
