"""What the official rules have against a document, in both syntaxes, whichever of them is sent."""

from invoicing.adapters.einvoices import einvoice_xml, official_rules
from invoicing.archive import Syntax
from invoicing.credit_notes import CreditNote
from invoicing.einvoice import terms
from invoicing.einvoice.rules import RuleSet
from invoicing.invoices import Invoice
from invoicing.profiles import Profile

RULES: dict[tuple[Profile, Syntax], tuple[RuleSet, ...]] = {
    ("plain", "cii"): ("en16931",),
    ("plain", "ubl"): ("en16931",),
    ("fr_ctc", "cii"): ("en16931", "br_fr"),
    ("fr_ctc", "ubl"): ("en16931", "br_fr"),
    ("peppol", "cii"): ("en16931",),
    ("peppol", "ubl"): ("en16931", "network"),
    ("xrechnung", "cii"): ("en16931",),
    ("xrechnung", "ubl"): ("en16931", "network"),
}


def findings(document: Invoice | CreditNote) -> list[str]:
    """Give the codes of what stands against it, with the syntax."""
    given, profile = terms.of(document), document.draft.profile
    syntaxes: tuple[Syntax, ...] = ("cii", "ubl")
    return [
        f"{syntax} {reason.code}"
        for syntax in syntaxes
        for reason in official_rules.against(
            einvoice_xml.write(given, syntax), RULES[profile, syntax]
        )
    ]
