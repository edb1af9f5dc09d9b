"""Seller, buyer, payee and place of delivery as EN 16931 names them (BG-4 to BG-15)."""

import re

from invoicing import profiles
from invoicing.einvoice.values import Terms
from invoicing.invoices import Contents
from invoicing.law import identity
from invoicing.parties import Address, Buyer, CountryCode, Identifier, Payee, Seller

_SIREN, _SIRET, _PLATFORM = "0002", "0009", "0225"  # ISO 6523
_REGISTERS = {
    "BE": ("0208", re.compile(r"[01][0-9]{9}")),  # KBO/BCE
    "DK": ("0184", re.compile(r"[0-9]{8}")),  # CVR
    "FI": ("0212", re.compile(r"[0-9]{8}")),  # Y-tunnus
    "NL": ("0106", re.compile(r"[0-9]{8}")),  # KvK
    "NO": ("0192", re.compile(r"[0-9]{9}")),  # Brønnøysund
    "SE": ("0007", re.compile(r"[0-9]{10}")),  # Bolagsverket
}
"""The schemes of ISO 6523 for national registers, and how their numbers look."""


def seller(draft: Contents) -> Terms:
    """Give BG-4."""
    who = draft.seller
    legal = _legal(who.registration or who.tax_number, who.address.country)
    vat_number = None if _outside_scope(draft) else _vat_number(draft)
    return {
        "name": who.name,
        "biz_name": who.trading_name,
        "legal_info": _legal_form(who),
        "vat_identifier": vat_number,
        "tax_identifier": _tax_number(draft, vat_number, legal),
        "contacts": [{"name": _contact(draft), "phone": who.phone, "email": who.email}],
        **_identified(legal, who.identifier),
        **_address(who.address),
        **_electronic_address(legal, who, draft),
    }


def buyer(draft: Contents) -> Terms:
    """Give BG-7."""
    who = draft.buyer
    legal = _legal(_registration(who), who.address.country)
    contact = {"name": who.contact, "phone": who.phone, "email": who.email}
    return {
        "name": who.name,
        "biz_name": who.trading_name,
        "vat_identifier": None if _outside_scope(draft) else _eu_number(who),
        "contacts": [contact] if any(contact.values()) else None,
        **_identified(legal, who.identifier),
        **_address(who.address),
        **_electronic_address(legal, who, draft),
    }


def payee(who: Payee | None, country: CountryCode) -> Terms | None:
    """Give BG-10; a payee is registered where the seller is."""
    return {"name": who.name, **_legal(who.registration, country)} if who else None


def recipient(draft: Contents, place: Address | None) -> Terms | None:
    """Give BT-70 and BG-15."""
    if not place and not draft.recipient:
        return None
    return {"name": draft.recipient or draft.buyer.name, **(_address(place) if place else {})}


def _contact(draft: Contents) -> str | None:
    """Give BT-41; among Germans a contact point has to be named (BR-DE-5, DE-R-005)."""
    named = draft.seller.contact
    return named or (draft.seller.name if draft.profile in {"peppol", "xrechnung"} else None)


def _tax_number(draft: Contents, vat_number: str | None, legal: Terms) -> str | None:
    """Give BT-32, which has to stand where no VAT number does, unless all is outside the scope.

    BR-E-02. A Swede's may only say that he is approved for F-skatt (Peppol's SE-R-005).
    """
    known = draft.seller.tax_number
    if known or vat_number or _outside_scope(draft):
        return known
    registered: str | None = legal["legal_identifier"]
    return registered


def _vat_number(draft: Contents) -> str | None:
    """Give BT-31: the number under which the VAT is accounted for, abroad or at home."""
    numbers = (line.decision.seller_number for line in draft.vat)
    return next(filter(None, numbers), draft.seller.vat_number)


def _outside_scope(draft: Contents) -> bool:
    """Say whether category O stands here: then nobody's VAT number may (BR-O-02)."""
    return any(line.decision.category == "O" for line in draft.vat)


def _legal_form(who: Seller) -> str | None:
    """Give BT-33: the legal form with the capital, the register, and who manages."""
    parts = (identity.form(who), identity.register(who), who.managers)
    return ", ".join(part for part in parts if part) or None


def _eu_number(who: Buyer) -> str | None:
    """Give BT-48 where it is one: with a prefix that is a country (BR-CO-09)."""
    number = who.vat_number
    return number if number and number[:2].isalpha() else None


def _registration(who: Buyer) -> str | None:
    """Give BT-47; a French VAT number ends in the SIREN, which shops often do not ask for."""
    if not who.registration and who.vat_number and who.vat_number.startswith("FR"):
        return who.vat_number[-9:]
    return who.registration


def _legal(registration: str | None, country: CountryCode) -> Terms:
    """Give BT-30, BT-47 or BT-61 with its scheme; of a SIRET, also BT-29 or BT-46 (BR-FR-09)."""
    digits = re.sub("[^0-9]", "", registration or "")
    if country == "FR" and len(digits) in {len("732829320"), len("73282932000074")}:
        siren: Terms = {"legal_identifier": digits[:9], "legal_identifier_schemeid": _SIREN}
        return siren | ({"identifiers": {_SIRET: digits}} if digits != digits[:9] else {})
    scheme, form = _REGISTERS.get(country, (None, None))
    if form and form.fullmatch(digits):
        return {"legal_identifier": digits, "legal_identifier_schemeid": scheme}
    return {"legal_identifier": registration}


def _identified(legal: Terms, identifier: Identifier | None) -> Terms:
    """Add BT-29 or BT-46 to the legal identifier."""
    if not identifier:
        return legal
    return legal | {
        "identifiers": legal.get("identifiers", {}) | {identifier.scheme: identifier.value}
    }


def _electronic_address(legal: Terms, who: Seller | Buyer, draft: Contents) -> Terms:
    """Give BT-34 or BT-49: the SIREN among French businesses (BR-FR-21), else what there is."""
    known = profiles.address(who)
    if draft.profile == "fr_ctc" and not (known and known.scheme == _PLATFORM):
        if "legal_identifier_schemeid" not in legal:
            return {}
        siren = legal["legal_identifier"]
        return {"einvoicing_addr": siren, "einvoicing_addr_schemeid": _PLATFORM}
    if not known:
        return {}
    return {"einvoicing_addr": known.value, "einvoicing_addr_schemeid": known.scheme}


def _address(address: Address) -> Terms:
    return {
        "addr_l1": address.line1,
        "addr_l2": address.line2,
        "postcode": address.postcode,
        "city": address.city,
        "country_subdivision": address.region,
        "country_code": address.country,
    }
