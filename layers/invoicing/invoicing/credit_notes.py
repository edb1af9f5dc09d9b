"""Credit notes: what is given back of an issued invoice, in whole, by line or by amount.

Nothing issued ever changes, so a correction is a document of its own (CGI art. 289, I-5; type 381,
whose amounts are positive), which names the invoice. How much is left is decided from the invoice
and all its earlier credit notes; the numbering transaction checks that there are no others.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from invoicing.einvoice import decimals
from invoicing.errors import Held
from invoicing.figures import PRICE_STEP, Totals
from invoicing.invoices import AccountedVat, Contents, Invoice, Note, Reference, VatLine
from invoicing.money import Money, exponent, rounded, total
from invoicing.orders import MOST_LINES, Amount, OrderId, Quantity
from invoicing.parties import Language
from invoicing.payments import Balance
from invoicing.records import Instant, Record
from invoicing.remainders import CreditLine, NotLeftError, Remainder, Share
from invoicing.texts import Text
from invoicing.vat.sums import Rate

_SHARE: dict[Language, str] = {
    "fr": "Avoir partiel sur la facture {invoice}",
    "en": "Partial credit of invoice {invoice}",
    "de": "Teilkorrektur der Rechnung {invoice}",
    "es": "Abono parcial de la factura {invoice}",
    "it": "Storno parziale della fattura {invoice}",
    "nl": "Gedeeltelijke creditering van factuur {invoice}",
}


class LineCredit(Record):
    """Something of one line: a quantity, an amount with its VAT, or all that is left of it."""

    line: Text  # BT-126 of the invoice; a charge is charge-1, charge-2, …
    quantity: Annotated[Quantity, Field(gt=0)] | None = None
    amount: Annotated[Amount, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _says_it_once(self) -> Self:
        if self.quantity is not None and self.amount is not None:
            raise ValueError("a line is credited by quantity or by amount, not by both")
        return self


class Credit(Record):
    """What a shop asks to give back. The same id with the same content is the same credit."""

    id: OrderId
    reason: Text
    whole: Literal[True] | None = None  # all that is left of the invoice
    lines: Annotated[tuple[LineCredit, ...], Field(max_length=MOST_LINES)] = ()
    amount: Annotated[Amount, Field(gt=0)] | None = None  # with VAT, shared over all rates
    refund: Literal[True] | None = None  # send back what was paid of it, the way it came

    @model_validator(mode="after")
    def _says_one_of_them(self) -> Self:
        if [self.whole is None, not self.lines, self.amount is None].count(False) != 1:
            raise ValueError("say one of them: whole, lines, or amount")
        named = [each.line for each in self.lines]
        if len(set(named)) != len(named):
            raise ValueError("name each line once")
        return self


class Asked(Record):
    """A credit and the invoice that it is asked of."""

    invoice: str
    credit: Credit


class CreditNoteDraft(Contents):
    """A credit note, complete but for its number and date."""

    credit: str  # the shop's id of it
    type_code: Literal["381", "503"] = "381"  # BT-3; 503 of a deposit among French businesses
    lines: tuple[CreditLine, ...]
    reason: str
    limit: Money  # the invoice's total, its rounding amount included
    before: Money  # what was credited before
    earlier: tuple[str, ...]  # the numbers of the credit notes before this one
    refund: Literal[True] | None = None  # what was paid of it goes back

    @model_validator(mode="after")
    def _stays_within_the_invoice(self) -> Self:
        if not Money.zero(self.currency) < self.amount <= self.limit - self.before:
            raise ValueError("a credit note gives something back, and no more than is left")
        return self

    @property
    def amount(self) -> Money:
        """What it gives back (BT-115)."""
        return self.totals.due

    @property
    def invoice(self) -> Reference:
        """The invoice that it corrects (BG-3)."""
        return self.preceding[0]

    @property
    def page(self) -> str:
        """The page of the invoice."""
        return f"{self.site}/i/{self.seller.id}/{self.invoice.number}/{self.token}"

    def issue(self, *, number: str, at: datetime) -> "CreditNote":
        """Give a number; `at` is UTC, the date is civil in the seller's zone."""
        today = self.seller.day(at)
        return CreditNote(number=number, issued_at=at, issued_on=today, draft=self)


