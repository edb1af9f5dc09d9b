"""Answers the probe's HTTP routes: what it was asked, or what it was asked to be."""

import base64
import json
import logging
import os
import sys
from typing import Any

import boto3
import greeting

logger = logging.getLogger()
Event = dict[str, Any]


def handle(event: Event, _context: object) -> object:
    """Write one line, so that the emulator does not wait 50 ms for one, and answer."""
    sys.stderr.write("asked\n")
    route = event.get("routeKey", "direct")
    if route == "ANY /echo":
        return _wish(event)
    return {"route": route, "greeting": greeting.WORDS, "parameters": event.get("pathParameters")}


def _wish(event: Event) -> object:
    """Behave as the query string's `be` asks."""
    wish = event.get("queryStringParameters", {}).get("be", "echo")
    return _WISHES[wish](event)


def _fail(_event: Event) -> object:
    raise KeyError("asked to fail")


def _cookies(_event: Event) -> object:
    return {"statusCode": 302, "headers": {"location": "/x"}, "cookies": ["a=1; HttpOnly", "b=2"]}


def _binary(_event: Event) -> object:
    body = base64.b64encode(b"%PDF\x00\xff").decode()
    headers = {"content-type": "application/pdf"}
    return {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": True}


def _forbidden(event: Event) -> object:
    """Try a permission that the role has, then one that it lacks."""
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=event["queryStringParameters"]["queue"], MessageBody="good")
    return sqs.list_queues()


def _store(event: Event) -> object:
    """Write to a bucket whose policy asks for TLS."""
    bucket = event["queryStringParameters"]["bucket"]
    boto3.client("s3").put_object(Bucket=bucket, Key="stored", Body=b"x")
    return "stored"


def _places(_event: Event) -> object:
    names = sorted(os.environ)
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    return {
        "statusCode": 200,
        "body": json.dumps(
            {
                "path": sys.path,
                "names": names,
                "aws": aws,
                "python": sys.executable,
                "layer": greeting.__file__,
                "boto3": boto3.__file__,
                "version": sys.version,
                "empty": os.environ.get("EMPTY"),
            }
        ),
    }


_WISHES = {
    "echo": lambda event: {"statusCode": 200, "body": json.dumps(event)},
    "inferred": lambda _: "plain words",
    "fail": _fail,
    "malformed": lambda _: {"statusCode": "many"},
    "cookies": _cookies,
    "binary": _binary,
    "forbidden": _forbidden,
    "places": _places,
    "store": _store,
}
