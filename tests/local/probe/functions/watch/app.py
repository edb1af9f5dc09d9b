"""Notes the event as it came: stream records one by one, a schedule's whole."""

import json
import os
import sys
import time
from typing import Any

import boto3


def handle(event: dict[str, Any], _context: object) -> None:
    """Keep the evidence in the table that the test reads."""
    sys.stderr.write("watched\n")
    table = boto3.resource("dynamodb").Table(os.environ["SEEN"])
    for record in event.get("Records", []):
        key = record["dynamodb"]["Keys"]["id"]["S"]
        table.put_item(Item={"id": f"change {key}", "at": str(time.time())})
    if "Records" not in event:
        table.put_item(Item={"id": "tick", "event": json.dumps(event)})
