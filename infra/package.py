"""Build what is deployed: `python -m infra.package --stage prod out/` writes the template and the zip there.

`chalice package` does the main part, on a copy of the project that holds only what belongs in a Lambda. What
it leaves undone is done here: the template gets our own resources, the zip loses what is never read and gets
its byte code. `/var/task` is read-only, so without byte code every cold start compiles everything again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STAGE = re.compile(r"[a-z][a-z0-9]{1,19}")

RUNTIME_BRINGS = frozenset(
    {"boto3", "botocore", "dateutil", "jmespath", "python_dateutil", "s3transfer", "six", "urllib3"}
)
"""Top-level names that Lambda's runtime has too. We ship our own, pinned; sizes are shown both ways."""

LOCALES = re.compile(r"(root|en|es)(_.*)?\.dat")
"""Babel's data for the languages of the catalogue; all of it is 30 MB."""

SERVICES = frozenset({"dynamodb", "s3", "ses", "sesv2", "sns", "sqs", "ssm", "sts"})
"""Whose descriptions botocore keeps. A client of another service fails: tests compare this with the code."""

UNUSED = frozenset({"cffi", "pycparser"})
"""They build argon2's binding, which at run time needs only `_cffi_backend`."""

NOT_DRAWN_WITH = frozenset({"fonts", "graphics", "platypus"})
"""Parts of reportlab that papers do without: 4 MB, and one of the fonts is under the GPL."""

NO_PICTURE = re.compile(
    r"PIL/(_avif|_imagingcms|_imagingft|_imagingtk)\..*"
    r"|pillow\.libs/lib(avif|brotli\w*|freetype|harfbuzz|lcms2|png16)-.*"
)
"""Pillow's libraries for what no logo and no photo is: 9 MB. It imports each only when asked for one."""

NEVER = frozenset({"cryptography", "pydantic", "pydantic_core"})
"""PyJWT imports cryptography wherever it finds it, and HS256 does not need it."""

SOURCES_OF_OTHERS = frozenset({".c", ".h", ".pxd", ".pyi", ".pyx", ".po", ".pot"})
METADATA = frozenset({"METADATA", "entry_points.txt", "top_level.txt"})

EPOCH = (1980, 1, 1, 0, 0, 0)


class BadPackage(Exception):
    """What was built must not be deployed; says why."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes: the zip, the zip without what the runtime brings, and both unpacked."""

    zipped: int
    zipped_own: int
    unpacked: int
    unpacked_own: int


def copy_project(root: Path, project: Path, *, architecture: str = "", with_requirements: bool = True) -> None:
    """The project as Chalice wants it, without caches and tests.

    `architecture` replaces the one in config.json (for a package that is to run on this machine). Without
    requirements nothing is downloaded, and the template is still the true one.
    """
    project.mkdir(parents=True)
    shutil.copy(root / "app.py", project)
    leave = shutil.ignore_patterns("__pycache__", "*.pyc", "*.po", "*.pot", ".*")
    shutil.copytree(root / "chalicelib", project / "chalicelib", ignore=leave)
    chalice = project / ".chalice"
    chalice.mkdir()
    for path in sorted((root / ".chalice").glob("*.json")):
        shutil.copy(path, chalice)
    if architecture:
        config = json.loads((chalice / "config.json").read_text(encoding="utf-8"))
        config["lambda_architecture"] = architecture
        (chalice / "config.json").write_text(json.dumps(config), encoding="utf-8")
    if with_requirements:
        shutil.copy(root / "requirements.txt", project)
    else:
        (project / "requirements.txt").touch()


def merged_template(stage: str) -> dict[str, Any]:
    """Our own resources as one template. Its stage is fixed: Chalice's own part names the stage's queue."""
    if not STAGE.fullmatch(stage):
        raise BadPackage(f"a stage is 2 to 20 characters a-z and 0-9, not {stage!r}")
    merged: dict[str, Any] = {}
    folder = ROOT / "infra"
    for path in (folder / "resources.json", *sorted((folder / "aws").glob("*.json"))):
        merge(merged, json.loads(path.read_text(encoding="utf-8")))
    merged["Parameters"]["Stage"] |= {"Default": stage, "AllowedPattern": stage}
    for resource in merged["Resources"].values():
        if resource.get("Type") == "AWS::CloudWatch::Dashboard":
            # CloudFormation wants a text; as JSON it can be read, and compared.
            body = json.dumps(resource["Properties"]["DashboardBody"])
            resource["Properties"]["DashboardBody"] = {"Fn::Sub": body}
    return merged


