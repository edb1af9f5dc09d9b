"""Who writes to whom: the letterhead of a seller, and parties as a page shows them.

`word` names the label of a value in the words of the document's language.
"""

from dataclasses import dataclass
from datetime import date

from invoicing.law import identity
from invoicing.logos import Logo
from invoicing.parties import Address, Buyer, CountryCode, Seller
from invoicing.views import colours

_TOWN_FIRST = frozenset({"AU", "CA", "GB", "IE", "JP", "NZ", "US"})
_SIREN_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Fact:
    """A value under its word; without a word it speaks for itself."""

    value: str | date
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody's name and address; the country is named where seller and buyer are not of one."""

    name: str
    address: tuple[str, ...]
    country: CountryCode | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every document of a seller carries."""

    brand: str
    ink: str  # the seller's colour, dark enough to be read on white
    tagline: str | None
    logo: Logo | None  # the picture stands for the brand
    seller: Party
    legal: tuple[tuple[Fact, ...], ...]  # line by line


def letterhead(seller: Seller, buyer: Buyer, *, vat_number: str | None = None) -> Letterhead:
    """Give the head and foot of a seller's documents, as this buyer gets them.

    `vat_number` is the seller's in another state, where the VAT is accounted for there.
    """
    return Letterhead(
        brand=seller.trading_name or seller.name,
        ink=colours.theme(seller.colour).light.ink,
        tagline=seller.footer,
        logo=seller.logo,
        seller=Party(
            name=seller.name,
            address=_address(seller.address),
            country=_foreign(seller.address, buyer.address),
            facts=facts((None, seller.email), (None, seller.phone)),
        ),
        legal=_legal(seller, vat_number or seller.vat_number),
    )


def buyer(who: Buyer, seller: Seller) -> Party:
    """Give the buyer with all that the law wants to read of one."""
    return Party(
        name=who.name,
        address=_address(who.address),
        country=_foreign(who.address, seller.address),
        facts=facts(
            ("attention", who.contact),
            _registration(who.registration, who.address.country),
            ("vat_number", who.vat_number),
        ),
    )


def delivery(
    who: Buyer, place: Address | None, seller: Seller, recipient: str | None
) -> Party | None:
    """Give place and recipient of the delivery where they are others than the buyer."""
    if place in {None, who.address} and recipient in {None, who.name}:
        return None
    to = place or who.address
    return Party(recipient or who.name, _address(to), _foreign(to, seller.address), facts=())


def facts(*pairs: tuple[str | None, str | date | None]) -> tuple[Fact, ...]:
    """Give the facts that there are, each under its word."""
    return tuple(Fact(value, word) for word, value in pairs if value)


def in_groups(text: str, size: int) -> str:
    """Space out what is read aloud, character by character."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


def _legal(seller: Seller, vat_number: str | None) -> tuple[tuple[Fact, ...], ...]:
    """Say who the seller is, as the law wants it on every page (C. com. R123-237)."""
    who = facts(
        (None, seller.name),
        (None, identity.form(seller)),
        (None, ", ".join(_address(seller.address))),
    )
    numbers = (("vat_number", vat_number), ("tax_number", seller.tax_number))
    return who, facts(*_registered(seller), *numbers, (None, seller.managers))


def _registered(seller: Seller) -> tuple[tuple[str | None, str | None], ...]:
    """Give number and register, which France's way shows apart."""
    country = seller.address.country
    number = _registration(seller.registration, country)
    if country == "FR":
        return number, ("rcs", seller.register_city)
    register = identity.register(seller)
    return ((None, register),) if register else (number,)


def _foreign(address: Address, other: Address) -> CountryCode | None:
    return None if address.country == other.country else address.country


def _registration(number: str | None, country: CountryCode) -> tuple[str, str | None]:
    digits = (number or "").replace(" ", "")
    if country == "FR" and len(digits) == _SIREN_DIGITS:
        return "siren", in_groups(digits, 3)
    return "registration", number


def _address(address: Address) -> tuple[str, ...]:
    lines = (address.line1, address.line2, _town(address))
    return tuple(line for line in lines if line)


def _town(address: Address) -> str:
    """Write town and postcode in the order of the country."""
    if address.country in _TOWN_FIRST:
        parts = [address.city, address.region, address.postcode]
    else:
        parts = [address.postcode, address.city, address.region and f"({address.region})"]
    return " ".join(part for part in parts if part)
