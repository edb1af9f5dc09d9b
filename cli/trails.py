"""One order's way through all functions, as their logs tell it.

CloudWatch's Logs Insights finds the same in its own way; this needs no console.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3

from cli.dashboard import Resource, deployed
from cli.stack import UnknownStackError
from invoicing.errors import FacturierError

_ABOUT_THE_LINE = {  # what Powertools says of the line itself, and Lambda of the call
    "level",
    "location",
    "message",
    "timestamp",
    "service",
    "cold_start",
    "function_name",
    "function_memory_size",
    "function_arn",
    "function_request_id",
    "correlation_id",
    "xray_trace_id",
    "exception",
    "exception_name",
    "stack_trace",
}


class NoLinesError(FacturierError):
    """Nothing was written under this trail."""


def told(stack: str, trail: str, *, since: datetime) -> str:
    """Tell every line under a trail, oldest first; NoLinesError if there is none."""
    functions = [each for each in deployed(stack) if each.type == "AWS::Lambda::Function"]
    if not functions:
        raise UnknownStackError(f"no stack {stack!r} with functions in this account and region")
    found = [line for each in functions for line in _lines(each, trail, since)]
    if not found:
        raise NoLinesError(f"no line of {trail} since {since:%Y-%m-%d}: is it SELLER/ORDER?")
    return "\n".join(text for _, text in sorted(found))


def _lines(function: Resource, trail: str, since: datetime) -> Iterator[tuple[str, str]]:
    """Read the lines of one function's log, each with its time."""
    logs: Any = boto3.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/lambda/{function.id}",
        startTime=int(since.timestamp() * 1000),
        filterPattern=f'"{trail}"',
    )
    try:
        for page in pages:
            for event in page["events"]:
                line = _read(event["message"])
                if line.get("correlation_id") == trail:
                    yield line["timestamp"], _written(function.logical_id, line)
    except logs.exceptions.ResourceNotFoundException:
        return  # it never ran


def _read(message: str) -> dict[str, Any]:
    """Read a line of ours; nothing of what is none, or was cut off."""
    try:
        return dict(json.loads(message)) if message.startswith("{") else {}
    except ValueError:
        return {}


def _written(function: str, line: dict[str, Any]) -> str:
    facts = [f"{name}={value}" for name, value in line.items() if name not in _ABOUT_THE_LINE]
    failed = [f"{line['exception_name']}"] if "exception_name" in line else []
    begun = f"{line['timestamp']}  {line['level']:<7} {function:<18} {line['message']}"
    return "  ".join([begun, *failed, *facts])
