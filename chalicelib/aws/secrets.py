"""SSM Parameter Store: the installation's secrets, read at first use and again from time to time.

Signing keys have names (`kid`), so that they rotate without signing anybody out: the newest signs, all of them verify.
A container hears of a change when its secrets are GOOD_FOR old, and at once when it meets a token of a key that it does
not know; made-up names of keys make it ask no more than once in BETWEEN.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client
from chalicelib.errors import Unavailable

log = logging.getLogger(__name__)

MIN_KEY_BYTES = 32
MIN_EDGE_KEY = 32
# For so long a container may go on signing with a key that is not the newest, and trusting one that was removed.
GOOD_FOR = timedelta(minutes=10)
BETWEEN = timedelta(minutes=1)
# For so long a container that has none yet asks no more, once there was no answer: within a request nobody waits twice.
PAUSE = timedelta(seconds=5)
# Seconds for each answer: a page that says "come again" must go out well before Lambda's 28 s are over.
PATIENCE = 3


class BadSecrets(RuntimeError):
    """A secret is missing or too weak to be one; the installation must not answer with it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """`signing` maps kid to key; `current` is the kid that signs. `links` derives mailed tokens. `edge_keys` are what
    our CDN may say to show that a request came through it; none without one. `newer` looks for a key made since these
    were read."""

    signing: dict[str, bytes] = field(repr=False)
    current: str
    links: bytes = field(repr=False)
    stripe_key: str = field(repr=False)
    stripe_webhooks: tuple[str, ...] = field(repr=False)
    edge_keys: tuple[str, ...] = field(default=(), repr=False)
    newer: Callable[[str], bytes | None] = field(default=lambda kid: None, repr=False, compare=False)

    def key(self, kid: str) -> bytes | None:
        """The key of this name, be it newer than these secrets; None if there is none."""
        return self.signing.get(kid) or (self.newer(kid) if kid else None)


def parse(values: dict[str, str]) -> Secrets:
    """Secrets from their parameters: `signing_keys` {"kid": base64, …} oldest first, `link_key` base64,
    `stripe_secret_key`, `stripe_webhook_secrets` separated by spaces (platform's and Connect's); and `edge_key`,
    likewise several while it is replaced, which there need not be."""
    missing = {"signing_keys", "link_key", "stripe_secret_key", "stripe_webhook_secrets"} - values.keys()
    if missing:
        raise BadSecrets("Put these parameters below the secrets path: " + ", ".join(sorted(missing)))
    try:
        signing = {kid: base64.b64decode(key) for kid, key in json.loads(values["signing_keys"]).items()}
        links = base64.b64decode(values["link_key"])
    except (ValueError, TypeError, AttributeError) as error:
        raise BadSecrets("signing_keys must be a JSON object of base64 keys, link_key base64") from error
    if not signing or min(len(key) for key in (*signing.values(), links)) < MIN_KEY_BYTES:
        raise BadSecrets(f"signing keys and the link key need {MIN_KEY_BYTES} bytes or more")
    webhooks = tuple(values["stripe_webhook_secrets"].split())
    # An empty secret once verified anything: refuse to start without one.
    if not webhooks or not values["stripe_secret_key"].strip():
        raise BadSecrets("stripe_secret_key and stripe_webhook_secrets must not be empty")
    edge_keys = tuple(values.get("edge_key", "").split())
    if any(len(key) < MIN_EDGE_KEY for key in edge_keys):
        raise BadSecrets(f"edge_key needs {MIN_EDGE_KEY} characters or more")
    return Secrets(signing, list(signing)[-1], links, values["stripe_secret_key"].strip(), webhooks, edge_keys)


def load(region: str, path: str, endpoint: str = "") -> Secrets:
    """Read what lies below `path`. Unavailable if SSM does not answer."""
    ssm = client("ssm", region, endpoint, patience=PATIENCE)
    try:
        # A page of it may be short, or empty, and still not the last.
        pages = list(ssm.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=True))
    except (BotoCoreError, ClientError) as error:
        raise Unavailable() from error
    return parse({one["Name"].rpartition("/")[2]: one["Value"] for page in pages for one in page["Parameters"]})


class Vault:
    """A container's secrets, read when they are first asked for and kept up to date."""

    def __init__(self, read: Callable[[], Secrets], now: Callable[[], datetime]) -> None:
        self._read, self._now = read, now
        self._held: Secrets | None = None
        self._asked = now()
        self._silent: datetime | None = None

    def held(self) -> Secrets:
        """The secrets, at most GOOD_FOR old while Parameter Store answers. Unavailable if it never has."""
        if self._held is None:
            self._held = self._first()
        elif self._now() - self._asked >= GOOD_FOR:
            self._again()
        return self._held

    def _newer(self, kid: str) -> bytes | None:
        if kid not in self.held().signing and self._now() - self._asked >= BETWEEN:
            self._again()
        return self.held().signing.get(kid)

    def _first(self) -> Secrets:
        if self._silent is not None and self._now() - self._silent < PAUSE:
            raise Unavailable()
        self._asked = self._now()
        try:
            return self._with_newer(self._read())
        except Unavailable:
            # From the end of the waiting on, which is itself longer than the pause.
            self._silent = self._now()
            raise

    def _again(self) -> None:
        """Read them again. What can't be read, or is none, leaves those that are held: they served until now."""
        self._asked = self._now()
        try:
            self._held = self._with_newer(self._read())
        except Unavailable:
            log.warning("the secrets could not be read again")
        except BadSecrets:
            log.exception("the secrets that are there now are none; new containers can't start")

    def _with_newer(self, read: Secrets) -> Secrets:
        return replace(read, newer=self._newer)