def merge(into: dict[str, Any], more: dict[str, Any], path: str = "") -> None:
    """Put `more` into `into`, dictionary by dictionary; two values for one place are a mistake."""
    for key, value in more.items():
        if key not in into:
            into[key] = value
        elif isinstance(into[key], dict) and isinstance(value, dict):
            merge(into[key], value, f"{path}/{key}")
        elif into[key] != value:
            raise BadPackage(f"two files of infra/ disagree about {path}/{key}")


def chalice_package(project: Path, out: Path, stage: str, template: dict[str, Any] | None = None) -> None:
    """Run `chalice package` on `project`, with our template as JSON (YAML would make the output YAML too)."""
    command = [sys.executable, "-c", "from chalice.cli import main; main()", "package", "--stage", stage]
    if template is not None:
        merge_file = project / "merge.json"
        merge_file.write_text(json.dumps(template), encoding="utf-8")
        command += ["--merge-template", str(merge_file)]
    # Packaging imports app.py, whose queue is named by the stage. The region spells service principals.
    environment = {"AWS_DEFAULT_REGION": "us-east-1", **os.environ, "PORCHLIGHT_STAGE": stage}
    done = subprocess.run(
        [*command, str(out.resolve())],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BadPackage(f"chalice package failed:\n{done.stdout}{done.stderr}")
    # When a wheel is missing it only says so, and packages without it.
    if "Could not install dependencies" in done.stdout + done.stderr:
        raise BadPackage(done.stdout + done.stderr)


def precompile_templates(project: Path) -> None:
    """Write the templates as Python, a folder a language, so that no container runs Jinja's compiler."""
    # Written elsewhere first: below templates/ the first language's modules would be templates of the second.
    program = (
        "import sys, pathlib\n"
        "from chalicelib.web.catalogue import LOCALES\n"
        "from chalicelib.web.templating import COMPILED, precompile\n"
        "target = pathlib.Path(sys.argv[1])\n"
        "precompile(target, ('en', *sorted(p.name for p in LOCALES.iterdir() if p.is_dir())))\n"
        "target.rename(COMPILED)\n"
    )
    command = [sys.executable, "-B", "-c", program, str(project / "compiled")]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadPackage(f"a template does not compile:\n{done.stderr}")


def finish_zip(raw: Path, finished: Path) -> Sizes:
    """Chalice's zip without the ballast, with byte code, and the same bytes each time it is made."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        with zipfile.ZipFile(raw) as archive:
            archive.extractall(tree)
        prune(tree)
        byte_compile(tree)
        write_zip(tree, finished)
    return sizes(finished)


def prune(tree: Path) -> None:
    """Delete what no code reads at run time."""
    for path in sorted(tree.rglob("*"), reverse=True):
        inside = path.relative_to(tree)
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif not is_needed(inside):
            path.unlink()
        elif inside.name == "METADATA" and inside.parts[0].endswith(".dist-info"):
            # importlib.metadata reads the fields; the long description below them is the project's README.
            path.write_text(path.read_text(encoding="utf-8").partition("\n\n")[0] + "\n", encoding="utf-8")


def is_needed(path: Path) -> bool:
    """Whether a file of the zip is read at run time, or is a licence, which must travel with the code."""
    top, *rest = path.parts
    if "__pycache__" in path.parts or path.suffix in SOURCES_OF_OTHERS:
        return False
    if top == "chalicelib" or not rest:
        return True
    if top.endswith(".dist-info"):
        return path.name in METADATA or "licen" in str(path).lower() or path.name.startswith(("NOTICE", "COPYING"))
    if top in UNUSED or top.endswith(".data") or top == "bin":
        return False
    if {"tests", "test"} & set(rest[:-1]):
        return False
    if (top == "reportlab" and rest[0] in NOT_DRAWN_WITH) or NO_PICTURE.fullmatch(path.as_posix()):
        return False
    if path.parts[:2] == ("babel", "locale-data"):
        return bool(LOCALES.fullmatch(path.name))
    if path.parts[:2] in {("botocore", "data"), ("boto3", "data")} and len(rest) > 2:
        return rest[1] in SERVICES
    return not (top == "boto3" and rest[0] == "examples")


def byte_compile(tree: Path) -> None:
    """A .pyc beside every .py, never checked against its source: Lambda sets its own file times.

    A fixed hash seed keeps sets of constants in one order, so that the zip can be made again byte for byte.
    """
    command = [sys.executable, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(tree), "-p", "/var/task", str(tree)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BadPackage(f"compileall failed:\n{done.stdout}{done.stderr}")


def write_zip(tree: Path, target: Path) -> None:
    """Files by name, one date, plain permissions."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(tree.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                entry.external_attr = (0o100755 if path.suffix == ".so" else 0o100644) << 16
                archive.writestr(entry, path.read_bytes())


def distribution(name: str) -> str:
    """The top-level name a file of the zip belongs to: 'six' of '__pycache__/six.cpython-311.pyc'."""
    parts = name.split("/")
    first = parts[1] if parts[0] == "__pycache__" else parts[0]
    return first.partition("-")[0] if first.endswith(".dist-info") else first.partition(".")[0]


def sizes(package: Path) -> Sizes:
    """How big the zip is, and how big it would be without what the runtime brings."""
    with zipfile.ZipFile(package) as archive:
        entries = archive.infolist()
    brought = [entry for entry in entries if distribution(entry.filename) in RUNTIME_BRINGS]
    # An entry costs its data, its name twice and 76 bytes of headers.
    theirs = sum(entry.compress_size + 2 * len(entry.filename.encode()) + 76 for entry in brought)
    unpacked = sum(entry.file_size for entry in entries)
    return Sizes(
        zipped=package.stat().st_size,
        zipped_own=package.stat().st_size - theirs,
        unpacked=unpacked,
        unpacked_own=unpacked - sum(entry.file_size for entry in brought),
    )


def without_byte_code(names: Sequence[str]) -> list[str]:
    """The .py files of a zip that have no .pyc where Python looks for it."""
    tag = sys.implementation.cache_tag
    present = set(names)
    sources = (Path(name) for name in names if name.endswith(".py"))
    return [str(p) for p in sources if (p.parent / "__pycache__" / f"{p.stem}.{tag}.pyc").as_posix() not in present]


def faults(template: dict[str, Any], names: Sequence[str], root: Path) -> Iterator[str]:
    """Why this package must not be deployed; nothing if it may."""
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for name, resource in functions(template).items():
        if resource["Properties"]["Runtime"] != python:
            yield f"{name} runs on {resource['Properties']['Runtime']}, the byte code is {python}'s"
    if bare := without_byte_code(names):
        yield f"no byte code for {len(bare)} files: {', '.join(bare[:5])}"
    present = set(names)
    for path in sorted((root / "chalicelib").rglob("*")):
        inside = path.relative_to(root)
        hidden = any(part.startswith((".", "__pycache__")) for part in inside.parts)
        if path.is_file() and not hidden and is_needed(inside) and inside.as_posix() not in present:
            yield f"{inside} is missing"
    for folder in ("templates", "static", "locales"):
        if not any(name.startswith(f"chalicelib/{folder}/") for name in names):
            yield f"chalicelib/{folder} is empty"
    if found := NEVER & {distribution(name) for name in names}:
        yield f"{', '.join(sorted(found))} must not be in the package"


def functions(template: dict[str, Any]) -> dict[str, Any]:
    """The Lambda functions of a template, by their logical names."""
    return {k: v for k, v in template["Resources"].items() if v.get("Type") == "AWS::Serverless::Function"}


def build(out: Path, stage: str, *, architecture: str = "") -> Sizes:
    """Write `out`/sam.json and `out`/deployment.zip for a stage. BadPackage says what is wrong with it."""
    with tempfile.TemporaryDirectory() as folder:
        project, raw = Path(folder, "project"), Path(folder, "raw")
        copy_project(ROOT, project, architecture=architecture)
        precompile_templates(project)
        chalice_package(project, raw, stage, merged_template(stage))
        template = json.loads((raw / "sam.json").read_text(encoding="utf-8"))
        out.mkdir(parents=True, exist_ok=True)
        package = out / "deployment.zip"
        result = finish_zip(raw / "deployment.zip", package)
    with zipfile.ZipFile(package) as archive:
        wrong = list(faults(template, archive.namelist(), ROOT))
    if wrong:
        package.unlink()
        raise BadPackage("This package must not be deployed:\n  " + "\n  ".join(wrong))
    (out / "sam.json").write_text(json.dumps(template, indent=2) + "\n", encoding="utf-8")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 and the reason when the package can't be made."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="the folder to write sam.json and deployment.zip to")
    parser.add_argument("--stage", required=True, help="prod, staging, …: part of every name")
    parser.add_argument(
        "--architecture",
        choices=("arm64", "x86_64"),
        default="",
        help="instead of the one in .chalice/config.json",
    )
    chosen = parser.parse_args(arguments)
    try:
        made = build(chosen.out, chosen.stage, architecture=chosen.architecture)
    except BadPackage as problem:
        print(problem, file=sys.stderr)
        return 1
    mb = 1_000_000
    print(f"{chosen.out}/sam.json         the template of stage {chosen.stage}")
    print(f"{chosen.out}/deployment.zip   {made.zipped / mb:.1f} MB, {made.unpacked / mb:.1f} MB unpacked")
    print(
        f"  without boto3 and what else the runtime brings: {made.zipped_own / mb:.1f} MB, "
        f"{made.unpacked_own / mb:.1f} MB unpacked"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
