"""What Dutch law wants: Wet op de omzetbelasting 1968, Handelsregisterwet 2007, BW book 2."""

from invoicing.law.rows import Demand, Sentence

_COMPANIES = frozenset({"BV", "NV", "BESLOTEN VENNOOTSCHAP", "NAAMLOZE VENNOOTSCHAP"})

DEMANDS = (
    Demand(("registration",), rule="Handelsregisterwet 2007 art. 27"),
    Demand(("legal_form",), rule="BW 2 art. 75 and 186", forms=_COMPANIES),
)

NOTES: tuple[Sentence, ...] = ()

VAT = (
    Sentence(
        "small_enterprise",
        rule="Wet OB 1968 art. 25 and 35a",
        words={
            "fr": "Exonération de TVA des petites entreprises, art. 25 Wet OB (Pays-Bas).",
            "en": "VAT exempt small enterprise, art. 25 Wet OB (Netherlands).",
            "de": "Steuerbefreiung für Kleinunternehmer, Art. 25 Wet OB (Niederlande).",
            "es": "Exención del IVA para pequeñas empresas, art. 25 Wet OB (Países Bajos).",
            "it": "Esenzione IVA per piccole imprese, art. 25 Wet OB (Paesi Bassi).",
            "nl": "Factuur vrijgesteld van omzetbelasting op grond van artikel 25 Wet OB.",
        },
    ),
)
