"""Books of any size, made up as they are read, to see what a bundle of them needs.

`make soak` runs it: python -m tests.cli.proof.scale 100000. Writer and verifier run in processes of
their own, so what each needs of memory is what the system says of it.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.proof.books import Sealed
from cli.proof.bundle import VERIFIER, Bundle, Period
from cli.proof.fingerprint import Fingerprint
from cli.proof.zip_stream import ZipStream
from invoicing.archive import File
from invoicing.ledger import GENESIS, Beginning, Entry, Head, Kind
from invoicing.records import canonical, plain
from invoicing.requests import Request
from tests.builders import NOON, a_request, a_seller, sealed

PDF = b"%PDF-1.7\n" + hashlib.shake_256(b"a page").digest(8_000)
XML = b"<Invoice>" + b"<Line>made up</Line>" * 200 + b"</Invoice>"


class Bucket:
    """A bucket in which every document has the same files."""

    def read(self, file: File) -> bytes:
        return PDF if file.key.endswith("pdf") else XML


class MadeUpBooks:
    """Invoices of one day, chained; nothing is held but the hash of the last one."""

    def __init__(self, count: int) -> None:
        self.seller = a_seller()
        self.bucket = Bucket()
        self._count = count
        self._entry = plain(sealed(a_request().ready()).entries[0])
        self._hash = deque(map(_hash, self._contents()), maxlen=1)[0]

    def heads(self) -> dict[Kind, Head]:
        began = Beginning(year=2026, n=1, at=NOON)
        return {"invoice": Head(year=2026, n=self._count, hash=self._hash, at=NOON, began=began)}

    def entries(self, kind: Kind, head: Head, *, since: int = 0) -> Iterator[Sealed]:  # noqa: ARG002  as the real ones
        for content in self._contents():
            entry = Entry.model_validate_json(content)
            yield Sealed(content, entry, {}, canonical(_stored(entry)))

    def with_requests(self, entries: Iterable[Sealed]) -> Iterator[tuple[Sealed, Request]]:
        known = a_request().ready()
        for each in entries:
            key = known.key.model_copy(update={"source": each.entry.source})
            said = {"key": key, "number": each.number, "place": each.place, "state": "NUMBERED"}
            yield each, known.model_copy(update=said)

    def cancelled(self) -> Iterator[Request]:
        yield from ()

    def states(self, numbers: Iterable[str]) -> Iterator[dict[str, Any]]:  # noqa: ARG002  nothing was paid
        yield from ()

    def _contents(self) -> Iterator[bytes]:
        previous, values = GENESIS, json.loads(json.dumps(self._entry))
        for n in range(1, self._count + 1):
            values["place"]["n"], values["source"], values["previous"] = n, f"order-{n}", previous
            values["body"]["number"] = f"FA-2026-{n:06d}"
            content = canonical(values)
            previous = _hash(content)
            yield content


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _stored(entry: Entry) -> dict[str, Any]:
    files = {
        name: {
            "key": f"atelier/invoice/2026/{entry.body['number']}.{name}",
            "version": "1",
            "sha256": _hash(data),
            "size": len(data),
        }
        for name, data in {"pdf": PDF, "xml": XML}.items()
    }
    place = plain(entry.place)
    return {"place": place, "number": entry.body["number"], "template_version": "1"} | files


def write(count: int, file: Path) -> None:
    """Write the bundle of made-up books, by the code that writes every bundle."""
    books: Any = MadeUpBooks(count)
    now = datetime.now(UTC)
    with file.open("wb") as out, ZipStream(out, at=now) as archive:
        bundle = Bundle(books, archive, Period(), Fingerprint(books))
        bundle.write(books.heads(), at=now, advance=lambda: None)


def measured(command: list[str]) -> dict[str, float]:
    """Run a command to its end; give its seconds and the most memory it had, in MB."""
    began = time.monotonic()
    code = f"""
import resource, subprocess, sys
done = subprocess.run({command!r}, stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    ran = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    status, kilobytes = map(int, ran.stdout.split())
    if status:
        raise SystemExit(f"{command} ended with {status}: {ran.stderr}")
    return {"seconds": round(time.monotonic() - began, 1), "megabytes": round(kilobytes / 1024, 1)}


def main() -> None:
    """Write and verify a bundle of so many documents; print what it took."""
    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "books.zip"
        if sys.argv[2:]:
            write(count, Path(sys.argv[2]))
            return
        writer = [sys.executable, "-m", "tests.cli.proof.scale", str(count), str(file)]
        told = {
            "documents": count,
            "write": measured(writer),
            "verify": measured([sys.executable, "-I", "-S", str(VERIFIER), str(file)]),
            "gigabytes": round(file.stat().st_size / 1e9, 2),
        }
    print(json.dumps(told, indent=2))  # noqa: T201  a command speaks


if __name__ == "__main__":
    main()
