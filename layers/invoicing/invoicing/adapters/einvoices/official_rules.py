"""What the official rules say of every file that a document will have."""

from collections.abc import Sequence

from invoicing.adapters.einvoices import einvoice_xml, network_rules, schematron
from invoicing.credit_notes import CreditNote
from invoicing.einvoice import rules, terms
from invoicing.einvoice.rules import RuleSet
from invoicing.errors import Reason
from invoicing.invoices import Invoice


def findings(document: Invoice | CreditNote) -> list[Reason]:
    """Give what stands against the document, once each; [] if nothing."""
    given = terms.of(document)
    found = [
        reason
        for syntax, sets in rules.written(document.draft).items()
        for reason in against(einvoice_xml.write(given, syntax), sets)
    ]
    return list(dict.fromkeys(found))


def against(xml: bytes, sets: Sequence[RuleSet]) -> list[Reason]:
    """Give what these rule sets have against one file; a network is asked of what else is right."""
    found = schematron.findings(xml, [name for name in sets if name != "network"])
    return found or (network_rules.findings(xml) if "network" in sets else [])
