"""What French law wants: CGI, code de commerce, and the CIBS that VAT moves to.

Ordinance 2025-1247 of 17 December 2025 moves VAT from the CGI to the CIBS. Ordinance 2026-671 of 27
July 2026 put that off from 1 September 2026 to 1 January 2027, and lets invoices name the CGI until
30 June 2028 instead of the end of 2027. Where the new article is not known here, the Directive
stands in for it from the first day on: article 242 nonies A, I-12° of annex II takes either.
"""

from datetime import date

from invoicing.law.europe import EARLY_PAYMENT, EXPORT, INTRA_COMMUNITY
from invoicing.law.rows import Demand, Sentence

TO_THE_CIBS = date(2027, 1, 1)
LAST_OF_THE_CGI = date(2026, 12, 31)
CGI_TOLERATED_UNTIL = date(2028, 6, 30)

_SHARES = frozenset(
    {
        "SA", "SAS", "SASU", "SARL", "EURL", "SCA", "SELARL", "SELAS", "SELASU", "SELARLU", "SELCA",
        "SOCIETE ANONYME", "SOCIETE PAR ACTIONS", "SOCIETE A RESPONSABILITE LIMITEE",
    }
)  # fmt: skip
"""The forms that name their capital."""
_COMPANIES = _SHARES | {"SNC", "SCS", "SCI", "SCP", "SCM", "SE", "GIE", "SCOP", "SOCIETE"}
_SIZES_ASKED = (date(2026, 9, 1), date(2027, 8, 31))
_FOUR_NEW = "CGI ann. II art. 242 nonies A; décret 2022-1299"

DEMANDS = (
    Demand(("registration",), rule="C. com. art. R. 123-237, 1°"),
    Demand(("legal_form",), rule="C. com. art. R. 123-238; R. 526-27"),
    Demand(("capital",), rule="C. com. art. L. 223-1, L. 224-1, R. 123-238", forms=_SHARES),
    Demand(("register_city",), rule="C. com. art. R. 123-237, 2°", forms=_COMPANIES),
    Demand(
        ("size",),
        rule="CGI art. 289 bis; loi 2023-1322, art. 91",
        when=("business", "domestic"),
        since=_SIZES_ASKED[0],
        until=_SIZES_ASKED[1],
    ),
    Demand(
        ("registration", "vat_number"),
        of="buyer",
        rule=_FOUR_NEW,
        when=("business", "domestic"),
        since=date(2026, 9, 1),
    ),
)

