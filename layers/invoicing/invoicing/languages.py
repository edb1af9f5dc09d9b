"""Which language to write in to a buyer abroad who said none.

At home the seller's own language is taken (see `invoices`): Belgian law, for one, ties what a firm
has to write to the place where it sits. Where a country reads several of ours, the postcode tells.
"""

from invoicing.parties import Address, Language

_READ: dict[Language, str] = {
    "fr": "FR MC LU BL GF GP MF MQ NC PF PM RE WF YT",
    "de": "DE AT LI",
    "es": "ES AR BO CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE",
    "it": "IT SM VA",
    "nl": "NL AW BQ CW SR SX",
}
_COUNTRIES: dict[str, Language] = {
    country: language for language, countries in _READ.items() for country in countries.split()
}
_POSTCODES: dict[str, tuple[tuple[str, Language], ...]] = {
    "BE": (
        *((start, "fr") for start in ("10", "11", "12", "13", "14")),  # Brussels, Walloon Brabant
        *((start, "de") for start in ("470", "471", "472", "473", "475", "476", "477", "478")),
        ("479", "de"),
        *((start, "fr") for start in "4567"),
        *((start, "nl") for start in "12389"),
    ),
    "CH": (
        *((start, "it") for start in ("65", "66", "67", "68", "69")),
        *((start, "fr") for start in ("1", "20", "21", "22", "23", "24", "26", "27", "28", "29")),
        *((start, "fr") for start in ("396", "397")),  # lower Valais
        *((start, "de") for start in "23456789"),
    ),
}
"""The first match counts: by the language areas of Belgium, and Switzerland's in outline."""
_ELSEWHERE: Language = "en"


def read_at(address: Address) -> Language:
    """Give the language that is read at an address, English where it is none of ours."""
    if address.country not in _POSTCODES:
        return _COUNTRIES.get(address.country, _ELSEWHERE)
    code = (address.postcode or "").upper().lstrip("BCEH- ")
    areas = _POSTCODES[address.country]
    return next((language for start, language in areas if code.startswith(start)), _ELSEWHERE)
