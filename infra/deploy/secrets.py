"""The secrets of a stage, in Parameter Store: `make secrets STAGE=prod`.

What chance can make is made here and shown to nobody. Stripe's come from the environment or are asked for, never from
the command line, where others could read them. What is there stays, unless `ROTATE` or the environment says otherwise.
"""

from __future__ import annotations

import argparse
import base64
import getpass
import json
import os
import re
import secrets as chance
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.secrets import GOOD_FOR
from infra.deploy import configuration
from infra.deploy.aws import Aws, Refused, in_words
from infra.deploy.configuration import Configuration

KEY_BYTES = 48
SESSIONS_LAST = timedelta(hours=12)
"""The longest that anything signed by a signing key is good for; a test compares it with the code."""

Prompt = Callable[[str], str]
ROTATIONS = ("signing", "signing-now", "link", "edge")
LIVE_STAGE = "prod"
LIVE_KEY = re.compile(r"(sk|rk)_live_")


@dataclass(frozen=True, slots=True)
class Given:
    """A secret that somebody else made: the parameter, the variable it may come in, its form, and how it is asked."""

    name: str
    variable: str
    form: re.Pattern[str]
    question: str
    needed: bool = True


STRIPE = (
    Given(
        "stripe_secret_key",
        "STRIPE_SECRET_KEY",
        re.compile(r"(sk|rk)_(test|live)_\w+"),
        "Stripe's secret key (sk_… or rk_…, from dashboard.stripe.com/apikeys)",
    ),
    Given(
        "stripe_webhook_secrets",
        "STRIPE_WEBHOOK_SECRETS",
        re.compile(r"whsec_\S+( whsec_\S+)*"),
        "Stripe's webhook signing secrets (whsec_…, with a space between; empty if there is no webhook yet)",
        needed=False,
    ),
)


def new_key() -> str:
    return base64.b64encode(chance.token_bytes(KEY_BYTES)).decode()


def new_kid(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%SZ-") + chance.token_hex(2)


def new_signing_keys(now: datetime) -> str:
    return json.dumps({new_kid(now): new_key()})


MADE: dict[str, Callable[[datetime], str]] = {
    "signing_keys": new_signing_keys,
    "link_key": lambda now: new_key(),
    "edge_key": lambda now: chance.token_urlsafe(KEY_BYTES),
}


def rotated(keys: Mapping[str, str], since: timedelta, now: datetime) -> dict[str, str]:
    """Signing keys with a new one, which signs since it is the last. `since` the last turn only the last one has signed
    anything: those before it go, once nothing they signed is good any more."""
    kept = list(keys)
    if since > SESSIONS_LAST + GOOD_FOR:
        kept = kept[-1:]
    return {**{kid: keys[kid] for kid in kept}, new_kid(now): new_key()}


def newest_edge_key(value: str) -> str:
    """What CloudFront is told of the secret `edge_key`: the last of its keys. Functions believe all of them."""
    return "".join(value.split()[-1:])


@dataclass(frozen=True)
class Safe:
    """A stage's part of Parameter Store."""

    aws: Aws
    configuration: Configuration

    def read(self) -> dict[str, dict[str, Any]]:
        """All its parameters by their last name, each as SSM gives it."""
        path = self.configuration.secrets_path
        with in_words(f"read the secrets below {path}"):
            paginator = self.aws.client("ssm").get_paginator("get_parameters_by_path")
            # A page of it may be short, or empty, and still not the last.
            pages = list(paginator.paginate(Path=path, WithDecryption=True))
        return {one["Name"].rpartition("/")[2]: one for page in pages for one in page["Parameters"]}

    def one(self, name: str) -> dict[str, Any]:
        """The parameter of this name. Refused if there is none."""
        path = self._path(name)
        with in_words(f"read the secret {path}"):
            found: dict[str, Any] = self.aws.client("ssm").get_parameter(Name=path, WithDecryption=True)["Parameter"]
        return found

    def write(self, name: str, value: str) -> None:
        """Put it there, over what is there."""
        path = self._path(name)
        with in_words(f"write the secret {path}"):
            self.aws.client("ssm").put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)

    def make(self, name: str, value: str) -> bool:
        """Put it where there is none. False if there is one after all: another operator was quicker."""
        path = self._path(name)
        ssm = self.aws.client("ssm")
        with in_words(f"write the secret {path}"):
            try:
                ssm.put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=False)
            except ssm.exceptions.ParameterAlreadyExists:
                return False
        return True

    def fill(self, now: datetime) -> dict[str, str]:
        """Make what chance can make and is not there; the values of all there are."""
        found = {name: one["Value"] for name, one in self.read().items()}
        for name, make in MADE.items():
            if name in found:
                continue
            value = make(now)
            if self.make(name, value):
                found[name] = value
                self.aws.say(f"  made {name}")
            else:
                found[name] = self.one(name)["Value"]
        return found

    def rotate(self, what: str, now: datetime) -> None:
        """Put a new key there, beside the one before where both can count for a while."""
        if what == "signing":
            one = self.one("signing_keys")
            keys = rotated(json.loads(one["Value"]), now - one["LastModifiedDate"], now)
            self.write("signing_keys", json.dumps(keys))
        elif what == "edge":
            before = newest_edge_key(self.one("edge_key")["Value"])
            self.write("edge_key", f"{before} {MADE['edge_key'](now)}")
        else:
            name = {"signing-now": "signing_keys", "link": "link_key"}[what]
            self.write(name, MADE[name](now))
        self.aws.say(f"  {ROTATED[what]}")

    def _path(self, name: str) -> str:
        return f"{self.configuration.secrets_path}/{name}"


