"""Where a consumer of digital services is, by two pieces of evidence that agree.

Regulation (EU) 282/2011, art. 24b and 24f: the billing address is one piece. Two that agree stand
against fewer that do not; as many on both sides prove nothing, and the order is held.
"""

from collections import Counter

from invoicing.errors import Reason
from invoicing.parties import Buyer
from invoicing.vat.territories import country_of

_ENOUGH = 2
_RULE = "Regulation (EU) 282/2011, art. 24b and 24f"


def doubt(buyer: Buyer) -> Reason | None:
    """Say why the billing address is not proven to be the buyer's place; None if it is."""
    billing = country_of(buyer.address.country)
    pieces = [country_of(piece.country) for piece in buyer.evidence or ()]
    found = Counter([billing, *pieces])
    if len(found) > 1 and not _outweighs(billing, found):
        countries = ", ".join(sorted(found))
        return _reason(
            "buyer_place_conflicting",
            f"the evidence of where the buyer is points to {countries}: ask the buyer, then send "
            "another piece in buyer.evidence or correct the address",
        )
    if found[billing] < _ENOUGH:
        return _reason(
            "buyer_place_unproven",
            "a digital service needs two pieces of evidence of where the buyer is: the billing "
            "address is one, send another in buyer.evidence (IP address, bank, SIM card)",
            releasable=True,
        )
    return None


def _outweighs(country: str, found: Counter[str]) -> bool:
    others = max(count for other, count in found.items() if other != country)
    return found[country] >= _ENOUGH and found[country] > others


def _reason(code: str, message: str, *, releasable: bool = False) -> Reason:
    return Reason(
        code=code, message=message, rule=_RULE, releasable=releasable, path="buyer.evidence"
    )
