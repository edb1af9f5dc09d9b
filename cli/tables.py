"""The table `Operations` walked over as a whole, for what has no list of its own."""

import os
from collections.abc import Iterator

from invoicing.adapters import aws


def beginning(prefix: str) -> Iterator[aws.Item]:
    """Read every item of `Operations` whose partition begins like this, strongly."""
    pages = (
        aws.dynamodb()
        .get_paginator("scan")
        .paginate(
            TableName=os.environ["OPERATIONS_TABLE"],
            FilterExpression="begins_with(pk, :prefix)",
            ExpressionAttributeValues=aws.to_item({":prefix": prefix}),
            ConsistentRead=True,
        )
    )
    for page in pages:
        yield from map(aws.from_item, page["Items"])
