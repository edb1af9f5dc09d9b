"""Squares that a telephone reads: the way to a page, and a transfer that is filled in already."""

from decimal import Decimal

import segno
from markupsafe import Markup
from segno.helpers import make_epc_qr

from invoicing.money import Money
from invoicing.parties import Seller

_LONGEST_HOLDER = 70  # EPC069-12
_HOLDERS_BYTES = 200  # of the 331 that all of it may have there
_MASK = 3  # every third square, in diagonals: ISO/IEC 18004, 7.8.2
_LARGEST_TRANSFER = Decimal("999999999.99")


def link(address: str) -> Markup:
    """Draw an address.

    Its letters are as good as random (a token), so any mask mixes them well: trying all eight for
    the best takes four times as long, and readers are told which one it is.
    """
    return _svg(segno.make_qr(address, error="m", mask=_MASK))


def transfer(seller: Seller, due: Money, *, reference: str) -> Markup | None:
    """Draw a SEPA credit transfer (EPC069-12), or nothing where there can be none.

    It is for euro alone; in another currency an IBAN would invite the wrong sum.
    """
    if not seller.iban or due.currency != "EUR" or not 0 < due.amount <= _LARGEST_TRANSFER:
        return None
    holder = seller.account_holder[:_LONGEST_HOLDER].encode()[:_HOLDERS_BYTES]
    return _svg(
        make_epc_qr(
            name=holder.decode(errors="ignore"),
            iban=seller.iban,
            amount=due.amount,
            text=reference,
            bic=seller.bic,
            encoding="utf-8",
        )
    )


def _svg(code: segno.QRCode) -> Markup:
    """Give the drawing without size or margin: the page decides about both."""
    return Markup(code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None))  # noqa: S704  only digits in it
