"""The invoice as EN 16931 names it: business terms (BT) and groups (BG).

`terms` gives what the record carries under the keys of the factur-x package, which writes XML from
them; nothing is computed or decided here, but for what only the XML has (schemes of identifiers,
codes of payment means). Sums are written as strings from the frozen figures: a float would lose a
cent somewhere.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from invoicing.credit_notes import CreditNote, CreditNoteDraft
from invoicing.invoices import Contents, Draft, Invoice, Reference, VatLine
from invoicing.law import identity, mentions
from invoicing.money import Money, exponent
from invoicing.parties import Address, Buyer, CountryCode, Seller
from invoicing.pricing import Adjustment, DraftLine, LineAdjustment, Totals

RuleSet = Literal["en16931", "br_fr"]
"""EN 16931 as Factur-X publishes its rules, and the French platforms' own (XP Z12-012)."""

Terms = dict[str, Any]
"""BT and BG keys with text, dates, lists and dicts, as factur-x reads them."""

_SIREN, _SIRET, _PLATFORM = "0002", "0009", "0225"  # ISO 6523
_EMAIL = "EM"  # the Commission's EAS list
_DISCOUNT = "95"  # UNTDID 5189
_MEANS = {
    "card": "48",
    "transfer": "42",  # 30 and 58 would need an account (BR-61), which the seller may not have
    "direct_debit": "49",
    "wallet": "68",
    "cash": "10",
    "other": "1",
}  # UNTDID 4461
_CLEARING = "97"  # UNTDID 4461, between partners: set off or refunded, no account is asked for
_CENT, _DECIMALS = Decimal("0.01"), 2
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rules(draft: Contents) -> tuple[RuleSet, ...]:
    """Say which official rules must have nothing against the XML.

    BR-FR asks for electronic addresses that a consumer does not have, so only French businesses
    among themselves are measured by it.
    """
    return ("en16931", "br_fr") if draft.profile == "fr_ctc" else ("en16931",)


def rehearse(draft: Draft | CreditNoteDraft, *, at: datetime) -> Invoice | CreditNote:
    """Issue with number 0, which no document ever has, so that rules can be asked before one is."""
    numbers = draft.seller.numbers
    year = at.astimezone(draft.seller.timezone).year
    pattern = numbers.invoice if isinstance(draft, Draft) else numbers.credit_note
    return draft.issue(number=pattern.format(year=year, n="0" * numbers.digits), at=at)


def terms(invoice: Invoice | CreditNote) -> Terms:
    """Give every business term that a document carries; what it does not carry is left out."""
    draft = invoice.draft
    return _writable(
        {
            "BT-1": invoice.number,
            "BT-2": invoice.issued_on,
            "BT-3": draft.type_code,
            "BT-5": draft.currency,
            "BT-6": draft.accounted_vat.vat.currency if draft.accounted_vat else None,
            "BT-8": _vat_point(draft),
            "BT-10": draft.buyer.reference,
            "BT-13": draft.purchase_order,
            "BT-14": draft.order,
            "BT-23": _process(draft),
            "BG-1": _notes(draft),
            "BG-3": [_preceding(each) for each in draft.preceding],
            "BG-4": _seller(draft),
            "BG-7": _buyer(draft),
            "BG-20": [_adjustment(each) for each in draft.allowances],
            "BG-21": [_adjustment(each) for each in draft.charges],
            "BG-23": [_vat(each) for each in draft.vat],
            "BG-25": [_line(each) for each in draft.lines],
            **_delivery(draft),
            **_settlement(invoice),
            "BT-111": _sum(draft.accounted_vat.vat) if draft.accounted_vat else None,
            **_totals(draft.totals, adjusted=(draft.allowances, draft.charges)),
        }
    )


def _writable(values: Terms) -> Terms:
    """Leave out what has no value, and replace what XML 1.0 cannot hold as Unicode advises."""
    given = {key: value for key, value in values.items() if value not in (None, [], {})}
    return {key: _clean(value) for key, value in given.items()}


