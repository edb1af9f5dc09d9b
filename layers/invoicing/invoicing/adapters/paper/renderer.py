"""The files of an issued document: the PDF, and of what is invoiced the XML that is inside it."""

from invoicing.adapters.einvoices import einvoice_xml
from invoicing.adapters.paper import pdf, sheets
from invoicing.archive import Content
from invoicing.documents import AnyDocument
from invoicing.einvoice import rules, terms
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.payments import Receipt
from invoicing.views import documents, late_payment_notes

TEMPLATE_VERSION = "9"  # grows when the same document would come out with other bytes


def files(document: AnyDocument, logo: bytes | None = None) -> list[Content]:
    """Render a document; the same document gives the same bytes.

    `logo` is the picture whose hash the document's seller has.
    """
    if isinstance(document, Receipt):
        return [_pdf(document, documents.receipt_sheet(document), logo)]
    if isinstance(document, LatePaymentNote):
        return [_pdf(document, late_payment_notes.sheet(document), logo)]
    given, syntax = terms.of(document), rules.served(document.draft)
    inside = einvoice_xml.write(given)  # Factur-X is CII
    beside = inside if syntax == "cii" else einvoice_xml.write(given, syntax)
    sheet = (
        documents.sheet(document)
        if isinstance(document, Invoice)
        else documents.credit_sheet(document)
    )
    attached = pdf.facturx(inside, relationship=rules.relationship(document.draft))
    page = _pdf(document, sheet, logo, attached)
    return [page, Content(type="xml", data=beside, syntax=syntax)]


def _pdf(
    document: AnyDocument, sheet: sheets.Sheet, logo: bytes | None, *attachments: pdf.Attached
) -> Content:
    name = f"{document.draft.seller.id}/{document.number}"
    title = sheets.Title(document.number, name, document.issued_at)
    return sheets.draw(_template(document), sheet, title, attachments, logo)


def _template(document: AnyDocument) -> sheets.Template:
    match document:
        case Receipt():
            return "receipt"
        case LatePaymentNote():
            return "late_payment"
    return "invoice"