NOTES = (
    Sentence(
        "recovery_costs",
        rule="C. com. art. L. 441-9, I; L. 441-10, II; D. 441-5",
        subject="PMT",
        when=("business",),
        words={
            "fr": "Indemnité forfaitaire pour frais de recouvrement en cas de retard : 40 €.",
            "en": "Fixed compensation for recovery costs in case of late payment: 40 €.",
            "de": "Pauschale für Beitreibungskosten bei Zahlungsverzug: 40 €.",
            "es": "Indemnización fija por gastos de cobro en caso de demora: 40 €.",
            "it": "Indennizzo forfettario per spese di recupero in caso di ritardo: 40 €.",
            "nl": "Forfaitaire vergoeding voor invorderingskosten bij te late betaling: 40 €.",
        },
    ),
    Sentence(
        "late_payment",
        rule="C. com. art. L. 441-9, I; L. 441-10, II",
        subject="PMD",
        when=("business", "statutory_rate"),
        words={
            "fr": "Pénalités de retard : taux de refinancement de la BCE majoré de 10 points.",
            "en": "Late payment interest: the ECB's refinancing rate plus 10 percentage points.",
            "de": "Verzugszinsen: Refinanzierungssatz der EZB zuzüglich 10 Prozentpunkten.",
            "es": "Intereses de demora: tipo de refinanciación del BCE más 10 puntos porcentuales.",
            "it": "Interessi di mora: tasso di rifinanziamento della BCE più 10 punti percentuali.",
            "nl": "Vertragingsrente: herfinancieringsrente van de ECB plus 10 procentpunten.",
        },
    ),
    Sentence(
        "late_payment",
        rule="C. com. art. L. 441-9, I; L. 441-10, II",
        subject="PMD",
        when=("business", "chosen_rate"),
        words={
            "fr": "Pénalités de retard : {late_rate} % par an, exigibles sans rappel.",
            "en": "Late payment interest: {late_rate} % a year, due without reminder.",
            "de": "Verzugszinsen: {late_rate} % pro Jahr, ohne Mahnung fällig.",
            "es": "Intereses de demora: {late_rate} % anual, exigibles sin recordatorio.",
            "it": "Interessi di mora: {late_rate} % annuo, dovuti senza sollecito.",
            "nl": "Vertragingsrente: {late_rate}% per jaar, verschuldigd zonder aanmaning.",
        },
    ),
    Sentence(
        "no_discount",
        rule="C. com. art. L. 441-9, I",
        subject="AAB",
        when=("business", "no_early_payment"),
        words={
            "fr": "Pas d'escompte pour paiement anticipé.",
            "en": "No discount for early payment.",
            "de": "Kein Skonto bei vorzeitiger Zahlung.",
            "es": "Sin descuento por pago anticipado.",
            "it": "Nessuno sconto per pagamento anticipato.",
            "nl": "Geen korting bij vervroegde betaling.",
        },
    ),
    Sentence(
        "early_payment",
        rule="C. com. art. L. 441-9, I",
        subject="AAB",
        when=("business", "early_payment"),
        words=EARLY_PAYMENT,
    ),
    Sentence(
        "vat_on_debits",
        rule=f"{_FOUR_NEW}; CGI art. 269, 2-c",
        subject="TXD",
        when=("vat_on_debits",),
        words={
            "fr": "Option pour le paiement de la taxe d'après les débits.",
            "en": "The seller has opted to account for VAT on invoicing (option pour les débits).",
            "de": "Option zur Umsatzbesteuerung nach vereinbarten Entgelten (option pour les "
            "débits).",
            "es": "Opción por el devengo del IVA según lo facturado (option pour les débits).",
            "it": "Opzione per il versamento dell'IVA in base al fatturato (option pour les "
            "débits).",
            "nl": "Keuze voor btw-afdracht op basis van facturering (option pour les débits).",
        },
    ),
    Sentence(
        "operation",
        rule=_FOUR_NEW,
        when=("goods",),
        words={
            "fr": "Nature de l'opération : livraison de biens.",
            "en": "Nature of the supply: goods.",
            "de": "Art des Umsatzes: Lieferung von Waren.",
            "es": "Naturaleza de la operación: entrega de bienes.",
            "it": "Natura dell'operazione: cessione di beni.",
            "nl": "Aard van de handeling: levering van goederen.",
        },
    ),
    Sentence(
        "operation",
        rule=_FOUR_NEW,
        when=("services",),
        words={
            "fr": "Nature de l'opération : prestation de services.",
            "en": "Nature of the supply: services.",
            "de": "Art des Umsatzes: Dienstleistung.",
            "es": "Naturaleza de la operación: prestación de servicios.",
            "it": "Natura dell'operazione: prestazione di servizi.",
            "nl": "Aard van de handeling: diensten.",
        },
    ),
    Sentence(
        "operation",
        rule=_FOUR_NEW,
        when=("mixed",),
        words={
            "fr": "Nature de l'opération : livraison de biens et prestation de services.",
            "en": "Nature of the supply: goods and services.",
            "de": "Art des Umsatzes: Lieferung von Waren und Dienstleistung.",
            "es": "Naturaleza de la operación: entrega de bienes y prestación de servicios.",
            "it": "Natura dell'operazione: cessione di beni e prestazione di servizi.",
            "nl": "Aard van de handeling: levering van goederen en diensten.",
        },
    ),
)

