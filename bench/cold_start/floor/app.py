"""The least that any Chalice application with a database starts: chalice, boto3, one DynamoDB client."""

import boto3
from chalice.app import Chalice

app = Chalice(app_name="floor")
dynamodb = boto3.client("dynamodb", region_name="us-east-1")


@app.route("/")
def index() -> str:
    dynamodb.get_item(TableName="tokens", Key={"token": {"S": "none"}})
    return "ok"