def _clean(value: object) -> object:
    match value:
        case str():
            return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value)
        case dict():
            return _writable(value)
        case list():
            return [_clean(each) for each in value]
    return value


def _paid_before(draft: Contents) -> bool:
    """Say whether the buyer paid all of it, as BR-FR-CO-09 understands a paid invoice."""
    totals = draft.totals
    return bool(draft.payments) and not totals.due and totals.prepaid == totals.gross


def _process(draft: Draft | CreditNoteDraft) -> str:
    """Give BT-23: B, S or M for what is sold; 1 to be paid, 2 already paid, 4 after a deposit."""
    if isinstance(draft, Draft) and draft.preceding:
        return draft.process[0] + "4"
    return draft.process[0] + "2" if _paid_before(draft) else draft.process


def _vat_point(draft: Contents) -> str | None:
    """Give BT-8 where French law moves the VAT away from the delivery (CGI art. 269, 2)."""
    if draft.seller.address.country != "FR" or not draft.totals.vat:
        return None
    if _is_deposit(draft):
        return "payment"
    if draft.seller.vat_on_debits:
        return "invoice"
    return "payment" if draft.process == "S1" else None


def _is_deposit(draft: Contents) -> bool:
    return isinstance(draft, Draft) and draft.type_code == "386"


def _preceding(reference: Reference) -> Terms:
    """Give one of BG-3."""
    return {"BT-25": reference.number, "BT-26": reference.issued_on}


def _notes(draft: Contents) -> list[Terms]:
    notes = [{"BT-21": note.subject, "BT-22": note.text} for note in draft.notes]
    if draft.accounted_vat and draft.accounted_vat.rate:
        converted = f"{draft.accounted_vat.vat}; {draft.accounted_vat.rate}"
        notes.append({"BT-21": None, "BT-22": converted})  # no term has the rate of BT-111
    if draft.profile == "fr_ctc":
        notes.append({"BT-21": "BAR", "BT-22": "B2B"})  # how platforms route it (BR-FR-20)
    return notes


def _seller(draft: Contents) -> Terms:
    seller = draft.seller
    legal = _legal(seller.registration or seller.tax_number, seller.address.country)
    vat_number = None if _outside_scope(draft) else _vat_number(draft)
    return {
        "name": seller.name,
        "biz_name": seller.trading_name,
        "legal_info": _legal_form(seller),
        "vat_identifier": vat_number,
        "tax_identifier": _tax_number(seller, vat_number, legal),
        "contacts": [{"phone": seller.phone, "email": seller.email}],
        **legal,
        **_address(seller.address),
        **_electronic_address(legal, seller.email, draft),
    }


def _tax_number(seller: Seller, vat_number: str | None, legal: Terms) -> str | None:
    """Give BT-32, which has to stand where no VAT number does (BR-E-02)."""
    return seller.tax_number or (None if vat_number else legal["legal_identifier"])


def _vat_number(draft: Contents) -> str | None:
    """Give BT-31: the number under which the VAT is accounted for, abroad or at home."""
    numbers = (line.decision.seller_number for line in draft.vat)
    return next(filter(None, numbers), draft.seller.vat_number)


def _outside_scope(draft: Contents) -> bool:
    """Say whether category O stands here: then nobody's VAT number may (BR-O-02)."""
    return any(line.decision.category == "O" for line in draft.vat)


def _legal_form(seller: Seller) -> str | None:
    """Give BT-33: the legal form with the capital, the register, and who manages."""
    parts = (identity.form(seller), identity.register(seller), seller.managers)
    return ", ".join(part for part in parts if part) or None


