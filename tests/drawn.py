"""What Hypothesis draws: amounts, weights, and orders as shops could send them."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from invoicing.money import Money, exponent
from invoicing.orders import Order
from invoicing.pricing import Rates
from invoicing.vat.sums import Rate
from tests.builders import PARIS, TOKYO, an_order

CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD"])  # 0, 2 and 3 decimals
GOODS = st.sampled_from(["standard", "reduced", "second_reduced", "super_reduced"])


@st.composite
def money(draw: st.DrawFn, currency: str | None = None, *, least: int = -(10**12)) -> Money:
    return Money.from_minor(draw(st.integers(least, 10**12)), currency or draw(CURRENCIES))


def decimals(most: int, *, places: int, least: int = 0) -> st.SearchStrategy[Decimal]:
    """Exact decimals with up to `places` decimals, `most` counted in the finest step."""
    return st.builds(
        lambda units, cut: Decimal(units).scaleb(-cut),
        st.integers(least, most),
        st.integers(0, places),
    )


@st.composite
def orders(
    draw: st.DrawFn, *, prices_include_vat: bool | None = None, returns: bool = False
) -> Order:
    """Orders with several rates, discounts, charges, allowances and payments.

    With `returns` some lines take back, some have charges, and allowances may be percentages.
    """
    currency = draw(CURRENCIES)
    gross = draw(st.booleans()) if prices_include_vat is None else prices_include_vat
    cents = exponent(currency)
    amounts = decimals(20_000, places=cents).map(str)
    of_a_line = _exchanged(amounts) if returns else _lines(amounts)
    of_the_order = _allowances(amounts) | _percentages() if returns else _allowances(amounts)
    lines = draw(st.lists(of_a_line, min_size=1, max_size=6))
    buyer: dict[str, Any] = {"name": "Camille Moreau", "address": draw(_ADDRESSES)}
    return an_order(
        currency=currency,
        prices_include_vat=gross,
        buyer=buyer,
        lines=lines,
        charges=draw(st.lists(_charges(amounts), max_size=2)),
        allowances=draw(st.lists(of_the_order, max_size=2)),
    )


_ADDRESSES = st.sampled_from([PARIS, PARIS, PARIS, TOKYO])  # with VAT mostly, and without


def _lines(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "description": st.just("Lampe"),
            "quantity": decimals(500, places=3, least=1).map(str),
            "price": decimals(10_000_000, places=6).map(str),
            "discount": st.one_of(st.just("0"), amounts),
            "vat": GOODS,
        }
    )


def _exchanged(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw few prices and quantities, so that what comes back is often what is sold."""
    quantities = st.sampled_from(["-2", "-1", "1", "1", "2", "2.5"])
    odd = st.fixed_dictionaries(
        {
            "quantity": quantities,
            "price": st.sampled_from(["10", "10", "50", "7"]),
            "charges": st.lists(_changes(amounts), max_size=1),
        }
    )
    return st.builds(lambda line, change: line | change, _lines(amounts), st.just({}) | odd)


def _percentages() -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(0, 100).map(lambda each: {"reason": "Soldes", "percent": str(each)})


def _charges(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"reason": st.just("Port"), "amount": amounts, "vat": GOODS})


def _allowances(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"reason": st.just("Bienvenue"), "amount": amounts})


@st.composite
def priced_orders(draw: st.DrawFn) -> tuple[Order, Rates]:
    """Orders that use all of the arithmetic, with a rate for each part, of any category."""
    currency = draw(CURRENCIES)
    amounts = decimals(20_000, places=exponent(currency)).map(str)
    changes = st.lists(_changes(amounts), max_size=2)
    lines = draw(st.lists(_full_lines(amounts, changes), min_size=1, max_size=5))
    charges, allowances = draw(changes), draw(changes)
    order = an_order(
        currency=currency,
        prices_include_vat=draw(st.booleans()),
        lines=lines,
        charges=charges,
        allowances=allowances,
        rounding=draw(amounts),
        payments=[{"paid_on": "2026-11-20", "amount": "1"}] * draw(st.integers(0, 2)),
    )
    some = draw(st.lists(RATES, min_size=1, max_size=3, unique=True))
    rate = st.sampled_from(some)
    return order, Rates(
        lines=[draw(rate) for _ in lines],
        charges=[draw(rate) for _ in charges],
        allowances=[draw(st.none() | rate) for _ in allowances],
    )


RATES = st.sampled_from(
    [Rate("S", Decimal(each)) for each in ("2.1", "5.5", "7", "19", "20", "25.5", "27")]
    + [Rate(each, Decimal(0)) for each in ("Z", "E", "AE", "K", "G", "O")]
    + [Rate("L", Decimal(7)), Rate("M", Decimal("0.5")), Rate("B", Decimal(22))]
)


def _changes(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    how_much = st.fixed_dictionaries({"amount": amounts}) | st.fixed_dictionaries(
        {"percent": st.integers(0, 1_000_000).map(lambda each: str(Decimal(each).scaleb(-4)))}
    )
    return how_much.map(lambda change: {"reason": "x"} | change)


def _full_lines(
    amounts: st.SearchStrategy[str], changes: st.SearchStrategy[list[dict[str, Any]]]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "description": st.just("Lampe"),
            "quantity": decimals(500, places=3, least=-500).map(str),
            "price": decimals(10_000_000, places=6).map(str),
            "price_quantity": st.sampled_from(["1", "1", "100", "0.5"]),
            "prices_include_vat": st.sampled_from([None, None, True, False]),
            "discount": st.one_of(st.just("0"), amounts),
            "allowances": changes,
            "charges": changes,
        }
    )
