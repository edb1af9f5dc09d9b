"""Builders: whatever a test does not say is plain, valid and always the same.

`an_order(currency="JPY")` changes what the test is about. A French shop sells a lamp for 120.00
EUR, VAT included, to a consumer in France, at noon of 21 November 2026.
"""

import random
import string
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from invoicing import cases, drafts, late_payment_notes, ledger, payments, reminder_mails, requests
from invoicing.archive import File, Stored
from invoicing.cases import Case
from invoicing.credit_notes import Credit
from invoicing.invoices import Draft, Invoice
from invoicing.keys import ApiKey, Scope
from invoicing.late_payment_notes import Asked, History, LatePaymentClaim, LatePaymentDraft
from invoicing.ledger import Batch, Head, Place, Series
from invoicing.money import Money
from invoicing.notices import Key, Notice
from invoicing.objections import Claim, DashboardRefund, Dispute
from invoicing.open_invoices import OpenInvoice
from invoicing.orders import Order
from invoicing.parties import Buyer, Seller
from invoicing.payments import Movement, ReceiptDraft
from invoicing.plans import Tone
from invoicing.reminder_mails import ReminderMail
from invoicing.reminders import Agenda
from invoicing.requests import Request

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SITE = "https://pages.example"
TOKEN = "t" * 22
LINK = drafts.Link(site=SITE, token=TOKEN)
INVOICES = Series(seller="atelier", kind="invoice")
RECEIPTS = Series(seller="atelier", kind="receipt")
CREDIT_NOTES = Series(seller="atelier", kind="credit_note")
LATE_PAYMENT = Series(seller="atelier", kind="late_payment")
PARIS: dict[str, Any] = {"line1": "1 rue de Rivoli", "city": "Paris", "country": "FR"}
TOKYO: dict[str, Any] = {"line1": "2-11-3 Meguro", "city": "Tokyo", "country": "JP"}


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def an_api_key(key: str = "fk_test", *, seller: str = "atelier", scope: Scope = "admin") -> ApiKey:
    """A key of the seller's own, which may all."""
    return ApiKey.of(key, seller, [scope], at=NOON)


def a_seller(**changes: object) -> Seller:
    """A French shop with a VAT number."""
    plain = {
        "id": "atelier",
        "name": "Atelier Lumière SAS",
        "legal_form": "SAS",
        "capital": "10 000 €",
        "registration": "732829320",
        "register_city": "Lyon",
        "size": "micro",
        "vat_number": "FR44732829320",
        "oss": True,
        "address": PARIS | {"city": "Lyon"},
        "email": "bonjour@atelier.example",
        "sender": "factures@atelier.example",
    }
    return Seller.model_validate(plain | changes)


def a_buyer(**changes: object) -> Buyer:
    """A consumer in France who can be written to."""
    plain = {"name": "Camille Moreau", "email": "camille@buyer.example", "address": PARIS}
    return Buyer.model_validate(plain | changes)


def a_line(price: str = "120.00", **changes: object) -> dict[str, Any]:
    return {"description": "Lampe", "price": price} | changes


def many_lines(count: int = 1_000, letters: int = 150) -> list[dict[str, Any]]:
    """Lines whose texts hardly can be compressed, the same each time."""
    chance = random.Random(1)  # noqa: S311  no secret
    alphabet = string.ascii_letters + string.digits + "+/.-"
    return [
        a_line(
            f"{chance.randrange(1, 99_999)}.{chance.randrange(10, 99)}",
            description="".join(chance.choices(alphabet, k=letters)),
            quantity=str(chance.randrange(1, 99)),
        )
        for _ in range(count)
    ]


def an_order_body(**changes: object) -> dict[str, Any]:
    """What a shop posts."""
    plain = {
        "id": "1001",
        "currency": "EUR",
        "ordered_on": "2026-11-20",
        "buyer": {"name": "Camille Moreau", "email": "camille@buyer.example", "address": PARIS},
        "lines": [a_line()],
    }
    return plain | changes


def an_order(**changes: object) -> Order:
    return Order.model_validate(an_order_body(**changes), strict=False)


def a_draft(order: Order | None = None, seller: Seller | None = None, **changes: object) -> Draft:
    """Price and tax an order, or one with these changes; it must not be held."""
    made = drafts.draft(order or an_order(**changes), seller or a_seller(), LINK)
    assert isinstance(made, Draft), made
    return made


def an_invoice(draft: Draft | None = None, *, at: datetime = NOON, **changes) -> Invoice:
    """Issue a draft, or an order with these changes, as the seller's first invoice."""
    return (draft or a_draft(**changes)).issue(number="FA-2026-000001", at=at)


def a_movement(amount: str = "120.00", currency: str = "EUR", **changes: object) -> Movement:
    plain = {
        "id": "pi_1",
        "amount": Money(Decimal(amount), currency),
        "means": "card",
        "arrived_at": NOON,
    }
    return Movement.model_validate(plain | changes)


def a_receipt_draft(
    invoice: Invoice | None = None, movement: Movement | None = None
) -> ReceiptDraft:
    return payments.receipt_draft(invoice or an_invoice(), movement or a_movement())


