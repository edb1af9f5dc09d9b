"""The documents that pictures are made of: every kind and language, every length, and odd ones."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, get_args

from invoicing import credit_notes, deposits, drafts, late_payment, late_payment_notes, payments
from invoicing.adapters.paper import letters, renderer
from invoicing.archive import Content
from invoicing.credit_notes import Credit
from invoicing.documents import AnyDocument
from invoicing.errors import Held
from invoicing.invoices import Invoice
from invoicing.journals import Journal
from invoicing.late_payment_notes import Asked, History, LatePaymentClaim, Withdrawal
from invoicing.money import Money
from invoicing.open_invoices import OpenInvoice
from invoicing.orders import Order
from invoicing.parties import Language, Seller
from invoicing.payments import Movement, MovementKind
from invoicing.plans import Tone
from invoicing.vat.findings import Findings, VatCheck
from layers import layer

SAMPLES = layer.ROOT / "samples"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINK = drafts.Link(site="https://lampes.example", token="t" * 22)
PART = Money(Decimal("50.00"), "EUR")
LENGTHS = (1, 10, 12, 60, 200, 1000)
LONG = (
    "Lampe d'architecte articulée, laiton massif brossé et marbre de Carrare, abat-jour réversible"
)
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


def seller(**changes: object) -> Seller:
    """Give the seller of the samples."""
    sample = Seller.model_validate_json((SAMPLES / "seller.json").read_bytes())
    return Seller.model_validate(sample.model_dump() | changes)


def order(sample: str, language: Language, **changes: object) -> Order:
    """Give an order of the samples, for a buyer who reads this language."""
    said = Order.model_validate_json((SAMPLES / f"orders/{sample}.json").read_bytes())
    values = said.model_dump(mode="json", exclude_none=True) | changes
    values["buyer"]["language"] = language
    return Order.model_validate(values, strict=False)


def invoice(
    language: Language = "fr",
    *,
    sample: str = "french-consumer",
    of: Seller | None = None,
    deducted: tuple[deposits.Issued, ...] = (),
    **changes: Any,  # noqa: ANN401  an order takes any JSON
) -> Invoice:
    """Issue an order of the samples, or one with these changes."""
    asked = order(sample, language, **changes)
    number = asked.buyer.vat_number
    check = VatCheck(outcome="valid", number=number, checked_at=NOON) if number else None
    made = drafts.draft(asked, of or seller(), LINK, Findings(vat_number=check), deducted=deducted)
    return _not_held(made).issue(number="FA-2026-000001", at=NOON)


def _not_held[Made](made: Made | Held) -> Made:
    if isinstance(made, Held):
        raise TypeError(f"held: {made.reasons}")
    return made


def long(lines: int) -> Invoice:
    """Issue an invoice of so many lines, at two rates."""
    return invoice(
        lines=[
            {
                "description": f"Lampe de bureau « Aube » n° {n}",
                "sku": f"AUBE-{n:04}",
                "quantity": str(1 + n % 4),
                "price": f"{10 + n * 7 % 90}.90",
                "vat": "standard" if n % 5 else "second_reduced",
            }
            for n in range(1, lines + 1)
        ]
    )


def page(document: AnyDocument) -> Content:
    """Print a document."""
    return renderer.files(document)[0]


def _credit_note(language: Language) -> Content:
    credit = Credit(id="C-1", reason="Article rendu", amount=PART.amount)
    draft = _not_held(credit_notes.draft(credit, invoice(language)))
    return page(draft.issue(number="AV-2026-000001", at=NOON))


def _receipt(kind: MovementKind, language: Language) -> Content:
    name = "pi_3QyXa2LkdIwHu7ix"
    movement = Movement(id=name, kind=kind, amount=PART, means="card", arrived_at=NOON)
    draft = payments.receipt_draft(invoice(language), movement)
    return page(draft.issue(number="RC-2026-000001", at=NOON))


def _late_payment(withdrawn: str | None, language: Language) -> Content:
    sold = invoice(
        language,
        of=seller(payment_days=0),
        buyer=order("belgian-business", language).model_dump(mode="json", exclude_none=True)[
            "buyer"
        ],
    )
    asked = sold.model_copy(update={"due_on": date(2026, 5, 31)})
    movement = Movement(id="pi_1", amount=PART, means="card", arrived_at=NOON - timedelta(weeks=14))
    paid = payments.receipt_draft(asked, movement).issue(number="RC-2026-000001", at=NOON)
    history = History(asked, Journal([paid]))
    day = NOON.date()
    claimed = _not_held(
        late_payment_notes.draft(
            Asked(invoice=asked.number, today=day, claim=LatePaymentClaim(id="1")), history
        )
    )
    note = claimed.issue(number="PR-2026-000001", at=NOON)
    if not withdrawn:
        return page(note)
    back = Asked(
        invoice=asked.number,
        today=day,
        withdrawal=Withdrawal(id="2", reason=withdrawn),
        withdraws=note.number,
    )
    taken = _not_held(late_payment_notes.draft(back, replace(history, notes=[note])))
    return page(taken.issue(number="PR-2026-000002", at=NOON))


def _final(language: Language) -> Content:
    deposit = invoice(language, deposit={"percent": "30"})
    known = deposits.issued(deposit, payments.unpaid(deposit))
    final = invoice(language, deducts=[deposit.number], deducted=(known,), id="1002")
    return page(final.draft.issue(number="FA-2026-000002", at=NOON))


def _reminder(tone: Tone, days: int, language: Language) -> Content:
    asked = invoice(language, sample="belgian-business" if tone == "firm" else "french-consumer")
    balance = payments.unpaid(asked).model_copy(update={"paid": PART})
    open_ = OpenInvoice(asked, balance, asked.page)
    at = NOON + timedelta(days=days)
    late = late_payment.owed(asked, Journal(), until=at.date())
    return letters.reminder(open_, tone=tone, at=at, late=late if tone != "ahead" else None)


def _statement(language: Language) -> Content:
    draft = invoice(language).draft
    weeks = [NOON + timedelta(weeks=n) for n in range(9)]
    issued = [draft.issue(number=f"FA-2026-{n:06}", at=at) for n, at in enumerate(weeks, 1)]
    open_ = [OpenInvoice(each, payments.unpaid(each), each.page) for each in issued]
    return letters.statement(open_, at=weeks[-1])


KINDS: dict[str, Callable[[Language], Content]] = {
    "invoice": lambda language: page(invoice(language)),
    "business": lambda language: page(invoice(language, sample="belgian-business")),
    "deposit": lambda language: page(invoice(language, deposit={"percent": "30"})),
    "final": _final,
    "credit_note": _credit_note,
    "receipt": partial(_receipt, "payment"),
    "refund": partial(_receipt, "refund"),
    "withdrawn": partial(_receipt, "dispute_withdrawn"),
    "late-payment": partial(_late_payment, None),
    "late-payment-withdrawn": partial(_late_payment, "Geste commercial"),
    "reminder-ahead": partial(_reminder, "ahead", 28),
    "reminder-friendly": partial(_reminder, "friendly", 32),
    "reminder-firm": partial(_reminder, "firm", 50),
    "reminder-final": partial(_reminder, "final", 70),
    "reminder-formal-notice": partial(_reminder, "formal_notice", 80),
    "statement": _statement,
}

ODD: dict[str, dict[str, Any]] = {
    "returned": {
        "lines": [
            {"description": "Lampe", "price": "129.00"},
            {"description": "Lampe reprise", "price": "89.00", "quantity": "-1"},
        ]
    },
    "changes": {
        "lines": [
            {
                "description": LONG,
                "sku": "ARCHI-MARBRE-LAITON",
                "price": "1290.00",
                "quantity": "2.5",
                "unit": "MTR",
                "discount": "12.00",
                "allowances": [{"reason": "Soldes d'hiver", "percent": "10"}],
                "charges": [{"reason": "Gravure", "amount": "18.00"}],
            }
        ]
    },
    "amounts": {
        "lines": [
            {"description": "Lustre", "price": each} for each in ("0.01", "1234567.89", "999999999")
        ]
    },
    "long-names": {
        "of": seller(name=LONG, trading_name=LONG[:60], footer=LONG),
        "buyer": {
            "name": LONG,
            "contact": LONG,
            "reference": UNBROKEN[:140],
            "address": {"line1": LONG, "line2": LONG, "city": UNBROKEN[:100], "country": "FR"},
        },
        "deliver_to": {"line1": LONG, "city": UNBROKEN[:80], "country": "FR"},
        "lines": [{"description": UNBROKEN, "sku": UNBROKEN, "price": "129.00"}],
        "purchase_order": UNBROKEN,
        "note": LONG * 4,
    },
    "yen": {
        "sample": "japanese-consumer",
        "currency": "JPY",
        "lines": [{"description": "Lampe", "price": "12900"}],
        "charges": [],
    },
    "pale": {"of": seller(colour="#ffee00", footer=None, iban=None)},
    "paid": {"sample": "paid-at-the-shop"},
    "period": {"period": {"start": "2026-11-01", "end": "2026-11-30"}},
}


def _odd(changes: dict[str, Any]) -> Content:
    return page(invoice(**changes))


SCENES: dict[str, Callable[[], Content]] = {
    **{f"lines-{length}": partial(lambda n: page(long(n)), length) for length in LENGTHS},
    **{
        f"{kind}-{language}": partial(make, language)
        for kind, make in KINDS.items()
        for language in get_args(Language)
    },
    **{f"odd-{name}": partial(_odd, changes) for name, changes in ODD.items()},
}
