"""Seller and buyer, as an invoice names them (EN 16931, BG-4 to BG-15)."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, StringConstraints, validate_email

from invoicing import countries, identifiers
from invoicing.identifiers import VatNumber
from invoicing.logos import Logo
from invoicing.money import CurrencyCode
from invoicing.number_patterns import NumberPatterns
from invoicing.plans import ReminderPlans
from invoicing.records import Record
from invoicing.texts import Prose, Text
from invoicing.vat import rates

CountryCode = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{2}$"), AfterValidator(countries.known)
]
"""ISO 3166-1 alpha-2; Greece is GR here and EL only inside its VAT numbers."""


@lru_cache(maxsize=1024)  # it is slow, and every document that is read names the same seller
def _deliverable(text: str) -> str:
    """Refuse letters before the @ that SES does not carry: they need SMTPUTF8 (RFC 6531)."""
    _, address = validate_email(text)
    if not address.rpartition("@")[0].isascii():
        raise ValueError(
            "the part before the @ holds letters that mail cannot be sent to: use ASCII"
        )
    return address


Email = Annotated[str, AfterValidator(_deliverable), Field(json_schema_extra={"format": "email"})]
"""An address that mail can be sent to; its domain may have letters of any script."""

Language = Literal["fr", "en", "de", "es", "it", "nl"]
"""The languages in which documents, mails and pages are written."""

ChannelName = Literal[
    "sdi",
    "peppol",
    "approved_platform",
    "ro_e_factura",
    "ksef",
    "hr_fiskalizacija",
    "mydata",
    "nav_online",
    "pt_certified",
    "verifactu",
]
"""The ways that a state prescribes for invoices to travel (see `channels`)."""

SellerId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]


@cache
def _zones() -> frozenset[str]:
    """List the zones once: it walks over six hundred files, 10 ms each time."""
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is not a time zone of the IANA database")
    return name


def _known_day(day: str) -> str:
    try:
        known = f"{date.fromisoformat(f'2000-{day}'):%m-%d}"
    except ValueError:
        known = ""
    if day != known:
        raise ValueError(f"{day!r} is not a day of the year as MM-DD")
    return day


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


class Identifier(Record):
    """What somebody or something is known by under a scheme of ISO 6523, such as 0088 (GLN)."""

    scheme: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    value: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,100}$")]


class ElectronicAddress(Record):
    """Where a network delivers e-invoices: an address and its scheme, of the EAS code list."""

    scheme: Annotated[str, StringConstraints(pattern=r"^([0-9]{4}|EM|A[NQSU])$")]
    value: Annotated[str, StringConstraints(pattern=r"^\S{1,254}$")]


class Payee(Record):
    """Who is paid in the seller's place, such as a factor (BG-10)."""

    name: Text  # BT-59
    registration: Text | None = None  # BT-61


class Registration(Record):
    """A VAT registration of the seller outside his own country."""

    country: CountryCode
    vat_number: VatNumber


Delivery = Literal["email", "link", "paper", "download"]
"""How a buyer gets his documents: mailed with the files or with a link alone, on paper from the
seller's list, or from the shop, which shows them itself and mails none of them.
"""


class Buyer(Record):
    """Who buys (BG-7). A business is whoever the shop says buys as one."""

    kind: Literal["consumer", "business"] = "consumer"
    name: Text  # BT-44
    trading_name: Text | None = None  # BT-45
    contact: Text | None = None  # BT-56
    phone: Text | None = None  # BT-57
    address: Address  # BG-8
    email: Email | None = None  # BT-58
    fallback_email: Email | None = None  # written to where `email` gives mails back
    vat_number: VatNumber | None = None  # BT-48, with its country prefix
    registration: Text | None = None  # BT-47, SIREN in France
    identifier: Identifier | None = None  # BT-46
    electronic_address: ElectronicAddress | None = None  # BT-49
    reference: Text | None = None  # BT-10, what the buyer wants to read on the invoice
    language: Language | None = None
    delivery: Delivery | None = None  # None: by e-mail
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=10)] | None = None


class EarlyPayment(Record):
    """What a buyer may deduct who pays early."""

    percent: Annotated[Decimal, Field(gt=0, lt=100, decimal_places=2)]
    days: Annotated[int, Field(ge=1, le=180)]


