"""Which files an e-invoice has and which official rules must have nothing against each of them."""

from datetime import datetime
from typing import Literal

from invoicing.archive import Syntax
from invoicing.credit_notes import CreditNote, CreditNoteDraft
from invoicing.invoices import Contents, Draft, Invoice

RuleSet = Literal["en16931", "br_fr", "network"]
"""EN 16931, and on top of it XP Z12-012 (France), or the rules of the network of BT-24."""


def served(draft: Contents) -> Syntax:
    """Say in which syntax the file beside the PDF is: Peppol takes UBL alone, XRechnung either."""
    return "ubl" if draft.profile in {"peppol", "xrechnung"} else "cii"


def relationship(draft: Contents) -> Literal["Data", "Alternative"]:
    """Say what the CII is to the page (AFRelationship).

    It says the same as the page (ZUGFeRD 2.3, 6.2.2: Alternative); FNFE's guide has it as data.
    """
    return "Data" if draft.profile == "fr_ctc" else "Alternative"


def written(draft: Contents) -> dict[Syntax, tuple[RuleSet, ...]]:
    """Give each syntax that is written of a document with the rules that it must pass.

    BR-FR asks for electronic addresses that a consumer does not have, so only French businesses
    among themselves are measured by it.
    """
    match draft.profile:
        case "peppol" | "xrechnung":
            return {"cii": ("en16931",), "ubl": ("en16931", "network")}
        case "fr_ctc":
            return {"cii": ("en16931", "br_fr")}
        case "plain":
            return {"cii": ("en16931",)}


def rehearse(draft: Draft | CreditNoteDraft, *, at: datetime) -> Invoice | CreditNote:
    """Issue with number 0, which no document ever has, so that rules can be asked before one is."""
    numbers = draft.seller.numbers
    year = draft.seller.day(at).year
    pattern = numbers.invoice if isinstance(draft, Draft) else numbers.credit_note
    return draft.issue(number=pattern.format(year=year, n="0" * numbers.digits), at=at)
