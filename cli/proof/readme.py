"""The page that somebody reads who opens a bundle."""

from datetime import date
from typing import Protocol

from invoicing.parties import Seller


class Days(Protocol):
    """The first and the last day of a bundle, None where it has no such bound."""

    @property
    def first(self) -> date | None:
        """The first day."""

    @property
    def last(self) -> date | None:
        """The last day."""


_TEXT = """\
Books of {name} ({id}), {period}

This ZIP holds every document of that time as it was issued, and what is needed to see that none
was altered, removed, added or moved since.

    invoice/, credit_note/, receipt/, late_payment/, closing/
                     one .json for each document: its sealed bytes. Beside it the files that were
                     stored for it (.pdf, .xml), and in .files.json their hashes
    chain/           the seal of each document; in the unpacked folder `sha256sum -c chain/*` checks
    requests/        which order or payment became which document
    heads.json       where each series stood when this was written
    seller.json      the seller's profile, with the pattern of the numbers
    anchors/         what was locked away each day: the last seal of each series
    manifest.json    what this ZIP holds, with counts and hashes

To check it, with Python 3.9 or newer and nothing else:

    python verify.py {file}

`verify.py` is in this ZIP, but whoever alters books can alter it too: take it from somebody whom
you trust. And a chain of seals does not show by itself that its end was cut off or that all of it
was written anew. What was mailed to you does: give it along.

    python verify.py {file} --fingerprint 3f1a... --anchor anchor.json

How a seal is made: it is the SHA-256 of the document's .json, byte for byte. That holds in
`previous` the seal of the document before it in its series; before the first stand 64 zeros.
"""


def text(seller: Seller, days: Days, file: str = "bundle.zip") -> str:
    """Write the page for a seller's bundle."""
    period = f"{days.first or 'from the beginning'} to {days.last or 'today'}"
    return _TEXT.format(name=seller.name, id=seller.id, period=period, file=file)
