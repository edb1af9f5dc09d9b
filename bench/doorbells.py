"""IssueDocument behind its FIFO queue, as the template joins them.

However many workers listen, a group of the queue is one worker's until he has answered, so a series
has one writer. What the queue takes is timed with the rest: ringing, receiving, asking in vain,
deleting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import sleep
from typing import TYPE_CHECKING, Any

from bench.issuing import Batches
from bench.tables import Context
from invoicing import requests, settings
from invoicing.adapters import aws, queues
from invoicing.ledger import Series

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

TOGETHER = 10  # messages that the template lets a worker take
PAUSE = 0.1  # seconds until a worker who found nothing asks again


@dataclass(frozen=True)
class Doorbells(Batches):
    """IssueDocument behind its FIFO queue, which lets one worker at a time into a series."""

    unanswered: list[str] = field(default_factory=list)

    def issue(self, series: Series, orders: Sequence[str]) -> None:
        """Ring for the last order, then listen with the others until every ring is answered."""
        self.unanswered.append(orders[-1])
        queues.ring(requests.Key(series=series, source=orders[-1]))
        while self.unanswered:
            rings = self._heard()
            if rings:
                self._answer(rings)
            else:
                sleep(PAUSE)  # another worker is in the series

    def _heard(self) -> "list[MessageTypeDef]":
        answer = aws.sqs().receive_message(
            QueueUrl=settings.get("NUMBER_QUEUE"),
            MaxNumberOfMessages=TOGETHER,
            MessageSystemAttributeNames=["MessageGroupId"],
        )
        return answer.get("Messages", [])

    def _answer(self, rings: "list[MessageTypeDef]") -> None:
        records = [_record(each) for each in rings]
        answer = self.function.handler({"Records": records}, Context())
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        done = [each for each in rings if each["MessageId"] not in failed]
        aws.sqs().delete_message_batch(
            QueueUrl=settings.get("NUMBER_QUEUE"),
            Entries=[
                {"Id": each["MessageId"], "ReceiptHandle": each["ReceiptHandle"]} for each in done
            ],
        )
        del self.unanswered[: len(done)]


def _record(ring: "MessageTypeDef") -> dict[str, Any]:
    """Write a message as Lambda hands it to a function."""
    return {
        "messageId": ring["MessageId"],
        "receiptHandle": ring["ReceiptHandle"],
        "body": ring["Body"],
        "attributes": ring["Attributes"],
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-3:000000000000:Doorbells.fifo",
        "awsRegion": "eu-west-3",
    }