class Seller(Record):
    """The shop's legal person, as it stands on every document (BG-4), and how it invoices."""

    id: SellerId
    name: Text  # BT-27
    trading_name: Text | None = None  # BT-28
    legal_form: Text | None = None  # BT-33
    capital: Text | None = None  # BT-33, as it is printed: 10 000 €
    registration: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z .-]{1,30}$")] | None = (
        None  # BT-30: SIREN, HRB number, enterprise number, KvK number
    )
    register_city: Text | None = None  # whose register: RCS, Registergericht, RPM
    managers: Text | None = None  # Geschäftsführer or Vorstand, where letters must name them
    size: Literal["micro", "sme", "mid", "large"] | None = None  # of the firm, as INSEE counts
    tax_number: Text | None = None  # BT-32, at home: Steuernummer, NIF
    vat_number: VatNumber | None = None  # BT-31
    vat_regime: Literal["standard", "franchise"] = "standard"
    oss: bool = False  # registered for the One-Stop-Shop; without it, below the 10,000 EUR
    registrations: Annotated[tuple[Registration, ...], Field(max_length=30)] | None = None
    vat_checks: Literal["vies", "none"] | None = None  # "none": the seller vouches; else VIES
    vat_on_debits: bool = False
    address: Address  # BG-5
    contact: Text | None = None  # BT-41
    email: Email  # BT-43, and where buyers answer to
    phone: Text | None = None  # BT-42
    identifier: Identifier | None = None  # BT-29
    electronic_address: ElectronicAddress | None = None  # BT-34
    sender: Email  # the SES identity that mails go out from
    accountant: Email | None = None  # outside of the shop, who is sent the hashes of each closing
    digest: Literal["daily", "none"] | None = None  # what waits and what happened; None: daily
    digest_email: Email | None = None  # where that goes; None: to `email`
    accountant_copies: Literal["documents"] | None = None  # of invoices and credit notes, too
    iban: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")] | None = (
        None  # BT-84
    )
    bic: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{8}([A-Z0-9]{3})?$")] | None = None
    payee: Payee | None = None  # whose account that is, where it is not the seller's
    zone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Paris"
    fiscal_year_end: Annotated[str, AfterValidator(_known_day)] | None = (
        None  # MM-DD; without one, 31 December
    )
    currency: CurrencyCode = "EUR"
    language: Language = "fr"
    numbers: NumberPatterns = NumberPatterns()
    payment_days: Annotated[int, Field(ge=0, le=180)] = 30
    stripe_transfers: Literal["offered"] | None = None  # bank transfers to an account of Stripe's
    overpayments: Literal["refunded"] | None = None  # by themselves; without it, when he says so
    late_payment_rate: Annotated[Decimal, Field(gt=0, le=100, decimal_places=2)] | None = (
        None  # percent a year; without one, the statutory rate
    )
    early_payment: EarlyPayment | None = None
    reminders: ReminderPlans | None = None  # without one, the usual plan
    transmits: dict[ChannelName, Literal["seller", "provider", "exempt"]] | None = (
        None  # who hands invoices to the channel; exempt: the seller vouches that he need not
    )
    logo: Logo | None = None
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f4e5f"
    return_terms: Annotated[Prose, StringConstraints(max_length=1000)] | None = None
    footer: Annotated[Prose, StringConstraints(max_length=300)] | None = None

    @property
    def timezone(self) -> ZoneInfo:
        """The legal time zone, in which issue and due dates are civil dates."""
        return ZoneInfo(self.zone)

    def day(self, at: datetime) -> date:
        """Give the civil date of a moment in the legal zone."""
        return at.astimezone(self.timezone).date()

    @property
    def account_holder(self) -> str:
        """Whose account the IBAN is (BT-85): the payee's, where there is one."""
        return self.payee.name if self.payee else self.name

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
    vat_number = None
    if party.vat_number:
        vat_number = _prefix_fault(party) or identifiers.vat_number_fault(party.vat_number)
    siren = None
    if party.registration and party.address.country in _WITH_SIREN:
        siren = identifiers.siren_fault(party.registration)
    found = {"vat_number": vat_number, "registration": siren}
    return [(field, fault) for field, fault in found.items() if fault]


def _prefix_fault(party: Buyer | Seller) -> str | None:
    prefixed = (party.vat_number or "")[:2].isalpha()
    if prefixed or party.address.country not in rates.STATES:
        return None
    return "a VAT number begins with the two letters of its country"
