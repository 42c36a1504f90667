"""The first message of a new process that has never seen moto: `python -m bench.messages_first send|imports|floor`,
what it needs on standard input as JSON. Prints what it took as JSON.

Nothing of Porchlight is imported at the top: importing it is what is measured.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from typing import Any

# What any sender of such mails imports: the framework, AWS, the language, the cleaning, the styles.
FLOOR = ("chalice.app", "boto3", "liquid", "nh3", "css_inline")


def send(given: dict[str, Any]) -> dict[str, Any]:
    """Import app, send a message, and the same again: milliseconds of each, and the modules that the first loaded."""
    began = time.perf_counter()
    importlib.import_module("app")
    app, before = _since(began), set(sys.modules)
    from bench.messages_network import played

    with played(given["answers"]):
        began = time.perf_counter()
        services = _services(given)
        actions = importlib.import_module("chalicelib.messages.actions")
        actions.deliver(services, *given["which"])
        first = _since(began)
        loaded = [name for name in sys.modules if name not in before and not name.startswith(("bench", "unittest"))]
        began = time.perf_counter()
        actions.deliver(services, *given["which"])
    return {"app": app, "first": first, "second": _since(began), "loaded": loaded}


def _services(given: dict[str, Any]) -> Any:
    """As a container has them; its secrets are read."""
    from datetime import datetime

    from chalicelib.aws import secrets
    from chalicelib.services import Services
    from chalicelib.settings import Settings

    now = datetime.fromisoformat(given["now"])
    made = Services(Settings(**given["settings"]), clock=lambda: now)
    made.secrets = secrets.parse(given["secrets"])
    return made


def imports(given: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds for `import app`, and for the modules that the first message loads after it."""
    began = time.perf_counter()
    importlib.import_module("app")
    app, before = _since(began), len(sys.modules)
    began = time.perf_counter()
    for name in given["loaded"]:
        importlib.import_module(name)
    return {"app": app, "more": _since(began), "app_modules": before, "modules": len(sys.modules)}


def floor(given: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds for what any such sender imports."""
    began = time.perf_counter()
    for name in FLOOR:
        importlib.import_module(name)
    return {"ms": _since(began), "modules": len(sys.modules)}


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "us-east-1",
        "PORCHLIGHT_STAGE": "bench",
    }  # fmt: skip
    print(json.dumps({"send": send, "imports": imports, "floor": floor}[sys.argv[1]](json.load(sys.stdin))))
