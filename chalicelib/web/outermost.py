"""What is around every request, whoever answers it, Chalice's own refusals too: its id, which is the gateway's, in the
answer's headers, those that guard it, and its line in the log. Whoever was sent away since Stripe or S3 did not answer
is counted."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from chalice.app import Response

from chalicelib import errors, logs
from chalicelib.aws.metrics import UNREACHABLE
from chalicelib.services import services
from chalicelib.web.errors import STATUS
from chalicelib.web.guards import ALWAYS


def around(request: Any, answer: Callable[[Any], Response]) -> Response:
    """Chalice's middleware: `request` is its own, whose `path` is the route's pattern."""
    # Only API Gateway numbers requests; where there is another server, we do.
    id = request.context["requestId"] = request.context.get("requestId") or token_hex(16)
    with logs.during(f"{request.method} {request.path}", id) as ended:
        response = answer(request)
        ended["status"] = response.status_code
        if response.status_code == STATUS[errors.Unreachable][0]:
            services().metrics.count(UNREACHABLE, 1, services().now(), request=id)
    response.headers = {**ALWAYS, **response.headers, "X-Request-Id": id}
    if isinstance(response.body, dict):
        # Ours are never dicts: Chalice's own refusal, of what came to no view.
        response.body = {**response.body, "Reference": id}
    return response
