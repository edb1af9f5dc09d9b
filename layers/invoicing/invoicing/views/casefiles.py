"""Cases and freezes as a seller's shop reads them."""

from typing import Any

from invoicing.cases import Case
from invoicing.freezes import Freezes
from invoicing.records import plain


def told(case: Case) -> dict[str, Any]:
    """Tell a case: what is said, what was done, and what its seller may decide now."""
    said = plain(case)
    kept = {name: said[name] for name in ("answers", "evidence", "decision") if name in said}
    return {
        "id": case.key.id,
        "invoice": case.key.number,
        "status": "open" if case.is_open else "closed",
        "opened_at": said["opened_at"],
        "about": said["about"],
        "may_decide": sorted(case.open_to()),
        "href": f"/v1/invoices/{case.key.number}/cases/{case.key.id}",
    } | kept


def frozen(freezes: Freezes) -> list[dict[str, Any]]:
    """Tell why an invoice's buyer is not reminded."""
    return [plain(each) for each in freezes.freezes]
