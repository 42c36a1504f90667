"""AWS's published prices of us-east-1, the first tier of each, no free allowance taken off.

Looked up on 23 November 2026 in stored copies of the pages named here. `read` is False where no copy had the number,
and it is from memory. Prices change: look before you budget by them.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLION, GB = 1_000_000, 1_000_000_000


@dataclass(frozen=True)
class Price:
    """So many dollars for so much of it, where AWS says so, and whether it was read there."""

    dollars: float
    per: float
    source: str
    read: bool = True

    def of(self, amount: float) -> float:
        return self.dollars * amount / self.per


GATEWAY = "docs.aws.amazon.com, whitepaper on private APIs, table 4; aws.amazon.com/api-gateway/pricing"
LAMBDA = "aws.amazon.com/lambda/pricing, by cloudchipr.com/blog/aws-lambda-pricing"
DYNAMODB = "aws.amazon.com/dynamodb/pricing/on-demand, by airbyte.com on the cut of November 2024"
CLOUDFRONT = "aws.amazon.com/cloudfront/pricing, United States"
SES, SQS = "aws.amazon.com/ses/pricing", "aws.amazon.com/sqs/pricing, by cloudburn.io, March 2026"
SNS, KMS = "aws.amazon.com/sns/pricing", "aws.amazon.com/kms/pricing"
CLOUDWATCH = "aws.amazon.com/cloudwatch/pricing, by factualminds.com"

PRICES = {
    "gateway_request": Price(3.50, MILLION, GATEWAY),
    "lambda_request": Price(0.20, MILLION, LAMBDA),
    "lambda_gb_second": Price(0.0000133334, 1, LAMBDA),  # arm64
    "read_unit": Price(0.125, MILLION, DYNAMODB),
    "write_unit": Price(0.625, MILLION, DYNAMODB),
    "cdn_request": Price(0.0100, 10_000, CLOUDFRONT, read=False),
    "cdn_byte": Price(0.085, GB, CLOUDFRONT),
    "cdn_byte_to_origin": Price(0.020, GB, CLOUDFRONT),
    "mail": Price(0.10, 1_000, SES),
    "mail_byte": Price(0.12, GB, SES, read=False),
    "queue_request": Price(0.40, MILLION, SQS),
    # To a queue SNS delivers for nothing.
    "topic_publish": Price(0.50, MILLION, SNS, read=False),
    "key_request": Price(0.03, 10_000, KMS, read=False),
    "file_put": Price(0.005, 1_000, "aws.amazon.com/s3/pricing", read=False),
    "file_get": Price(0.0004, 1_000, "aws.amazon.com/s3/pricing", read=False),
    "log_byte": Price(0.50, GB, CLOUDWATCH),
}  # fmt: skip
