"""What waits for its seller's decision, over all sellers: which reason repeats, and whose it is."""

import os
from collections import Counter

from cli import tables
from cli.stack import Stack
from invoicing.adapters.operations import request_items


def counted(stack: Stack) -> dict[str, dict[str, int]]:
    """Count the held orders and credits by reason, and under each reason by seller.

    One that is held for two reasons counts under both.
    """
    os.environ["OPERATIONS_TABLE"] = stack.operations_table  # where the functions' tables find it
    found = Counter(
        (reason.code, request.key.series.seller)
        for item in tables.beginning("REQ#")
        if item["state"] == "HELD"
        for request in [request_items.read(item)]
        for reason in request.reasons
    )
    told: dict[str, dict[str, int]] = {}
    for (code, seller), count in sorted(found.items()):
        told.setdefault(code, {})[seller] = count
    return told
