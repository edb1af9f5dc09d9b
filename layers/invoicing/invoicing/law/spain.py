"""What Spanish law wants: Real Decreto 1619/2012 and the Código de Comercio."""

from invoicing.law.rows import Demand, Sentence

COMPANIES = frozenset(
    {"SL", "SLU", "SLL", "SLP", "SLNE", "SA", "SAU", "SAL", "SCOOP", "SOCIEDAD"}
)  # fmt: skip
_REGISTER = "Código de Comercio art. 24"

DEMANDS = (
    Demand(("vat_number", "tax_number"), rule="RD 1619/2012 art. 6.1.d"),
    Demand(("legal_form",), rule=_REGISTER, forms=COMPANIES),
    Demand(("registration",), rule=_REGISTER, forms=COMPANIES),
    Demand(("register_city",), rule=_REGISTER, forms=COMPANIES),
    Demand(
        ("vat_number", "registration"),
        of="buyer",
        rule="RD 1619/2012 art. 6.1.d",
        when=("business", "domestic"),
    ),
)

NOTES: tuple[Sentence, ...] = ()

VAT: tuple[Sentence, ...] = ()
