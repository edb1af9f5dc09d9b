"""What holds for sellers of every country: Directive 2006/112/EC and EN 16931.

The words of article 226 (reverse charge, margin schemes) are the Directive's own in each language,
in Spanish those of RD 1619/2012 art. 6, in Italian those of DPR 633/1972 art. 21, c. 6 and 6-bis,
which calls "non imponibile" what the Directive calls exempt with a right to deduct.
"""

from invoicing.law.rows import Demand, Sentence, Words

DEMANDS = (Demand(("vat_number", "registration", "tax_number"), rule="EN 16931, BR-CO-26"),)

EARLY_PAYMENT: Words = {
    "fr": "Escompte de {percent} % pour paiement sous {days} jours.",
    "en": "{percent} % discount for payment within {days} days.",
    "de": "{percent} % Skonto bei Zahlung innerhalb von {days} Tagen.",
    "es": "Descuento del {percent} % por pago en un plazo de {days} días.",
    "it": "Sconto del {percent} % per pagamento entro {days} giorni.",
    "nl": "{percent}% korting bij betaling binnen {days} dagen.",
}
INTRA_COMMUNITY: Words = {
    "fr": "Exonération de TVA, livraison intracommunautaire, art. 138 de la directive 2006/112/CE.",
    "en": "VAT exempt intra-Community supply, art. 138 of Directive 2006/112/EC.",
    "de": "Steuerfreie innergemeinschaftliche Lieferung, Art. 138 Richtlinie 2006/112/EG.",
    "es": "Entrega intracomunitaria exenta de IVA, art. 138 de la Directiva 2006/112/CE.",
    "it": "Operazione non imponibile IVA: cessione intracomunitaria, art. 138 della direttiva "
    "2006/112/CE.",
    "nl": "Vrijgestelde intracommunautaire levering, art. 138 van Richtlijn 2006/112/EG.",
}
EXPORT: Words = {
    "fr": "Exonération de TVA, exportation, art. 146 de la directive 2006/112/CE.",
    "en": "VAT exempt export, art. 146 of Directive 2006/112/EC.",
    "de": "Steuerfreie Ausfuhrlieferung, Art. 146 Richtlinie 2006/112/EG.",
    "es": "Exportación exenta de IVA, art. 146 de la Directiva 2006/112/CE.",
    "it": "Operazione non imponibile IVA: esportazione, art. 146 della direttiva 2006/112/CE.",
    "nl": "Vrijgestelde uitvoer, art. 146 van Richtlijn 2006/112/EG.",
}

NOTES = (
    Sentence(
        "late_payment",
        rule="agreed by the parties; Directive 2011/7/EU, art. 3",
        when=("business", "chosen_rate"),
        words={
            "fr": "Pénalités de retard : {late_rate} % par an.",
            "en": "Late payment interest: {late_rate} % a year.",
            "de": "Verzugszinsen: {late_rate} % pro Jahr.",
            "es": "Intereses de demora: {late_rate} % anual.",
            "it": "Interessi di mora: {late_rate} % annuo.",
            "nl": "Vertragingsrente: {late_rate}% per jaar.",
        },
    ),
    Sentence(
        "early_payment",
        rule="Directive 2006/112/EC, art. 226(8)",
        when=("early_payment", "unpaid"),
        words=EARLY_PAYMENT,
    ),
)

PAYMENT_TERMS = (
    Sentence(
        "payment_within",
        rule="EN 16931, BT-20",
        words={
            "fr": "Paiement à {days} jours.",
            "en": "Payment within {days} days.",
            "de": "Zahlbar innerhalb von {days} Tagen.",
            "es": "Pago a {days} días.",
            "it": "Pagamento entro {days} giorni.",
            "nl": "Betaling binnen {days} dagen.",
        },
    ),
    Sentence(
        "payment_at_once",
        rule="EN 16931, BT-20",
        words={
            "fr": "Paiement à réception.",
            "en": "Payment on receipt.",
            "de": "Zahlbar sofort.",
            "es": "Pago a la recepción de la factura.",
            "it": "Pagamento al ricevimento della fattura.",
            "nl": "Betaling bij ontvangst van de factuur.",
        },
    ),
)