def _buyer(draft: Contents) -> Terms:
    buyer = draft.buyer
    legal = _legal(_registration(buyer), buyer.address.country)
    contact = {"name": buyer.contact, "email": buyer.email}
    return {
        "name": buyer.name,
        "vat_identifier": None if _outside_scope(draft) else _eu_number(buyer),
        "contacts": [contact] if any(contact.values()) else None,
        **legal,
        **_address(buyer.address),
        **_electronic_address(legal, buyer.email, draft),
    }


def _eu_number(buyer: Buyer) -> str | None:
    """Give BT-48 where it is one: with a prefix that is a country (BR-CO-09)."""
    number = buyer.vat_number
    return number if number and number[:2].isalpha() else None


def _registration(buyer: Buyer) -> str | None:
    """Give BT-47; a French VAT number ends in the SIREN, which shops often do not ask for."""
    if not buyer.registration and buyer.vat_number and buyer.vat_number.startswith("FR"):
        return buyer.vat_number[-9:]
    return buyer.registration


def _legal(registration: str | None, country: CountryCode) -> Terms:
    """Give BT-30 or BT-47 with its scheme; of a SIRET, also BT-29 or BT-46 (BR-FR-09)."""
    digits = re.sub("[^0-9]", "", registration or "")
    if country != "FR" or len(digits) not in (9, 14):
        return {"legal_identifier": registration}
    siren: Terms = {"legal_identifier": digits[:9], "legal_identifier_schemeid": _SIREN}
    return siren | {"identifiers": {_SIRET: digits}} if len(digits) > len("SIRENSIRE") else siren


def _electronic_address(legal: Terms, email: str | None, draft: Contents) -> Terms:
    """Give BT-34 or BT-49: the SIREN among French businesses (BR-FR-21), else the e-mail."""
    if draft.profile != "fr_ctc":
        return {"einvoicing_addr": email, "einvoicing_addr_schemeid": _EMAIL} if email else {}
    if "legal_identifier_schemeid" not in legal:
        return {}
    siren = legal["legal_identifier"]
    return {"einvoicing_addr": siren, "einvoicing_addr_schemeid": _PLATFORM}


def _address(address: Address) -> Terms:
    return {
        "addr_l1": address.line1,
        "addr_l2": address.line2,
        "postcode": address.postcode,
        "city": address.city,
        "country_subdivision": address.region,
        "country_code": address.country,
    }


def _delivery(draft: Contents) -> Terms:
    """Give BT-72, BG-13 and BG-14; an intra-Community supply names its country (BR-IC-12).

    What a deposit is for has not been delivered yet; it names the place, since the element that
    holds day and place must not be empty (CII).
    """
    ahead = _is_deposit(draft)
    abroad = any(line.decision.category == "K" for line in draft.vat)
    place = draft.deliver_to or (draft.buyer.address if abroad or ahead else None)
    party = {"name": draft.buyer.name, **_address(place)} if place else None  # BT-70, BG-15
    period = draft.period
    return {
        "BT-72": draft.delivered_on if abroad or not ahead else None,
        "BT-73": period.start if period else None,
        "BT-74": period.end if period else None,
        "BG-13": party,
    }


def _settlement(invoice: Invoice | CreditNote) -> Terms:
    """Give what is paid when and how; what a credit note gives back is due from its issue."""
    if isinstance(invoice, Invoice):
        return _due(invoice) | _payment_means(invoice)
    return {"BT-9": invoice.issued_on, "BT-81": _CLEARING}


def _due(invoice: Invoice) -> Terms:
    """Give BT-9 and BT-20; of a paid invoice the day it was paid on (BR-FR-CO-09)."""
    draft = invoice.draft
    if _paid_before(draft):
        return {"BT-9": max(payment.paid_on for payment in draft.payments)}
    return {"BT-9": invoice.due_on, "BT-20": _payment_terms(invoice)}


def _payment_terms(invoice: Invoice) -> str | None:
    if not invoice.draft.totals.due:
        return None
    days = (invoice.due_on - invoice.issued_on).days
    key = "payment_within" if days else "payment_at_once"
    return mentions.sentence(key, invoice.draft.language).format(days=days)