class CreditNote(Record):
    """A credit note with its number."""

    number: str  # BT-1
    issued_at: Instant
    issued_on: date  # BT-2
    draft: CreditNoteDraft


def draft(
    credit: Credit, invoice: Invoice, earlier: Sequence[CreditNote] = ()
) -> CreditNoteDraft | Held:
    """Give back what is asked, or say what is left; `earlier` are all its credit notes so far."""
    remainder = Remainder.of(invoice.draft, [note.draft for note in earlier])
    if remainder.total.amount <= 0:
        return _nothing_left(invoice, remainder)
    try:
        shares, rounding = _taken(credit, remainder)
    except NotLeftError as error:
        return Held(reasons=(error.reason,))
    composed = _compose(credit, invoice, earlier, (shares, rounding))
    reasons = decimals.too_fine(composed)
    return Held(reasons=tuple(reasons)) if reasons else composed


def _taken(credit: Credit, left: Remainder) -> tuple[list[Share], Money]:
    if credit.whole:
        return left.rest(), left.rounding
    if credit.amount is not None:
        amount = _money(credit.amount, left)
        if amount > left.total:
            raise NotLeftError("more_than_left", f"{left.total} is left of the invoice")
        return left.of_amount(amount)
    return _lines_taken(credit.lines, left)


def _lines_taken(asked: Sequence[LineCredit], left: Remainder) -> tuple[list[Share], Money]:
    """Take line after line; whoever takes the last of them takes the rounding amount too."""
    shares, after = [], left
    for each in asked:
        if each.amount is None:
            share = after.of_quantity(each.line, each.quantity)
        else:
            share = after.of_line(each.line, _money(each.amount, left))
        shares.append(share)
        after = after.less(share)
    nothing = Money.zero(left.rounding.currency)
    rounding = left.rounding if after.is_empty else nothing
    taken = total((share.base + share.vat for share in shares), rounding.currency) + rounding
    if taken > left.total:
        raise NotLeftError("more_than_left", f"{left.total} is left of the invoice")
    if taken <= nothing:
        raise NotLeftError("nothing_to_credit", "what is asked for comes to nothing")
    return shares, rounding


def _money(amount: Decimal, left: Remainder) -> Money:
    currency = left.rounding.currency
    if amount != amount.quantize(Decimal(1).scaleb(-exponent(currency))):
        raise NotLeftError("too_fine", f"{currency} has {exponent(currency)} decimals")
    return Money(amount, currency)


def _nothing_left(invoice: Invoice, left: Remainder) -> Held:
    sentence = f"nothing is left to credit of invoice {invoice.number}"
    return Held(reasons=(NotLeftError("more_than_left", f"{sentence}: {left.total}").reason,))


def is_credited(invoice: Invoice, balance: Balance) -> bool:
    """Say whether all of an invoice that cost something was given back."""
    return bool(balance.credited) and balance.credited == invoice.draft.totals.whole


def _compose(
    credit: Credit,
    invoice: Invoice,
    earlier: Sequence[CreditNote],
    taken: tuple[list[Share], Money],
) -> CreditNoteDraft:
    sold = invoice.draft
    contents = _mirrored(sold) if credit.whole and not earlier else _listed(invoice, *taken)
    before = total((note.draft.amount for note in earlier), sold.currency)
    vat_before = total((note.draft.totals.vat for note in earlier), sold.currency)
    return CreditNoteDraft.model_validate(
        {name: getattr(sold, name) for name in Contents.model_fields}
        | contents
        | {
            "credit": credit.id,
            "type_code": _type_code(invoice),
            "reason": credit.reason,
            "refund": credit.refund,
            "preceding": (Reference(number=invoice.number, issued_on=invoice.issued_on),),
            "limit": sold.totals.whole,
            "before": before,
            "earlier": tuple(note.number for note in earlier),
            "accounted_vat": _accounted(sold, vat_before, contents["totals"]),
            "vat_check": None,
            "payments": (),
            "notes": _notes(sold, credit),
        }
    )


def _type_code(invoice: Invoice) -> str:
    """Give BT-3; among French businesses a deposit's credit note has its own (XP Z12-014)."""
    draft = invoice.draft
    return "503" if draft.type_code == "386" and draft.profile == "fr_ctc" else "381"


