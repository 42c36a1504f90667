"""How long the package that is deployed takes to start, against the least any such application takes.

Both are unpacked from the zip of `infra.package` and started by AWS's own runtime client: the floor is that
zip with only chalice and boto3 left in it, so that versions, byte code and pruning are the same.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from bench.cold_start.empty_store import EmptyStore
from bench.cold_start.runtime_api import python_environment, start
from bench.table import Figure, at_most, not_measured, shown
from infra import package

ROUNDS = 10
FLOOR = package.RUNTIME_BRINGS | {"chalice"}
HEAVY = ("stripe", "requests", "cryptography", "pydantic")

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_LAMBDA_FUNCTION_NAME": "porchlight",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/porchlight",
    "AWS_LAMBDA_LOG_STREAM_NAME": "local",
    "PORCHLIGHT_STAGE": "prod",
    "PORCHLIGHT_PUBLIC_URL": "https://portal.example.com",
    "PORCHLIGHT_TENANTS_TABLE": "porchlight-prod-tenants",
    "PORCHLIGHT_CUSTOMERS_TABLE": "porchlight-prod-customers",
    "PORCHLIGHT_TOKENS_TABLE": "porchlight-prod-tokens",
    "PORCHLIGHT_FILES_BUCKET": "porchlight-prod-files-000000000000",
    "PORCHLIGHT_MESSAGES_QUEUE": "https://sqs.us-east-1.amazonaws.com/000000000000/porchlight-prod-messages",
    "PORCHLIGHT_AUDITS_QUEUE": "https://sqs.us-east-1.amazonaws.com/000000000000/porchlight-prod-audits",
    "PORCHLIGHT_JOBS_QUEUE": "https://sqs.us-east-1.amazonaws.com/000000000000/porchlight-prod-jobs",
    "PORCHLIGHT_MAIL_FROM": "portal@example.com",
    "PORCHLIGHT_SECRETS_PATH": "/porchlight/prod",
}


def measure() -> list[Figure]:
    """Build, unpack, start in turns."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sizes = package.build(work / "out", "prod", architecture=this_architecture())
        ours, floor, runtime = work / "ours", work / "floor", work / "runtime"
        with zipfile.ZipFile(work / "out" / "deployment.zip") as archive:
            names = archive.namelist()
            archive.extractall(ours)
        make_floor(ours, floor)
        copy_runtime_client(runtime)
        return [
            *cold_starts(ours, floor, runtime),
            *imports(ours, floor),
            at_most(
                "house.files_without_byte_code",
                len(package.without_byte_code(names)),
                0,
                "files",
                f"of {sum(name.endswith('.py') for name in names)} .py files in the zip",
            ),
            shown("house.zip_size", sizes.zipped / 1e6, "MB", f"{sizes.unpacked / 1e6:.1f} MB unpacked"),
            shown(
                "house.zip_size_own",
                sizes.zipped_own / 1e6,
                "MB",
                f"without what the Lambda runtime brings; {sizes.unpacked_own / 1e6:.1f} MB unpacked",
            ),
        ]


def cold_starts(ours: Path, floor: Path, runtime: Path) -> list[Figure]:
    """From the start of the process until it asks for its first event, and until that is answered.

    We make our DynamoDB client when it is first used, the floor makes it while it starts: the second figure
    has both. Our event is the one that needs no data: a company nobody has, one read and one page.
    """
    events = {ours: get("/{slug}", slug="nobody"), floor: get("/")}
    inits: dict[Path, list[float]] = {ours: [], floor: []}
    answers: dict[Path, list[float]] = {ours: [], floor: []}
    status = 0
    with EmptyStore() as store:
        environment = ENVIRONMENT | {"AWS_ENDPOINT_URL_DYNAMODB": store.url}
        for number in range(ROUNDS + 1):
            for task in (ours, floor) if number % 2 else (floor, ours):
                begun = start(task, runtime, environment, events[task])
                if task == ours:
                    status = begun.answer["statusCode"]
                if number:  # the first round warms the disk's cache
                    inits[task].append(begun.init)
                    answers[task].append(begun.answered)
    ours_ms, floor_ms = (median(inits[task]) * 1000 for task in (ours, floor))
    answer_ms, floor_answer_ms = (median(answers[task]) * 1000 for task in (ours, floor))
    how = f"median of {ROUNDS} interleaved starts under awslambdaric on {platform.machine()}"
    figures = [
        at_most(
            "house.cold_start_ratio",
            ours_ms / floor_ms,
            1.25,
            "x",
            f"{ours_ms:.0f} ms against {floor_ms:.0f} ms of chalice + boto3 + a DynamoDB client; {how}",
        ),
        shown("house.cold_start", ours_ms, "ms", how),
    ]
    if status != 404:
        why = f"GET /nobody was answered with {status}, not 404"
        return [
            *figures,
            not_measured("house.first_answer", why),
            not_measured("house.first_answer_ratio", why),
        ]
    return [
        *figures,
        shown(
            "house.first_answer",
            answer_ms,
            "ms",
            f"start, one read, one page (there is no such portal); {how}",
        ),
        shown(
            "house.first_answer_ratio",
            answer_ms / floor_answer_ms,
            "x",
            f"against {floor_answer_ms:.0f} ms of the floor with the same read and two letters",
        ),
    ]


def get(resource: str, **parameters: str) -> dict[str, Any]:
    """API Gateway's event for a GET."""
    path = resource.format(**parameters)
    headers = {"Host": "portal.example.com", "Accept": "text/html", "Accept-Language": "en"}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": "GET",
            "path": path,
            "stage": "api",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def imports(ours: Path, floor: Path) -> list[Figure]:
    """What importing app.py loads."""
    mine, least = loaded(ours), loaded(floor)
    heavy = [name for name in HEAVY if name in mine]
    return [
        at_most(
            "house.modules_over_floor",
            len(mine) - len(least),
            60,
            "modules",
            f"{len(mine)} loaded by importing app, {len(least)} by the floor's",
        ),
        at_most(
            "house.heavy_modules",
            len(heavy),
            0,
            "modules",
            f"of {', '.join(HEAVY)}; loaded: {', '.join(heavy) or 'none'}",
        ),
    ]


def loaded(task: Path) -> set[str]:
    """The names in sys.modules after `import app`."""
    program = "import app, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=task,
        env=ENVIRONMENT | python_environment(task),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def make_floor(ours: Path, floor: Path) -> None:
    """The same package with only what every Chalice application needs, and the floor's own app.py."""
    for path in ours.rglob("*"):
        inside = path.relative_to(ours)
        if path.is_file() and package.distribution(inside.as_posix()) in FLOOR:
            (floor / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, floor / inside)
    shutil.copy2(Path(__file__).parent / "floor" / "app.py", floor)
    package.byte_compile(floor)


def copy_runtime_client(target: Path) -> None:
    """AWS's runtime client and what it needs, apart from everything else that is installed here."""
    for name in ("awslambdaric", "simplejson", "snapshot-restore-py"):
        for file in metadata.files(name) or []:
            source = Path(str(file.locate()))
            if ".." not in file.parts and source.is_file():
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target / file)


def this_architecture() -> str:
    """This machine, in Lambda's words."""
    return "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
