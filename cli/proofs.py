"""Taking the books out of a deployment, for an accountant, an auditor or another account."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.proof import fingerprint, request_keys, restoration
from cli.proof.books import Books, size
from cli.proof.bundle import Advance, Bundle, Period
from cli.proof.fingerprint import Fingerprint
from cli.proof.zip_stream import ZipStream
from cli.stack import Stack


def export(seller_id: str, stack: Stack, period: Period, *, output: Path) -> dict[str, Any]:
    """Write the books of a period into a ZIP; give what is in it."""
    books = Books(stack, seller_id)
    heads, now = books.heads(), datetime.now(UTC)
    unfinished = output.with_name(f"{output.name}.part")
    total = size(heads) if period.whole else None
    with (
        unfinished.open("wb") as out,
        ZipStream(out, at=now) as archive,
        progress("documents", total) as advance,
    ):
        bundle = Bundle(books, archive, period, Fingerprint(books))
        manifest = bundle.write(heads, at=now, advance=advance)
    unfinished.rename(output)
    counts = {kind: each["documents"] for kind, each in manifest["series"].items()}
    return {"file": str(output), "bytes": output.stat().st_size, "documents": counts}


def restore(file: Path, stack: Stack) -> dict[str, Any]:
    """Bring the books of a bundle into a deployment that has none of this seller."""
    with file.open("rb") as bundle, progress("documents", None) as advance:
        return restoration.restore(bundle, stack, advance=advance)


def repair_requests(seller_id: str, stack: Stack) -> dict[str, Any]:
    """Let `Operations`, which came back older than the books, know again what has its number."""
    with progress("documents", None) as advance:
        return request_keys.repair(seller_id, stack, advance=advance)


def fingerprint_of(seller_id: str, stack: Stack) -> dict[str, Any]:
    """Give the digest over a seller's Ledger and Heads."""
    return fingerprint.of(Books(stack, seller_id))


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Advance]:
    """Show on the terminal how far it is; where there is none, say nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(file=sys.stderr)
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