def _notes(sold: Contents, credit: Credit) -> tuple[Note, ...]:
    """Keep the sentences of the law, leave the shop's own greeting, and say why (BT-22)."""
    of_the_law = tuple(note for note in sold.notes if note.key or note.subject)
    return (*of_the_law, Note(text=credit.reason))


def _mirrored(sold: Contents) -> dict[str, object]:
    """Give back the invoice as it stands, line by line."""
    totals = sold.totals
    nothing = Money.zero(sold.currency)
    return {
        "lines": tuple(
            CreditLine(**dict(line), of=line.id, returned=line.quantity) for line in sold.lines
        ),
        "totals": totals.model_copy(update={"prepaid": nothing, "due": totals.whole}),
    }


def _listed(invoice: Invoice, shares: Sequence[Share], rounding: Money) -> dict[str, object]:
    """Give back shares of the invoice, one line each."""
    sold = invoice.draft
    vat = _by_rate(sold, shares)
    net = total((line.base for line in vat), sold.currency)
    of_vat = total((line.vat for line in vat), sold.currency)
    nothing = Money.zero(sold.currency)
    return {
        "lines": tuple(_line(n, share, invoice) for n, share in zip(count(1), shares)),
        "allowances": (),
        "charges": (),
        "vat": vat,
        "totals": Totals(
            lines=net,
            allowances=nothing,
            charges=nothing,
            net=net,
            vat=of_vat,
            gross=net + of_vat,
            prepaid=nothing,
            rounding=rounding,
            due=net + of_vat + rounding,
        ),
    }


def _by_rate(sold: Contents, shares: Sequence[Share]) -> tuple[VatLine, ...]:
    lines = []
    for line in sold.vat:
        rate = Rate(line.decision.category, line.decision.rate)
        at_rate = [share for share in shares if share.rate == rate]
        base = total((share.base for share in at_rate), sold.currency)
        vat = total((share.vat for share in at_rate), sold.currency)
        if at_rate:
            lines.append(line.model_copy(update={"base": base, "vat": vat}))
    return tuple(lines)


def _line(number: int, share: Share, invoice: Invoice) -> CreditLine:
    sold = share.part.line if share.part else None
    sentence = _SHARE[invoice.draft.language].format(invoice=invoice.number)
    counted = share.quantity if sold and share.quantity else Decimal(1)
    quantity = -counted if (share.base.amount < 0) != (counted < 0) and share.base else counted
    return CreditLine(
        id=str(number),
        description=sold.description if sold else sentence,
        sku=sold.sku if sold else None,
        quantity=quantity,
        unit=sold.unit if sold and share.quantity else "C62",
        net=share.base,
        category=share.rate.category,
        rate=share.rate.percent,
        details=sold.details if sold else None,
        of=sold.id if sold else None,
        returned=share.quantity,
        **_price(share, quantity),
    )


def _price(share: Share, quantity: Decimal) -> dict[str, Decimal | None]:
    """Give the invoice's own price where it makes this net, else the one that does."""
    sold = share.part.line if share.part else None
    if sold and share.quantity:
        per = sold.price_quantity or Decimal(1)
        if rounded(sold.price * quantity / per, share.base.currency) == share.base:
            return {"price": sold.price, "price_quantity": sold.price_quantity}
    return {"price": (share.base.amount / quantity).quantize(PRICE_STEP, ROUND_HALF_UP)}


def _accounted(sold: Contents, before: Money, totals: object) -> AccountedVat | None:
    """Give the VAT in the currency of the seller's state, at the invoice's own rate."""
    whole = sold.accounted_vat
    if not whole or not isinstance(totals, Totals) or not sold.totals.vat:
        return whole
    after, first = (
        Money.from_minor(
            _portion(whole.vat.minor, each.minor, of=sold.totals.vat.minor), whole.vat.currency
        )
        for each in (before + totals.vat, before)
    )
    return whole.model_copy(update={"vat": after - first})


def _portion(sum_: int, part: int, *, of: int) -> int:
    """Give as much of one currency as `part` is of a whole in another."""
    return (2 * sum_ * part + of) // (2 * of)
