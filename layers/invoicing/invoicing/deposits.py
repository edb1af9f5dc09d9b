"""Deposits: what is billed ahead of an order (acompte, 386), and the invoice that deducts it (380).

A deposit is taxed when it is asked for. The final invoice therefore takes off what each deposit
billed, net and VAT at each rate, as negative lines (XP Z12-014, 3.2.19, first method); a paid
amount (BT-113) alone would tax it twice, and an allowance is a discount, which a deposit is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from invoicing.errors import Held, Reason
from invoicing.figures import DraftLine, Priced
from invoicing.invoices import Invoice
from invoicing.money import Money, rounded, total
from invoicing.orders import Deposit, Order
from invoicing.parties import Buyer, Language
from invoicing.payments import Balance
from invoicing.vat.sums import Rate, VatSum

_ASKED: dict[Language, str] = {
    "fr": "Acompte sur la commande {order}",
    "en": "Deposit on order {order}",
    "de": "Anzahlung auf Bestellung {order}",
    "es": "Anticipo del pedido {order}",
    "it": "Acconto sull'ordine {order}",
    "nl": "Voorschot op bestelling {order}",
}
_ASKED_PERCENT: dict[Language, str] = {
    "fr": "Acompte de {percent} % sur la commande {order}",
    "en": "Deposit of {percent}% on order {order}",
    "de": "Anzahlung von {percent} % auf Bestellung {order}",
    "es": "Anticipo del {percent} % del pedido {order}",
    "it": "Acconto del {percent} % sull'ordine {order}",
    "nl": "Voorschot van {percent}% op bestelling {order}",
}
_DEDUCTED: dict[Language, str] = {
    "fr": "Acompte déjà facturé : {number} du {day:%d/%m/%Y}",
    "en": "Deposit already invoiced: {number} of {day:%Y-%m-%d}",
    "de": "Bereits berechnete Anzahlung: {number} vom {day:%d.%m.%Y}",
    "es": "Anticipo ya facturado: {number} del {day:%d/%m/%Y}",
    "it": "Acconto già fatturato: {number} del {day:%d/%m/%Y}",
    "nl": "Reeds gefactureerd voorschot: {number} van {day:%d-%m-%Y}",
}
_RULE = "Directive 2006/112/EC, art. 65 and 220; CGI art. 289, I-1 c"


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued invoice that an order wants deducted, and what has become of it."""

    number: str
    issued_on: date
    type_code: Literal["380", "386"]
    buyer: Buyer
    vat: tuple[VatSum, ...]
    rounding: Money
    credited: Money
    deducted_by: str | None = None  # the order whose invoice deducts it already


def issued(invoice: Invoice, balance: Balance) -> Issued:
    """Take from an issued invoice what a final invoice needs of it."""
    draft = invoice.draft
    return Issued(
        number=invoice.number,
        issued_on=invoice.issued_on,
        type_code=draft.type_code,
        buyer=draft.buyer,
        vat=tuple(
            VatSum(
                Rate(line.decision.category, line.decision.rate),
                line.base,
                line.vat,
                line.base + line.vat,
            )
            for line in draft.vat
        ),
        rounding=draft.totals.rounding,
        credited=balance.credited,
        deducted_by=balance.deducted_by,
    )


def applied(
    priced: Priced, order: Order, known: Sequence[Issued], language: Language
) -> Priced | Held:
    """Bill only the deposit that the order asks for, or all but the deposits that it deducts."""
    if order.deposit:
        return _billed_ahead(priced, order, order.deposit, language)
    if not order.deducts:
        return priced
    reasons = against(order, known)
    rates = {sum_.rate for sum_ in priced.vat}
    if not reasons and any(sum_.rate not in rates for each in known for sum_ in each.vat):
        sentence = "a deposit was taxed at a rate that nothing of this order has"
        reasons = [Reason(code="deposit_rate_differs", message=sentence, rule=_RULE)]
    return Held(reasons=tuple(reasons)) if reasons else _deducted(priced, known, language)


def against(order: Order, known: Sequence[Issued]) -> list[Reason]:
    """Say what keeps these deposits from being deducted from this order."""
    found = {each.number: each for each in known}
    reasons = []
    if len(set(order.deducts)) != len(order.deducts):
        reasons.append(_reason("deposit_named_twice", "a deposit is deducted once"))
    for number in order.deducts:
        deposit = found.get(number)
        why = _why_not(deposit, order) if deposit else ("deposit_unknown", "was never issued")
        if why:
            reasons.append(_reason(why[0], f"{number} {why[1]}"))
    return reasons


def _why_not(deposit: Issued, order: Order) -> tuple[str, str] | None:
    if deposit.type_code != "386":
        return "deposit_expected", "is an invoice that is no deposit"
    if deposit.rounding.currency != order.currency:
        return "deposit_currency", f"is in {deposit.rounding.currency}, not in {order.currency}"
    if _who(deposit.buyer) != _who(order.buyer):
        return "deposit_of_another", "was billed to another buyer"
    return _why_no_longer(deposit, order.id)


def _why_no_longer(deposit: Issued, order_id: str) -> tuple[str, str] | None:
    if deposit.credited:
        return "deposit_credited", f"was credited by {deposit.credited}"
    if deposit.deducted_by not in {None, order_id}:
        return "deposit_deducted", f"is deducted already, by order {deposit.deducted_by}"
    return None


