"""boto3 clients as Porchlight wants them: made at first use, one a service, timeouts below the gateway's 29 s."""

from __future__ import annotations

from typing import Any


def client(
    service: str, region: str, endpoint: str = "", *, attempts: int = 2, patience: float = 8, **config: Any
) -> Any:
    """A client. Each costs 40 to 140 ms to make: keep it. It makes a call again that failed, `attempts` times in all: 1
    for what must not be done twice, since an answer that is lost may be of a call that was heard. It waits `patience`
    seconds for each answer: with all its tries well below the 28 s that a page may take."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint or None,
        config=Config(
            connect_timeout=2,
            read_timeout=patience,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            **config,
        ),
    )