def a_late_payment_draft(invoice: Invoice | None = None, **claim: object) -> LatePaymentDraft:
    """Claim what a business owes that pays three weeks late, or what the test says."""
    late = invoice or a_late_invoice()
    asked = Asked(
        invoice=late.number,
        today=date(2026, 11, 21),
        claim=LatePaymentClaim.model_validate({"id": "P-1"} | claim),
    )
    made = late_payment_notes.draft(asked, History(late))
    assert isinstance(made, LatePaymentDraft), made
    return made


def a_late_invoice(**changes: object) -> Invoice:
    """Bill a French business that should have paid on 31 October."""
    buyer = {"name": "Hôtel", "kind": "business", "registration": "552100554", "address": PARIS}
    said = {"seller": a_seller(payment_days=0), "buyer": buyer} | changes
    draft = a_draft(**said)
    return an_invoice(draft, at=datetime(2026, 10, 31, 12, tzinfo=UTC))


def a_credit(**said: object) -> Credit:
    """What a shop asks to give back; the test says what."""
    return Credit.model_validate({"id": "C-1", "reason": "Article rendu"} | said)


def a_key(source: str = "1001", series: Series = INVOICES) -> requests.Key:
    return requests.Key(series=series, source=source)


def a_request(
    order: Order | None = None,
    *,
    at: datetime = NOON,
    seller: Seller | None = None,
    **changes: object,
) -> Request:
    """An order as it was taken: RECEIVED."""
    taken, shop = order or an_order(**changes), seller or a_seller()
    key = a_key(taken.id, Series(seller=shop.id, kind="invoice"))
    request = requests.of_order(taken, key, site=LINK.site, at=at)
    return request.drafted(drafts.draft(taken, shop, LINK))


def sealed(
    *ready: Request,
    series: Series = INVOICES,
    after: Head = ledger.BEGINNING,
    at: datetime = NOON,
) -> Batch:
    """Number requests after a head, the first ones of the series unless said otherwise."""
    drafts = [ledger.Ready(each.key.source, each.draft) for each in ready if each.draft]
    return ledger.seal(drafts, series, after=after, at=at)


def a_place(n: int = 1, *, series: Series = INVOICES, year: int = 2026) -> Place:
    return Place(series=series, year=year, n=n)


def a_file(key: str = "atelier/invoice/2026/FA-2026-000001.pdf", **changes: object) -> File:
    plain = {"key": key, "version": "v1", "sha256": "0" * 64, "size": 3}
    return File.model_validate(plain | changes)


def a_stored(**changes: object) -> Stored:
    plain = {"place": a_place(), "number": "FA-2026-000001", "pdf": a_file()}
    return Stored.model_validate(plain | {"template_version": "1"} | changes)


def a_notice(occasion: str = "invoice", **changes: object) -> Notice:
    plain = {"seller": "atelier", "number": "FA-2026-000001", "occasion": occasion}
    key = Key.model_validate(plain | changes)
    return Notice(
        key=key, recipient="camille@buyer.example", language="fr", owed_at=NOON, since=NOON
    )


def an_agenda(due_on: str = "2026-12-21", **changes: object) -> Agenda:
    """The agenda of an invoice to a buyer in France; the usual plan."""
    plain = {"seller": "atelier", "number": "FA-2026-000001", "buyer": "b" * 32}
    where = {"zone": "Europe/Paris", "country": "FR", "due_on": due_on}
    return Agenda.model_validate(plain | where | changes)


def a_reminder(*numbers: str, tone: Tone = "friendly", level: int = 2) -> Notice:
    """A reminder of one invoice, or of several, that may leave until evening."""
    about = numbers or ("FA-2026-000001",)
    mail = ReminderMail(
        tone=tone,
        invoices=tuple(reminder_mails.Asked(number=each, level=level) for each in about),
        country="FR",
        not_after=datetime(2099, 1, 1, tzinfo=UTC),
    )
    notice = a_notice("reminder", number=about[0], level=level)
    return notice.model_copy(update={"reminder": mail})


def open_invoice(
    invoice: Invoice | None = None, *, paid: str = "0", credited: str = "0"
) -> OpenInvoice:
    """An invoice that still asks for something; sums in its own currency."""
    asked = invoice or an_invoice()
    currency = asked.draft.currency
    sums = {"paid": Money(Decimal(paid), currency), "credited": Money(Decimal(credited), currency)}
    return OpenInvoice(asked, payments.unpaid(asked).model_copy(update=sums), asked.page)


def a_dispute(**changes: object) -> Dispute:
    """Give what Stripe tells of a dispute of the first payment."""
    told: dict[str, Any] = {
        "id": "du_1",
        "payment": "pi_1",
        "status": "needs_response",
        "reason": "product_not_received",
        "amount": eur("120.00"),
        "opened_at": NOON,
    }
    return Dispute(**told | changes)


def a_claim(**changes: object) -> Claim:
    """Give what a buyer says on the invoice's page."""
    said: dict[str, Any] = {"reason": "not_received", "message": "No parcel came."}
    return Claim(**said | changes)


def a_case(about: Dispute | DashboardRefund | Claim | None = None) -> Case:
    """Give a case of the first invoice; without anything else, a dispute."""
    told, number = about or a_dispute(), "FA-2026-000001"
    if isinstance(told, Claim):
        return cases.of_claim(told, seller="atelier", number=number, at=NOON)
    return cases.of_stripe(told, seller="atelier", number=number)
