"""The buyer's pages: what each shows and offers.

The page of an invoice is a function of the invoice, of what happened to it and of a date. Paying is
a POST, so that a mail scanner that follows links opens nothing, and nothing needs JavaScript.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from invoicing import links
from invoicing.cases import Case
from invoicing.credit_notes import CreditNote
from invoicing.figures import DraftLine
from invoicing.invoices import Invoice
from invoicing.late_payment import Costs
from invoicing.links import Link
from invoicing.money import Money
from invoicing.parties import Language
from invoicing.payments import Awaited, Balance, Receipt
from invoicing.records import Record
from invoicing.views import accounts, standings, ways_to_pay
from invoicing.views.accounts import Credited, Move
from invoicing.views.claims import Claimed, Form, claimed, may_claim
from invoicing.views.colours import Theme, theme
from invoicing.views.letterheads import in_groups
from invoicing.views.messages import imprint, shop
from invoicing.views.standings import Attempt, State
from invoicing.views.ways_to_pay import Transfer

Plain = Literal["not_found", "replaced", "problem"]

LINES_SHOWN = 30  # a longer invoice is read in its PDF
REFRESH_AFTER = 5  # seconds between two looks at a payment that is being confirmed

_TOLD: frozenset[State] = frozenset(
    {"confirming", "in_process", "awaited", "disputed", "thanks", "overpaid", "refunded"}
)
_HOUSE_COLOUR = "#3f4a5a"  # where no seller is known, or may be told


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to an invoice since it was issued."""

    balance: Balance
    receipts: tuple[Receipt, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    cases: tuple[Case, ...] = ()
    link: Link | None = None  # None where the first one still opens the page
    attempt: Attempt = "none"
    awaited: Awaited | None = None  # the transfer, where that is the attempt
    may_leave: bool = False  # whether the buyer may cancel it
    pays_online: bool = True  # whether the seller has an account at Stripe
    late: Costs | None = None  # what the delay costs, where something is overdue
    offers_transfers: bool = False  # whether that account takes transfers too


class InvoicePage(Record):
    """What the page of an invoice shows."""

    template: Literal["invoice"] = "invoice"
    address: str
    invoice: Invoice
    state: State
    due: Money
    owed: Money  # to the buyer
    total: Money
    moves: tuple[Move, ...]
    credits: tuple[Credited, ...]
    pays_online: bool
    awaited: Awaited | None = None  # a transfer to Stripe's account
    late: Costs | None = None  # what the delay costs beside the invoice, where it is asked for
    may_leave: bool = False  # and pay in another way
    offers_transfers: bool = False  # to an account of Stripe's
    claims: tuple[Claimed, ...] = ()
    form: Form | None = None  # to make a claim; None while one is under way

    @property
    def language(self) -> Language:
        """The language of the invoice."""
        return self.invoice.draft.language

    @property
    def theme(self) -> Theme:
        """The seller's colour, readable."""
        return theme(self.invoice.draft.seller.colour)

    @property
    def path(self) -> str:
        """Where the page is on its site; what belongs to it lies below."""
        return urlsplit(self.address).path

    @property
    def may_be_paid(self) -> bool:
        """Whether the buyer is asked for money now."""
        return self.state in standings.PAYABLE

    @property
    def offers_pay(self) -> bool:
        """Whether there is a button for it."""
        return self.may_be_paid and self.pays_online

    @property
    def offers_transfer(self) -> bool:
        """Whether there is a button for a transfer to an account of Stripe's."""
        return self.offers_pay and self.offers_transfers

    @property
    def offers_to_leave(self) -> bool:
        """Whether there is a button to pay in another way than by the transfer that is awaited."""
        return self.state == "awaited" and self.may_leave

    @property
    def transfer(self) -> Transfer | None:
        """How to pay from the buyer's own bank."""
        return ways_to_pay.transfer(self.invoice, self.due) if self.may_be_paid else None

    @property
    def refresh_after(self) -> int | None:
        """Seconds until the browser should look again."""
        return REFRESH_AFTER if self.state == "confirming" else None

    @property
    def tells(self) -> bool:
        """What the state means is said in words."""
        return self.state in _TOLD

    @property
    def parts_came(self) -> bool:
        """Whether some of a transfer has come, and some not."""
        return self.state == "awaited" and bool(self.awaited and self.awaited.received)

    @property
    def how_to_transfer(self) -> str | None:
        """Where Stripe says how to make the transfer that is waited for."""
        return self.awaited.instructions if self.awaited and self.state == "awaited" else None

    @property
    def shop(self) -> str:
        """The name that the buyer knows the seller by."""
        return shop(self.invoice.draft.seller)

    @property
    def imprint(self) -> tuple[str, ...]:
        """Whose page it is, line by line."""
        return imprint(self.invoice.draft.seller)

    @property
    def lines(self) -> tuple[DraftLine, ...]:
        """The lines that are shown."""
        return self.invoice.draft.lines[:LINES_SHOWN]

    @property
    def lines_left_out(self) -> int:
        """How many lines only the PDF shows."""
        return max(0, len(self.invoice.draft.lines) - LINES_SHOWN)


class PaperPage(Record):
    """What confirms a paper to whoever holds it; it leads nowhere and opens nothing."""

    template: Literal["paper"] = "paper"
    kind: Literal["invoice", "credit_note"]
    document: Invoice | CreditNote
    refresh_after: None = None

    @property
    def language(self) -> Language:
        """The language of the paper."""
        return self.document.draft.language

    @property
    def theme(self) -> Theme:
        """The seller's colour, readable."""
        return theme(self.document.draft.seller.colour)

    @property
    def shop(self) -> str:
        """The name that the buyer knows the seller by."""
        return shop(self.document.draft.seller)

    @property
    def imprint(self) -> tuple[str, ...]:
        """Who issued it, line by line."""
        return imprint(self.document.draft.seller)

    @property
    def total(self) -> Money:
        """What the document comes to (BT-112 and its rounding)."""
        return self.document.draft.totals.whole

    @property
    def due(self) -> Money | None:
        """What was still to pay on the day of issue, where that is not the total."""
        due = self.document.draft.totals.due
        return due if due != self.total else None

    @property
    def iban(self) -> str | None:
        """The one account that the paper may name, as it is read aloud."""
        iban = self.document.draft.seller.iban
        return in_groups(iban, 4) if iban else None


class PlainPage(Record):
    """A page that tells nothing of anybody: wrong address, or a problem of ours."""

    template: Plain
    language: Language
    refresh_after: None = None

    @property
    def theme(self) -> Theme:
        """No seller's colour."""
        return theme(_HOUSE_COLOUR)


Page = InvoicePage | PaperPage | PlainPage


def invoice_page(
    invoice: Invoice, happened: Happened, *, today: date, form: Form | None = None
) -> InvoicePage:
    """Show an invoice; `today` is civil in the seller's zone, `form` is as it was filled in."""
    totals, balance = invoice.draft.totals, happened.balance
    claims = claimed(happened.cases, invoice.draft.seller.timezone)
    state = standings.state(invoice, balance, happened.cases, today=today, attempt=happened.attempt)
    return InvoicePage(
        address=links.page(invoice.page, happened.link),
        invoice=invoice,
        state=state,
        due=balance.due,
        owed=balance.owed,
        total=totals.whole,
        moves=accounts.moves(invoice, happened.receipts),
        credits=accounts.credits_of(happened.credit_notes),
        pays_online=happened.pays_online,
        awaited=happened.awaited,
        late=happened.late if state in standings.PAYABLE else None,
        may_leave=happened.may_leave,
        offers_transfers=happened.offers_transfers,
        claims=claims,
        form=(form or Form()) if may_claim(claims) else None,
    )


def paper_page(document: Invoice | CreditNote) -> PaperPage:
    """Confirm a document."""
    kind = "invoice" if isinstance(document, Invoice) else "credit_note"
    return PaperPage(kind=kind, document=document)
