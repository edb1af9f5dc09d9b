"""Sentences that the law wants on an invoice, in the language of the buyer.

They are frozen into the draft: what is printed later is what was decided then.
"""

from invoicing.parties import Language

_SENTENCES: dict[str, dict[Language, str]] = {
    "franchise": {
        "fr": "TVA non applicable, art. 293 B du CGI.",
        "en": "VAT not applicable, art. 293 B of the French tax code (CGI).",
        "de": "Umsatzsteuer nicht anwendbar, Art. 293 B CGI (Frankreich).",
    },
    "intra_community": {
        "fr": "Exonération de TVA, article 262 ter, I du CGI.",
        "en": "VAT exempt intra-Community supply, art. 138 of Directive 2006/112/EC.",
        "de": "Steuerfreie innergemeinschaftliche Lieferung, Art. 138 Richtlinie 2006/112/EG.",
    },
    "export": {
        "fr": "Exonération de TVA, article 262, I du CGI.",
        "en": "VAT exempt export, art. 146 of Directive 2006/112/EC.",
        "de": "Steuerfreie Ausfuhrlieferung, Art. 146 Richtlinie 2006/112/EG.",
    },
    "late_payment": {
        "fr": "Pénalités de retard : taux de refinancement de la BCE majoré de 10 points.",
        "en": "Late payment interest: the ECB's refinancing rate plus 10 percentage points.",
        "de": "Verzugszinsen: Refinanzierungssatz der EZB zuzüglich 10 Prozentpunkten.",
    },
    "recovery_costs": {
        "fr": "Indemnité forfaitaire pour frais de recouvrement en cas de retard : 40 €.",
        "en": "Fixed compensation for recovery costs in case of late payment: 40 €.",
        "de": "Pauschale für Beitreibungskosten bei Zahlungsverzug: 40 €.",
    },
    "no_discount": {
        "fr": "Pas d'escompte pour paiement anticipé.",
        "en": "No discount for early payment.",
        "de": "Kein Skonto bei vorzeitiger Zahlung.",
    },
    "payment_within": {
        "fr": "Paiement à {days} jours.",
        "en": "Payment within {days} days.",
        "de": "Zahlbar innerhalb von {days} Tagen.",
    },
    "payment_at_once": {
        "fr": "Paiement à réception.",
        "en": "Payment on receipt.",
        "de": "Zahlbar sofort.",
    },
    "vat_on_debits": {
        "fr": "Option pour le paiement de la taxe d'après les débits.",
        "en": "The seller has opted to account for VAT on invoicing (option pour les débits).",
        "de": "Option zur Umsatzbesteuerung nach vereinbarten Entgelten (option pour les débits).",
    },
}


def sentence(key: str, language: Language) -> str:
    """Give the sentence in a language; KeyError for a mention that does not exist."""
    return _SENTENCES[key][language]
