"""What Hypothesis draws: amounts, weights, and orders as shops could send them."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from invoicing.money import Money, exponent
from invoicing.orders import Order
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
def orders(draw: st.DrawFn, *, prices_include_vat: bool | None = None) -> Order:
    """Orders with several rates, discounts, charges, allowances and payments."""
    currency = draw(CURRENCIES)
    gross = draw(st.booleans()) if prices_include_vat is None else prices_include_vat
    cents = exponent(currency)
    amounts = decimals(20_000, places=cents).map(str)
    lines = draw(st.lists(_lines(amounts), min_size=1, max_size=6))
    buyer: dict[str, Any] = {"name": "Camille Moreau", "address": draw(_ADDRESSES)}
    return an_order(
        currency=currency,
        prices_include_vat=gross,
        buyer=buyer,
        lines=lines,
        charges=draw(st.lists(_charges(amounts), max_size=2)),
        allowances=draw(st.lists(_allowances(amounts), max_size=2)),
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


def _charges(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"reason": st.just("Port"), "amount": amounts, "vat": GOODS})


def _allowances(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"reason": st.just("Bienvenue"), "amount": amounts})
