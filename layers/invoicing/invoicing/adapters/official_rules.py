"""What the official rules say of every file that a document will have."""

from invoicing.adapters import einvoice_xml, schematron
from invoicing.credit_notes import CreditNote
from invoicing.einvoice import rules, terms
from invoicing.errors import Reason
from invoicing.invoices import Invoice


def findings(document: Invoice | CreditNote) -> list[Reason]:
    """Give what stands against the document, once each; [] if nothing."""
    given = terms.of(document)
    found = [
        reason
        for syntax, sets in rules.written(document.draft).items()
        for reason in schematron.findings(einvoice_xml.write(given, syntax), sets)
    ]
    return list(dict.fromkeys(found))
