"""One account and region of AWS, as the operator reaches it, and what it refuses in words an operator can use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

RETRIES = Config(retries={"mode": "standard", "max_attempts": 8}, connect_timeout=10)
NO_CREDENTIALS = (
    "There are no AWS credentials. Sign in (aws sso login, then AWS_PROFILE=…), or set AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY; on GitHub, the workflow's role gives them."
)
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
BAD_KEY = {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}


class Refused(Exception):
    """Nothing more can be done until a person acts; says what is wrong and what to do."""


def say_at_once(line: str) -> None:
    """To whoever waits: a log of GitHub's too shows it as it comes."""
    print(line, flush=True)


@dataclass(frozen=True)
class Aws:
    """AWS's clients by name, made once each. `endpoint`: an AWS on this machine, in tests."""

    region: str
    endpoint: str = ""
    say: Callable[[str], None] = say_at_once
    _made: dict[str, Any] = field(default_factory=dict, repr=False)

    def client(self, service: str) -> Any:
        if service not in self._made:
            self._made[service] = boto3.client(
                service, region_name=self.region, endpoint_url=self.endpoint or None, config=RETRIES
            )
        return self._made[service]

    def account(self) -> str:
        """Whose account the credentials are of; Refused without good ones."""
        with in_words("look who you are"):
            caller = self.client("sts").get_caller_identity()
        self.say(f"Account {caller['Account']}, region {self.region}, as {caller['Arn']}")
        return str(caller["Account"])


@contextmanager
def in_words(doing: str) -> Iterator[None]:
    """What AWS's library raises inside becomes Refused: what was being done, why it did not go, what to do."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise Refused(NO_CREDENTIALS) from error
    except (ProfileNotFound, SSOError, TokenRetrievalError) as error:
        raise Refused(f"{error}. {NO_CREDENTIALS}") from error
    except EndpointConnectionError as error:
        raise Refused(f"AWS can't be reached, to {doing}: {error}. Check the region and your connection.") from error
    except ClientError as error:
        raise Refused(_explained(error, doing)) from error
    except BotoCoreError as error:
        raise Refused(f"AWS's library could not {doing}: {error}") from error


def _explained(error: ClientError, doing: str) -> str:
    code, words = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", str(error))
    if code in EXPIRED:
        return f"Your AWS credentials have expired. Sign in again. ({words})"
    if code in BAD_KEY:
        return f"AWS does not know these credentials: {words}"
    if code in DENIED:
        return f"Your role may not {doing}: {words}"
    return f"AWS would not {doing}: {words} ({code})"
