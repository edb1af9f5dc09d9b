"""The shapes of an invoice: what a draft holds, and what it is once it has a number.

The draft holds everything that will ever be printed but number and dates: both parties as they
were, every sum, every reason. `Draft.issue` only adds those three (BT-1, BT-2, BT-9), so what was
checked is what is sealed.
"""

from datetime import date, datetime, timedelta
from typing import Literal

from invoicing import trails
from invoicing.figures import Adjustment, DraftLine, Totals
from invoicing.money import CurrencyCode, Money
from invoicing.orders import Payment, Period, References
from invoicing.parties import Address, Buyer, ChannelName, Language, Seller
from invoicing.profiles import Profile
from invoicing.records import Instant, Record
from invoicing.vat.findings import ExchangeRate, VatCheck
from invoicing.vat.treatments import Decision


class VatLine(Record):
    """The VAT of one category and rate, computed on the sum (BG-23, BR-CO-17), and why."""

    base: Money  # BT-116
    vat: Money  # BT-117
    decision: Decision
    mention: str | None = None  # BT-120, in the buyer's language
    mention_rule: str | None = None  # the law that wants the mention


class AccountedVat(Record):
    """The VAT in the currency of the seller's state, where the invoice has another (art. 230)."""

    vat: Money  # BT-111, in BT-6
    rate: ExchangeRate | None = None  # None where there is nothing to convert


class Note(Record):
    """A sentence on the invoice (BG-1), with its UNTDID 4451 subject where the law has one."""

    key: str | None = None  # which mention it is, None for the shop's own words
    subject: str | None = None  # BT-21
    text: str  # BT-22
    rule: str | None = None  # the law that wants it here


class Reference(Record):
    """An issued document that another one names (BG-3)."""

    number: str  # BT-25
    issued_on: date  # BT-26


class Contents(Record):
    """What invoices and credit notes say alike: who, what, which VAT, and the sums."""

    order: str  # the shop's id, BT-14
    profile: Profile
    process: Literal["B1", "S1", "M1"]  # BT-23: goods, services, mixed
    language: Language
    currency: CurrencyCode  # BT-5
    seller: Seller
    buyer: Buyer
    deliver_to: Address | None = None
    recipient: str | None = None  # BT-70
    ordered_on: date
    delivered_on: date  # BT-72
    period: Period | None = None  # BG-14
    payment_days: int | None = None  # where the order has other terms than the seller
    purchase_order: str | None = None  # BT-13
    references: References | None = None
    lines: tuple[DraftLine, ...]
    allowances: tuple[Adjustment, ...]
    charges: tuple[Adjustment, ...]
    vat: tuple[VatLine, ...]
    totals: Totals
    accounted_vat: AccountedVat | None = None
    vat_check: VatCheck | None = None  # the proof that the buyer's number was verified
    payments: tuple[Payment, ...]
    notes: tuple[Note, ...]
    law_of: date | None = None  # the day that the law was read at
    channel: ChannelName | None = None  # on which somebody has to hand the XML over
    preceding: tuple[Reference, ...] = ()  # BG-3
    site: str  # where the buyer's pages are: https://…
    token: str  # what opens the buyer's page of this invoice

    @property
    def trail(self) -> str | None:
        """Under which all that follows from its order is found."""
        return trails.of(self.seller.id, self.order)


class Draft(Contents):
    """An invoice, complete but for number and dates."""

    type_code: Literal["380", "386"] = "380"  # BT-3; 386 asks for a deposit

    def issue(self, *, number: str, at: datetime) -> "Invoice":
        """Give number and dates; `at` is UTC, the dates are civil in the seller's zone."""
        today = self.seller.day(at)
        agreed = self.seller.payment_days if self.payment_days is None else self.payment_days
        days = agreed if self.totals.due else 0
        return Invoice(
            number=number,
            issued_at=at,
            issued_on=today,
            due_on=today + timedelta(days=days),
            draft=self,
        )


class Invoice(Record):
    """A draft with its number and dates."""

    number: str  # BT-1
    issued_at: Instant
    issued_on: date  # BT-2, civil date in the seller's legal zone
    due_on: date  # BT-9
    draft: Draft

    @property
    def page(self) -> str:
        """The address of the buyer's page, valid as long as the invoice lives."""
        draft = self.draft
        return f"{draft.site}/i/{draft.seller.id}/{self.number}/{draft.token}"
