"""Stripe's errors, as its API words and shapes them. Knows nothing of HTTP beyond the status that goes
with a word."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class StripeError(Exception):
    """An answer that is an error. `executed` is False for what Stripe refuses before an endpoint starts
    running: such answers are not kept under an idempotency key."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        executed: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.executed = executed
        body: Json = {"type": kind, "message": message, "code": code, "param": param, **more}
        self.fields = {name: value for name, value in body.items() if value is not None}
        if code:
            self.fields["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"

    def body(self) -> Json:
        return {"error": dict(self.fields)}


def invalid(
    message: str,
    param: str | None = None,
    code: str | None = None,
    *,
    status: int = 400,
    executed: bool = True,
    **more: Any,
) -> StripeError:
    return StripeError(status, "invalid_request_error", message, code=code, param=param, executed=executed, **more)


def missing_object(noun: str, id: str, param: str = "id", *, status: int = 404) -> StripeError:
    """An object this account does not have. 404 when the path names it, 400 when a parameter does."""
    return invalid(f"No such {noun}: '{id}'", param, "resource_missing", status=status)


def missing_param(name: str) -> StripeError:
    return invalid(f"Missing required param: {name}.", name, "parameter_missing", executed=False)


def unknown_params(names: list[str]) -> StripeError:
    noun = "parameter" if len(names) == 1 else "parameters"
    return invalid(f"Received unknown {noun}: {', '.join(names)}", names[0], "parameter_unknown", executed=False)


def removed_param(name: str, code: str) -> StripeError:
    return invalid(f"The parameter {name} is no longer supported.", name, code, executed=False)


def no_key() -> StripeError:
    return invalid(
        "You did not provide an API key. You need to provide your API key in the Authorization header, "
        "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        status=401,
        executed=False,
    )


def bad_key(key: str) -> StripeError:
    shown = f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:] if len(key) > 12 else ''}"
    return invalid(f"Invalid API Key provided: {shown}", status=401, executed=False)


def no_access(key: str, account: str) -> StripeError:
    return invalid(
        f"The provided key '{key[:8]}***{key[-4:]}' does not have access to account '{account}' (or that "
        "account does not exist). Application access may have been revoked.",
        code="account_invalid",
        status=403,
        executed=False,
    )


def no_route(method: str, path: str) -> StripeError:
    return invalid(
        f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the "
        "trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) "
        "identifier in your code.",
        status=404,
        executed=False,
    )


def other_params(key: str) -> StripeError:
    return StripeError(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request.",
        executed=False,
    )


def other_endpoint(key: str, first: str, now: str) -> StripeError:
    return StripeError(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used for the same endpoint they were first used for "
        f"('{now}' vs '{first}'). Try using a key other than '{key}' if you meant to execute a different "
        "request.",
        executed=False,
    )


def key_in_use(key: str) -> StripeError:
    return StripeError(
        409,
        "idempotency_error",
        "There is currently another in-progress request using this Idempotent Key (that probably means you "
        f"submitted twice, and the other request is still going through): {key}. Please try again later.",
        code="idempotency_key_in_use",
        executed=False,
    )


def rate_limited() -> StripeError:
    return invalid(
        "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.",
        code="rate_limit",
        status=429,
        executed=False,
    )


def server_failed() -> StripeError:
    return StripeError(500, "api_error", "An unknown error occurred.")