VAT = (
    Sentence(
        "franchise",
        rule="CGI art. 293 B and 293 E",
        until=LAST_OF_THE_CGI,
        words={
            "fr": "TVA non applicable, article 293 B du CGI.",
            "en": "VAT not applicable, art. 293 B of the French tax code (CGI).",
            "de": "Umsatzsteuer nicht anwendbar, Art. 293 B CGI (Frankreich).",
            "es": "IVA no aplicable, art. 293 B del CGI (Francia).",
            "it": "IVA non applicabile, art. 293 B del CGI (Francia).",
            "nl": "Btw niet van toepassing, art. 293 B van de CGI (Frankrijk).",
        },
    ),
    Sentence(
        "franchise",
        rule="CIBS art. L. 223-3",
        since=TO_THE_CIBS,
        words={
            "fr": "TVA non applicable, article L. 223-3 du code des impositions sur les biens et "
            "services (CIBS).",
            "en": "VAT not applicable, art. L. 223-3 of the French code of taxes on goods and "
            "services (CIBS).",
            "de": "Umsatzsteuer nicht anwendbar, Art. L. 223-3 CIBS (Frankreich).",
            "es": "IVA no aplicable, art. L. 223-3 del CIBS (Francia).",
            "it": "IVA non applicabile, art. L. 223-3 del CIBS (Francia).",
            "nl": "Btw niet van toepassing, art. L. 223-3 van de CIBS (Frankrijk).",
        },
    ),
    Sentence(
        "intra_community",
        rule="CGI art. 262 ter, I; Directive 2006/112/EC, art. 138",
        until=LAST_OF_THE_CGI,
        words=INTRA_COMMUNITY | {"fr": "Exonération de TVA, article 262 ter, I du CGI."},
    ),
    Sentence(
        "export",
        rule="CGI art. 262, I; Directive 2006/112/EC, art. 146",
        until=LAST_OF_THE_CGI,
        words=EXPORT | {"fr": "Exonération de TVA, article 262, I du CGI."},
    ),
    Sentence(
        "export_overseas",
        rule="CGI art. 294, 2 and 3; named until 2028-06-30",
        until=CGI_TOLERATED_UNTIL,
        words={
            "fr": "Exonération de TVA, article 294 du CGI.",
            "en": "VAT exempt supply to a French overseas territory, art. 294 of the CGI.",
            "de": "Steuerfreie Lieferung zwischen französischen Überseegebieten, Art. 294 CGI.",
            "es": "Entrega exenta de IVA a un territorio francés de ultramar, art. 294 del CGI.",
            "it": "Cessione esente da IVA verso un territorio francese d'oltremare, art. 294 del "
            "CGI.",
            "nl": "Vrijgestelde levering naar een Frans overzees gebied, art. 294 van de CGI.",
        },
    ),
    Sentence(
        "export_overseas",
        rule="CIBS, book II",
        since=date(2028, 7, 1),
        words={
            "fr": "Exonération de TVA, livraison vers un territoire d'outre-mer.",
            "en": "VAT exempt supply to a French overseas territory.",
            "de": "Steuerfreie Lieferung zwischen französischen Überseegebieten.",
            "es": "Entrega exenta de IVA a un territorio francés de ultramar.",
            "it": "Cessione esente da IVA verso un territorio francese d'oltremare.",
            "nl": "Vrijgestelde levering naar een Frans overzees gebied.",
        },
    ),
    Sentence(
        "untaxed_overseas",
        rule="CGI art. 294, 1; named until 2028-06-30",
        until=CGI_TOLERATED_UNTIL,
        words={
            "fr": "TVA non applicable, article 294, 1 du CGI.",
            "en": "VAT not applicable, art. 294, 1 of the CGI.",
            "de": "Umsatzsteuer nicht anwendbar, Art. 294, 1 CGI.",
            "es": "IVA no aplicable, art. 294, 1 del CGI.",
            "it": "IVA non applicabile, art. 294, 1 del CGI.",
            "nl": "Btw niet van toepassing, art. 294, 1 van de CGI.",
        },
    ),
    Sentence(
        "untaxed_overseas",
        rule="CIBS, book II",
        since=date(2028, 7, 1),
        words={
            "fr": "TVA non applicable en Guyane et à Mayotte.",
            "en": "VAT not applicable in French Guiana and Mayotte.",
            "de": "Umsatzsteuer in Französisch-Guayana und Mayotte nicht anwendbar.",
            "es": "IVA no aplicable en la Guayana Francesa y Mayotte.",
            "it": "IVA non applicabile nella Guyana francese e a Mayotte.",
            "nl": "Btw niet van toepassing in Frans-Guyana en Mayotte.",
        },
    ),
)
