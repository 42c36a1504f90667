"""SSM Parameter Store: the installation's secrets, read once per container.

Signing keys have names (`kid`), so that they rotate without signing anybody out: the newest signs, all of them verify.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client
from chalicelib.errors import Unavailable

MIN_KEY_BYTES = 32


class BadSecrets(RuntimeError):
    """A secret is missing or too weak to be one; the installation must not answer with it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """`signing` maps kid to key; `current` is the kid that signs. `links` derives mailed tokens."""

    signing: dict[str, bytes] = field(repr=False)
    current: str
    links: bytes = field(repr=False)
    stripe_key: str = field(repr=False)
    stripe_webhooks: tuple[str, ...] = field(repr=False)


def parse(values: dict[str, str]) -> Secrets:
    """Secrets from their parameters: `signing_keys` {"kid": base64, …} oldest first, `link_key` base64,
    `stripe_secret_key`, `stripe_webhook_secrets` separated by spaces (platform's and Connect's)."""
    missing = {"signing_keys", "link_key", "stripe_secret_key", "stripe_webhook_secrets"} - values.keys()
    if missing:
        raise BadSecrets("Put these parameters below the secrets path: " + ", ".join(sorted(missing)))
    try:
        signing = {kid: base64.b64decode(key) for kid, key in json.loads(values["signing_keys"]).items()}
        links = base64.b64decode(values["link_key"])
    except (ValueError, binascii.Error, AttributeError) as error:
        raise BadSecrets("signing_keys must be a JSON object of base64 keys, link_key base64") from error
    if not signing or min(len(key) for key in (*signing.values(), links)) < MIN_KEY_BYTES:
        raise BadSecrets(f"signing keys and the link key need {MIN_KEY_BYTES} bytes or more")
    webhooks = tuple(values["stripe_webhook_secrets"].split())
    # An empty secret once verified anything: refuse to start without one.
    if not webhooks or not values["stripe_secret_key"].strip():
        raise BadSecrets("stripe_secret_key and stripe_webhook_secrets must not be empty")
    return Secrets(signing, list(signing)[-1], links, values["stripe_secret_key"].strip(), webhooks)


def load(region: str, path: str, endpoint: str = "") -> Secrets:
    """Read what lies below `path`. One call; Unavailable if SSM does not answer."""
    ssm = client("ssm", region, endpoint)
    try:
        answer = ssm.get_parameters_by_path(Path=path, WithDecryption=True)
    except (BotoCoreError, ClientError) as error:
        raise Unavailable() from error
    return parse({one["Name"].rpartition("/")[2]: one["Value"] for one in answer["Parameters"]})
