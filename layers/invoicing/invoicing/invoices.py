"""From an order to a draft, and from a draft to an invoice.

The draft holds everything that will ever be printed but number and dates: both parties as they
were, every sum, every reason. `Draft.issue` only adds those three (BT-1, BT-2, BT-9), so what was
checked is what is sealed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Literal

from invoicing import mentions, tax
from invoicing.errors import Held, Reason
from invoicing.money import CurrencyCode, Money, rounded, total
from invoicing.orders import Goods, Order, OrderLine, Payment
from invoicing.parties import Address, Buyer, Language, Seller
from invoicing.records import Instant, Record

PRICE_STEP = Decimal("0.000001")  # BR-FR: a unit price has at most 6 decimals

Profile = Literal["plain", "fr_ctc"]
"""Which platform's rules the XML obeys beside EN 16931."""


class DraftLine(Record):
    """One line as priced (BG-25)."""

    id: str  # BT-126
    description: str  # BT-153
    sku: str | None = None  # BT-155
    quantity: Decimal  # BT-129
    unit: str  # BT-130
    price: Decimal  # BT-146, net, at most 6 decimals
    discount: Money | None = None  # BT-136, net
    net: Money  # BT-131
    category: tax.Category  # BT-151
    rate: Decimal  # BT-152


class Adjustment(Record):
    """An allowance or a charge of the whole document, per rate (BG-20, BG-21)."""

    reason: str  # BT-97, BT-104
    net: Money  # BT-92, BT-99
    category: tax.Category  # BT-95, BT-102
    rate: Decimal  # BT-96, BT-103


class VatLine(Record):
    """The VAT of one category and rate, computed on the sum (BG-23, BR-CO-17), and why."""

    base: Money  # BT-116
    vat: Money  # BT-117
    decision: tax.Decision
    mention: str | None = None  # BT-120, in the buyer's language


class Totals(Record):
    """The document's sums (BG-22)."""

    lines: Money  # BT-106
    allowances: Money  # BT-107
    charges: Money  # BT-108
    net: Money  # BT-109
    vat: Money  # BT-110
    gross: Money  # BT-112
    prepaid: Money  # BT-113
    rounding: Money  # BT-114
    due: Money  # BT-115


class Note(Record):
    """A sentence on the invoice (BG-1), with its UNTDID 4451 subject where the law has one."""

    subject: str | None = None  # BT-21
    text: str  # BT-22


class Draft(Record):
    """Priced, taxed, complete but for number and dates."""

    order: str  # the shop's id, BT-14
    type_code: Literal["380"] = "380"  # BT-3
    profile: Profile
    process: Literal["B1", "S1", "M1"]  # BT-23: goods, services, mixed
    language: Language
    currency: CurrencyCode  # BT-5
    seller: Seller
    buyer: Buyer
    deliver_to: Address | None = None
    ordered_on: date
    delivered_on: date  # BT-72
    purchase_order: str | None = None  # BT-13
    lines: tuple[DraftLine, ...]
    allowances: tuple[Adjustment, ...]
    charges: tuple[Adjustment, ...]
    vat: tuple[VatLine, ...]
    totals: Totals
    payments: tuple[Payment, ...]
    notes: tuple[Note, ...]
    site: str  # where the buyer's pages are: https://…
    token: str  # what opens the buyer's page of this invoice

    def issue(self, *, number: str, at: datetime) -> "Invoice":
        """Give number and dates; `at` is UTC, the dates are civil in the seller's zone."""
        today = at.astimezone(self.seller.timezone).date()
        days = self.seller.payment_days if self.totals.due else 0
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


@dataclass(frozen=True, slots=True)
class _Part:
    """Something with a price in the order, before VAT is taken out of it."""

    asked: Money
    decision: tax.Decision


@dataclass(frozen=True, slots=True)
class Link:
    """What the buyer's page will be found by: where it stands and the secret that opens it."""

    site: str
    token: str


def draft(order: Order, seller: Seller, link: Link) -> Draft | Held:
    """Price and tax an order, or hold it with every reason that stands against an invoice."""
    decisions = {goods: tax.decide(goods, order, seller) for goods in _goods(order)}
    unknown = [each for each in decisions.values() if isinstance(each, Held)]
    if unknown:
        return Held(reasons=tuple(reason for held in unknown for reason in held.reasons))
    decided = {goods: each for goods, each in decisions.items() if isinstance(each, tax.Decision)}
    reasons = tax.reasons_to_hold(list(decided.values()), seller)
    priced = _price(order, decided)
    reasons += _against_the_totals(priced.totals)
    if reasons:
        return Held(reasons=tuple(reasons))
    return _compose(order, seller, link, priced)


def _goods(order: Order) -> list[Goods]:
    of_lines = [line.vat for line in order.lines]
    return list(dict.fromkeys(of_lines + [charge.vat for charge in order.charges]))


