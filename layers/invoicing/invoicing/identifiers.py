"""The numbers by which states know a business, and whether they are well formed.

Form only: whether a number exists is asked of VIES (`adapters.vies`). Numbers are checked when an
order or a profile comes in, never again when something frozen is read.
"""

from functools import cache
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from invoicing.vat import rates

_SIREN, _SIRET = 9, 14


def compact(number: str) -> str:
    """Write a VAT number without spaces and signs, Greece's with EL; ValueError for signs alone."""
    bare = "".join(letter for letter in number.upper() if letter.isalnum())
    if not bare:
        raise ValueError("holds neither letters nor digits")
    return f"EL{bare[2:]}" if bare.startswith("GR") else bare


VatNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    AfterValidator(compact),
]
"""A VAT number with its country's prefix, written one way (BT-31, BT-48)."""


def issuer(number: str) -> str | None:
    """Give the state whose VAT number this is: a member (Greece as GR) or XI; None elsewhere."""
    prefix = "GR" if number.startswith("EL") else number[:2]
    return prefix if prefix in rates.STATES or prefix == "XI" else None


@cache
def vat_number_fault(number: str) -> str | None:
    """Say what is wrong with the form of a VAT number; numbers from outside the EU pass."""
    if issuer(number) is None:
        return None
    from stdnum.eu import vat  # noqa: PLC0415  a tenth of a second: paid only on use

    return None if vat.is_valid(number) else f"{number[:2]} has no VAT numbers of this form"


@cache
def siren_fault(registration: str) -> str | None:
    """Say what is wrong with a SIREN or SIRET; what holds letters is another register's."""
    digits = "".join(registration.split())
    if not digits.isdigit():
        return None
    from stdnum.fr import siren, siret  # noqa: PLC0415  paid only on use

    if len(digits) not in {_SIREN, _SIRET}:
        return "a SIREN has 9 digits, a SIRET 14"
    fits = siren.is_valid(digits) if len(digits) == _SIREN else siret.is_valid(digits)
    return None if fits else "the check digit does not fit: one digit is wrong"
