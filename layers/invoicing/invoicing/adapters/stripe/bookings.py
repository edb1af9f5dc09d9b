"""The balance of a Stripe account, line by line."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from stripe import BalanceTransaction, Event

from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account
from invoicing.adapters.stripe.account import id_of
from invoicing.adapters.stripe.amounts import from_stripe, instant
from invoicing.adapters.stripe.events import About
from invoicing.money import Money
from invoicing.reconciliations import Booking

_PAYOUTS = {"payout", "payout_failure", "payout_cancel"}
_TELLING = (
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.partially_funded",
    "payment_intent.canceled",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "customer_cash_balance_transaction.created",
)


def booked(secrets: StripeSecrets, *, begin: datetime, end: datetime) -> Iterator[Booking]:
    """Walk over what was booked in a time, the latest first; `end` is exclusive."""
    listed = account.client(secrets).v1.balance_transactions.list(
        {
            "created": {"gte": int(begin.timestamp()), "lt": int(end.timestamp())},
            "expand": ["data.source"],
            "limit": 100,
        }
    )
    return map(_booking, listed.auto_paging_iter())


def happened(secrets: StripeSecrets, *, begin: datetime, end: datetime) -> list[str]:
    """Give the objects of events that move no money and yet change what may be done."""
    listed = account.client(secrets).v1.events.list(
        {
            "created": {"gte": int(begin.timestamp()), "lt": int(end.timestamp())},
            "types": list(_TELLING),
            "limit": 100,
        }
    )
    told = dict.fromkeys(_about(event) for event in listed.auto_paging_iter())
    return list(filter(None, told))


def _about(event: Event) -> str | None:
    happened: Any = event.data.object
    return About.model_validate(happened.to_dict()).to_read


def _booking(line: BalanceTransaction) -> Booking:
    common: dict[str, Any] = {
        "id": line.id,
        "at": instant(line.created),
        "net": from_stripe(line.net, line.currency),
        "fee": from_stripe(line.fee, line.currency),
    }
    source: Any = line.source
    if line.type in _PAYOUTS:
        return Booking(kind="payout", about=getattr(source, "id", None), **common)
    moved = _movement(line, source)
    if not moved:
        return Booking(kind="cost", about=getattr(source, "id", None), **common)
    name, amount = moved
    return Booking(
        kind="movement",
        about=source.id,
        movement=name,
        payment=id_of(source.payment_intent) if source.payment_intent else None,
        seller=_seller(source),
        moved=amount,
        **common,
    )


def _movement(line: BalanceTransaction, source: Any) -> tuple[str, Money] | None:  # noqa: ANN401  one of many kinds
    """Name the movement as the journal does, and say how much the buyer's bank saw move.

    The line's own amount is in the account's currency, so the object's is taken. A charge that no
    payment intent made has its own name: it is none of ours.
    """
    kind = getattr(source, "object", None)
    if kind == "charge":
        name = id_of(source.payment_intent or source)
        return name, from_stripe(source.amount_captured, source.currency)
    if kind == "refund":
        amount = from_stripe(source.amount, source.currency)
        back = line.amount > 0
        return (f"{source.id}.failed", amount) if back else (source.id, -amount)
    if kind == "dispute":
        amount = from_stripe(source.amount, source.currency)
        won = line.amount > 0
        return (f"{source.id}.reinstated", amount) if won else (f"{source.id}.withdrawn", -amount)
    return None


def _seller(source: Any) -> str | None:  # noqa: ANN401  one of many kinds
    """Say whose payment a charge is of: it has the metadata that its payment was made with."""
    if source.object != "charge":
        return None
    metadata: dict[str, str] = source.metadata.to_dict() if source.metadata else {}
    return metadata.get("facturier_seller", "")
