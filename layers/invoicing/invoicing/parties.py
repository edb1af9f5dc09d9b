"""Seller and buyer, as an invoice names them (EN 16931, BG-4 to BG-15)."""

from itertools import permutations
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, EmailStr, Field, StringConstraints, model_validator

from invoicing import identifiers
from invoicing.identifiers import VatNumber
from invoicing.money import CurrencyCode
from invoicing.records import Record

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2; Greece is GR here and EL only inside its VAT numbers."""

Language = Literal["fr", "en", "de"]
"""The languages in which documents, mails and pages are written."""

SellerId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not a time zone of the IANA database")
    return name


class Address(Record):
    """A postal address (BG-5, BG-8, BG-15)."""

    line1: Text  # BT-35, BT-50, BT-75
    line2: Text | None = None  # BT-36, BT-51, BT-76
    postcode: Text | None = None  # BT-38, BT-53, BT-78
    city: Text  # BT-37, BT-52, BT-77
    region: Text | None = None  # BT-39, BT-54, BT-79
    country: CountryCode  # BT-40, BT-55, BT-80


class Evidence(Record):
    """What points to a consumer's country beside the billing address (Regulation 282/2011, 24f)."""

    kind: Literal["ip_address", "bank", "sim_card", "land_line", "other"]
    country: CountryCode


class Registration(Record):
    """A VAT registration of the seller outside his own country."""

    country: CountryCode
    vat_number: VatNumber


class Buyer(Record):
    """Who buys (BG-7). A business is whoever the shop says buys as one."""

    kind: Literal["consumer", "business"] = "consumer"
    name: Text  # BT-44
    contact: Text | None = None  # BT-56
    address: Address  # BG-8
    email: EmailStr | None = None  # BT-58
    vat_number: VatNumber | None = None  # BT-48, with its country prefix
    registration: Text | None = None  # BT-47, SIREN in France
    reference: Text | None = None  # BT-10, what the buyer wants to read on the invoice
    language: Language | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=10)] | None = None


class NumberPatterns(Record):
    """How the seller's numbers read, a prefix of its own for each kind of document.

    A pattern holds `{year}` and `{n}`, the count being padded to `digits`.
    """

    invoice: str = "FA-{year}-{n}"
    credit_note: str = "AV-{year}-{n}"
    receipt: str = "RC-{year}-{n}"
    digits: Annotated[int, Field(ge=1, le=12)] = 6

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> "NumberPatterns":
        patterns = (self.invoice, self.credit_note, self.receipt)
        prefixes = [pattern.partition("{")[0] for pattern in patterns]
        if any(_may_meet(one, other) for one, other in permutations(prefixes, 2)):
            raise ValueError("each kind of document needs a prefix of its own")
        for pattern in patterns:
            _check_pattern(pattern, self.digits)
        return self


def _may_meet(prefix: str, other: str) -> bool:
    """Tell prefixes of which one reads on like the other's digits: A and A1 both write A11-2026."""
    rest = other.removeprefix(prefix)
    return other.startswith(prefix) and (not rest or rest[0].isdigit())


def _check_pattern(pattern: str, digits: int) -> None:
    rest = pattern.replace("{year}", "", 1).replace("{n}", "", 1)
    if len(rest) != len(pattern) - len("{year}{n}"):
        raise ValueError(f"{pattern!r} must hold {{year}} and {{n}} once each")
    if not all(letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-" for letter in rest):
        raise ValueError(f"{pattern!r} may use A-Z, 0-9 and - only")
    longest = 35  # BR-FR-02; other platforms take more
    if len(rest) + len("2026") + max(digits, 9) > longest:
        raise ValueError(f"{pattern!r} makes numbers of more than {longest} characters")


class Seller(Record):
    """The shop's legal person, as it stands on every document (BG-4), and how it invoices."""

    id: SellerId
    name: Text  # BT-27
    trading_name: Text | None = None  # BT-28
    legal_form: Text | None = None  # BT-33, with the capital
    registration: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z .-]{1,30}$")]
    register_city: Text | None = None  # the RCS of C. com. R123-237
    vat_number: VatNumber | None = None  # BT-31
    vat_regime: Literal["standard", "franchise"] = "standard"
    oss: bool = False  # registered for the One-Stop-Shop; without it, below the 10,000 EUR
    registrations: Annotated[tuple[Registration, ...], Field(max_length=30)] | None = None
    vat_checks: Literal["vies", "none"] | None = None  # "none": the seller vouches; else VIES
    vat_on_debits: bool = False
    address: Address  # BG-5
    email: EmailStr  # BT-43, and where buyers answer to
    phone: Text | None = None  # BT-42
    sender: EmailStr  # the SES identity that mails go out from
    iban: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")] | None = (
        None  # BT-84
    )
    bic: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{8}([A-Z0-9]{3})?$")] | None = None
    zone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Paris"
    currency: CurrencyCode = "EUR"
    language: Language = "fr"
    numbers: NumberPatterns = NumberPatterns()
    payment_days: Annotated[int, Field(ge=0, le=180)] = 30
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f4e5f"
    return_terms: Annotated[str, StringConstraints(max_length=1000)] | None = None
    footer: Annotated[str, StringConstraints(max_length=300)] | None = None

    @property
    def timezone(self) -> ZoneInfo:
        """The legal time zone, in which issue and due dates are civil dates."""
        return ZoneInfo(self.zone)

    def registered_in(self, country: str) -> str | None:
        """Give the VAT number of a registration in another country."""
        numbers = {each.country: each.vat_number for each in self.registrations or ()}
        return numbers.get(country)


_WITH_SIREN = {"FR", "GF", "GP", "MQ", "RE", "YT"}


def number_faults(party: Buyer | Seller) -> list[tuple[str, str]]:
    """Give each field that holds a malformed number, and what is wrong with it.

    It is asked when an order or a profile comes in. Reading something frozen asks nothing: what
    was issued stays readable whatever numbers a state gives out later.
    """
    vat_number = identifiers.vat_number_fault(party.vat_number) if party.vat_number else None
    siren = None
    if party.registration and party.address.country in _WITH_SIREN:
        siren = identifiers.siren_fault(party.registration)
    found = {"vat_number": vat_number, "registration": siren}
    return [(field, fault) for field, fault in found.items() if fault]
