"""What may become of an invoice's payments at Stripe, step by step, and what is left in the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import methodcaller
from typing import NamedTuple

from tests.simulation.calm import SELLER, Event
from tests.simulation.till import Till

WHOLE = 120_00  # cents that the invoice asks
PART = 50_00


@dataclass
class Life:
    """One invoice at Stripe; each act gives the events that Stripe sends of it."""

    till: Till
    number: str
    payments: list[str] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)
    disputes: list[str] = field(default_factory=list)

    def pays(self, amount: int = WHOLE) -> list[Event]:
        session, payment = self._begins(amount, "card")
        self.till.arrive(payment)
        return [("payment_intent.succeeded", payment), ("checkout.session.completed", session)]

    def begins_a_debit(self, amount: int = WHOLE) -> list[Event]:
        """Complete a session that is not paid yet."""
        session, payment = self._begins(amount, "sepa_debit")
        return [("payment_intent.processing", payment), ("checkout.session.completed", session)]

    def debit_arrives(self) -> list[Event]:
        payment = self.payments[-1]
        self.till.arrive(payment)
        session = self.till.intents[payment]["session"]
        succeeded = "checkout.session.async_payment_succeeded"
        return [("payment_intent.succeeded", payment), (succeeded, session)]

    def debit_fails(self) -> list[Event]:
        payment = self.payments[-1]
        self.till.miss(payment)
        session = self.till.intents[payment]["session"]
        failed = "checkout.session.async_payment_failed"
        return [("payment_intent.payment_failed", payment), (failed, session)]

    def will_transfer(self, amount: int = WHOLE) -> list[Event]:
        """Complete a session whose buyer was told where to transfer to."""
        session, payment = self._begins(amount, "customer_balance")
        self.till.await_transfer(payment)
        return [
            ("payment_intent.requires_action", payment),
            ("checkout.session.completed", session),
        ]

    def has_transferred(self) -> list[Event]:
        """Let all of a transfer be there, of which only the end is told."""
        self.will_transfer()
        self.till.fund(self.payments[-1], WHOLE)
        return [("payment_intent.succeeded", self.payments[-1])]

    def some_comes(self, amount: int) -> list[Event]:
        """Let some of the transfer come, or more than all of it."""
        payment = self.payments[-1]
        intent = self.till.intents[payment]
        self.till.fund(payment, amount)
        cash = ("customer_cash_balance_transaction.created", intent["customer"])
        if intent["status"] == "requires_action":
            return [("payment_intent.partially_funded", payment), cash]
        succeeded = "checkout.session.async_payment_succeeded"
        return [("payment_intent.succeeded", payment), (succeeded, intent["session"]), cash]

    def goes_back(self, amount: int = WHOLE) -> list[Event]:
        refund = self.till.refund(self.payments[-1], amount)
        self.refunds.append(refund)
        return [("refund.created", refund), ("charge.refunded", f"ch_{self.payments[-1]}")]

    def comes_again(self) -> list[Event]:
        """Let the last refund fail."""
        self.till.fail(self.refunds[-1])
        return [("refund.failed", self.refunds[-1])]

    def is_to_go_back(self, *, booked: bool = False) -> list[Event]:
        """Begin a refund that waits, for the buyer's bank details or for the account's balance.

        What is taken from the balance at once is so before the buyer has it.
        """
        refund = self.till.refund(self.payments[-1], WHOLE, status="requires_action")
        if booked:
            self.till.send_off(refund, status="pending")
        self.refunds.append(refund)
        return [("refund.created", refund)]

    def leaves(self) -> list[Event]:
        """Let a refund that waited go."""
        self.till.send_off(self.refunds[-1])
        return [("refund.updated", self.refunds[-1])]

    def is_cancelled(self) -> list[Event]:
        """Let a refund that waited be cancelled in the dashboard."""
        self.till.fail(self.refunds[-1], status="canceled")
        return [("refund.updated", self.refunds[-1])]

    def is_not_claimed(self) -> list[Event]:
        """Let the buyer say nothing for 45 days: the money becomes his cash at Stripe."""
        customer = self.till.expire(self.refunds[-1])
        cash = ("customer_cash_balance_transaction.created", customer)
        return [("refund.failed", self.refunds[-1]), cash]

    def is_asked_about(self) -> list[Event]:
        self.disputes.append(self.till.inquire(self.payments[-1]))
        return [("charge.dispute.created", self.disputes[-1])]

    def is_withdrawn(self) -> list[Event]:
        if not self.disputes:
            self.disputes.append(self.till.inquire(self.payments[-1]))
        self.till.withdraw(self.disputes[-1])
        return [
            ("charge.dispute.funds_withdrawn", self.disputes[-1]),
            ("charge.dispute.updated", self.disputes[-1]),
        ]

    def is_decided(self, outcome: str) -> list[Event]:
        self.till.decide(self.disputes[-1], outcome)
        events = [("charge.dispute.closed", self.disputes[-1])]
        won = ("charge.dispute.funds_reinstated", self.disputes[-1])
        return [*events, won] if outcome == "won" else events

    def _begins(self, amount: int, means: str) -> tuple[str, str]:
        reference = {"facturier_seller": SELLER, "facturier_invoice": self.number}
        session = self.till.open(amount, reference)
        payment = self.till.begin(session, means=means)
        assert payment
        self.payments.append(payment)
        return session, payment


Step = Callable[[Life], list[Event]]
does = methodcaller


class Story(NamedTuple):
    """Steps, and the cents in the end: what came, went back, and was taken by disputes."""

    steps: tuple[Step, ...]
    paid: int = 0
    refunded: int = 0
    withdrawn: int = 0


STORIES = {
    "a card pays": Story((does("pays"),), paid=WHOLE),
    "a part goes back, does not arrive, and another part goes": Story(
        (does("pays"), does("goes_back", PART), does("comes_again"), does("goes_back", 30_00)),
        paid=WHOLE,
        refunded=30_00,
    ),
    "a refund waits and leaves": Story(
        (does("pays"), does("is_to_go_back"), does("leaves")), paid=WHOLE, refunded=WHOLE
    ),
    "a refund waits and fails": Story(
        (does("pays"), does("is_to_go_back"), does("comes_again")), paid=WHOLE
    ),
    "a refund waits, is cancelled, and another goes": Story(
        (does("pays"), does("is_to_go_back"), does("is_cancelled"), does("goes_back", PART)),
        paid=WHOLE,
        refunded=PART,
    ),
    "a refund is booked, waits and is cancelled": Story(
        (does("pays"), does("is_to_go_back", booked=True), does("is_cancelled")), paid=WHOLE
    ),
    "a refund of a transfer is never claimed": Story(
        (
            does("has_transferred"),
            does("is_to_go_back", booked=True),
            does("is_not_claimed"),
        ),
        paid=WHOLE,
        refunded=WHOLE,
    ),
    "two cards pay, and the second payment goes back": Story(
        (does("pays"), does("pays"), does("goes_back")), paid=2 * WHOLE, refunded=WHOLE
    ),
    "a part and the rest": Story(
        (does("pays", PART), does("pays", WHOLE - PART)), paid=WHOLE
    ),
    "a debit fails and a card pays": Story(
        (does("begins_a_debit"), does("debit_fails"), does("pays")), paid=WHOLE
    ),
    "a session completes unpaid and its debit arrives": Story(
        (does("begins_a_debit"), does("debit_arrives")), paid=WHOLE
    ),
    "a transfer comes in two parts, the second too large": Story(
        (does("will_transfer"), does("some_comes", PART), does("some_comes", WHOLE)), paid=WHOLE
    ),
    "a debit arrives, is disputed and lost": Story(
        (
            does("begins_a_debit"),
            does("debit_arrives"),
            does("is_withdrawn"),
            does("is_decided", "lost"),
        ),
        paid=WHOLE,
        withdrawn=WHOLE,
    ),
    "a dispute is won": Story(
        (does("pays"), does("is_withdrawn"), does("is_decided", "won")), paid=WHOLE
    ),
    "an inquiry is closed": Story(
        (does("pays"), does("is_asked_about"), does("is_decided", "warning_closed")), paid=WHOLE
    ),
    "an inquiry becomes a dispute, which is lost": Story(
        (
            does("pays"),
            does("is_asked_about"),
            does("is_withdrawn"),
            does("is_decided", "lost"),
        ),
        paid=WHOLE,
        withdrawn=WHOLE,
    ),
}  # fmt: skip
