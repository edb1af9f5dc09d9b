"""From an order to a draft: priced, taxed and worded, or held with every reason against it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from invoicing import deposits, languages, pricing, profiles, stated_totals
from invoicing.einvoice import decimals
from invoicing.errors import Held, Reason
from invoicing.figures import Priced, Totals
from invoicing.invoices import AccountedVat, Draft, Note, Reference, VatLine
from invoicing.law import channels, mentions
from invoicing.law.cases import Case
from invoicing.money import Money
from invoicing.orders import Order
from invoicing.parties import Language, Seller
from invoicing.pricing import Rates
from invoicing.vat import breakdowns, sales, tax
from invoicing.vat.findings import NOT_ASKED, Findings, VatCheck
from invoicing.vat.sales import Sale
from invoicing.vat.sums import Rate, VatSum
from invoicing.vat.treatments import Decision


@dataclass(frozen=True, slots=True)
class Link:
    """What the buyer's page will be found by: where it stands and the secret that opens it."""

    site: str
    token: str


def draft(  # noqa: PLR0913  all that a draft is a function of
    order: Order,
    seller: Seller,
    link: Link,
    findings: Findings = NOT_ASKED,
    *,
    overruled: Collection[str] = (),
    on: date | None = None,
    deducted: Sequence[deposits.Issued] = (),
) -> Draft | Held:
    """Price and tax an order, or hold it with every reason that stands against an invoice.

    `on` is the day whose law the mentions follow, that of issue; the day of the order without it.
    `overruled` are the codes of reasons that the seller has released; what is not his to decide
    stands nevertheless. `deducted` are the invoices that the order names as deposits.
    """
    case = Case(seller, order.buyer, _process(order), due=True, on=on or order.ordered_on)
    unlawful = mentions.reasons_to_hold(case) + channels.reasons_to_hold(case)
    decisions = {
        sale: tax.decide(sale, order, seller, findings, overruled=overruled)
        for sale in sales.of_order(order)
    }
    unknown = [each for each in decisions.values() if isinstance(each, Held)]
    if unknown:
        reasons = [reason for held in unknown for reason in held.reasons]
        return Held(reasons=tuple(dict.fromkeys(reasons + unlawful)))
    decided = breakdowns.unite(
        {sale: each for sale, each in decisions.items() if isinstance(each, Decision)}
    )
    reasons = breakdowns.reasons_to_hold(list(decided.values()), seller)
    priced = pricing.price(order, _rates(order, decided))
    reasons += unlawful + stated_totals.differences(order, priced)
    reasons += pricing.unused_rates(priced)
    language = _language(order, seller)
    billed = deposits.applied(priced, order, deducted, language)
    if isinstance(billed, Held):
        return Held(reasons=(*reasons, *billed.reasons))
    reasons += _against_the_totals(billed.totals) + decimals.too_fine(billed)
    accounted = _accounted_vat(order, seller, billed.totals, findings)
    if isinstance(accounted, Held):
        reasons += accounted.reasons
    standing = [each for each in reasons if not (each.releasable and each.code in overruled)]
    if standing or isinstance(accounted, Held):
        return Held(reasons=tuple(standing))
    why = {Rate(each.category, each.rate): each for each in reversed(decided.values())}
    case = replace(case, due=bool(billed.totals.due))
    return _compose(order, case, link, billed, why).model_copy(
        update={
            "accounted_vat": accounted,
            "vat_check": _proof(decided.values(), order, findings),
            "type_code": "386" if order.deposit else "380",
            "preceding": tuple(
                Reference(number=each.number, issued_on=each.issued_on) for each in deducted
            ),
        }
    )


_Why = Mapping[Rate, Decision]


def _proof(decisions: Iterable[Decision], order: Order, findings: Findings) -> VatCheck | None:
    """Keep what VIES said where the VAT hangs on it."""
    number = order.buyer.vat_number
    hangs = any(decision.category in {"K", "AE"} for decision in decisions)
    return findings.of_number(number) if number and hangs else None


def _accounted_vat(
    order: Order, seller: Seller, totals: Totals, findings: Findings
) -> AccountedVat | Held | None:
    """Give the VAT in the currency of the seller's state, if the invoice has another."""
    currency = tax.vat_currency(seller)
    if order.currency == currency:
        return None
    if not totals.vat:
        if profiles.choose(order, seller) != "fr_ctc":
            return None
        return AccountedVat(vat=Money.zero(currency))  # BR-FR-CO-12 wants the currency in any case
    rate = findings.rate(currency=order.currency, per=currency)
    if not rate:
        return _rate_missing(order.currency, currency, findings)
    return AccountedVat(vat=rate.convert(totals.vat), rate=rate)


