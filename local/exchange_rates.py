"""Stands where the European Central Bank publishes its rates, with the same few each day.

Currencies that are not listed are not quoted; a test that needs the bank to be silent closes it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from werkzeug.wrappers import Response

from local.serving import serving

DAY = "2026-11-20"
RATES: Mapping[str, str] = {
    "CHF": "0.9312",
    "CZK": "24.31",
    "DKK": "7.4602",
    "GBP": "0.8641",
    "HUF": "389.15",
    "JPY": "178.43",
    "NOK": "11.652",
    "PLN": "4.2465",
    "RON": "5.0912",
    "SEK": "10.982",
    "USD": "1.1527",
}
"""Invented, in the bank's order of size."""


def _xml() -> str:
    quotes = "".join(f'<Cube currency="{name}" rate="{rate}"/>' for name, rate in RATES.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
        'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">'
        "<gesmes:subject>Reference rates</gesmes:subject>"
        f'<Cube><Cube time="{DAY}">{quotes}</Cube></Cube></gesmes:Envelope>'
    )


def bank(environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - WSGI
    """Answer any request with the day's rates."""
    return Response(_xml(), content_type="text/xml")(environ, start_response)


@contextmanager
def publishing(*, port: int = 0) -> Iterator[str]:
    """Run the stand-in until the block ends; give the address for ECB_ENDPOINT."""
    with serving(bank, port=port) as url:
        yield url
