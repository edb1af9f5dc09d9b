"""Work that failed five times, and its way back to the queue that it came from.

SQS's own move (StartMessageMoveTask) does the same and is not everywhere. Here a message is sent
first and deleted afterwards: whatever comes in between leaves it twice, which no worker minds.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3

from cli.dashboard import deployed
from cli.stack import UnknownStackError
from invoicing.errors import FacturierError, NotFoundError

_AT_ONCE = 10
_PATIENCE = 60  # seconds in which a batch is worked off; nobody else sees it meanwhile
_ALL: Any = ["All"]


class NotesError(FacturierError):
    """What lies there is notes, which nobody works off."""


class WorkError(FacturierError):
    """What lies there is work, which somebody has to do."""


def waiting(stack: str) -> dict[str, int]:
    """Count what lies in each dead-letter queue of a stack, by its name in the template."""
    return {name: _count(url) for name, url in _queues(stack).items() if name.startswith("Dead")}


def show(stack: str, name: str) -> list[dict[str, str]]:
    """Tell what the first messages of a queue say; they stay there. NotFoundError as below."""
    url = _dead(stack, name)
    found = _received(url, at_most=_AT_ONCE, hidden=0)
    return [{"id": each["MessageId"], "since": _sent(each), "body": each["Body"]} for each in found]


def move(stack: str, name: str) -> dict[str, Any]:
    """Send all that lies in a queue back to where it came from; tell how much.

    NotFoundError if the stack has no such queue, NotesError if nobody's work lies there.
    """
    url = _dead(stack, name)
    source = _source(stack, url)
    if not source:
        raise NotesError(f"what lies in {name} is no work: drop it when its cause is gone")
    batches = _batches(url, _count(url))
    moved = sum(_send_back(message, url, source) for batch in batches for message in batch)
    return {"queue": name, "moved": moved, "left": _count(url)}


def drop_one(stack: str, name: str, message: str) -> dict[str, Any]:
    """Forget one message that can never be done; NotFoundError as above, or if it is not seen.

    Of messages in an order SQS shows the first ten of each group.
    """
    url, taken = _dead(stack, name), dict[str, Any]()
    try:
        for batch in _batches(url, _count(url)):
            taken |= {each["MessageId"]: each for each in batch}
            if message in taken:
                _delete(taken.pop(message), url)
                return {"queue": name, "dropped": 1}
    finally:
        for each in taken.values():
            _give_back(each, url)
    raise NotFoundError(f"message {message} among those that {name} shows")


def drop(stack: str, name: str) -> dict[str, Any]:
    """Forget the notes in a queue; NotFoundError as above, WorkError if they are work."""
    url = _dead(stack, name)
    if _source(stack, url):
        raise WorkError(
            f"what lies in {name} is work: move it when its cause is gone, or name one by --id"
        )
    dropped = _count(url)
    boto3.client("sqs").purge_queue(QueueUrl=url)
    return {"queue": name, "dropped": dropped}


def _queues(stack: str) -> dict[str, str]:
    found = {each.logical_id: each.id for each in deployed(stack) if each.type == "AWS::SQS::Queue"}
    if not found:
        raise UnknownStackError(f"no stack {stack!r} with queues in this account and region")
    return found


def _dead(stack: str, name: str) -> str:
    url = _queues(stack).get(name)
    if not url or not name.startswith("Dead"):
        raise NotFoundError(f"dead-letter queue {name}")
    return url


def _attributes(url: str) -> Mapping[Any, str]:
    asked = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=_ALL)
    return asked["Attributes"]


def _count(url: str) -> int:
    """Count the messages, those too that another command has in its hands."""
    known = _attributes(url)
    names: Any = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    return sum(int(known[name]) for name in names)


def _source(stack: str, dead: str) -> str | None:
    """Find the queue whose letters end there."""
    arn = _attributes(dead)["QueueArn"]
    for url in _queues(stack).values():
        policy = json.loads(_attributes(url).get("RedrivePolicy", "{}"))
        if policy.get("deadLetterTargetArn") == arn:
            return url
    return None


def _batches(url: str, most: int) -> Iterator[list[Any]]:
    """Take so many messages at most, so that one that fails again at once is not moved for ever."""
    taken = 0
    while taken < most:
        found = _received(url, at_most=min(_AT_ONCE, most - taken), hidden=_PATIENCE)
        if not found:
            return
        taken += len(found)
        yield found


def _received(url: str, *, at_most: int, hidden: int) -> list[Any]:
    """Read some messages, which nobody else sees for so many seconds."""
    answer = boto3.client("sqs").receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=at_most,
        VisibilityTimeout=hidden,
        MessageSystemAttributeNames=["MessageGroupId", "SentTimestamp"],
        WaitTimeSeconds=1,
    )
    return list(answer.get("Messages", []))


def _sent(message: Any) -> str:  # noqa: ANN401  as SQS gives it
    milliseconds = int(message["Attributes"]["SentTimestamp"])
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _send_back(message: Any, dead: str, source: str) -> int:  # noqa: ANN401  as SQS gives it
    group = message.get("Attributes", {}).get("MessageGroupId")
    ordered = {"MessageGroupId": group, "MessageDeduplicationId": uuid4().hex} if group else {}
    sqs: Any = boto3.client("sqs")
    sqs.send_message(QueueUrl=source, MessageBody=message["Body"], **ordered)
    _delete(message, dead)
    return 1


def _delete(message: Any, url: str) -> None:  # noqa: ANN401  as SQS gives it
    boto3.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def _give_back(message: Any, url: str) -> None:  # noqa: ANN401  as SQS gives it
    """Let a message be seen again at once."""
    boto3.client("sqs").change_message_visibility(
        QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )
