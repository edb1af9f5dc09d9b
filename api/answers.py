"""What the API answers, as records: the tests hold every answer of every function against them.

The functions do not use them. They write JSON as it comes, so that a cold start pays for no schema
and an answer is not read a second time before it leaves.
"""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from invoicing.archive import Stored
from invoicing.cases import Answer, Decision, DecisionName, Evidence
from invoicing.credit_notes import CreditNote
from invoicing.errors import Reason
from invoicing.freezes import Freeze
from invoicing.invoices import Draft, Invoice
from invoicing.keys import Scope
from invoicing.late_payment import LatePayment
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.notices import Occasion
from invoicing.objections import About
from invoicing.orders import Order
from invoicing.parties import Address
from invoicing.payments import Balance, Receipt
from invoicing.records import Instant, Record
from invoicing.requests import Cancellation
from invoicing.returns import Return
from invoicing.tasks import Task
from invoicing.timelines import Event
from invoicing.webhooks import Tried

Cursor = Annotated[str | None, Field(description="Gives the next page; null on the last one.")]


class Problem(Record):
    """An error (RFC 9457, application/problem+json)."""

    type: Literal["about:blank"]
    title: str
    status: int


class ScopeMissing(Problem):
    """A key that does not open this route."""

    scope: Scope = Field(description="What it must have been made for")


class Fault(Record):
    """What is wrong with one field of a body."""

    path: str = Field(description="Its JSON path, such as $.lines[0].price")
    message: str
    code: str


class Refused(Problem):
    """A body with faults, or what cannot be done as things stand."""

    errors: tuple[Fault | Reason, ...] = ()


class Message(Record):
    """What API Gateway says by itself, before any function is asked."""

    message: str


class Taken(Record):
    """It is kept; the same id with the same content gets this answer for ever."""

    id: str
    received_at: Instant
    href: str


class Accepted(Record):
    """It is kept, and what became of it is told there."""

    id: str
    href: str


class QuotedDraft(Draft):
    """An invoice as it would be; it has no page."""

    site: SkipJsonSchema[str] = ""
    token: SkipJsonSchema[str] = ""


class Quote(Record):
    """What an order would come to, or why it would be held."""

    id: str
    status: Literal["priced", "held"]
    reasons: tuple[Reason, ...]
    explanation: tuple[str, ...]
    draft: QuotedDraft | None = None


class Named(Record):
    """A document, and where it is read."""

    number: str
    href: str


class Standing(Record):
    """Where an order or a credit stands."""

    id: str
    status: Literal["received", "held", "ready", "numbered", "done", "cancelled"]
    received_at: Instant
    reasons: tuple[Reason, ...]
    cancellation: Cancellation | None = None
    href: str | None = None
    invoice: Named | None = None
    credit_note: Named | None = None
    late_payment_note: Named | None = None


class OrderStanding(Standing):
    """Where an order stands; what is held is shown as it was sent."""

    order: Order | None = None


class Orders(Record):
    """A page of orders."""

    orders: tuple[Standing, ...]
    cursor: Cursor


class Credits(Record):
    """A page of credits."""

    credits: tuple[Standing, ...]
    cursor: Cursor


class Released(Record):
    """How many were released; the same call goes on while there are more."""

    released: int
    more: bool


class Seal(Record):
    """What ties a document to the one before it."""

    hash: str
    previous: str
    at: Instant


class IssuedInvoice(Record):
    """An invoice as it was sealed, and what became of it."""

    number: str
    status: Literal["open", "credited", "paid"]
    balance: Balance
    credit_notes: tuple[Named, ...]
    receipts: tuple[str, ...]
    freezes: tuple[Freeze, ...]
    page: str
    invoice: Invoice
    seal: Seal
    files: Stored | None


class IssuedCreditNote(Record):
    """A credit note as it was sealed."""

    number: str
    credit_note: CreditNote
    seal: Seal
    files: Stored | None


class IssuedReceipt(Record):
    """A receipt as it was sealed."""

    number: str
    receipt: Receipt
    seal: Seal
    files: Stored | None


class IssuedLatePaymentNote(Record):
    """A late payment note as it was sealed."""

    number: str
    late_payment_note: LatePaymentNote
    seal: Seal
    files: Stored | None


class LateSoFar(Record):
    """What late payment costs until today and no note claims, and the notes that there are."""

    unclaimed: LatePayment
    notes: tuple[str, ...]
    standing: tuple[str, ...]


class Payload(Record):
    """What the shop is sent, signed by Standard Webhooks."""

    type: str
    timestamp: Instant
    data: dict[str, str]


class DeliveryTold(Record):
    """An event on its way to the shop."""

    id: str = Field(description="The header webhook-id")
    payload: Payload
    state: Literal["waiting", "delivered", "dead"]
    planned_at: Instant
    attempts: int
    next_at: Instant | None = None
    last: Tried | None = None
    replays: int


class Told(Record):
    """A page of what the shop was told."""

    deliveries: tuple[DeliveryTold, ...]
    cursor: Cursor


class Link(Record):
    """What opens the buyer's page from now on."""

    number: str
    page: str
    since: Instant


class Frozen(Record):
    """Why an invoice's buyer is not reminded."""

    freezes: tuple[Freeze, ...]


class CaseFile(Record):
    """What is said against an invoice, what was done, and what may be decided now."""

    id: str
    invoice: str
    status: Literal["open", "closed"]
    opened_at: Instant
    about: About
    may_decide: tuple[DecisionName, ...]
    href: str
    answers: tuple[Answer, ...] = ()
    evidence: Evidence | None = None
    decision: Decision | None = None


class Cases(Record):
    """All cases of an invoice."""

    cases: tuple[CaseFile, ...]


class OpenCases(Cases):
    """A page of cases."""

    cursor: Cursor


class Timeline(Record):
    """What happened to an invoice, and why something did not, in order of time."""

    number: str
    events: tuple[Event, ...]


class Tasks(Record):
    """A page of what waits for the seller, one kind after the other."""

    tasks: tuple[Task, ...]
    cursor: Cursor


class PaperDelivery(Record):
    """Something that is to be posted."""

    id: str
    number: str
    occasion: Occasion
    level: int | None = Field(None, description="Of a reminder, 1 being the first")
    since: Instant
    buyer: str
    address: Address
    pdf: str


class PaperDeliveries(Record):
    """A page of what is to be posted, oldest first."""

    paper_deliveries: tuple[PaperDelivery, ...]
    cursor: Cursor


class PaperMoved(Record):
    """What became of something that was to be posted."""

    id: str
    status: Literal["posted", "cancelled"]


class ReturnedMails(Record):
    """A page of addresses that are not written to."""

    returned_mails: tuple[Return, ...]
    cursor: Cursor


class File:
    """Bytes of one media type, as they are stored."""

    def __init__(self, *media: str) -> None:
        self.media = media


Shape = type[Record] | File