def overtaken(known: Sequence[Issued], order_id: str) -> list[Reason]:
    """Say which deposits were credited or deducted since the draft was made."""
    gone = ((each, _why_no_longer(each, order_id)) for each in known)
    return [_reason(why[0], f"{each.number} {why[1]}") for each, why in gone if why]


def _reason(code: str, message: str) -> Reason:
    return Reason(code=code, message=message, rule=_RULE)


def _who(buyer: Buyer) -> tuple[str, str | None, str | None]:
    return buyer.name, buyer.vat_number, buyer.registration


def _billed_ahead(
    priced: Priced, order: Order, deposit: Deposit, language: Language
) -> Priced | Held:
    """Take the same share of each rate, one line a rate.

    It is a share of what the shop charges, so of the rounding amount (BT-114) too: a deposit of
    all leaves nothing at any rate.
    """
    totals = priced.totals
    whole = totals.whole
    amount = _amount(deposit, whole)
    if amount > whole:
        sentence = f"a deposit of {amount} on an order of {whole}"
        return Held(reasons=(_reason("deposit_too_large", sentence),))
    taxed = totals.gross.portion(amount, of=whole) if amount.amount > 0 else amount
    if taxed.amount <= 0:
        sentence = f"a deposit of {amount} on an order of {whole} is none"
        return Held(reasons=(_reason("deposit_of_nothing", sentence),))
    grosses = taxed.split(over=[(each.base + each.vat).amount for each in priced.vat])
    sums = [_taxed(each, gross) for each, gross in zip(priced.vat, grosses, strict=True) if gross]
    missed = amount - total((each.base + each.vat for each in sums), whole.currency)
    sentence = _sentence(order, deposit, language)
    lines = [_line(n, sentence, each) for n, each in enumerate(sums, 1)]
    bare = replace(priced, allowances=(), charges=())
    return _summed(bare, lines, sums, missed)


def _amount(deposit: Deposit, whole: Money) -> Money:
    if deposit.amount is not None:
        return Money(deposit.amount, whole.currency)
    percent = deposit.percent or Decimal(0)
    return rounded(whole.amount * percent.scaleb(-2), whole.currency)


def _sentence(order: Order, deposit: Deposit, language: Language) -> str:
    if deposit.percent is None:
        return _ASKED[language].format(order=order.id)
    percent = f"{deposit.percent.normalize():f}"
    return _ASKED_PERCENT[language].format(order=order.id, percent=percent)


def _taxed(whole: VatSum, gross: Money) -> VatSum:
    base = whole.base.portion(gross, of=whole.base + whole.vat)
    return VatSum(whole.rate, base, whole.rate.vat(base), gross)


def _deducted(priced: Priced, known: Sequence[Issued], language: Language) -> Priced:
    """Take each deposit's net and VAT off, exactly as it was billed."""
    off = [
        (_DEDUCTED[language].format(number=each.number, day=each.issued_on), _negative(sum_))
        for each in known
        for sum_ in each.vat
    ]
    first = len(priced.lines) + 1
    lines = [_line(n, sentence, sum_) for n, (sentence, sum_) in enumerate(off, first)]
    sums = [_left(each, [sum_ for _, sum_ in off if sum_.rate == each.rate]) for each in priced.vat]
    rounding = priced.totals.rounding
    before = total((each.rounding for each in known), rounding.currency)
    return _summed(priced, [*priced.lines, *lines], sums, rounding - before)


def _negative(sum_: VatSum) -> VatSum:
    return VatSum(sum_.rate, -sum_.base, -sum_.vat, -sum_.asked)


def _left(whole: VatSum, off: Sequence[VatSum]) -> VatSum:
    currency = whole.base.currency
    base = whole.base + total((each.base for each in off), currency)
    vat = whole.vat + total((each.vat for each in off), currency)
    return VatSum(whole.rate, base, vat, base + vat)


def _line(number: int, sentence: str, sum_: VatSum) -> DraftLine:
    """Write one line; what is negative is its quantity, a price never is (BR-27)."""
    return DraftLine(
        id=str(number),
        description=sentence,
        quantity=Decimal(-1 if sum_.base.amount < 0 else 1),
        unit="C62",
        price=abs(sum_.base).amount,
        net=sum_.base,
        category=sum_.rate.category,
        rate=sum_.rate.percent,
    )


def _summed(
    priced: Priced, lines: Sequence[DraftLine], vat: Sequence[VatSum], rounding: Money
) -> Priced:
    """Add up again (BR-CO-10 to BR-CO-16)."""
    currency = rounding.currency
    before = priced.totals
    listed = total((line.net for line in lines), currency)
    allowances = total((each.net for each in priced.allowances), currency)
    charges = total((each.net for each in priced.charges), currency)
    net = listed - allowances + charges
    of_vat = total((each.vat for each in vat), currency)
    totals = before.model_copy(
        update={
            "lines": listed,
            "allowances": allowances,
            "charges": charges,
            "net": net,
            "vat": of_vat,
            "gross": net + of_vat,
            "rounding": rounding,
            "due": net + of_vat - before.prepaid + rounding,
        }
    )
    return replace(priced, lines=tuple(lines), vat=tuple(vat), totals=totals)
