"""stripe-python's way to the sandbox without a socket: an HTTP client whose network is a function call.
For tests, which have no network. Only this file knows stripe-python's client classes."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Mapping
from io import BytesIO
from typing import Any

import stripe

from sandbox.stripe.http import Lost, Request, Response


class InProcessClient(stripe.HTTPClient):
    """Give it to `stripe.StripeClient(..., http_client=sandbox.http_client())`."""

    name = "sandbox"

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        super().__init__()
        self._answer = answer
        self.requests: list[tuple[str, str]] = []
        """(method, path) of every request tried, retries included."""

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[str, int, Mapping[str, str]]:
        request = Request.to(method, url, headers, post_data or "")
        self.requests.append((request.method, request.path))
        try:
            response = self._answer(request)
        except Lost:
            raise stripe.APIConnectionError(  # type: ignore[no-untyped-call]
                "Unexpected error communicating with Stripe. (Network error: the connection was lost)",
                should_retry=True,
            ) from None
        lowered = {name.lower(): value for name, value in response.headers.items()}
        return response.text, response.status, _Headers({**lowered, **response.headers})

    def request_stream(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[Any, int, Mapping[str, str]]:
        body, status, answered = self.request(method, url, headers, post_data)
        return BytesIO(body.encode()), status, answered

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None, **_: Any
    ) -> tuple[bytes, int, Mapping[str, str]]:
        body, status, answered = self.request(method, url, headers, post_data)
        return body.encode(), status, answered

    async def request_stream_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None, **_: Any
    ) -> tuple[AsyncIterable[bytes], int, Mapping[str, str]]:
        raise NotImplementedError

    def close(self) -> None:
        """There is nothing to close."""

    async def close_async(self) -> None:
        """There is nothing to close."""

    def _sleep_time_seconds(self, num_retries: int, **_: Any) -> float:
        """Retries come at once: no test waits for a network that is not there."""
        return 0.0


class _Headers(dict[str, str]):
    """Case-insensitive to read, as the real clients' headers are."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name.lower() if isinstance(name, str) else name)

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)
