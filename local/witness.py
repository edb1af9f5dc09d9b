"""MiniStack with a witness: each decision about a role's permission is written down, a line each.

Run by the emulator's own Python, which has nothing of ours: `python -P witness.py FILE`. It also
tells a decision which partitions a call is about (`dynamodb:LeadingKeys`), which MiniStack leaves
out: a condition on them would hold for whatever is asked.
"""

import json
import re
import sys
from contextvars import ContextVar
from itertools import chain
from pathlib import Path
from typing import Any

Body = dict[str, Any]

_PARTITION_KEY = "pk"
_TRANSACTED = {
    "dynamodb:PutItem": "Put",
    "dynamodb:UpdateItem": "Update",
    "dynamodb:DeleteItem": "Delete",
    "dynamodb:ConditionCheckItem": "ConditionCheck",
    "dynamodb:GetItem": "Get",
}
_asked: ContextVar[Body] = ContextVar("the body of the call to DynamoDB that is decided about")


def leading_keys(action: str, table: str, body: Body) -> list[str]:
    """Give the partitions that a call is about by one action on one table; a scan names none."""
    if transacted := body.get("TransactItems"):
        member = _TRANSACTED[action]
        parts = [item[member] for item in transacted if member in item]
        return [_partition(part) for part in parts if table.endswith(f"/{part['TableName']}")]
    if batch := body.get("RequestItems"):
        keys = chain.from_iterable(asked["Keys"] for asked in batch.values() if "Keys" in asked)
        return [_text(key) for key in keys]
    if condition := body.get("KeyConditionExpression"):
        return [_queried(condition, body)]
    return [_partition(body)] if {"Key", "Item"} & body.keys() else []


def _partition(part: Body) -> str:
    return _text(part.get("Key") or part["Item"])


def _text(key: Body) -> str:
    """Give the partition of a key of ours; nothing for one of another shape."""
    return str(key.get(_PARTITION_KEY, {}).get("S", ""))


def _queried(condition: str, body: Body) -> str:
    """Give the value that the first equation of a query names: keys are equal, ranges follow."""
    found = re.search(r"=\s*(:\w+)", condition)
    return str(body["ExpressionAttributeValues"][found[1]]["S"]) if found else ""


def main(file: Path) -> None:
    """Run MiniStack until it is told to end."""
    # Imported here, because the tests of this module have no MiniStack.
    from ministack import app  # type: ignore[import-not-found]  # noqa: PLC0415
    from ministack.core import (  # type: ignore[import-not-found]  # noqa: PLC0415
        iam_actions,
        iam_evaluator,
    )

    decide, context = iam_evaluator.enforce, iam_actions.dynamodb_service_context
    log = file.open("w", buffering=1)

    def heard(body: bytes) -> object:
        _asked.set(json.loads(body or b"{}"))
        return context(body)

    def decided(  # noqa: PLR0913, PLR0917  as MiniStack calls it
        key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: Body | None = None,
    ) -> object:
        keys: list[str] = []
        if service == "dynamodb":
            keys = leading_keys(action, resource_arn, _asked.get())
            known = {"dynamodb:LeadingKeys": keys} if keys else {}
            service_context = (service_context or {}) | known
        refused = decide(key, action, service, region, resource_arn, service_context)
        who = iam_evaluator.resolve_caller_identity(key) or {}
        if ":assumed-role/" in (arn := who.get("userArn", "")):
            role, _, session = arn.partition(":assumed-role/")[2].partition("/")
            said = {"role": role, "session": session, "action": action, "resource": resource_arn}
            log.write(json.dumps({**said, "keys": keys, "allowed": refused is None}) + "\n")
        return refused

    iam_evaluator.enforce, iam_actions.dynamodb_service_context = decided, heard
    app.main()


if __name__ == "__main__":
    decisions = Path(sys.argv.pop())
    main(decisions)
