"""What a customer's session cookie says. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.aws.secrets import Secrets
from chalicelib.customers.rules import Session
from chalicelib.errors import Unauthenticated
from chalicelib.seals import seal, unseal

PORTAL = "portal"
CHOOSER = "chooser"


def write(secrets: Secrets, session: Session) -> str:
    claims = {
        "sub": session.customer,
        "ten": session.tenant,
        "jti": session.id,
        "ep": session.epoch,
        "amr": [session.proof],
        "acc": [list(pair) for pair in session.accounts],
    }
    return seal(secrets, PORTAL, claims, session.expires)


def read(secrets: Secrets, token: str, now: datetime) -> Session:
    """The session in a cookie; Unauthenticated if it is none."""
    claims = unseal(secrets, PORTAL, token, now)
    try:
        return Session(
            claims["jti"], claims["ten"], claims["sub"], claims["ep"], claims["amr"][0],
            datetime.fromtimestamp(claims["exp"], UTC), tuple((one, epoch) for one, epoch in claims["acc"]),
        )  # fmt: skip
    except (KeyError, IndexError, TypeError, ValueError):
        raise Unauthenticated() from None
