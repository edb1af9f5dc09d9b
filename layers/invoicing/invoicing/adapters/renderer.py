"""The files of an issued document: the PDF, and of all but receipts the XML that is inside it."""

from invoicing.adapters import einvoice_xml, pdf, sheets
from invoicing.archive import Content
from invoicing.credit_notes import CreditNote
from invoicing.einvoice import rules, terms
from invoicing.invoices import Invoice
from invoicing.payments import Receipt
from invoicing.views import documents

TEMPLATE_VERSION = "3"  # grows when the same document would come out with other bytes

Document = Invoice | CreditNote | Receipt


def files(document: Document) -> list[Content]:
    """Render a document; the same document gives the same bytes."""
    if isinstance(document, Receipt):
        return [_pdf(document, "receipt", documents.receipt_sheet(document))]
    given, syntax = terms.of(document), rules.served(document.draft)
    inside = einvoice_xml.write(given)  # Factur-X is CII
    beside = inside if syntax == "cii" else einvoice_xml.write(given, syntax)
    sheet = (
        documents.sheet(document)
        if isinstance(document, Invoice)
        else documents.credit_sheet(document)
    )
    page = _pdf(document, "invoice", sheet, pdf.facturx(inside))
    return [page, Content(type="xml", data=beside, syntax=syntax)]


def _pdf(
    document: Document, template: sheets.Template, sheet: sheets.Sheet, *attachments: pdf.Attached
) -> Content:
    name = f"{document.draft.seller.id}/{document.number}"
    title = sheets.Title(document.number, name, document.issued_at)
    return sheets.draw(template, sheet, title, attachments)
