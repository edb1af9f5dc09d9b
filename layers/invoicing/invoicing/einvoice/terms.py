"""A document as business terms under the keys of the factur-x package, which writes XML from them.

Nothing is computed or decided here, but for what only the XML has (schemes of identifiers, codes
of payment means).
"""

from invoicing.credit_notes import CreditNote, CreditNoteDraft
from invoicing.einvoice import lines, parties, settlement
from invoicing.einvoice.values import Terms, sum_, writable
from invoicing.invoices import Contents, Draft, Invoice, Reference
from invoicing.orders import References
from invoicing.profiles import Profile

_BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_NETWORKS: dict[Profile, str] = {
    "peppol": "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    "xrechnung": "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
}
"""The specifications that need a BT-24 of their own; the others are EN 16931 as it stands."""


def of(document: Invoice | CreditNote) -> Terms:
    """Give every business term that a document carries; what it does not carry is left out."""
    draft = document.draft
    accounted = draft.accounted_vat
    return writable(
        {
            "BT-1": document.number,
            "BT-2": document.issued_on,
            "BT-3": draft.type_code,
            "BT-5": draft.currency,
            "BT-6": accounted.vat.currency if accounted else None,
            "BT-8": _vat_point(draft),
            "BT-10": draft.buyer.reference,
            "BT-13": draft.purchase_order,
            "BT-14": draft.order,
            "BT-23": _process(draft),
            "BT-24": _NETWORKS.get(draft.profile),
            "BG-1": _notes(draft),
            "BG-3": [_preceding(each) for each in draft.preceding],
            "BG-4": parties.seller(draft),
            "BG-7": parties.buyer(draft),
            "BG-10": parties.payee(draft.seller.payee, draft.seller.address.country),
            "BG-20": [lines.adjustment(each) for each in draft.allowances],
            "BG-21": [lines.adjustment(each) for each in draft.charges],
            "BG-23": [settlement.vat(each, draft) for each in draft.vat],
            "BG-25": [lines.line(each) for each in draft.lines],
            **(_references(draft.references) if draft.references else {}),
            **_delivery(draft),
            **settlement.settlement(document),
            "BT-111": sum_(accounted.vat) if accounted else None,
            **settlement.totals(draft.totals, adjusted=(draft.allowances, draft.charges)),
        }
    )


def _references(known: References) -> Terms:
    return {
        "BT-11": known.project,
        "BT-12": known.contract,
        "BT-15": known.receiving_advice,
        "BT-16": known.despatch_advice,
        "BT-17": [known.tender] if known.tender else None,
        "BT-19": known.account,
    }


def _process(draft: Draft | CreditNoteDraft) -> str:
    """Give BT-23: the billing process of Peppol, or the French code.

    That is B, S or M for what is sold; 1 to be paid, 2 already paid, 4 after a deposit.
    """
    if draft.profile in _NETWORKS:
        return _BILLING
    if isinstance(draft, Draft) and draft.preceding:
        return draft.process[0] + "4"
    return draft.process[0] + "2" if settlement.paid_before(draft) else draft.process


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
    """Give BG-1, which Peppol has once and without a subject (PEPPOL-EN16931-R002)."""
    notes = [{"BT-21": note.subject, "BT-22": note.text} for note in draft.notes]
    if draft.accounted_vat and draft.accounted_vat.rate:
        converted = f"{draft.accounted_vat.vat}; {draft.accounted_vat.rate}"
        notes.append({"BT-21": None, "BT-22": converted})  # no term has the rate of BT-111
    if draft.profile == "fr_ctc":
        notes.append({"BT-21": "BAR", "BT-22": "B2B"})  # how platforms route it (BR-FR-20)
    if draft.profile == "peppol" and notes:
        return [{"BT-22": "\n".join(note["BT-22"] or "" for note in notes)}]
    return notes


def _delivery(draft: Contents) -> Terms:
    """Give BT-72, BG-13 and BG-14; an intra-Community supply names its country (BR-IC-12).

    What a deposit is for has not been delivered yet; it names the place, since the element that
    holds day and place must not be empty (CII).
    """
    ahead = _is_deposit(draft)
    abroad = any(line.decision.category == "K" for line in draft.vat)
    place = draft.deliver_to or (draft.buyer.address if abroad or ahead else None)
    period = draft.period
    return {
        "BT-72": draft.delivered_on if abroad or not ahead else None,
        "BT-73": period.start if period else None,
        "BT-74": period.end if period else None,
        "BG-13": parties.recipient(draft, place),
    }