@dataclass(frozen=True, slots=True)
class _Priced:
    lines: tuple[DraftLine, ...]
    allowances: tuple[Adjustment, ...]
    charges: tuple[Adjustment, ...]
    vat: tuple[tuple[tax.Decision, Money, Money], ...]
    totals: Totals


_Rate = tuple[str, Decimal]


def _price(order: Order, decided: dict[Goods, tax.Decision]) -> _Priced:
    """Price in one pass: every part of the order becomes a net sum, then each rate is summed."""
    lines = [_line_parts(line, decided[line.vat], order.currency) for line in order.lines]
    charges = [_Part(Money(c.amount, order.currency), decided[c.vat]) for c in order.charges]
    allowances = _shared_allowances(order, [part for line in lines for part in line] + charges)
    flat = [part for line in lines for part in line] + charges + [part for _, part in allowances]
    nets, vat, rounding = _take_vat_out(flat, order)
    each = iter(nets)
    draft_lines = tuple(
        _draft_line(number, line, [next(each) for _ in parts], decided[line.vat])
        for number, line, parts in zip(count(1), order.lines, lines, strict=False)
    )
    draft_charges = tuple(_adjustment(c.reason, next(each), decided[c.vat]) for c in order.charges)
    draft_allowances = tuple(
        _adjustment(reason, -next(each), part.decision) for reason, part in allowances
    )
    totals = _totals(order, draft_lines, draft_allowances, draft_charges, vat, rounding)
    return _Priced(draft_lines, draft_allowances, draft_charges, tuple(vat), totals)


def _line_parts(line: OrderLine, decision: tax.Decision, currency: str) -> list[_Part]:
    parts = [_Part(rounded(line.price * line.quantity, currency), decision)]
    if line.discount:
        parts.append(_Part(-Money(line.discount, currency), decision))
    return parts


def _shared_allowances(order: Order, parts: Sequence[_Part]) -> list[tuple[str, _Part]]:
    """Share each allowance over the rates in proportion to what is asked at each."""
    asked: dict[tax.Decision, Decimal] = defaultdict(Decimal)
    for part in parts:
        asked[part.decision] += part.asked.amount
    weights = list(asked.values()) if sum(asked.values()) else [Decimal(1)] * len(asked)
    shares = []
    for allowance in order.allowances:
        split = Money(allowance.amount, order.currency).split(over=weights)
        shares += [
            (allowance.reason, _Part(-share, decision))
            for decision, share in zip(asked, split, strict=True)
            if share
        ]
    return shares


def _take_vat_out(
    parts: Sequence[_Part], order: Order
) -> tuple[list[Money], list[tuple[tax.Decision, Money, Money]], Money]:
    """Give each part's net, the VAT per rate, and what no VAT on the sum can reach (BT-114)."""
    by_decision: dict[tax.Decision, list[int]] = defaultdict(list)
    for i, part in enumerate(parts):
        by_decision[part.decision].append(i)
    nets: dict[int, Money] = {}
    vat = []
    rounding = Money.zero(order.currency)
    for decision, indexes in by_decision.items():
        asked = [parts[i].asked for i in indexes]
        base = _base(total(asked, order.currency), decision, order)
        due = rounded(base.amount * decision.factor, order.currency)
        vat.append((decision, base, due))
        nets |= zip(indexes, _nets(asked, base, decision, order), strict=True)
        if order.prices_include_vat:
            rounding += total(asked, order.currency) - base - due
    return [nets[i] for i in range(len(parts))], vat, rounding


def _base(asked: Money, decision: tax.Decision, order: Order) -> Money:
    """Give the net that, with VAT on it, comes nearest to what the shop asked."""
    if not order.prices_include_vat or not decision.rate:
        return asked
    guess = rounded(asked.amount / (1 + decision.factor), asked.currency)
    step = Money.from_minor(1, asked.currency)

    def miss(base: Money) -> Money:
        return abs(base + rounded(base.amount * decision.factor, base.currency) - asked)

    return min((guess, guess - step, guess + step), key=lambda base: miss(base).amount)


def _nets(asked: Sequence[Money], base: Money, decision: tax.Decision, order: Order) -> list[Money]:
    """Take VAT out of each part so that the nets sum to the base; the largest bear the rest."""
    if not order.prices_include_vat or not decision.rate:
        return list(asked)
    nets = [rounded(part.amount / (1 + decision.factor), part.currency) for part in asked]
    missing = (base - total(nets, order.currency)).minor
    step = Money.from_minor(1 if missing > 0 else -1, order.currency)
    largest = sorted(range(len(nets)), key=lambda i: abs(nets[i]).amount, reverse=True)
    for turn in range(abs(missing)):
        nets[largest[turn % len(largest)]] += step
    return nets


def _draft_line(
    number: int, line: OrderLine, nets: Sequence[Money], decision: tax.Decision
) -> DraftLine:
    full, *discounts = nets
    return DraftLine(
        id=str(number),
        description=line.description,
        sku=line.sku,
        quantity=line.quantity,
        unit=line.unit,
        price=_net_price(line, full, decision),
        discount=-discounts[0] if discounts else None,
        net=total(nets, full.currency),
        category=decision.category,
        rate=decision.rate,
    )


