"""Bundles of real books, and the ways in which somebody might change one."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cli import proofs
from cli.proof import verify
from cli.proof.bundle import Period
from cli.stack import Stack
from invoicing.adapters.ledger.closed_books import Signed
from invoicing.late_payment_notes import LatePaymentClaim, Withdrawal
from tests import books
from tests.builders import NOON, PARIS
from tests.closers import close

Members = dict[str, bytes]
Change = Callable[[Members], object]

DECEMBER = datetime(2026, 12, 2, 12, tzinfo=UTC)  # eleven days and a month have ended
HOTEL = {"name": "Hôtel", "kind": "business", "registration": "552100554", "address": PARIS}
WITHDRAWAL = Withdrawal(id="W-1", reason="Geste commercial")


def exported(
    stack: Stack, folder: Path, period: Period | None = None, seller: str = "atelier"
) -> bytes:
    """Export the books; give the bundle's bytes."""
    file = folder / "bundle.zip"
    proofs.export(seller, stack, period or Period(), output=file)
    return file.read_bytes()


def members(bundle: bytes) -> Members:
    """Unpack a bundle, in its order."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as file:
        return {info.filename: file.read(info) for info in file.infolist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack a bundle again, as any ZIP tool does."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return out.getvalue()


def found(bundle: bytes, **given) -> list[str]:
    """Verify a bundle; give what is found, each as `what name`."""
    result = verify.verify(io.BytesIO(bundle), **given)
    return [f"{each.what} {each.name}" for each in result.findings.kept]


def after(bundle: bytes, change: Change, **given) -> list[str]:
    """Change a bundle's files and verify it."""
    files = members(bundle)
    change(files)
    return found(packed(files), **given)


def edited(name: str, before: bytes, now: bytes) -> Change:
    """Replace bytes in a file, once."""

    def change(files: Members) -> None:
        assert before in files[name]
        files[name] = files[name].replace(before, now, 1)

    return change


def without(*stems: str) -> Change:
    """Remove documents with all their files."""

    def change(files: Members) -> None:
        for name in [name for name in files if name.partition(".")[0] in stems]:
            del files[name]

    return change


def covered_up(change: Change) -> Change:
    """Change something and correct every list and count that tells of it, as a forger would."""

    def forge(files: Members) -> None:
        change(files)
        manifest = json.loads(files["manifest.json"])
        for name in [name for name in files if name.startswith("chain/")]:
            kind = name.removeprefix("chain/").partition("-")[0]
            stands = [n for n in files if n.startswith(f"{kind}/") and n.endswith(".json")]
            lines = [f"{hashlib.sha256(files[n]).hexdigest()}  {n}\n" for n in stands]
            files[name] = "".join(lines).encode()
            documents = [n for n in stands if not n.endswith(".files.json")]
            stored = len(stands) - len(documents)
            numbers = [Path(n).stem for n in documents]
            manifest["series"][kind] |= {
                "documents": len(documents),
                "stored": stored,
                "pending": len(documents) - stored,
                "first": numbers[0],
                "last": numbers[-1],
                "hash": hashlib.sha256(files[documents[-1]]).hexdigest(),
            }
            with suppress(ValueError, KeyError):  # of what is no document any more nothing is known
                before = json.loads(files[documents[0]])["previous"]
                manifest["series"][kind]["previous"] = before
            _correct_head(files, kind, documents[-1])
        for name in manifest["members"]:
            manifest["members"][name] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()

    return forge


def _correct_head(files: Members, kind: str, last: str) -> None:
    heads = json.loads(files["heads.json"])
    place = json.loads(files[last])["place"]
    seal = hashlib.sha256(files[last]).hexdigest()
    heads[kind] |= {"year": place["year"], "n": place["n"], "hash": seal}
    files["heads.json"] = json.dumps(heads).encode()


def sell(count: int, **changes) -> None:
    """Issue and store some invoices."""
    for i in range(count):
        books.store(books.issue_order(id=f"order-{i}", **changes), books.PDF, books.XML)


def a_late_payers_life() -> None:
    """An invoice of spring, a claim, its withdrawal and another claim."""
    books.store(books.issue_order_at(NOON - timedelta(days=200), buyer=HOTEL), books.PDF)
    number = "FA-2026-000001"
    for source, said in (
        ("P-1", {"claim": LatePaymentClaim(id="P-1", until=date(2026, 7, 31))}),
        ("W-1", {"withdrawal": WITHDRAWAL, "withdraws": "PR-2026-000001"}),
        ("P-2", {"claim": LatePaymentClaim(id="P-2")}),
    ):
        books.store(books.issue_late_payment(number, source, **said), books.PDF)


def a_month(shop: str = "first") -> list[Signed]:
    """Invoices of three days, a receipt, a credit note; one invoice gets its file a day late."""
    for day in range(3):
        at = NOON + timedelta(days=day)
        entry = books.issue_order_at(at, id=f"{shop}-{day}")
        books.store(entry, books.PDF, books.XML)
    books.store(books.issue_receipt(), books.PDF)
    books.store(books.issue_credit("FA-2026-000002", amount="20.00"), books.PDF, books.XML)
    late = books.issue_order_at(NOON + timedelta(days=3), id="late")
    close("atelier", NOON + timedelta(days=3, hours=18))
    books.store(late, books.PDF, books.XML)
    return close("atelier", DECEMBER)


def anchors_of(bundle: bytes) -> list[dict[str, Any]]:
    """Read the anchors that a bundle has."""
    return [json.loads(d) for name, d in members(bundle).items() if name.startswith("anchors/")]
