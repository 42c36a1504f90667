"""Deploy `resources.json` through CloudFormation, as it is. The tests and the sandbox call this with moto
started, so the template that production gets is the one that every test runs on."""

from pathlib import Path

import boto3

TEMPLATE = Path(__file__).with_name("resources.json")


def deploy(stage: str = "test") -> dict[str, str]:
    """Make the tables, the bucket and the queues of a stage; gives the stack's outputs (names and URLs).

    The region is the environment's (AWS_DEFAULT_REGION). CloudFormation answers early, so this waits.
    """
    cloudformation = boto3.client("cloudformation")
    name = f"porchlight-{stage}"
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=TEMPLATE.read_text(encoding="utf-8"),
        Parameters=[{"ParameterKey": "Stage", "ParameterValue": stage}],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name)
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
