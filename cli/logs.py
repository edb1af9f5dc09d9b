"""How long the functions' logs are kept.

Lambda makes a function's log with its first line, so the stack does not know it, and keeps it for
ever unless it is told otherwise.
"""

from contextlib import suppress
from typing import Any

import boto3

from cli.dashboard import deployed
from cli.stack import UnknownStackError

TERMS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557)
"""Days that CloudWatch takes, as far as anybody wants them."""


def keep(stack: str, days: int) -> dict[str, Any]:
    """Have every function's log forget what is older; tell how many there are."""
    functions = [each.id for each in deployed(stack) if each.type == "AWS::Lambda::Function"]
    if not functions:
        raise UnknownStackError(f"no stack {stack!r} with functions in this account and region")
    logs: Any = boto3.client("logs")
    for function in functions:
        name = f"/aws/lambda/{function}"
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=name)
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    return {"logs": len(functions), "days": days}
