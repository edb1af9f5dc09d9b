"""What German law wants: UStG § 14 and 14a, and the registers' rules for business letters.

An invoice counts as a business letter, so a registered firm names its court, number and managers.
"""

from datetime import date

from invoicing.law.rows import Demand, Sentence

_MANAGED = frozenset(
    {
        "GMBH", "UG", "AG", "SE", "KGAA", "GESELLSCHAFT MIT BESCHRANKTER HAFTUNG",
        "UNTERNEHMERGESELLSCHAFT", "AKTIENGESELLSCHAFT",
    }
)  # fmt: skip
_REGISTERED = _MANAGED | {"OHG", "KG", "EK", "EKFR", "EKFM", "EG", "EGBR"}
_LETTERS = "GmbHG § 35a; AktG § 80; HGB § 37a, 125a, 177a"

DEMANDS = (
    Demand(("vat_number", "tax_number"), rule="UStG § 14 Abs. 4 Nr. 2"),
    Demand(("registration",), rule=_LETTERS, forms=_REGISTERED),
    Demand(("register_city",), rule=_LETTERS, forms=_REGISTERED),
    Demand(("managers",), rule="GmbHG § 35a; AktG § 80", forms=_MANAGED),
)

NOTES = (
    Sentence(
        "consumer_default",
        rule="BGB § 286 Abs. 3",
        when=("consumer", "unpaid"),
        words={
            "fr": "Sans paiement, vous êtes en demeure au plus tard 30 jours après l'échéance et "
            "la réception de cette facture.",
            "en": "Without payment you are in default at the latest 30 days after this invoice is "
            "due and received.",
            "de": "Ohne Zahlung geraten Sie spätestens 30 Tage nach Fälligkeit und Zugang dieser "
            "Rechnung in Verzug.",
            "es": "A falta de pago, incurrirá en mora a más tardar 30 días después del vencimiento "
            "y de la recepción de esta factura.",
            "it": "In mancanza di pagamento, la mora decorre al più tardi 30 giorni dopo la "
            "scadenza e il ricevimento di questa fattura.",
            "nl": "Zonder betaling bent u uiterlijk 30 dagen na de vervaldag en ontvangst van deze "
            "factuur in verzuim.",
        },
    ),
    Sentence(
        "late_payment",
        rule="BGB § 288 Abs. 2 and 5",
        when=("business", "unpaid", "statutory_rate"),
        words={
            "fr": "En cas de retard : intérêts de 9 points au-dessus du taux de base allemand et "
            "indemnité forfaitaire de 40 €.",
            "en": "In case of default: interest of 9 percentage points above the German base rate "
            "and a lump sum of 40 €.",
            "de": "Bei Verzug: Zinsen von 9 Prozentpunkten über dem Basiszinssatz und eine "
            "Pauschale von 40 €.",
            "es": "En caso de mora: intereses de 9 puntos por encima del tipo básico alemán y una "
            "cantidad fija de 40 €.",
            "it": "In caso di mora: interessi di 9 punti sopra il tasso di base tedesco e un "
            "importo forfettario di 40 €.",
            "nl": "Bij verzuim: rente van 9 procentpunten boven de Duitse basisrente en een "
            "forfaitair bedrag van 40 €.",
        },
    ),
)

VAT = (
    Sentence(
        "small_enterprise",
        rule="UStG § 19; UStDV § 34a",
        since=date(2025, 1, 1),
        words={
            "fr": "Exonération de TVA des petites entreprises, § 19 UStG (Allemagne).",
            "en": "VAT exempt small enterprise, § 19 UStG (Germany).",
            "de": "Steuerbefreiung für Kleinunternehmer gemäß § 19 UStG.",
            "es": "Exención del IVA para pequeñas empresas, § 19 UStG (Alemania).",
            "it": "Esenzione IVA per piccole imprese, § 19 UStG (Germania).",
            "nl": "Btw-vrijstelling voor kleine ondernemingen, § 19 UStG (Duitsland).",
        },
    ),
    Sentence(
        "small_enterprise",
        rule="UStG § 19",
        until=date(2024, 12, 31),
        words={
            "fr": "TVA non facturée, petite entreprise, § 19 UStG (Allemagne).",
            "en": "No VAT is charged, small enterprise, § 19 UStG (Germany).",
            "de": "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.",
            "es": "Sin IVA, pequeña empresa, § 19 UStG (Alemania).",
            "it": "IVA non addebitata, piccola impresa, § 19 UStG (Germania).",
            "nl": "Geen btw berekend, kleine onderneming, § 19 UStG (Duitsland).",
        },
    ),
)
