"""Which network's rules an e-invoice obeys beside EN 16931, from who sells to whom.

The profiles exclude each other: France wants its own code and three notes where Peppol allows one
note and no code but its own (XP Z12-012, BR-FR-05 and BR-FR-08; PEPPOL-EN16931-R002 and R007).
"""

import re
from typing import Literal

from invoicing.orders import Order
from invoicing.parties import Buyer, ElectronicAddress, Seller

Profile = Literal["plain", "fr_ctc", "peppol", "xrechnung"]
"""EN 16931 alone; among French businesses; on the Peppol network; to German authorities."""

_LEITWEG = re.compile(r"([0-9]{2,12})(?:-([0-9A-Z]{1,30}))?-([0-9]{2})")
_MAIL = "EM"  # the Commission's EAS list
_ENTERPRISE = "0208"  # ISO 6523, the Belgian Crossroads Bank for Enterprises


def choose(order: Order, seller: Seller) -> Profile:
    """Choose the profile of an order.

    A Leitweg-ID names a German authority, which takes XRechnung (E-Rechnungsverordnung, section 4).
    Peppol needs an address of its own at both ends; Greek sellers cannot use it without the marks
    of myDATA, which only a certified provider has (GR-R-001 to 004).
    """
    buyer = order.buyer
    if buyer.kind != "business":
        return "plain"
    if {seller.address.country, buyer.address.country} == {"FR"}:
        return "fr_ctc"
    if buyer.address.country == "DE" and is_leitweg_id(buyer.reference or ""):
        return "xrechnung" if address(buyer) else "plain"
    ends = [address(seller), address(buyer)]
    on_network = all(end and end.scheme != _MAIL for end in ends)
    return "peppol" if on_network and seller.address.country != "GR" else "plain"


def address(party: Seller | Buyer) -> ElectronicAddress | None:
    """Give where a network or a mailbox takes a party's e-invoices (BT-34, BT-49).

    A Belgian business is reached by its enterprise number, which its VAT number holds.
    """
    if party.electronic_address:
        return party.electronic_address
    if party.vat_number and re.fullmatch("BE[0-9]{10}", party.vat_number):
        return ElectronicAddress(scheme=_ENTERPRISE, value=party.vat_number.removeprefix("BE"))
    return ElectronicAddress(scheme=_MAIL, value=party.email) if party.email else None


def is_leitweg_id(reference: str) -> bool:
    """Say whether this is a Leitweg-ID: its last two digits check the rest (ISO 7064, mod 97-10).

    Letters count 10 to 35, as in an IBAN (KoSIT, Formatspezifikation Leitweg-ID 2.0.2).
    """
    found = _LEITWEG.fullmatch(reference)
    if not found:
        return False
    coarse, fine, check = found.groups()
    digits = "".join(str(int(each, 36)) for each in f"{coarse}{fine or ''}{check}")
    return int(digits) % 97 == 1
