"""Which VAT territory an address lies in.

A country's VAT does not hold in all of it, and some that are not in the EU count as if they were
(Directive 2006/112/EC, art. 6 and 7). A territory is told by country, postcode, region and, for a
few villages, by name. An address without a postcode or region counts as its country's main part.
"""

import re
from dataclasses import dataclass
from typing import Literal

from invoicing.parties import Address, CountryCode
from invoicing.vat import rates


@dataclass(frozen=True, slots=True)
class Territory:
    """Where one set of VAT rates holds.

    Between two territories of one market nothing is exported. `goods_only` is Northern Ireland,
    which is in the EU for goods and outside for services.
    """

    code: str
    country: CountryCode
    eu: Literal["all", "goods_only", "none"]
    market: str

    @property
    def special(self) -> str | None:
        """The code where the country alone does not tell the territory."""
        return self.code if self.code != self.country else None


def of(address: Address) -> Territory:
    """Give the VAT territory of an address."""
    country = _COUNTRIES.get(address.country, address.country)
    if country in _TERRITORIES:
        return _TERRITORIES[country]
    code = _by_place(country, address) or _by_postcode(country, address) or country
    return _TERRITORIES.get(code) or _whole(code)


def country_of(code: CountryCode) -> CountryCode:
    """Give the country that a code of ISO 3166-1 belongs to for VAT: FR for RE and MC."""
    return _COUNTRIES.get(code, code)[:2]


def _whole(country: CountryCode) -> Territory:
    inside = country in rates.STATES
    return Territory(country, country, "all" if inside else "none", country)


def _by_postcode(country: CountryCode, address: Address) -> str | None:
    compact = _CAR_SIGN.sub("", (address.postcode or "").upper().replace(" ", ""))
    prefixes = _POSTCODES.get(country, {})
    found = [prefix for prefix in prefixes if compact.startswith(prefix)]
    return prefixes[max(found, key=len)] if found else None


def _by_place(country: CountryCode, address: Address) -> str | None:
    """Find it by region (its ISO 3166-2 code or a name) or by the name of a village."""
    places = _PLACES.get(country, {})
    region = (address.region or "").casefold().removeprefix(f"{country.casefold()}-")
    return places.get(region) or places.get(f"city {address.city.casefold()}")


def _special(
    code: str,
    *,
    eu: Literal["all", "goods_only", "none"] = "none",
    market: str | None = None,
) -> tuple[str, Territory]:
    return code, Territory(code, code[:2], eu, market or code)


_CAR_SIGN = re.compile(r"^[A-Z]{1,3}-")
"""As in D-78266."""

_TERRITORIES: dict[str, Territory] = dict(
    [
        _special("AT-JUNGHOLZ", eu="all", market="AT"),
        _special("DE-BUESINGEN"),
        _special("DE-HELGOLAND"),
        _special("ES-CE"),
        _special("ES-CN"),
        _special("ES-ML"),
        _special("FI-01"),
        _special("FR-20R", eu="all", market="FR"),
        _special("FR-971", market="FR-ANTILLES"),  # one market, CGI art. 294, 2
        _special("FR-972", market="FR-ANTILLES"),
        _special("FR-973"),
        _special("FR-974"),
        _special("FR-976"),
        _special("GB-NIR", eu="goods_only"),
        _special("GR-69"),
        _special("GR-ISLANDS", eu="all", market="GR"),
        _special("IT-CAMPIONE"),
        _special("IT-LIVIGNO"),
        _special("PT-20", eu="all", market="PT"),
        _special("PT-30", eu="all", market="PT"),
    ]
)
_COUNTRIES = {
    "MC": "FR",  # Directive, art. 7; CGI art. 256-0
    "IM": "GB",
    "AX": "FI-01",
    "XI": "GB-NIR",
    "GP": "FR-971",
    "MQ": "FR-972",
    "GF": "FR-973",
    "RE": "FR-974",
    "YT": "FR-976",
}
"""Codes of countries that stand for part of another country. Saint-Pierre,
Saint-Martin, Polynesia and the like levy taxes of their own and count as countries."""

