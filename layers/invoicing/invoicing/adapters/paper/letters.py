"""Letters as PDF: a reminder, a statement of what is open.

They are no documents of the books, so nothing is numbered or recorded: who sends one keeps it. The
same arguments give the same bytes.
"""

from collections.abc import Sequence
from datetime import datetime

from invoicing.adapters.paper.sheets import Title, draw
from invoicing.archive import Content
from invoicing.late_payment import LatePayment
from invoicing.open_invoices import OpenInvoice
from invoicing.plans import Tone
from invoicing.views import letters


def reminder(
    open_: OpenInvoice,
    *,
    tone: Tone,
    at: datetime,
    late: LatePayment | None = None,
    logo: bytes | None = None,
) -> Content:
    """Print the letter that reminds of an invoice; `at` is UTC, `late` what the delay costs.

    `logo` is the picture whose hash the invoice's seller has. ValueError if nothing is open.
    """
    seller, number = open_.invoice.draft.seller, open_.invoice.number
    today = seller.day(at)
    sheet = letters.reminder_sheet(open_, tone=tone, today=today, late=late)
    name = f"{seller.id}/{number}/reminder/{tone}/{today}"
    return draw("reminder", sheet, Title(number, name, at), logo=logo)


def statement(
    open_: Sequence[OpenInvoice],
    *,
    at: datetime,
    late: Sequence[LatePayment] = (),
    logo: bytes | None = None,
) -> Content:
    """Print what a buyer has open with a seller; `at` is UTC, `late` what each delay costs.

    `logo` is the picture whose hash the newest invoice's seller has. ValueError if the invoices
    are none at all, or not all of one seller and one buyer's.
    """
    sheet = letters.statement_sheet(open_, at=at, late=late)
    numbers = ",".join(each.number for each in sheet.invoices)
    name = f"{open_[0].invoice.draft.seller.id}/statement/{sheet.on}/{numbers}"
    return draw("statement", sheet, Title(str(sheet.on), name, at), logo=logo)
