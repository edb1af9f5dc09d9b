"""Messages between the functions: a message carries ids, the worker reads what it needs."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import batched
from typing import Any, Literal
from uuid import uuid4

from invoicing import notices, refunds, requests, settings
from invoicing.adapters import aws
from invoicing.errors import FacturierError
from invoicing.ledger import Place
from invoicing.records import Instant, Record, plain
from invoicing.webhooks import Subject

_TOGETHER = 10  # messages of one SendMessageBatch


class NotSentError(FacturierError):
    """SQS did not take all messages; whoever asks again asks for all of them."""


class Check(Record):
    """A request whose draft waits for the official rules."""

    request: requests.Key


class Doorbell(Record):
    """A request that is ready to be numbered, with whatever else is."""

    request: requests.Key


class Render(Record):
    """A document that has no PDF yet."""

    place: Place


class Deliver(Record):
    """A notice that is queued."""

    notice: notices.Key


class Close(Record):
    """A seller whose books are to be closed as of a moment."""

    seller: str
    at: Instant


class Anchor(Record):
    """A closing that is to be made known outside of the ledger."""

    place: Place


class PayBack(Record):
    """Money that is owed to a buyer."""

    refund: refunds.Key


Rounds = Literal["PLAN_QUEUE", "DIGEST_QUEUE", "WATCH_QUEUE", "RECONCILE_QUEUE", "CLOSINGS_QUEUE"]
"""The queues of what is done for each seller when a schedule says so."""


class Round(Record):
    """A page of sellers who are to be visited, or one of them."""

    at: Instant  # when the schedule fired
    seller: str | None = None  # None: the list of sellers itself
    after: dict[str, str] | None = None  # where the page before it ended


class Remind(Record):
    """A buyer of a seller to whom something may be due to be said."""

    seller: str
    buyer: str
    at: Instant


class Draw(Record):
    """A reminder whose letter is to be drawn."""

    notice: notices.Key


BALANCE_MOVED = "balance"
"""The type of a hint of ours: the latest attempt at paying is to ask for what is open now."""


class PaymentHint(Record):
    """Something happened to a seller's object at Stripe; what, is read there."""

    seller: str
    type: str
    object: str


class Tell(Record):
    """Something that a shop is told: what changed just now, or an event that waits."""

    seller: str
    subject: Subject | None = None
    event: str | None = None


def check(request: requests.Key) -> None:
    """Ask for the check of a draft."""
    _send(settings.get("CHECK_QUEUE"), Check(request=request))


def ring(request: requests.Key) -> None:
    """Ring at the series' door; the queue is FIFO, a group for each series."""
    aws.sqs().send_message(
        QueueUrl=settings.get("NUMBER_QUEUE"),
        MessageBody=_text(Doorbell(request=request)),
        MessageGroupId=str(request.series),
        MessageDeduplicationId=uuid4().hex,  # a second ring is harmless, a swallowed one is not
    )


def render(place: Place) -> None:
    """Ask for a document's PDF."""
    _send(settings.get("RENDER_QUEUE"), Render(place=place))


def deliver(notice: notices.Key, *, after: timedelta = timedelta()) -> None:
    """Ask for a notice's mail, at once or after a while; SQS delays by 15 minutes at most."""
    aws.sqs().send_message(
        QueueUrl=settings.get("DELIVER_QUEUE"),
        MessageBody=_text(Deliver(notice=notice)),
        DelaySeconds=int(after.total_seconds()),
    )


def close(seller: str, at: datetime) -> None:
    """Ask for a seller's closings."""
    _send(settings.get("CLOSE_QUEUE"), Close(seller=seller, at=at))


def anchor(place: Place) -> None:
    """Ask for a closing's anchor."""
    _send(settings.get("ANCHOR_QUEUE"), Anchor(place=place))


def pay_back(refund: refunds.Key, *, invoice: str) -> None:
    """Ask for a refund; the queue is FIFO, a group for each invoice."""
    aws.sqs().send_message(
        QueueUrl=settings.get("REFUND_QUEUE"),
        MessageBody=_text(PayBack(refund=refund)),
        MessageGroupId=f"{refund.seller}.{invoice}",
        MessageDeduplicationId=uuid4().hex,  # a second message is harmless, a swallowed one is not
    )


def go_round(queue: Rounds, asked: Iterable[Round]) -> None:
    """Ask for pages or sellers of a round."""
    _send_all(settings.get(queue), asked)


def remind_each(asked: Iterable[Remind]) -> None:
    """Ask for the reminders of several buyers."""
    _send_all(settings.get("REMIND_QUEUE"), asked)


def draw(notice: notices.Key) -> None:
    """Ask for the letter of a reminder."""
    _send(settings.get("DRAW_QUEUE"), Draw(notice=notice))


def payment(hint: PaymentHint) -> None:
    """Ask for a look at Stripe."""
    _send(settings.get("PAYMENT_QUEUE"), hint)


def tell(message: Tell) -> None:
    """Ask for a shop to be told."""
    _send(settings.get("TELL_QUEUE"), message)


def _send_all(queue: str, messages: Iterable[Record]) -> None:
    """Send ten at a time, which SQS bills as one; NotSentError if it leaves one out."""
    for some in batched(map(_text, messages), _TOGETHER, strict=False):
        entries = [{"Id": str(n), "MessageBody": text} for n, text in enumerate(some)]
        answer = aws.sqs().send_message_batch(QueueUrl=queue, Entries=entries)  # type: ignore[arg-type]  # built as plain dicts
        if answer.get("Failed"):
            raise NotSentError(queue)


def _send(queue: str, message: Record) -> None:
    aws.sqs().send_message(QueueUrl=queue, MessageBody=_text(message))


def _text(message: Record) -> str:
    values: dict[str, Any] = plain(message)
    return json.dumps(values, sort_keys=True)
