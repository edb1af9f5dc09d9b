"""What is done once, done before Lambda takes a snapshot of a started function (SnapStart).

Importing makes nothing that a snapshot would multiply: no client, no connection, no secret, no
time and no chance. So this hook has all to do, and only chance to mend after it. It runs where
SnapStart is switched on for a function and nowhere else; how, and why it is off, is in
docs/decisions.md. `snapshot_restore_py` comes with Lambda's Python.
"""

import random
from collections.abc import Iterator

from invoicing.adapters import aws
from invoicing.records import Record

try:
    from snapshot_restore_py import (  # type: ignore[import-not-found]  # Lambda has it
        register_after_restore,
        register_before_snapshot,
    )
except ImportError:  # elsewhere than in Lambda nobody takes snapshots
    register_after_restore = register_before_snapshot = None


def register() -> None:
    """Tell Lambda of the hook."""
    if register_before_snapshot:
        register_before_snapshot(prime)
        register_after_restore(random.seed)  # which jitter of retries is drawn from


def prime() -> None:
    """Make what is otherwise made at first use: clients, which call nobody, and validators."""
    for client in (aws.dynamodb, aws.sqs, aws.s3, aws.kms, aws.secretsmanager):
        client()
    for record in _records(Record):
        record.model_rebuild()


def _records(kind: type[Record]) -> Iterator[type[Record]]:
    for each in kind.__subclasses__():
        yield each
        yield from _records(each)