_POSTCODES: dict[str, dict[str, str]] = {
    "AT": {
        "6691": "AT-JUNGHOLZ",
        "6991": "AT-JUNGHOLZ",  # the Kleinwalsertal, under the same rule
        "6992": "AT-JUNGHOLZ",
        "6993": "AT-JUNGHOLZ",
    },
    "DE": {"78266": "DE-BUESINGEN", "27498": "DE-HELGOLAND"},
    "CH": {"8238": "DE-BUESINGEN", "6911": "IT-CAMPIONE"},
    "ES": {"35": "ES-CN", "38": "ES-CN", "51": "ES-CE", "52": "ES-ML"},
    "FI": {"22": "FI-01"},
    "FR": {
        "20": "FR-20R",
        "971": "FR-971",
        "97133": "BL",
        "97150": "MF",
        "972": "FR-972",
        "973": "FR-973",
        "974": "FR-974",
        "975": "PM",
        "976": "FR-976",
        "977": "BL",
        "978": "MF",
        "980": "FR",
        "984": "TF",
        "986": "WF",
        "987": "PF",
        "988": "NC",
    },
    "GB": {"BT": "GB-NIR"},
    "GR": {
        "63086": "GR-69",
        "63087": "GR-69",
        # Islands of the Aegean where rates are 30 % lower; which of them changed in 2026, so held.
        "68002": "GR-ISLANDS",
        "81": "GR-ISLANDS",
        "82": "GR-ISLANDS",
        "83": "GR-ISLANDS",
        "85": "GR-ISLANDS",
    },
    "IT": {"23041": "IT-LIVIGNO", "22061": "IT-CAMPIONE"},
    "PT": {"95": "PT-20", "96": "PT-20", "97": "PT-20", "98": "PT-20", "99": "PT-20"}
    | {f"9{digit}": "PT-30" for digit in "01234"},
}
_PLACES: dict[str, dict[str, str]] = {
    "AT": {"city jungholz": "AT-JUNGHOLZ", "city mittelberg": "AT-JUNGHOLZ"},
    "DE": {
        "city büsingen": "DE-BUESINGEN",
        "city büsingen am hochrhein": "DE-BUESINGEN",
        "city helgoland": "DE-HELGOLAND",
    },
    "ES": {
        "cn": "ES-CN",
        "gc": "ES-CN",
        "tf": "ES-CN",
        "canarias": "ES-CN",
        "islas canarias": "ES-CN",
        "las palmas": "ES-CN",
        "santa cruz de tenerife": "ES-CN",
        "ce": "ES-CE",
        "ceuta": "ES-CE",
        "ml": "ES-ML",
        "melilla": "ES-ML",
    },
    "FI": {"01": "FI-01", "åland": "FI-01", "ahvenanmaa": "FI-01", "city mariehamn": "FI-01"},
    "FR": {
        "20r": "FR-20R",
        "2a": "FR-20R",
        "2b": "FR-20R",
        "cor": "FR-20R",
        "corse": "FR-20R",
        "gp": "FR-971",
        "971": "FR-971",
        "guadeloupe": "FR-971",
        "mq": "FR-972",
        "972": "FR-972",
        "martinique": "FR-972",
        "gf": "FR-973",
        "973": "FR-973",
        "guyane": "FR-973",
        "re": "FR-974",
        "974": "FR-974",
        "la réunion": "FR-974",
        "réunion": "FR-974",
        "yt": "FR-976",
        "976": "FR-976",
        "mayotte": "FR-976",
    },
    "GB": {"nir": "GB-NIR", "northern ireland": "GB-NIR"},
    "GR": {"69": "GR-69", "city karyes": "GR-69"},
    "IT": {"city livigno": "IT-LIVIGNO", "city campione d'italia": "IT-CAMPIONE"},
    "PT": {
        "20": "PT-20",
        "açores": "PT-20",
        "30": "PT-30",
        "madeira": "PT-30",
    },
}
"""Regions by the end of their ISO 3166-2 code or by name, villages after the word `city`."""
