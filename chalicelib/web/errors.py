"""Words to numbers: each error word's HTTP status, title, and name for programs. A test fails for a word without."""

from __future__ import annotations

from chalicelib import errors
from chalicelib.errors import N_

STATUS: dict[type[errors.PortalError], tuple[int, str]] = {
    errors.NotFound: (404, N_("Page not found")),
    errors.PortalOff: (404, N_("Not available at the moment")),
    errors.Malformed: (400, "Not readable"),
    errors.WrongType: (415, "Unsupported media type"),
    errors.TooLarge: (413, "Too large"),
    errors.Stale: (412, "Changed since you read it"),
    errors.Unconditional: (428, "If-Match required"),
    errors.Invalid: (422, N_("Please check this")),
    errors.Conflict: (409, N_("This has changed")),
    errors.NotAllowed: (403, N_("Not available")),
    errors.Unauthenticated: (401, N_("Please sign in")),
    errors.PasswordChangeDue: (403, N_("New password needed")),
    errors.StepUpDue: (403, N_("Confirm that it's you")),
    errors.TooMany: (429, N_("Please wait a little")),
    errors.Unavailable: (503, N_("One moment, please")),
    # Not our own failure, so none of the 5xx that raise the alarm: 424 is "Failed Dependency" (RFC 4918 §11.4).
    errors.Unreachable: (424, N_("One moment, please")),
}
# What an error is sent to programs as (RFC 9457).
PROBLEM = "application/problem+json"
# What a word is called to programs, as the last part of a problem's `type`.
PROBLEM_TYPE = "urn:porchlight:problem:"
# Before the id of the request that a problem is of, by which the log has it.
INSTANCE = "urn:porchlight:request:"
KINDS: dict[type[errors.PortalError], str] = {
    errors.NotFound: "not-found",
    errors.PortalOff: "portal-off",
    errors.Malformed: "malformed",
    errors.WrongType: "unsupported-media-type",
    errors.TooLarge: "too-large",
    errors.Stale: "stale",
    errors.Unconditional: "if-match-required",
    errors.Invalid: "invalid",
    errors.Conflict: "conflict",
    errors.NotAllowed: "not-allowed",
    errors.Unauthenticated: "unauthenticated",
    errors.TooMany: "too-many",
    errors.Unavailable: "unavailable",
    errors.Unreachable: "unreachable",
}
UNEXPECTED = (500, N_("Something went wrong"))
UNEXPECTED_TEXT = N_("That was our mistake, and we have been told. Nothing was lost: please try again.")


def status(error: errors.PortalError) -> tuple[int, str]:
    return STATUS[type(error)]
