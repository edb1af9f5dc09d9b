"""Which rows hold for a seller of a country: its own, and Europe's where it has none."""

from datetime import date

from invoicing.law import belgium, europe, france, germany, netherlands, spain
from invoicing.law.rows import Demand, Sentence, named
from invoicing.parties import CountryCode

_DEMANDS: dict[CountryCode, tuple[Demand, ...]] = {
    "FR": france.DEMANDS,
    "DE": germany.DEMANDS,
    "BE": belgium.DEMANDS,
    "ES": spain.DEMANDS,
    "NL": netherlands.DEMANDS,
}
_NOTES: dict[CountryCode, tuple[Sentence, ...]] = {
    "FR": france.NOTES,
    "DE": germany.NOTES,
    "BE": belgium.NOTES,
    "ES": spain.NOTES,
    "NL": netherlands.NOTES,
}
_VAT: dict[CountryCode, tuple[Sentence, ...]] = {
    "FR": france.VAT,
    "DE": germany.VAT,
    "BE": belgium.VAT,
    "ES": spain.VAT,
    "NL": netherlands.VAT,
}


def demands(country: CountryCode) -> tuple[Demand, ...]:
    """Give what has to be known of the seller and the buyer."""
    return _DEMANDS.get(country, ()) + europe.DEMANDS


def notes(country: CountryCode) -> tuple[Sentence, ...]:
    """Give the sentences beside the VAT, the country's own before Europe's of the same name."""
    own = _NOTES.get(country, ())
    names = {row.key for row in own}
    return own + tuple(row for row in europe.NOTES if row.key not in names)


def vat_sentence(key: str, country: CountryCode, on: date) -> Sentence:
    """Give the sentence of a VAT decision; KeyError for one that does not exist."""
    row = named(_VAT.get(country, ()) + europe.VAT, key, on)
    if row is None:
        raise KeyError(key)
    return row


def sentences() -> tuple[Sentence, ...]:
    """Give every sentence there is."""
    countries = [row for rows in (*_NOTES.values(), *_VAT.values()) for row in rows]
    return (*countries, *europe.NOTES, *europe.VAT, *europe.PAYMENT_TERMS)
