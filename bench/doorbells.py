"""IssueDocument behind its FIFO queue, as the template joins them.

However many workers listen, a group of the queue is one worker's until he has answered, so a series
has one writer. What the queue takes is timed with the rest: receiving, asking in vain, deleting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import sleep
from typing import TYPE_CHECKING, Any

from bench.issuing import Batches
from bench.tables import Context
from invoicing import requests, settings
from invoicing.adapters import aws, queues
from invoicing.ledger import Series

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import MessageTypeDef

TOGETHER = 10  # messages that the template lets a worker take
PAUSE = 0.02  # seconds until a worker who found nothing asks again


@dataclass(frozen=True)
class Doorbells(Batches):
    """IssueDocument behind its FIFO queue, which lets one worker at a time into a series."""

    def prepare(self, series: Series, order: str) -> None:
        """Keep a request and ring for it, as CheckDraft does."""
        super().prepare(series, order)
        queues.ring(requests.Key(series=series, source=order))

    def issue(self, series: Series, orders: Sequence[str]) -> None:  # noqa: ARG002  whatever rings
        """Be one of the workers at the queue until it is empty."""
        while not self._is_empty():
            answer = aws.sqs().receive_message(
                QueueUrl=settings.get("NUMBER_QUEUE"),
                MaxNumberOfMessages=TOGETHER,
                MessageSystemAttributeNames=["MessageGroupId"],
            )
            self._answer(answer.get("Messages", []))

    def _is_empty(self) -> bool:
        names: list[QueueAttributeNameType] = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        answer = aws.sqs().get_queue_attributes(
            QueueUrl=settings.get("NUMBER_QUEUE"), AttributeNames=names
        )
        return not sum(map(int, answer["Attributes"].values()))

    def _answer(self, rings: "list[MessageTypeDef]") -> None:
        if not rings:
            sleep(PAUSE)  # another worker is in the series
            return
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
