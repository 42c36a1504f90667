"""The only reader of the environment. Frozen; all that is missing is said at once, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

PREFIX = "PORCHLIGHT_"


class MissingSettings(RuntimeError):
    """Environment variables that must be set and are not, all of them."""


def stage_of(environ: Mapping[str, str]) -> str:
    """The stage alone: what app.py must know to name its queues, while packaging too, when nothing else is set."""
    return environ.get(PREFIX + "STAGE", "local")


def function_of(environ: Mapping[str, str]) -> str:
    """The name of the Lambda function that this runs in; '' elsewhere."""
    return environ.get("AWS_LAMBDA_FUNCTION_NAME", "")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation is told by its environment. Each field is `PORCHLIGHT_<FIELD>`; README.md describes them."""

    stage: str
    public_url: str
    tenants_table: str
    customers_table: str
    tokens_table: str
    files_bucket: str
    messages_queue: str
    audits_queue: str
    jobs_queue: str
    mail_from: str
    secrets_path: str
    region: str = "us-east-1"
    aws_endpoint: str = ""
    files_endpoint: str = ""
    stripe_url: str = ""
    mail_configuration_set: str = ""
    mail_topic: str = ""
    texts_topic: str = ""

    def portal(self, slug: str, path: str = "") -> str:
        """The absolute URL of a company's portal, or of a page below it: '/invoices'."""
        return f"{self.public_url.rstrip('/')}/{slug}{path}"

    def console(self, path: str = "") -> str:
        """The absolute URL of the console, or of a place in it. That stands in the fragment, which browsers send to no
        server: a link's secret lies in no log."""
        return f"{self.public_url.rstrip('/')}/console" + (f"#{path}" if path else "")

    @property
    def prefix(self) -> str:
        """The path all links start with: '' at the root of a domain, '/api' below a gateway's stage."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme, host and port of the portal, as a browser sends it in `Origin`."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def secure(self) -> bool:
        """Whether cookies may carry `Secure`: always but on a developer's own http://localhost."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Settings from `environ`; MissingSettings names every variable that is required and absent or empty."""
        values: dict[str, str] = {}
        missing: list[str] = []
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            value = environ.get(name, "").strip()
            if value:
                values[field.name] = value
            elif isinstance(field.default, str):
                values[field.name] = field.default
            else:
                missing.append(name)
        if missing:
            raise MissingSettings(
                "Set these environment variables (README.md says what they are): " + ", ".join(missing)
            )
        return cls(**values)
