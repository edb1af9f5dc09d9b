"""The ways in which VAT is treated, and what each brings with it.

The law behind a treatment is data: its category in EN 16931 (UNCL 5305), its exemption code
(VATEX, the CEF list that the official rules know), its rule and the key of the sentence that has
to stand on the invoice.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from invoicing.orders import MarginScheme
from invoicing.parties import CountryCode
from invoicing.records import Record

Treatment = Literal[
    "domestic",
    "franchise",
    "below_threshold",
    "distance_sale",
    "digital_service",
    "intra_community",
    "reverse_charge",
    "export",
    "outside_scope",
    "exempt",
    "margin_scheme",
]
Category = Literal["S", "Z", "E", "AE", "K", "G", "O"]
"""What a decision here can come to, of UNCL 5305 as EN 16931 uses it (BT-118)."""


class Decision(Record):
    """The VAT of one kind of supply in one order, with its reason."""

    treatment: Treatment
    category: Category  # BT-118
    rate: Decimal  # BT-119, percent
    place: CountryCode  # whose VAT it is, or where it goes
    territory: str | None = None  # where the country alone does not tell
    rule: str
    exemption_code: str | None = None  # BT-121, VATEX
    mention: str | None = None  # the key of the sentence that the law wants on the invoice
    reason: str | None = None  # BT-120 in the shop's own words, of an exemption it named
    seller_number: str | None = None  # BT-31, where not the seller's number at home

    @property
    def factor(self) -> Decimal:
        """The rate as a factor: 0.2 for 20 %."""
        return self.rate.scaleb(-2)


@dataclass(frozen=True, slots=True)
class Relief:
    """A treatment without VAT on the invoice."""

    treatment: Treatment
    category: Category
    rule: str
    code: str | None
    mention: str | None


_DIRECTIVE = "Directive 2006/112/EC"

FRENCH_FRANCHISE = Relief(
    "franchise", "E", "CGI art. 293 B; CIBS art. L. 223-1", "VATEX-FR-FRANCHISE", "franchise"
)
SMALL_ENTERPRISE = Relief("franchise", "E", f"{_DIRECTIVE}, art. 284", None, "small_enterprise")
INTRA_COMMUNITY = Relief(
    "intra_community", "K", f"{_DIRECTIVE}, art. 138", "VATEX-EU-IC", "intra_community"
)
REVERSE_CHARGE = Relief(
    "reverse_charge", "AE", f"{_DIRECTIVE}, art. 44 and 196", "VATEX-EU-AE", "reverse_charge"
)
EXPORT = Relief("export", "G", f"{_DIRECTIVE}, art. 146", "VATEX-EU-G", "export")
OVERSEAS_EXPORT = Relief("export", "G", "CGI art. 294, 2 and 3", "VATEX-EU-G", "export_overseas")
SERVICE_ABROAD = Relief(
    "outside_scope", "O", f"{_DIRECTIVE}, art. 44", "VATEX-EU-O", "outside_scope"
)
DIGITAL_ABROAD = Relief(
    "outside_scope", "O", f"{_DIRECTIVE}, art. 58", "VATEX-EU-O", "outside_scope"
)
SERVICE_OVERSEAS = Relief("outside_scope", "O", "CGI art. 294, 1", "VATEX-EU-O", "untaxed_overseas")
_MARGIN = f"{_DIRECTIVE}, art. 313 and 226(14)"
MARGIN_SCHEMES: dict[MarginScheme, Relief] = {
    "second_hand": Relief("margin_scheme", "E", _MARGIN, "VATEX-EU-F", "margin_second_hand"),
    "works_of_art": Relief("margin_scheme", "E", _MARGIN, "VATEX-EU-I", "margin_works_of_art"),
    "antiques": Relief("margin_scheme", "E", _MARGIN, "VATEX-EU-J", "margin_antiques"),
}

TAXED: dict[Treatment, str] = {
    "domestic": f"{_DIRECTIVE}, art. 31, 32, 44 and 45",
    "below_threshold": f"{_DIRECTIVE}, art. 59c",
    "distance_sale": f"{_DIRECTIVE}, art. 33",
    "digital_service": f"{_DIRECTIVE}, art. 58",
}
"""The treatments with VAT on the invoice, and their rule."""

_CHOICES = {
    "EU-79": ["C"],
    "EU-132": ["", *(f"1{letter}" for letter in "ABCDEFGHIJKLMNOPQ")],
    "EU-135": ["1"],
    "EU-143": ["", *(f"1{letter}" for letter in "ABCDEFGHIJKL"), "1FA"],
    "EU-144": [""],
    "EU-146": ["1E"],
    "EU-148": ["", *"ABCDEFG"],
    "EU-151": ["", *(f"1{letter}" for letter in "ABCDE"), "1AA"],
    "EU-153": [""],
    "EU-159": [""],
    "EU-309": [""],
    "FR-298SEXDECIESA": [""],
    "FR-CGI261": [*"1234578"],
    "FR-CGI261A": [""],
    "FR-CGI261B": [""],
    "FR-CGI261C": [*"123"],
    "FR-CGI261D": ["1", "1BIS", *"234"],
    "FR-CGI261E": [*"12"],
    "FR-CGI275": [""],
    "FR-CGI277A": [""],
    "FR-CGI295": [""],
}
EXEMPTIONS = frozenset(
    f"VATEX-{article}-{point}".rstrip("-")
    for article, points in _CHOICES.items()
    for point in points
)
"""What a shop may name as its exemption: the list of the official rules without the codes that
belong to another treatment."""