def _rate_missing(currency: str, per: str, findings: Findings) -> Held:
    check = findings.exchange_rate
    quoted = not check or check.outcome != "not_quoted"
    advice = "it is asked for again when this is released" if quoted else f"bill in {per}"
    sentence = (
        f"the VAT must be stated in {per} too, and no rate from {currency} is known: {advice}"
    )
    rule = "Directive 2006/112/EC, art. 91 and 230; BR-53"
    return Held(reasons=(Reason(code="exchange_rate_missing", message=sentence, rule=rule),))


def _rates(order: Order, decided: Mapping[Sale, Decision]) -> Rates:
    """Give each part of the order the rate that was decided for it."""
    rates = {sale: Rate(each.category, each.rate) for sale, each in decided.items()}
    return Rates(
        lines=[rates[sales.of_line(line)] for line in order.lines],
        charges=[rates[sales.of_charge(charge, order)] for charge in order.charges],
        allowances=[
            rates[sales.of_accessory(allowance.vat, order)] if allowance.vat else None
            for allowance in order.allowances
        ],
    )


def _against_the_totals(totals: Totals) -> list[Reason]:
    """Say what keeps these sums from being asked for: nobody owes less than nothing."""
    if totals.gross.amount < 0:
        sentence = f"the order comes to {totals.gross}; what is given back needs a credit note"
        return [Reason(code="negative_total", message=sentence)]
    if totals.due.amount < 0:
        asked = f"{totals.whole} that are asked for"
        sentence = f"{totals.prepaid} paid of {asked} leave {totals.due} to pay"
        return [Reason(code="paid_more_than_asked", message=sentence)]
    return []


def _compose(order: Order, case: Case, link: Link, priced: Priced, why: _Why) -> Draft:
    seller = case.seller
    language = _language(order, seller)
    return Draft(
        order=order.id,
        profile=profiles.choose(order, seller),
        process=_process(order),
        language=language,
        currency=order.currency,
        seller=seller,
        buyer=order.buyer,
        deliver_to=order.deliver_to,
        recipient=order.recipient,
        ordered_on=order.ordered_on,
        delivered_on=order.supplied_on,
        period=order.period,
        payment_days=order.payment_days,
        purchase_order=order.purchase_order,
        references=order.references,
        lines=priced.lines,
        allowances=priced.allowances,
        charges=priced.charges,
        vat=tuple(_vat_line(each, why[each.rate], case, language) for each in priced.vat),
        totals=priced.totals,
        payments=order.payments,
        notes=tuple(_notes(order, case, language)),
        law_of=case.on,
        channel=channels.to_transmit(case),
        site=link.site,
        token=link.token,
    )


def _vat_line(sum_: VatSum, decision: Decision, case: Case, language: Language) -> VatLine:
    mention = mentions.of_vat(decision.mention, case, language) if decision.mention else None
    return VatLine(
        base=sum_.base,
        vat=sum_.vat,
        decision=decision,
        mention=decision.reason or (mention and mention.text),
        mention_rule=mention and mention.rule,
    )


def _notes(order: Order, case: Case, language: Language) -> list[Note]:
    """Give the notes of the law, then the shop's own."""
    notes = [
        Note(key=each.key, subject=each.subject, text=each.text, rule=each.rule)
        for each in mentions.notes(case, language)
    ]
    return [*notes, Note(text=order.note)] if order.note else notes


def outdated(draft: Draft, *, at: datetime) -> bool:
    """Say whether the law of the day wants other words, another way, or more than is known.

    The day is the civil one in the seller's zone.
    """
    on = draft.seller.day(at)
    if on == draft.law_of:
        return False
    due = bool(draft.totals.due)
    case = Case(draft.seller, draft.buyer, draft.process, due=due, on=on)
    wanted = [(each.key, each.text) for each in mentions.notes(case, draft.language)]
    of_vat = [
        line
        for line in draft.vat
        if line.decision.mention
        and not line.decision.reason
        and mentions.of_vat(line.decision.mention, case, draft.language).text != line.mention
    ]
    written = [(note.key, note.text) for note in draft.notes if note.key]
    held = mentions.reasons_to_hold(case) + channels.reasons_to_hold(case)
    return bool(of_vat or held or wanted != written or channels.to_transmit(case) != draft.channel)


def _language(order: Order, seller: Seller) -> Language:
    buyer = order.buyer
    at_home = buyer.address.country == seller.address.country
    return buyer.language or (seller.language if at_home else languages.read_at(buyer.address))


def _process(order: Order) -> Literal["B1", "S1", "M1"]:
    goods = {line.supply == "goods" for line in order.lines}
    if len(goods) > 1:
        return "M1"
    return "B1" if goods == {True} else "S1"
