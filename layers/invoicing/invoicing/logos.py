"""The seller's logo: known by its hash, so that a document looks the same for ever.

A profile, and with it every document, holds the hash; the picture lies beside the profile under
that hash and is never changed. It is a raster, never markup: an SVG could hold anything.
"""

import hashlib
from typing import Annotated, Literal

from pydantic import StringConstraints

from invoicing.records import Record

MOST_BYTES = 100_000
MOST_PIXELS = 1500  # a side: on paper it is 60 mm wide at most, 600 dots an inch

LogoType = Literal["png", "jpeg"]


class Logo(Record):
    """A picture by the SHA-256 of its bytes."""

    type: LogoType
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    @property
    def address(self) -> str:
        """The name under which a template shows it; it leads nowhere."""
        return f"logo:{self.sha256}"

    def is_of(self, data: bytes) -> bool:
        """Say whether these are its bytes."""
        return hashlib.sha256(data).hexdigest() == self.sha256


def logo(data: bytes, logo_type: LogoType) -> Logo:
    """Name a picture."""
    return Logo(type=logo_type, sha256=hashlib.sha256(data).hexdigest())
