"""How fine sums may be: currencies have up to three decimals, an e-invoice has two."""

from collections.abc import Iterator

from invoicing.errors import Reason
from invoicing.figures import Priced
from invoicing.invoices import Contents
from invoicing.money import Money

_DECIMALS = 2
"""Of every amount in EN 16931 (BR-DEC-01 and others), whatever the currency has."""


def too_fine(priced: Priced | Contents) -> list[Reason]:
    """Say which sum of a currency with three decimals no e-invoice can express."""
    finest = next((each for each in _sums(priced) if _decimals(each) > _DECIMALS), None)
    if not finest:
        return []
    sentence = (
        f"{finest} has more than the {_DECIMALS} decimals that an e-invoice can express: choose "
        "amounts whose sums and VAT need no more, or bill in another currency"
    )
    return [Reason(code="currency_too_fine", message=sentence, rule="EN 16931, BR-DEC-01 to 28")]


def _sums(priced: Priced | Contents) -> Iterator[Money]:
    """Walk over every sum that is written into the XML."""
    for line in priced.lines:
        yield line.net
        yield from (each.net for each in (*(line.allowances or ()), *(line.charges or ())))
        yield from [line.discount] if line.discount else []
    yield from (each.net for each in (*priced.allowances, *priced.charges))
    for vat in priced.vat:
        yield from (vat.base, vat.vat)
    yield from (sum_ for _, sum_ in priced.totals if isinstance(sum_, Money))


def _decimals(money: Money) -> int:
    return -int(money.amount.normalize().as_tuple().exponent)
