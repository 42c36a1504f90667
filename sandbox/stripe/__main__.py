"""`python -m sandbox.stripe --port 8002`: the sandbox by itself, with one connected account to begin with."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime

from sandbox.stripe import StripeSandbox


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--account", default="Demo company", help="the name of a connected account to open")
    parser.add_argument("--webhook", action="append", default=[], help="an address to send events to")
    parser.add_argument("--secret", default="whsec_sandbox", help="what webhooks are signed with")
    options = parser.parse_args()
    sandbox = StripeSandbox(lambda: datetime.now(UTC), options.port, host=options.host)
    for url in options.webhook:
        sandbox.add_webhook(url, options.secret, connect=True)
        sandbox.add_webhook(url, options.secret, connect=False)
    account = sandbox.connect_account(options.account)
    sandbox.start()
    print(f"Stripe sandbox at {sandbox.url}, connected account {account}. Stop it with Ctrl-C.", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        sandbox.stop()


if __name__ == "__main__":
    main()