ROTATED = {
    "signing": "a new key signs, within ten minutes everywhere; nobody is signed out",
    "signing-now": "new signing keys; within ten minutes everybody is signed out",
    "link": "a new link key: codes, forms and lists that are open end; links and API keys that were given out go on, "
    "and docs/operations.md says how to end them",
    "edge": "a new edge key, believed within ten minutes everywhere, and the one before it still; wait for that, and "
    "then make deploy, which tells CloudFront",
}


def ask(given: Given, stage: str, environ: Mapping[str, str], prompt: Prompt | None) -> str:
    """A secret from the environment or the keyboard; '' if neither has it. Refused if it can't be this stage's."""
    value = environ.get(given.variable, "").strip()
    if not value and prompt:
        value = prompt(f"{given.question}: ").strip()
    value = " ".join(value.split())
    if value and not given.form.fullmatch(value):
        raise Refused(f"{given.variable} does not look like one: {given.question}.")
    if LIVE_KEY.match(value) and stage != LIVE_STAGE:
        raise Refused(f"{given.variable} is a live key: only the stage {LIVE_STAGE} takes real money, not {stage}.")
    return value


def keep(safe: Safe, rotate: str, environ: Mapping[str, str], prompt: Prompt | None, now: datetime) -> None:
    """Fill, turn what is to be turned, and take Stripe's. Refused if one that is needed is missing in the end."""
    stage = safe.configuration.stage
    there = safe.fill(now)
    told = {one.name: ask(one, stage, environ, None if there.get(one.name) else prompt) for one in STRIPE}
    if rotate:
        safe.rotate(rotate, now)
    lacking = []
    for given in STRIPE:
        held, value = there.get(given.name, ""), told[given.name]
        if value and value != held:
            safe.write(given.name, value)
            over = f"replaced {given.name} of the stage {stage} by what {given.variable} says"
            safe.aws.say(f"  {over}" if held else f"  wrote {given.name}")
        elif not (value or held):
            safe.aws.say(f"  {given.name} is missing: set {given.variable} and run this again")
            lacking.append(given)
    if any(given.needed for given in lacking):
        raise Refused("Porchlight lets nobody in without Stripe's secret key.")


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """The command line; 1 and the reason when it can't be done."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.secrets", description=__doc__.splitlines()[0])
    parser.add_argument("--stage", required=True)
    parser.add_argument("--rotate", choices=ROTATIONS, default="")
    chosen = parser.parse_args(arguments)
    try:
        decided = configuration.load(chosen.stage)
        aws = Aws(decided.region)
        check_account(aws, decided)
        safe = Safe(aws, decided)
        prompt = getpass.getpass if sys.stdin.isatty() else None
        keep(safe, chosen.rotate, environ, prompt, datetime.now(UTC))
    except Refused as why:
        print(why, file=sys.stderr)
        return 1
    print(f"The secrets of {chosen.stage} are below {decided.secrets_path}.")
    return 0


def check_account(aws: Aws, decided: Configuration) -> str:
    """Whose account it is; Refused if the stage belongs to another."""
    account = aws.account()
    if decided.account and account != decided.account:
        raise Refused(f"The stage {decided.stage} belongs to the account {decided.account}, and this is {account}.")
    return account


if __name__ == "__main__":
    sys.exit(main())
