"""Books closed in memory: documents of any times, and every closing that is due over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from invoicing import closings, ledger, tallies
from invoicing.archive import Stored
from invoicing.closings import KINDS, Closing, SigningKey
from invoicing.ledger import BEGINNING, Entry, Head
from invoicing.parties import Seller
from invoicing.tallies import Tallied, Tally
from invoicing.turnover import Kind
from tests.builders import a_file, a_seller, a_stored

KEY = SigningKey.of(b"a public key")
Documents = Mapping[Kind, Sequence[Entry]]


def stored(entry: Entry) -> Stored:
    """Say that a document's files are there, each with hashes of its own."""
    place = entry.place
    files = {"pdf": a_file(sha256=f"{place.n:064x}"), "xml": a_file(sha256=f"{place.n + 1:064x}")}
    return a_stored(place=place, number=entry.body["number"], **files)


def head_of(entries: Sequence[Entry]) -> Head:
    """Give the head after the last of these."""
    if not entries:
        return BEGINNING
    last, first = entries[-1], entries[0]
    began = {"year": first.place.year, "n": first.place.n, "at": first.at}
    return Head(
        year=last.place.year,
        n=last.place.n,
        hash=last.hash,
        at=last.at,
        began=ledger.Beginning.model_validate(began),
    )


def tallied(
    entries: Sequence[Entry], kind: Kind, before: Closing | None, ends: datetime
) -> Tallied:
    """Add up what came after the closing before, before the end."""
    earlier = before.covered(kind) if before else None
    seen = (earlier.last.year, earlier.last.n) if earlier else (0, 0)
    tally = Tally(kind, earlier)
    for entry in entries:
        if (entry.place.year, entry.place.n) > seen and entry.at < ends:
            tally.add(entry, stored(entry))
    return tally.result()


def close_all(
    documents: Documents, *, until: datetime, seller: Seller | None = None
) -> list[Entry]:
    """Close every period that has ended, in order."""
    seller = seller or a_seller()
    heads = [head_of(documents.get(kind, ())) for kind in KINDS]
    entries, head = list[Entry](), BEGINNING
    while True:
        done = [closings.read(entry) for entry in entries]
        period = closings.upcoming(seller, done[-1] if done else None, heads)
        if not period or not closings.has_ended(period, seller, at=until):
            return entries
        before = done[-1] if done else None
        if period.level == "day":
            _, ends = closings.bounds(period, seller, before)
            parts = [tallied(documents.get(kind, ()), kind, before, ends) for kind in KINDS]
            draft = tallies.day(period, seller, parts, before=before, key=KEY)
        else:
            draft = closings.whole(period, seller, closings.parts(period, done[::-1]), KEY)
        batch = closings.seal(draft, after=head, at=until)
        head, entries = batch.head, [*entries, *batch.entries]