def _payment_means(invoice: Invoice) -> Terms:
    """Give BG-16: how to pay what is due, or how it was paid."""
    draft = invoice.draft
    if draft.payments and not draft.totals.due:
        return {"BT-81": _MEANS[draft.payments[-1].means]}
    if not draft.seller.iban:
        return {"BT-81": _MEANS["wallet"]}  # the invoice's own page
    return {
        "BT-81": "58" if draft.currency == "EUR" else "30",
        "BT-83": invoice.number,
        "BT-84": draft.seller.iban,
        "BT-85": draft.seller.name,
        "BT-86": draft.seller.bic,
    }


def _totals(totals: Totals, *, adjusted: Sequence[Sequence[Adjustment]]) -> Terms:
    """Give BG-22; sums that nothing went into are left out."""
    allowances, charges = adjusted
    return {
        "BT-106": _sum(totals.lines),
        "BT-107": _sum(totals.allowances) if allowances else None,
        "BT-108": _sum(totals.charges) if charges else None,
        "BT-109": _sum(totals.net),
        "BT-110": _sum(totals.vat),
        "BT-112": _sum(totals.gross),
        "BT-113": _sum(totals.prepaid) if totals.prepaid else None,
        "BT-114": _sum(totals.rounding) if totals.rounding else None,
        "BT-115": _sum(totals.due),
    }


def _adjustment(adjustment: Adjustment) -> Terms:
    """Give one of BG-20 or BG-21."""
    return {
        "amount": _sum(adjustment.net),
        "reason": adjustment.reason,
        "vat_category_code": adjustment.category,
        "vat_rate": _rate(adjustment.category, adjustment.rate),
    }


def _vat(line: VatLine) -> Terms:
    """Give one of BG-23."""
    return {
        "BT-116": _sum(line.base),
        "BT-117": _sum(line.vat),
        "BT-118": line.decision.category,
        "BT-119": _rate(line.decision.category, line.decision.rate),
        "BT-120": line.mention,
        "BT-121": line.decision.exemption_code,
    }


def _line(line: DraftLine) -> Terms:
    """Give one of BG-25."""
    return {
        "BT-126": line.id,
        "BT-129": _number(line.quantity),
        "BT-130": line.unit,
        "BT-131": _sum(line.net),
        "BT-146": _number(line.price),
        "BT-149": _number(line.price_quantity) if line.price_quantity else None,
        "BT-151": line.category,
        "BT-152": _rate(line.category, line.rate),
        "BT-153": line.description,
        "BT-155": line.sku,
        "BG-27": _discount(line) + [_change(each) for each in line.allowances or ()],
        "BG-28": [_change(each) for each in line.charges or ()],
    }


def _discount(line: DraftLine) -> list[Terms]:
    """Give BG-27 of a discount without a reason: the code stands for it (BR-42)."""
    if not line.discount:
        return []
    base = _sum(line.full)
    return [{"amount": _sum(line.discount), "base_amount": base, "reason_code": _DISCOUNT}]


def _change(change: LineAdjustment) -> Terms:
    """Give one of BG-27 or BG-28."""
    return {"amount": _sum(change.net), "reason": change.reason}


def _sum(money: Money) -> str:
    """Write a sum without a third decimal if it is nothing: EN 16931 has two (BR-DEC)."""
    amount = money.amount
    cents = amount.quantize(_CENT) if exponent(money.currency) > _DECIMALS else amount
    return f"{cents if cents == amount else amount:zf}"  # -0.00 would not be 0 to Saxon (BR-Z-09)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _rate(category: str, rate: Decimal) -> str | None:
    """Give a rate; outside the scope there is none, not even zero (BR-O-05)."""
    return None if category == "O" else _percent(rate)


def _percent(rate: Decimal) -> str:
    return f"{rate:.2f}"  # at most 2 decimals (BR-FR-DEC-04)
