"""From what stands on a page to the PDF: the template is filled, and the file is written."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from invoicing.adapters import templates
from invoicing.adapters.paper import pdf
from invoicing.archive import Content
from invoicing.logos import Logo
from invoicing.views import documents, late_payment_notes, letters

Template = Literal["invoice", "receipt", "late_payment", "reminder", "statement"]
Sheet = (
    documents.InvoiceSheet
    | documents.ReceiptSheet
    | late_payment_notes.LatePaymentSheet
    | letters.ReminderSheet
    | letters.StatementSheet
)


@dataclass(frozen=True, slots=True)
class Title:
    """What a file says of itself: title, a name that no other file has, and when it was made."""

    title: str
    name: str
    at: datetime


def draw(
    template: Template,
    sheet: Sheet,
    title: Title,
    attachments: Sequence[pdf.Attached] = (),
    logo: bytes | None = None,
) -> Content:
    """Print a sheet; the same arguments give the same bytes.

    `logo` is the picture whose hash the sheet has; ValueError for any other, or for none.
    """
    images = _images(sheet.letterhead.logo, logo)
    html = templates.render(f"documents/{template}.html.j2", language=sheet.language, sheet=sheet)
    data = pdf.render(
        html,
        title=title.title,
        identifier=hashlib.sha256(title.name.encode()).hexdigest()[:32].encode(),
        at=title.at,
        attachments=attachments,
        images=images,
    )
    return Content(type="pdf", data=data)


def _images(shown: Logo | None, data: bytes | None) -> dict[str, bytes]:
    if shown is None and data is None:
        return {}
    if shown is None or data is None or not shown.is_of(data):
        raise ValueError("another logo than that of the sheet")
    return {shown.address: data}
