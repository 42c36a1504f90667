"""`make run`: start everything, say where it is, stop it all on Ctrl-C."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.ports import FIRST, Ports
from sandbox.serve import PortInUse, check_free

if TYPE_CHECKING:
    from sandbox.run import RealStripe, Sandbox


def main() -> int:
    """0 when stopped by a signal, 1 when it can't start; the reason goes to stderr."""
    began = time.monotonic()
    gc.disable()  # as in Sandbox.start(), for what is imported before it
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        first, prefix, stripe = _port(), _prefix(), _real_stripe()
        check_free(Ports.family(first).all)
        logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
        from sandbox.run import Sandbox

        sandbox = Sandbox(first, prefix, stripe).start()
    except PortInUse as taken:
        return _refuse(f"Port {taken.port} is in use. Stop what listens there, or use other ports: PORT=9000 make run")
    except ValueError as wrong:
        return _refuse(str(wrong))
    except KeyboardInterrupt:
        return 0
    stop = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    gc.enable()
    print(_places(sandbox, time.monotonic() - began), flush=True)
    stop.wait()
    sandbox.stop()
    return 0


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 1


def _port() -> int:
    given = os.environ.get("PORT", "") or str(FIRST)
    if not (given.isascii() and given.isdecimal() and 1024 <= int(given) <= 65_500):
        raise ValueError(
            f"PORT={given} can't be: give the first of the ports, from 1024 to 65500, as in PORT=9000 make run"
        )
    return int(given)


def _prefix() -> str:
    given = os.environ.get("PREFIX", "").rstrip("/")
    if given and not (given.startswith("/") and given.count("/") == 1 and given[1:].replace("-", "").isalnum()):
        raise ValueError(f"PREFIX={given} can't be: give one path segment, as in PREFIX=/api make run")
    return given


def _real_stripe() -> RealStripe | None:
    key = os.environ.get("STRIPE_SECRET_KEY", "")
    if not key:
        return None
    if not key.startswith(("sk_test_", "rk_test_")):
        raise ValueError("STRIPE_SECRET_KEY is not a test mode key (sk_test_…): the sandbox never touches real money.")
    from sandbox.run import RealStripe

    return RealStripe(key, os.environ.get("STRIPE_ACCOUNT", ""), os.environ.get("STRIPE_WEBHOOK_SECRET", ""))


def _places(sandbox: Sandbox, seconds: float) -> str:
    from sandbox import people

    rows = [
        ("Portal", f"{sandbox.portal_url}/{people.SLUG}", "Evergreen Pest & Lawn, the demo company"),
        ("", f"{sandbox.portal_url}/{people.OTHER_SLUG}", "Bluewave Pools, another company on the same Porchlight"),
        ("Booking", f"{sandbox.portal_url}/{people.SLUG}/book", "where anybody books a visit"),
        ("Console", f"{sandbox.portal_url}/console", "where a company runs its portal"),
        ("Desk", sandbox.desk_url, "mail, Stripe's events, background runs; let time pass, make Stripe fail"),
        ("Website", sandbox.website_url, "the demo company's own site"),
        ("Stripe", sandbox.stripe.url, "the sandbox that stands in for Stripe"),
    ]
    if sandbox.real_stripe:
        rows[-1] = ("Stripe", "test mode, for real", "see below")
    logins = [(one.login, one.password, f"/{one.slug}", one.what) for one in people.SIGN_INS]
    logins += [(one.email, people.PASSWORD, "/console", one.what) for one in people.TEAM]
    parts = [f"Porchlight is ready ({seconds:.1f} s).", _table(rows), "Who can sign in", _table(logins)]
    if sandbox.real_stripe:
        parts.append(_STRIPE)
    return "\n" + "\n\n".join([*parts, "Ctrl-C stops all of it; nothing is kept."])


_STRIPE = """\
Stripe's own test mode is used. It can't reach this machine with webhooks: payments settle when the customer comes back
or by the sweep, or let Stripe's command line tool forward them to /stripe/webhooks and set STRIPE_WEBHOOK_SECRET.
Evergreen can take payments only with STRIPE_ACCOUNT=acct_…, a connected account of yours with charges enabled."""


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "\n".join(
        "  " + "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    )


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # Nothing is left to be saved, and taking a heap of this size apart takes a second or two.
    os._exit(code)
