"""How a seller's legal person and its register read on its documents, in its own country's way."""

from invoicing.law.cases import state
from invoicing.parties import CountryCode, Seller

_CAPITAL: dict[CountryCode, str] = {
    "FR": "{form} au capital de {capital}",  # C. com. R. 123-238
    "IT": "{form}, capitale sociale {capital}",  # Codice civile art. 2250
}
_REGISTER: dict[CountryCode, str] = {
    "FR": "{number} RCS {city}",  # C. com. R. 123-237
    "DE": "Amtsgericht {city}, {number}",  # GmbHG § 35a
    "BE": "{number} RPM {city}",  # CSA art. 2:20
    "ES": "Registro Mercantil de {city}, {number}",  # Código de Comercio art. 24
    "NL": "KVK {number}",  # Handelsregisterwet art. 27
}
_NO_CITY = frozenset({"NL"})


def form(seller: Seller) -> str | None:
    """Give the legal form with the capital (BT-33)."""
    if not (seller.legal_form and seller.capital):
        return seller.legal_form
    words = _CAPITAL.get(state(seller.address.country), "{form}, {capital}")
    return words.format(form=seller.legal_form, capital=seller.capital)


def register(seller: Seller) -> str | None:
    """Give the register with the number in it, None where too little of it is known."""
    country = state(seller.address.country)
    if not seller.registration or not (seller.register_city or country in _NO_CITY):
        return None
    words = _REGISTER.get(country, "{number}, {city}")
    return words.format(number=seller.registration, city=seller.register_city)
