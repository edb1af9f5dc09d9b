"""Exchange rates of the European Central Bank, published each working day at about 16:00 CET.

Article 91 of the VAT directive lets a seller use them, and convert between two other currencies
through the euro. A rate is found, not quoted (the bank dropped or never had the currency), or
unknown because nobody answered.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from xml.etree import ElementTree as ET

import urllib3
from urllib3.exceptions import HTTPError

from invoicing import settings
from invoicing.vat.findings import ExchangeRate, RateCheck

SOURCE = "ECB"
_ECB = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"
_CONNECT_SECONDS, _READ_SECONDS = 2.0, 4.0
_MOST_BYTES = 100_000
_OK = 200
_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


def find(currency: str, *, per: str) -> RateCheck:
    """Find how many of a currency make one of another, by the latest published rates."""
    published = _published()
    if published is None:
        return RateCheck(outcome="unknown")
    on, quotes = published
    if currency not in quotes or per not in quotes:
        return RateCheck(outcome="not_quoted")
    rate = ExchangeRate.across(currency, per, quotes, source=SOURCE, on=on)
    return RateCheck(outcome="found", rate=rate)


def _published() -> tuple[date, dict[str, Decimal]] | None:
    """Read the bank's file: its day, and what one euro is in each currency."""
    try:
        response = _pool().request("GET", settings.optional("ECB_ENDPOINT") or _ECB)
    except HTTPError:
        return None
    if response.status != _OK or len(response.data) > _MOST_BYTES:
        return None
    try:
        return _read(response.data)
    except (ET.ParseError, LookupError, ValueError, InvalidOperation):
        return None


def _read(xml: bytes) -> tuple[date, dict[str, Decimal]]:
    root = ET.fromstring(xml)  # noqa: S314  the bank's own file over TLS; expat bounds expansion
    cubes = list(root.iter(_CUBE))
    (day,) = [cube.attrib["time"] for cube in cubes if "time" in cube.attrib]
    quotes = {
        cube.attrib["currency"]: Decimal(cube.attrib["rate"])
        for cube in cubes
        if "currency" in cube.attrib
    }
    if not quotes or not all(quote.is_finite() and quote > 0 for quote in quotes.values()):
        raise ValueError("a file without rates")
    return date.fromisoformat(day), quotes | {"EUR": Decimal(1)}


@cache
def _pool() -> urllib3.PoolManager:
    patience = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    return urllib3.PoolManager(timeout=patience, retries=False)
