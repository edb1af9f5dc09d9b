"""Every page in every state, drawn without a stack, so that each language can be looked at."""

from collections.abc import Iterator
from datetime import date, timedelta

from invoicing import cases, credit_notes, payments
from invoicing.adapters import buyer_pages
from invoicing.cases import Ruling
from invoicing.credit_notes import Credit, CreditNote
from invoicing.invoices import Invoice
from invoicing.late_payment import Costs
from invoicing.money import Money
from invoicing.objections import Claim
from invoicing.parties import Language
from invoicing.payments import Awaited, Balance, Movement, MovementKind, Receipt
from invoicing.views import pages
from invoicing.views.claims import Form
from invoicing.views.pages import Happened, Page
from tests.invoicing.einvoices import NOON, a_sample, an_invoice

CHECKOUT = "https://checkout.stripe.com"


def html(page: Page) -> str:
    return buyer_pages.show(page, checkout=CHECKOUT).html


def every_page(language: Language) -> Iterator[tuple[str, Page]]:
    """Give every page and what it shows."""
    invoice = _sold(language)
    late = invoice.due_on + timedelta(days=1)
    for name, happened in _fates(invoice).items():
        yield name, pages.invoice_page(invoice, happened, today=invoice.issued_on)
    yield "overdue", pages.invoice_page(invoice, _fates(invoice)["open"], today=late)
    yield "overdue-at-a-cost", pages.invoice_page(invoice, _late(invoice, late), today=late)
    bad = Form(message="Bonjour", email="camille", faults=("reason", "message", "email"))
    unpaid = Happened(payments.unpaid(invoice))
    yield "claim-refused", pages.invoice_page(invoice, unpaid, today=late, form=bad)
    yield "paper", pages.paper_page(invoice)
    yield "paper-of-a-credit-note", pages.paper_page(_given_back(invoice))
    yield "not-found", pages.PlainPage(template="not_found", language=language)
    yield "replaced", pages.PlainPage(template="replaced", language=language)


def _sold(language: Language) -> Invoice:
    order = a_sample("french-consumer")
    buyer = order.buyer.model_copy(update={"language": language})
    return an_invoice(order.model_copy(update={"buyer": buyer}))


def _late(invoice: Invoice, until: date) -> Happened:
    currency = invoice.draft.currency
    interest, fixed = Money.from_minor(123, currency), Money.from_minor(4_000, currency)
    costs = Costs(until=until, interest=interest, compensation=fixed)
    return Happened(payments.unpaid(invoice), late=costs)


def _fates(invoice: Invoice) -> dict[str, Happened]:
    asked = invoice.draft.totals.due
    part = Money.from_minor(5_000, asked.currency)
    nothing = Money.zero(asked.currency)
    paid = _receipt(invoice, 1, "payment", asked)
    gone = _receipt(invoice, 2, "refund", asked)
    note = _given_back(invoice)

    def balance(**sums: Money) -> Balance:
        return Balance(asked=asked, **({"paid": nothing} | sums))

    withdrawn = (
        _receipt(invoice, 2, "dispute_withdrawn", asked),
        _receipt(invoice, 3, "dispute_reinstated", asked),
        _receipt(invoice, 4, "dispute_withdrawn", asked),
    )
    failed = (gone, _receipt(invoice, 3, "refund_failed", asked), gone)
    claimed = _claim(invoice)
    return {
        "open": Happened(balance()),
        "open-without-stripe": Happened(balance(), pays_online=False),
        "partly-paid": Happened(balance(paid=part), (_receipt(invoice, 1, "payment", part),)),
        "confirming": Happened(balance(), attempt="returned"),
        "in-process": Happened(balance(), attempt="in_process"),
        "open-with-transfer": Happened(balance(), offers_transfers=True),
        "awaited": Happened(
            balance(), attempt="awaited", awaited=_awaited(asked, nothing), may_leave=True
        ),
        "awaited-in-part": Happened(
            balance(), attempt="awaited", awaited=_awaited(asked - part, part)
        ),
        "disputed": Happened(balance(paid=asked, withdrawn=asked), (paid, *withdrawn)),
        "thanks": Happened(balance(paid=asked), (paid,), attempt="returned"),
        "paid": Happened(balance(paid=asked), (paid,)),
        "overpaid": Happened(balance(paid=asked + asked), (paid, paid)),
        "credited": Happened(balance(credited=asked), (), (note,)),
        "refunded": Happened(
            balance(paid=asked, credited=asked, refunded=asked), (paid, *failed), (note,)
        ),
        "claim": Happened(balance(), cases=(claimed,)),
        "claim-answered": Happened(balance(), cases=(claimed.answered("Bonjour.", at=NOON),)),
        "claim-closed": Happened(
            balance(), cases=(claimed.decided(Ruling(decision="close"), at=NOON),)
        ),
    }


def _awaited(missing: Money, received: Money) -> Awaited:
    url = "https://payments.stripe.com/bank_transfers/instructions/test"
    return Awaited(received=received, missing=missing, since=NOON, instructions=url)


def _receipt(invoice: Invoice, n: int, kind: MovementKind, amount: Money) -> Receipt:
    at = NOON + timedelta(days=n)
    moved = Movement(id=f"pi_{n}", kind=kind, amount=amount, means="card", arrived_at=at)
    return payments.receipt_draft(invoice, moved).issue(number=f"RC-2026-{n:06d}", at=at)


def _given_back(invoice: Invoice) -> CreditNote:
    draft = credit_notes.draft(Credit(id="C-1", reason="Retour", whole=True), invoice)
    assert isinstance(draft, credit_notes.CreditNoteDraft)
    return draft.issue(number="AV-2026-000001", at=NOON)


def _claim(invoice: Invoice) -> cases.Case:
    claim = Claim(reason="not_as_described", message="Le pied est fendu.\nAbat-jour intact.")
    return cases.of_claim(claim, seller="atelier", number=invoice.number, at=NOON)
