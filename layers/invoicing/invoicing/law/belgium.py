"""What Belgian law wants: royal decree no. 1, the code of companies, the code of economic law."""

from invoicing.law.rows import Demand, Sentence

_COMPANIES = frozenset(
    {
        "SRL", "BV", "SA", "NV", "SC", "CV", "SNC", "VOF", "SCOMM", "COMMV", "ASBL", "VZW",
        "AISBL", "IVZW", "SPRL", "BVBA", "SE",
    }
)  # fmt: skip
_LETTERS = "CSA art. 2:20"

DEMANDS = (
    Demand(("registration", "vat_number"), rule="CDE art. III.25"),
    Demand(("iban",), rule="CDE art. III.25"),
    Demand(("legal_form",), rule=_LETTERS, forms=_COMPANIES),
    Demand(("register_city",), rule=_LETTERS, forms=_COMPANIES),
)

NOTES: tuple[Sentence, ...] = ()

VAT = (
    Sentence(
        "small_enterprise",
        rule="Code TVA art. 56bis; AR no. 1 art. 5, § 1, 10°",
        words={
            "fr": "Régime particulier de franchise des petites entreprises.",
            "en": "Special exemption scheme for small enterprises (Belgium).",
            "de": "Sonderregelung der Steuerbefreiung für Kleinunternehmen (Belgien).",
            "es": "Régimen especial de franquicia de las pequeñas empresas (Bélgica).",
            "it": "Regime speciale di franchigia delle piccole imprese (Belgio).",
            "nl": "Bijzondere vrijstellingsregeling kleine ondernemingen.",
        },
    ),
)
