"""Holdings: buyers' money that Stripe keeps and has applied to no payment in whole.

It came by transfer to an account of Stripe's and is no receipt yet. What is free, because a buyer
paid too much or for nothing that waits, goes back by a refund, or to what he is billed next.
"""

from collections.abc import Iterable
from datetime import date

from invoicing.money import Money
from invoicing.records import Instant, Record


class Holding(Record):
    """Money of one customer at Stripe."""

    customer: str  # cus_…
    amount: Money
    payment: str | None = None  # pi_…, of which it is a part; None: it is free
    invoice: str | None = None  # that the payment is for; of what is free, the last he paid
    since: Instant | None = None  # of what is free, when his cash last moved


class Heard(Record):
    """A customer whose cash moved, last at a time that somebody heard of it."""

    seller: str
    customer: str
    heard_at: Instant
    free: Money | None = None  # as a report told it
    told_on: date | None = None  # whose report did


def free(holdings: Iterable[Holding]) -> Money | None:
    """Give what is free, None if nothing is; a buyer pays in one currency as a rule."""
    return next((each.amount for each in holdings if not each.payment), None)
