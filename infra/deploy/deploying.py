"""What `make deploy` does, in its order, and what it says in the end."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra import package
from infra.deploy import smoke
from infra.deploy.aws import Aws, Refused, in_words
from infra.deploy.configuration import UNKNOWN_URL, Configuration
from infra.deploy.packages import Packages
from infra.deploy.secrets import STRIPE, Safe, check_account, newest_edge_key
from infra.deploy.stack import Stack

PYTHON = (3, 11)
"""The Lambda runtime that all is tested on; the Python that packages must be the same, for its byte code."""

Build = Callable[[Path, str], object]


@dataclass(frozen=True, slots=True)
class Deployed:
    """Where it is now, and what the operator must know of it."""

    url: str
    outputs: dict[str, str]
    missing: tuple[str, ...] = ()


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    if version != PYTHON:
        ours, yours = ".".join(map(str, PYTHON)), ".".join(map(str, version))
        raise Refused(
            f"The package is for Lambda's Python {ours}, and this is {yours}. "
            f"Make the environment anew: make clean, then make deploy PYTHON=python{ours}"
        )


def deploy(
    aws: Aws, decided: Configuration, out: Path, *, build: Build = package.build, pause: float = 4.0
) -> Deployed:
    """Check, package, upload, change the stack, and once more if only now CloudFront's name is known. `pause`: seconds
    between two looks at what CloudFormation does."""
    check_python()
    account = check_account(aws, decided)
    stack = Stack(aws, decided.stack, pause)
    stack.check()
    safe = Safe(aws, decided)
    aws.say(f"Secrets below {decided.secrets_path}")
    secrets = safe.fill(datetime.now(UTC))
    missing = tuple(given.name for given in STRIPE if not secrets.get(given.name))
    needed = [given for given in STRIPE if given.needed and given.name in missing]
    if needed:
        raise Refused(f"{needed[0].name} is missing. Give it first: make secrets STAGE={decided.stage}")
    aws.say(f"Packaging stage {decided.stage}")
    try:
        build(out, decided.stage)
    except package.BadPackage as problem:
        raise Refused(str(problem)) from problem
    packages = Packages(aws, account, decided.stage)
    packages.make()
    template, template_url = packages.place(out)
    edge_key = newest_edge_key(secrets["edge_key"])
    return Deployed(settle(stack, template, template_url, decided, edge_key), stack.outputs(), missing)


def settle(stack: Stack, template: Mapping[str, Any], template_url: str, decided: Configuration, edge_key: str) -> str:
    """Change the stack until it knows its own address and its tables are protected; that address.

    A stack is made without protection, since CloudFormation could not take a protected table back when something else
    of it fails, and a second try would find the name taken.
    """
    first = stack.is_new()
    parameters = decided.parameters(stack.outputs().get("EdgeDomain", ""), edge_key)
    stack.change(template_url, fitting(template, parameters | {"Protected": "false" if first else "true"}))
    if parameters["PublicUrl"] == UNKNOWN_URL:
        edge = stack.outputs().get("EdgeDomain", "")
        if not edge:
            raise Refused(f"The stack {stack.name} has no output EdgeDomain: where is the portal?")
        parameters = decided.parameters(edge, edge_key)
        stack.aws.say(f"The portal is at {parameters['PublicUrl']}; telling it so")
        stack.change(template_url, fitting(template, parameters | {"Protected": "true"}))
    elif first:
        stack.aws.say("Protecting what was made")
        stack.change(template_url, fitting(template, parameters | {"Protected": "true"}))
    return parameters["PublicUrl"]


def fitting(template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters a template has. Refused if it needs one that nobody gives."""
    wanted = {name: one for name, one in template["Parameters"].items() if name != "Stage"}
    if lacking := [name for name, one in wanted.items() if name not in parameters and "Default" not in one]:
        raise Refused(f"The template wants parameters that make deploy does not know: {', '.join(lacking)}")
    return {name: parameters[name] for name in wanted if name in parameters}


def environment_of(stack: Stack) -> dict[str, str]:
    """What the deployed functions are told by their environment: what `make tenant` needs. No secret is in it."""
    aws, name = stack.aws, stack.outputs()["APIHandlerName"]
    with in_words(f"read the settings of the function {name}"):
        found = aws.client("lambda").get_function_configuration(FunctionName=name)
    variables: dict[str, str] = found["Environment"]["Variables"]
    return {key: value for key, value in variables.items() if key.startswith("PORCHLIGHT_")}


def as_shell(variables: Mapping[str, str]) -> str:
    """Lines for a shell to read: `. out/prod/environment`."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(variables.items()))


def try_it(aws: Aws, decided: Configuration, deployed: Deployed, get: smoke.Get = smoke.get) -> None:
    """Look through the portal's URL; through CloudFront's own name while the domain does not lead there. Refused if
    something is wrong."""
    url = deployed.url
    try:
        wrong = smoke.patiently(url, get)
    except smoke.Silent as why:
        edge = deployed.outputs.get("EdgeDomain", "")
        if not decided.domain or not edge:
            raise Refused(f"It is deployed, but {why}.") from why
        aws.say(f"{why}: looking through {edge} meanwhile")
        url = f"https://{edge}"
        try:
            wrong = smoke.patiently(url, get)
        except smoke.Silent as why_not:
            raise Refused(f"It is deployed, but {why_not}.") from why_not
    if wrong:
        lines = "".join(f"\n  {line}" for line in wrong)
        raise Refused(f"It is deployed, but not all is well at {url}:{lines}")
    aws.say(f"Looked at {len(smoke.CHECKS)} pages of {url}: all is well")


def next_steps(decided: Configuration, deployed: Deployed) -> list[str]:
    """What is left to a person, a line each."""
    outputs, stage = deployed.outputs, decided.stage
    lines = [f"The portal: {deployed.url}", f"The console: {deployed.url}/console"]
    if outputs.get("ApiUrl"):
        lines.append(f"The API behind it: {outputs['ApiUrl']}")
    if decided.domain:
        lines.append(f"DNS: {decided.domain}  CNAME (or ALIAS)  {outputs.get('EdgeTarget', '')}")
    if decided.make_mail_identity and outputs.get("MailRecords"):
        lines.append("DNS, so that mail is believed (SES checks them by itself):")
        lines += [f"  {record}" for record in outputs["MailRecords"].replace(", ", ",").split(",")]
    lines.append(f"Stripe: Connect's webhook goes to {deployed.url}/stripe/webhooks")
    if deployed.missing:
        lines.append(f"  Nobody can sign in before its signing secret is known: make secrets STAGE={stage}")
    if decided.alarm_email:
        lines.append(f"Alarms: {decided.alarm_email} gets a mail of AWS that asks for a confirmation")
    lines.append(f'A company: . out/{stage}/environment; make tenant NAME="Bright Pools" SLUG=bright EMAIL=…')
    return lines


def run(stage_configuration: Configuration, root: Path = package.ROOT) -> None:
    """The whole of `make deploy`. Refused says what is wrong."""
    aws = Aws(stage_configuration.region)
    # Packaging spells some names by the region.
    os.environ["AWS_DEFAULT_REGION"] = stage_configuration.region
    out = root / "out" / stage_configuration.stage
    deployed = deploy(aws, stage_configuration, out)
    settings = environment_of(Stack(aws, stage_configuration.stack))
    (out / "environment").write_text(as_shell(settings), encoding="utf-8")
    try_it(aws, stage_configuration, deployed)
    print("\n".join(["", *next_steps(stage_configuration, deployed)]))
