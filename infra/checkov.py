"""Look at the template for what makes an installation unsafe: `python -m infra.checkov .venv/checkov/bin/checkov`.

checkov judges what SAM makes of our template. checkov.json beside this names what it finds and we leave, resource by
resource, each with the reason. Anything else that it finds fails, and so does an exception that nothing needs any more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from infra import package

EXCEPTIONS = package.ROOT / "infra" / "checkov.json"


def packaged(stage: str, folder: Path) -> dict[str, Any]:
    """The template that would be deployed; without libraries, which change nothing of it."""
    package.copy_project(package.ROOT, folder / "project", with_requirements=False)
    package.chalice_package(folder / "project", folder / "out", stage, package.merged_template(stage))
    template: dict[str, Any] = json.loads((folder / "out" / "sam.json").read_text(encoding="utf-8"))
    return template


def transformed(template: dict[str, Any]) -> dict[str, Any]:
    """Plain CloudFormation, as AWS makes it of a template for SAM. (It changes the template that it is given.)"""
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    for function in package.functions(template).values():
        function["Properties"]["CodeUri"] = "s3://bucket/deployment.zip"
    values = dict.fromkeys(template["Parameters"], "x")
    session = boto3.Session(region_name="us-east-1")
    plain: dict[str, Any] = Translator({}, Parser(), boto_session=session).translate(template, values)
    return plain


def excused(found: Iterable[tuple[str, str]], exceptions: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Of what was found (check, resource): what nothing excuses, and the exceptions that excuse nothing."""
    needed: set[str] = set()
    wrong: list[str] = []
    for check, resource in found:
        patterns = exceptions.get(check, {}).get("resources", ())
        if any(fnmatchcase(resource, pattern) for pattern in patterns):
            needed.add(check)
        else:
            wrong.append(f"{check}: {resource}")
    return wrong, sorted(exceptions.keys() - needed)


def judged(checkov: Path, template: dict[str, Any]) -> list[tuple[str, str]]:
    """What checkov says is wrong with a plain template. It asks nobody: rules and names come with it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "template.json")
        path.write_text(json.dumps(template, indent=1), encoding="utf-8")
        command = [str(checkov), "-f", str(path), "--framework", "cloudformation", "--compact", "--quiet"]
        command += ["--skip-download", "--soft-fail", "-o", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    answer = json.loads(done.stdout)
    if answer["summary"]["parsing_errors"] or not answer["summary"]["resource_count"]:
        raise RuntimeError(f"checkov could not read the template: {answer['summary']}")
    return [(one["check_id"], one["resource"]) for one in answer["results"]["failed_checks"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 when something was found that nothing excuses."""
    parser = argparse.ArgumentParser(prog="python -m infra.checkov", description=__doc__.splitlines()[0])
    parser.add_argument("checkov", type=Path, help="the program")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        template = transformed(packaged("prod", Path(folder)))
    exceptions = json.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    wrong, idle = excused(judged(chosen.checkov, template), exceptions)
    for one in wrong:
        print(f"checkov finds {one}", file=sys.stderr)
    for one in idle:
        print(f"infra/checkov.json excuses {one}, which is not found any more", file=sys.stderr)
    if wrong or idle:
        return 1
    print(f"checkov: nothing but what infra/checkov.json has reasons for ({len(exceptions)} checks)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
