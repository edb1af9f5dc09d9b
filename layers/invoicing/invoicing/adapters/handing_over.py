"""The ZIP for whoever collects: documents as they were stored, and what is known of them."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from invoicing import dossiers, ledger
from invoicing.adapters import histories, templates
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table, notices_table
from invoicing.archive import File
from invoicing.dossiers import MOST_BYTES, Dossier, Enclosed
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import History
from invoicing.ledger import Kind, Series
from invoicing.notices import Notice

_READABLE = 0o100644 << 16  # a plain file, as Unix says it


def bundle(invoice: Invoice, *, at: datetime) -> bytes:
    """Write the ZIP of an invoice that was handed over at a moment, UTC.

    The same facts give the same bytes. What has no room is named with its hash and left out, the
    invoice last of all.
    """
    history = histories.of(invoice)
    sent = list(_sent(history))
    files = dict(_files(history)) | dict(_letters(sent))
    contents = _contents(files)
    dossier = dossiers.dossier(
        history,
        sent,
        cases_table.of_invoice(invoice.draft.seller.id, invoice.number),
        at=at,
    )
    enclosed = tuple(
        Enclosed(name=name, sha256=file.sha256, left_out=name not in contents)
        for name, file in files.items()
    )
    return _zip(_told(dossier.model_copy(update={"files": enclosed})) | contents, at)


def _documents(history: History) -> Iterator[tuple[Kind, str]]:
    yield "invoice", history.invoice.number
    for note in history.journal.credit_notes:
        yield "credit_note", note.number
    for late in history.notes:
        yield "late_payment", late.number
    for receipt in history.journal.receipts:
        yield "receipt", receipt.number


def _files(history: History) -> Iterator[tuple[str, File]]:
    """Give each stored file under its name in the ZIP, what matters most first."""
    seller = history.invoice.draft.seller
    for kind, number in _documents(history):
        place = ledger.place(seller.numbers, Series(seller=seller.id, kind=kind), number)
        stored = book().stored(place) if place else None
        for type_, file in (("pdf", stored.pdf), ("xml", stored.xml)) if stored else ():
            if file:
                yield f"{kind}/{number}.{type_}", file


def _sent(history: History) -> Iterator[Notice]:
    """Give each mail that was owed; one that shared another's mail has what became of that."""
    seller = history.invoice.draft.seller.id
    for _, number in _documents(history):
        for notice in notices_table.of_document(seller, number):
            if not notice.within:
                yield notice
                continue
            shared = notices_table.read(notice.within)
            yield shared.model_copy(update={"key": notice.key, "owed_at": notice.owed_at})


def _letters(sent: Sequence[Notice]) -> Iterator[tuple[str, File]]:
    """Give the letters that were stored for reminders, under the reminder's level."""
    for notice in sent:
        letter = notice.reminder.letter if notice.reminder else None
        if letter:
            way = f"-{notice.key.way}" if notice.key.way else ""
            yield f"reminder/{notice.key.number}-{notice.key.level}{way}.pdf", letter.file


def _contents(files: dict[str, File]) -> dict[str, bytes]:
    """Read as many files as there is room for."""
    room, read = MOST_BYTES, dict[str, bytes]()
    for name, file in files.items():
        if file.size <= room:
            room -= file.size
            read[name] = _whole(file)
    return read


def _whole(file: File) -> bytes:
    data = shelf().read(file)
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise ValueError(f"{file.key} is not what was stored")
    return data


def _told(dossier: Dossier) -> dict[str, bytes]:
    language = dossier.seller.language
    page = templates.render("pages/dossier.html.j2", language=language, dossier=dossier)
    return {
        "dossier.html": page.encode(),
        "dossier.json": dossiers.data(dossier),
        "interest.csv": dossiers.interest(dossier),
        "deliveries.csv": dossiers.deliveries(dossier),
    }


def _zip(members: dict[str, bytes], at: datetime) -> bytes:
    moment = at.astimezone(UTC)
    time = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(name, time)
            member.external_attr = _READABLE
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