def _net_price(line: OrderLine, full: Money, decision: tax.Decision) -> Decimal:
    if rounded(line.price * line.quantity, full.currency) == full:
        return line.price
    exact = line.price / (1 + decision.factor)
    return exact.quantize(PRICE_STEP, ROUND_HALF_UP)


def _adjustment(reason: str, net: Money, decision: tax.Decision) -> Adjustment:
    return Adjustment(reason=reason, net=net, category=decision.category, rate=decision.rate)


def _totals(  # noqa: PLR0913, PLR0917  the sums of EN 16931 need all of these
    order: Order,
    lines: Sequence[DraftLine],
    allowances: Sequence[Adjustment],
    charges: Sequence[Adjustment],
    vat: Sequence[tuple[tax.Decision, Money, Money]],
    rounding: Money,
) -> Totals:
    """Add up as BR-CO-10 to BR-CO-16 say."""
    currency = order.currency
    of_lines = total((line.net for line in lines), currency)  # BR-CO-10
    of_allowances = total((each.net for each in allowances), currency)  # BR-CO-11
    of_charges = total((each.net for each in charges), currency)  # BR-CO-12
    net = of_lines - of_allowances + of_charges  # BR-CO-13
    of_vat = total((due for _, _, due in vat), currency)  # BR-CO-14
    gross = net + of_vat  # BR-CO-15
    prepaid = Money(sum((paid.amount for paid in order.payments), Decimal(0)), currency)
    return Totals(
        lines=of_lines,
        allowances=of_allowances,
        charges=of_charges,
        net=net,
        vat=of_vat,
        gross=gross,
        prepaid=prepaid,
        rounding=rounding,
        due=gross - prepaid + rounding,  # BR-CO-16
    )


def _against_the_totals(totals: Totals) -> list[Reason]:
    if totals.gross.amount < 0:
        sentence = f"the order comes to {totals.gross}; what is given back needs a credit note"
        return [Reason(code="negative_total", message=sentence)]
    if totals.due.amount < 0:
        sentence = f"{totals.prepaid} paid for an order of {totals.gross}"
        return [Reason(code="paid_more_than_asked", message=sentence)]
    return []


def _compose(order: Order, seller: Seller, link: Link, priced: _Priced) -> Draft:
    language = order.buyer.language or _language_of(order.buyer.address.country, seller)
    return Draft(
        order=order.id,
        profile=_profile(order, seller),
        process=_process(order),
        language=language,
        currency=order.currency,
        seller=seller,
        buyer=order.buyer,
        deliver_to=order.deliver_to,
        ordered_on=order.ordered_on,
        delivered_on=order.delivered_on or order.ordered_on,
        purchase_order=order.purchase_order,
        lines=priced.lines,
        allowances=priced.allowances,
        charges=priced.charges,
        vat=tuple(_vat_line(each, language) for each in priced.vat),
        totals=priced.totals,
        payments=order.payments,
        notes=tuple(_notes(order, seller, language)),
        site=link.site,
        token=link.token,
    )


def _vat_line(computed: tuple[tax.Decision, Money, Money], language: Language) -> VatLine:
    decision, base, vat = computed
    mention = mentions.sentence(decision.mention, language) if decision.mention else None
    return VatLine(base=base, vat=vat, decision=decision, mention=mention)


def _notes(order: Order, seller: Seller, language: Language) -> list[Note]:
    """Give the notes of the law, then the shop's own; the subjects are UNTDID 4451."""
    notes = []
    if order.buyer.kind == "business":
        subjects = {"recovery_costs": "PMT", "late_payment": "PMD", "no_discount": "AAB"}
        notes += [
            Note(subject=subject, text=mentions.sentence(key, language))
            for key, subject in subjects.items()
        ]
    if seller.vat_on_debits:
        notes.append(Note(subject="TXD", text=mentions.sentence("vat_on_debits", language)))
    if order.note:
        notes.append(Note(text=order.note))
    return notes


def _language_of(country: str, seller: Seller) -> Language:
    spoken: dict[str, Language] = {"FR": "fr", "DE": "de", "AT": "de", "GB": "en", "IE": "en"}
    if country == seller.address.country:
        return seller.language
    return spoken.get(country, "en")


def _profile(order: Order, seller: Seller) -> Profile:
    """French businesses among themselves meet the French platforms' rules (BR-FR)."""
    countries = {seller.address.country, order.buyer.address.country}
    return "fr_ctc" if order.buyer.kind == "business" and countries == {"FR"} else "plain"


def _process(order: Order) -> Literal["B1", "S1", "M1"]:
    supplies = {line.supply for line in order.lines}
    if len(supplies) > 1:
        return "M1"
    return "B1" if supplies == {"goods"} else "S1"
