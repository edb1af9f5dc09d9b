"""Squares that a telephone reads: the way to a page, and a transfer that is filled in already.

All have one mask: choosing the best of eight takes four times as long, and readers are told which
one it is. What is under it, text with its check words, is mixed well enough for any.
"""

from decimal import Decimal
from io import BytesIO

import segno
from markupsafe import Markup

from invoicing.money import Money
from invoicing.parties import Seller

_LONGEST_HOLDER = 70  # EPC069-12
_HOLDERS_BYTES = 200  # of the 331 that all of it may have there
_HEAD = ("BCD", "002", "1", "SCT")  # version 2, UTF-8, a credit transfer
_MASK = 3  # every third square, in diagonals: ISO/IEC 18004, 7.8.2
_LARGEST_TRANSFER = Decimal("999999999.99")


def link(address: str) -> Markup:
    """Draw an address."""
    return _svg(segno.make_qr(address, error="m", mask=_MASK))


def transfer(seller: Seller, due: Money, *, reference: str) -> Markup | None:
    """Draw a SEPA credit transfer (EPC069-12), or nothing where there can be none.

    It is for euro alone; in another currency an IBAN would invite the wrong sum.
    """
    if not seller.iban or due.currency != "EUR" or not 0 < due.amount <= _LARGEST_TRANSFER:
        return None
    holder = seller.account_holder[:_LONGEST_HOLDER].encode()[:_HOLDERS_BYTES]
    name = holder.decode(errors="ignore").strip()
    amount = f"EUR{due.amount:f}".rstrip("0").rstrip(".")
    said = (*_HEAD, seller.bic or "", name, seller.iban, amount, "", "", reference)
    return _svg(segno.make_qr("\n".join(said).encode(), error="m", boost_error=False, mask=_MASK))


def _svg(code: segno.QRCode) -> Markup:
    """Give the drawing without size or margin: the page decides about both."""
    drawn = BytesIO()
    form = {"omitsize": True, "svgclass": None, "lineclass": None, "xmldecl": False, "nl": False}
    code.save(drawn, kind="svg", border=0, **form)
    return Markup(drawn.getvalue().decode())  # noqa: S704  only digits in it
