"""What an operator decides about a stage: `infra/stages/<stage>.toml`. All that is wrong with it is said at once.

There is no secret in it, so it may lie in the repository.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from infra.deploy.aws import Refused
from infra.package import STAGE

STAGES = Path(__file__).resolve().parent.parent / "stages"
EXAMPLE = "example"
UNKNOWN_URL = "https://porchlight.invalid"
"""Where the portal is until CloudFront has given it an address."""

HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@" + HOST.pattern)
CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[0-9a-f-]{8,}")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Configuration:
    """One stage. `domain` '' means CloudFront's own name; `account` '' means whichever the credentials are of."""

    stage: str
    mail_from: str
    mail_identity: str
    region: str = "us-east-1"
    account: str = ""
    make_mail_identity: bool = True
    domain: str = ""
    certificate_arn: str = ""
    alarm_email: str = ""

    @property
    def stack(self) -> str:
        return f"porchlight-{self.stage}"

    @property
    def secrets_path(self) -> str:
        return f"/porchlight/{self.stage}"

    def parameters(self, edge_domain: str, edge_key: str) -> dict[str, str]:
        """The stack's, but `Stage`, which packaging fixes. `edge_domain` is what CloudFront calls the portal, if it
        does already."""
        host = self.domain or edge_domain
        return {
            "PublicUrl": f"https://{host}" if host else UNKNOWN_URL,
            "MailFrom": self.mail_from,
            "MailIdentity": self.mail_identity,
            "MakeMailIdentity": "yes" if self.make_mail_identity else "no",
            "DomainName": self.domain,
            "CertificateArn": self.certificate_arn,
            "AlarmEmail": self.alarm_email,
            "EdgeKey": edge_key,
        }


# Each key of the file: what it may be, and how that is said.
FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "region": (REGION, "an AWS region, as in us-east-1"),
    "account": (ACCOUNT, "the twelve digits of an AWS account"),
    "mail_from": (ADDRESS, "an e-mail address, as in portal@example.com"),
    "mail_identity": (re.compile(f"({ADDRESS.pattern}|{HOST.pattern})"), "a domain or an address that SES knows"),
    "domain": (HOST, "a host name in small letters, as in portal.example.com"),
    "certificate_arn": (CERTIFICATE, "the ARN of an ACM certificate in us-east-1: CloudFront takes no other"),
    "alarm_email": (ADDRESS, "an e-mail address"),
}
REQUIRED = ("mail_from", "mail_identity")


def load(stage: str, folder: Path = STAGES) -> Configuration:
    """The configuration of a stage; Refused says all that is wrong with it."""
    if not STAGE.fullmatch(stage) or stage == EXAMPLE:
        raise Refused(f"A stage is 2 to 20 characters a-z and 0-9, as in prod or dev, not {stage!r}.")
    path = folder / f"{stage}.toml"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(
            f"There is no infra/stages/{path.name}. Copy infra/stages/{EXAMPLE}.toml to it and fill it in."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"infra/stages/{path.name} is not TOML: {error}") from error
    if wrong := faults(values):
        lines = "".join(f"\n  {line}" for line in wrong)
        raise Refused(f"infra/stages/{path.name} can't be used:{lines}")
    return Configuration(stage, **{key: value for key, value in values.items() if value != ""})


def faults(values: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong, a line each."""
    known = {one.name for one in fields(Configuration)} - {"stage"}
    found = [f"{key}: there is no such setting" for key in values if key not in known]
    found += [f"{key}: is missing: {FORMS[key][1]}" for key in REQUIRED if not values.get(key)]
    for key, (form, words) in FORMS.items():
        value = values.get(key, "")
        if value != "" and not (isinstance(value, str) and form.fullmatch(value)):
            found.append(f"{key}: must be {words}, not {value!r}")
    if not isinstance(values.get("make_mail_identity", True), bool):
        found.append("make_mail_identity: must be true or false")
    return found or [words for wrong, words in TOGETHER if wrong(values)]


def _identity_is_another(values: Mapping[str, Any]) -> bool:
    sender, identity = values["mail_from"].lower(), values["mail_identity"].lower()
    host = sender.partition("@")[2]
    return sender != identity and host != identity and not host.endswith(f".{identity}")


TOGETHER: tuple[tuple[Callable[[Mapping[str, Any]], bool], str], ...] = (
    (
        lambda values: bool(values.get("domain")) and not values.get("certificate_arn"),
        "certificate_arn: is missing: a domain needs a certificate of ACM in us-east-1 that covers it",
    ),
    (
        lambda values: bool(values.get("certificate_arn")) and not values.get("domain"),
        "domain: is missing: the certificate is for one, as in portal.example.com",
    ),
    (_identity_is_another, "mail_identity: must be mail_from, or the domain it is of"),
)
