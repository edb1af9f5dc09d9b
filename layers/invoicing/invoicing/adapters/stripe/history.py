"""What became of a payment, read at Stripe from its beginning to now.

Stripe repeats, reorders and loses events, so an event only says where to look: whatever it is
about leads to a payment intent, and the intent is read again with all its refunds and disputes.
The same reading then comes out whichever events came, and in which order.
"""

from typing import Any

from stripe import CustomerCashBalanceTransaction, PaymentIntent, StripeClient

from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account, transfers
from invoicing.adapters.stripe.account import id_of
from invoicing.adapters.stripe.amounts import instant
from invoicing.adapters.stripe.movements import Moved
from invoicing.money import CurrencyCode, Money
from invoicing.objections import DashboardRefund, Dispute
from invoicing.payments import Awaited, Movement
from invoicing.records import Record


class History(Record):
    """A payment for one of our invoices: what moved, the cause before its consequence."""

    currency: CurrencyCode
    number: str  # of the invoice
    intent: str
    movements: tuple[Movement, ...]
    returning: tuple[Money, ...] = ()  # refunds that have not left yet
    under_way: bool  # a direct debit that may still arrive
    awaited: Awaited | None = None  # a transfer of which not all has come
    may_end: bool = False  # whether it can be cancelled from here
    disputes: tuple[Dispute, ...] = ()
    dashboard_refunds: tuple[DashboardRefund, ...] = ()  # those that were not made here
    trail: str | None = None  # of the order that is paid, as the payment was told it


class Payments:
    """One seller's account at Stripe, to be read."""

    def __init__(self, secrets: StripeSecrets) -> None:
        self._client = account.client(secrets)

    def behind(self, object_id: str, *, seller: str) -> History | None:
        """Read all of the payment that an object belongs to; None if it is none of the seller's.

        Two sellers may share an account at Stripe, and then each hears of the other's payments.
        """
        intent_id = _intent_of(self._client, object_id)
        return self.of(intent_id, seller=seller) if intent_id else None

    def of(self, intent_id: str, *, seller: str) -> History | None:
        """Read a payment intent with its charge, refunds and disputes; None if it is not ours."""
        intent = self._client.v1.payment_intents.retrieve(
            intent_id, params={"expand": ["latest_charge"]}
        )
        number = invoice_of(intent, seller)
        if not number:
            return None
        moved = Moved.of(self._client, intent)
        return History(
            currency=intent.currency.upper(),
            number=number,
            intent=intent_id,
            movements=tuple(moved.movements()),
            returning=tuple(moved.returning()),
            under_way=intent.status == "processing",
            awaited=_awaited(self._client, intent),
            may_end=transfers.is_by_itself(intent),
            disputes=tuple(moved.disputed()),
            dashboard_refunds=tuple(moved.dashboard_refunds()),
            trail=_metadata(intent).get("facturier_correlation_id"),
        )

    def find(self, intent_id: str, *, seller: str) -> History | None:
        """Read a payment intent like `of`; None also if Stripe knows no such intent."""
        return account.found(lambda: self.of(intent_id, seller=seller))

    def belongs(self, intent_id: str, *, seller: str) -> bool:
        """Say whether a payment intent is for one of the seller's invoices."""
        return bool(invoice_of(self._client.v1.payment_intents.retrieve(intent_id), seller))


def _intent_of(client: StripeClient, object_id: str) -> str | None:
    """Follow an object to its payment intent by the kind of its id; others have none."""
    found: Any
    match object_id.partition("_")[0]:
        case "pi":
            return object_id
        case "cs":
            found = client.v1.checkout.sessions.retrieve(object_id)
        case "ch" | "py":
            found = client.v1.charges.retrieve(object_id)
        case "re" | "pyr":
            found = client.v1.refunds.retrieve(object_id)
        case "dp" | "du":
            found = client.v1.disputes.retrieve(object_id)
        case _:
            return None
    return id_of(found.payment_intent) if found.payment_intent else None


def invoice_of(intent: PaymentIntent, seller: str) -> str | None:
    """Say which invoice a payment intent is for; None if it is none of the seller's."""
    metadata = _metadata(intent)
    ours = metadata.get("facturier_seller") == seller
    return metadata.get("facturier_invoice") if ours else None


def _metadata(intent: PaymentIntent) -> dict[str, str]:
    return intent.metadata.to_dict() if intent.metadata else {}


def _awaited(client: StripeClient, intent: PaymentIntent) -> Awaited | None:
    """Say what came of a transfer; it is waited for anew since its last part."""
    awaited = transfers.awaited(intent)
    if not awaited or not awaited.received:
        return awaited
    moves = client.v1.customers.cash_balance_transactions.list(
        id_of(intent.customer), {"limit": 100}
    )
    parts = (each for each in moves.auto_paging_iter() if _applied_to(each) == intent.id)
    latest = max((instant(each.created) for each in parts), default=awaited.since)
    return awaited.model_copy(update={"since": latest})


def _applied_to(move: CustomerCashBalanceTransaction) -> str | None:
    """Name the payment that cash was applied to."""
    applied = getattr(move, "applied_to_payment", None)
    return id_of(applied.payment_intent) if applied else None
