"""The ways that a state prescribes for invoices to travel, as a dated table.

Where one is prescribed, the PDF by e-mail is no invoice, or not enough of one. Such an order is
held until the seller's profile says who hands the file over (`transmits`); then the file is offered
to him. Germany prescribes the form alone (UStG § 14 Abs. 1, § 27 Abs. 38), which our file has.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from invoicing.errors import Reason
from invoicing.law.cases import Case, has_form
from invoicing.law.spain import COMPANIES as SPANISH_COMPANIES
from invoicing.parties import ChannelName, CountryCode


@dataclass(frozen=True, slots=True)
class Channel:
    """One duty: whose invoices have to take which way from when on."""

    name: ChannelName
    title: str
    country: CountryCode
    rule: str
    since: date
    buyers: Literal["domestic", "domestic_business", "every"]
    sizes: frozenset[str] | None = None
    forms: frozenset[str] | None = None

    def binds(self, case: Case) -> bool:
        """Say whether an invoice of this case has to take it."""
        return self.country == case.country and self.since <= case.on and self._concerns(case)

    def _concerns(self, case: Case) -> bool:
        seller = case.seller
        return (
            (self.buyers == "every" or case.domestic)
            and (self.buyers != "domestic_business" or case.meets("business"))
            and (self.sizes is None or seller.size in self.sizes)
            and (self.forms is None or has_form(seller, self.forms))
        )


_FRENCH = "CGI art. 289 bis and 290 B; loi 2023-1322, art. 91"
_SPANISH = "RD 1007/2023, disposición final cuarta; RDL 15/2025"

CHANNELS = (
    Channel(
        "sdi",
        "the Sistema di Interscambio (FatturaPA)",
        "IT",
        "D.Lgs. 127/2015 art. 1, c. 3; legge 205/2017 art. 1, c. 909",
        since=date(2019, 1, 1),
        buyers="domestic",
    ),
    Channel(
        "peppol",
        "the Peppol network",
        "BE",
        "Code TVA art. 53, § 2bis; loi du 6 février 2024",
        since=date(2026, 1, 1),
        buyers="domestic_business",
    ),
    Channel(
        "approved_platform",
        "an approved platform (plateforme agréée)",
        "FR",
        _FRENCH,
        since=date(2026, 9, 1),
        buyers="domestic_business",
        sizes=frozenset({"mid", "large"}),
    ),
    Channel(
        "approved_platform",
        "an approved platform (plateforme agréée)",
        "FR",
        _FRENCH,
        since=date(2027, 9, 1),
        buyers="domestic_business",
    ),
    Channel(
        "ro_e_factura",
        "RO e-Factura",
        "RO",
        "OUG 120/2021 art. 10; legea 296/2023",
        since=date(2024, 7, 1),
        buyers="domestic_business",
    ),
    Channel(
        "ro_e_factura",
        "RO e-Factura",
        "RO",
        "OUG 120/2021 art. 10; OUG 69/2024",
        since=date(2025, 1, 1),
        buyers="domestic",
    ),
    Channel(
        "ksef",
        "the Krajowy System e-Faktur (KSeF)",
        "PL",
        "ustawa o VAT art. 106ga",
        since=date(2026, 2, 1),
        buyers="domestic_business",
        sizes=frozenset({"mid", "large"}),  # by turnover: more than 200 million PLN
    ),
    Channel(
        "ksef",
        "the Krajowy System e-Faktur (KSeF)",
        "PL",
        "ustawa o VAT art. 106ga",
        since=date(2026, 4, 1),
        buyers="domestic_business",
    ),
    Channel(
        "hr_fiskalizacija",
        "Fiskalizacija 2.0 (eRačun)",
        "HR",
        "Zakon o fiskalizaciji, NN 89/25",
        since=date(2026, 1, 1),
        buyers="domestic",
    ),
    Channel(
        "mydata",
        "myDATA through a certified provider or timologio",
        "GR",
        "law 5222/2025",
        since=date(2026, 10, 1),
        buyers="domestic_business",
    ),
    Channel(
        "nav_online",
        "the NAV online reporting (Online Számla)",
        "HU",
        "Áfa tv. Annex 10",
        since=date(2021, 1, 4),
        buyers="every",
    ),
    Channel(
        "pt_certified",
        "certified software with ATCUD and QR code",
        "PT",
        "DL 28/2019; Portaria 195/2020",
        since=date(2023, 1, 1),
        buyers="every",
    ),
    Channel(
        "verifactu",
        "a certified invoicing system with QR code (VERI*FACTU)",
        "ES",
        _SPANISH,
        since=date(2027, 1, 1),
        buyers="every",
        forms=SPANISH_COMPANIES,
    ),
    Channel(
        "verifactu",
        "a certified invoicing system with QR code (VERI*FACTU)",
        "ES",
        _SPANISH,
        since=date(2027, 7, 1),
        buyers="every",
    ),
)


def prescribed(case: Case) -> Channel | None:
    """Give the way that an invoice of this case has to take, if there is one."""
    return next((channel for channel in CHANNELS if channel.binds(case)), None)


def reasons_to_hold(case: Case) -> list[Reason]:
    """Say which way is prescribed while the profile does not say who goes it."""
    channel = prescribed(case)
    if channel is None or channel.name in (case.seller.transmits or {}):
        return []
    way = f"since {channel.since} this invoice has to go through {channel.title}"
    return [
        Reason(
            code="channel_required",
            message=f"{way}: say in the profile who hands it over (transmits.{channel.name})",
            rule=channel.rule,
            path=f"seller.transmits.{channel.name}",
        )
    ]


def to_transmit(case: Case) -> ChannelName | None:
    """Give the way on which somebody has to send the file, for an invoice that is not held."""
    channel = prescribed(case)
    if channel is None or (case.seller.transmits or {}).get(channel.name) == "exempt":
        return None
    return channel.name