VAT = (
    Sentence(
        "small_enterprise",
        rule="Directive 2006/112/EC, art. 226(11) and 284",
        words={
            "fr": "Exonération de TVA, franchise des petites entreprises, art. 284 de la directive "
            "2006/112/CE.",
            "en": "VAT exempt, special scheme for small enterprises, art. 284 of Directive "
            "2006/112/EC.",
            "de": "Steuerbefreiung für Kleinunternehmer, Art. 284 Richtlinie 2006/112/EG.",
            "es": "Exención del IVA, régimen especial de las pequeñas empresas, art. 284 de la "
            "Directiva 2006/112/CE.",
            "it": "Esenzione IVA, regime speciale delle piccole imprese, art. 284 della "
            "direttiva 2006/112/CE.",
            "nl": "Vrijgesteld van btw, regeling voor kleine ondernemingen, art. 284 van Richtlijn "
            "2006/112/EG.",
        },
    ),
    Sentence(
        "intra_community",
        rule="Directive 2006/112/EC, art. 226(11) and 138",
        words=INTRA_COMMUNITY,
    ),
    Sentence(
        "export",
        rule="Directive 2006/112/EC, art. 226(11) and 146",
        words=EXPORT,
    ),
    Sentence(
        "reverse_charge",
        rule="Directive 2006/112/EC, art. 226(11a) and 196",
        words={
            "fr": "Autoliquidation : TVA due par le preneur, art. 196 de la directive 2006/112/CE.",
            "en": "Reverse charge: VAT due by the customer, art. 196 of Directive 2006/112/EC.",
            "de": "Steuerschuldnerschaft des Leistungsempfängers, Art. 196 Richtlinie 2006/112/EG.",
            "es": "Inversión del sujeto pasivo, art. 196 de la Directiva 2006/112/CE.",
            "it": "Inversione contabile, art. 196 della direttiva 2006/112/CE.",
            "nl": "Btw verlegd, art. 196 van Richtlijn 2006/112/EG.",
        },
    ),
    Sentence(
        "outside_scope",
        rule="Directive 2006/112/EC, art. 44 and 58",
        words={
            "fr": "TVA non applicable, prestation située hors de l'Union européenne (art. 44 et 58 "
            "de la directive 2006/112/CE).",
            "en": "Not subject to EU VAT: supplied outside the European Union (art. 44 and 58 of "
            "Directive 2006/112/EC).",
            "de": "Nicht steuerbar: Leistungsort außerhalb der Europäischen Union (Art. 44 und 58 "
            "Richtlinie 2006/112/EG).",
            "es": "Operación no sujeta a IVA: servicio prestado fuera de la Unión Europea (art. 44 "
            "y 58 de la Directiva 2006/112/CE).",
            "it": "Operazione non soggetta a IVA: prestazione fuori dell'Unione europea (art. 44 e "
            "58 della direttiva 2006/112/CE).",
            "nl": "Niet onderworpen aan btw: dienst buiten de Europese Unie (art. 44 en 58 van "
            "Richtlijn 2006/112/EG).",
        },
    ),
    Sentence(
        "margin_second_hand",
        rule="Directive 2006/112/EC, art. 226(14) and 313",
        words={
            "fr": "Régime particulier - Biens d'occasion.",
            "en": "Margin scheme - Second-hand goods.",
            "de": "Gebrauchtgegenstände/Sonderregelung.",
            "es": "Régimen especial de los bienes usados.",
            "it": "Regime del margine - Beni usati.",
            "nl": "Bijzondere regeling - Gebruikte goederen.",
        },
    ),
    Sentence(
        "margin_works_of_art",
        rule="Directive 2006/112/EC, art. 226(14) and 313",
        words={
            "fr": "Régime particulier - Objets d'art.",
            "en": "Margin scheme - Works of art.",
            "de": "Kunstgegenstände/Sonderregelung.",
            "es": "Régimen especial de los objetos de arte.",
            "it": "Regime del margine - Oggetti d'arte.",
            "nl": "Bijzondere regeling - Kunstvoorwerpen.",
        },
    ),
    Sentence(
        "margin_antiques",
        rule="Directive 2006/112/EC, art. 226(14) and 313",
        words={
            "fr": "Régime particulier - Objets de collection et d'antiquité.",
            "en": "Margin scheme - Collector's items and antiques.",
            "de": "Sammlungsstücke und Antiquitäten/Sonderregelung.",
            "es": "Régimen especial de las antigüedades y objetos de colección.",
            "it": "Regime del margine - Oggetti di antiquariato o da collezione.",
            "nl": "Bijzondere regeling - Voorwerpen voor verzamelingen of antiquiteiten.",
        },
    ),
)
