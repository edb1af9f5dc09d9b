"""How much CPU it takes to price and tax an order.

Compared in the same run with a floor: the sums of EN 16931 over plain dicts of Decimal, the way a
script that writes one invoice does them, for prices without VAT. It splits no discount, takes no
VAT out, decides no treatment, checks nothing and keeps no record; the ratio is what these cost.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bench.measures import Measure, cpu_ms
from invoicing import drafts, pricing
from invoicing.errors import Held
from invoicing.invoices import Draft
from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.vat.sums import Rate

_LINK = drafts.Link(site="https://pages.example", token="t" * 22)
_CENT = Decimal("0.01")
_GOODS = {"standard": Decimal(20), "reduced": Decimal(10), "second_reduced": Decimal("5.5")}
_TIMES = {10: 400, 1000: 25}
_GOALS = {10: 1.0, 1000: 60.0}

_ADDRESS = {"line1": "1 rue de Rivoli", "postcode": "75001", "city": "Paris", "country": "FR"}
_SELLER = {
    "id": "atelier",
    "name": "Atelier Lumière",
    "legal_form": "SAS",
    "capital": "10 000 €",
    "registration": "732829320",
    "register_city": "Lyon",
    "size": "micro",
    "vat_number": "FR44732829320",
    "address": _ADDRESS,
    "email": "bonjour@atelier.example",
    "sender": "factures@atelier.example",
}


def measures() -> list[Measure]:
    """Measure orders of 10 and of 1,000 lines at three rates, with a discount and shipping."""
    return [measure for lines in _TIMES for measure in _of(lines, seller())]


def seller(name: str = "atelier") -> Seller:
    """Give a French shop with a VAT number."""
    return Seller.model_validate(_SELLER | {"id": name})


def _of(lines: int, seller: Seller) -> list[Measure]:
    said, times = order_of(lines), _TIMES[lines]
    order = Order.model_validate(said)
    priced = cpu_ms(lambda: _drafted(order, seller), times=times)
    alone = cpu_ms(lambda: pricing.price(order, _rates(order)), times=times)
    read = cpu_ms(lambda: Order.model_validate(said), times=times)
    floor = cpu_ms(lambda: _summed(said), times=times)
    name = f"pricing_{lines}_lines"
    how = f"CPU, median of {times} runs"
    whole = f"{how}: decided, priced and drafted from an order that was read, prices with VAT"
    return [
        Measure(f"{name}_ms", priced, "ms", whole, goal=_GOALS[lines]),
        Measure(f"{name}_sums_ms", alone, "ms", f"{how}: `pricing.price` alone"),
        Measure(f"{name}_read_ms", read, "ms", f"{how}: the order's body read and checked"),
        Measure(f"{name}_floor_ms", floor, "ms", f"{how}: the sums alone over dicts of Decimal"),
        Measure(f"{name}_ratio", priced / floor, "times", "the first by the floor"),
    ]


def order_of(lines: int) -> dict[str, Any]:
    """Say what a shop posts: prices with VAT at three rates, a discount, shipping."""
    goods = list(_GOODS)
    return {
        "id": "1001",
        "currency": "EUR",
        "ordered_on": "2026-11-20",
        "buyer": {"name": "Camille Moreau", "email": "c@buyer.example", "address": _ADDRESS},
        "lines": [
            {
                "description": f"Lampe {n}",
                "quantity": str(1 + n % 4),
                "price": str(Decimal(890 + 37 * n).scaleb(-2)),
                "vat": goods[n % len(goods)],
            }
            for n in range(lines)
        ],
        "allowances": [{"reason": "Code BIENVENUE", "amount": "15.00"}],
        "charges": [{"reason": "Livraison", "amount": "6.90"}],
    }


def _drafted(order: Order, seller: Seller) -> Draft:
    draft = drafts.draft(order, seller, _LINK)
    if isinstance(draft, Held):
        raise ValueError(str(draft.reasons))  # noqa: TRY004  its content is wrong, not its type
    return draft


def _rates(order: Order) -> pricing.Rates:
    rates = {goods: Rate("S", percent) for goods, percent in _GOODS.items()}
    return pricing.Rates(
        lines=[rates[line.vat] for line in order.lines],
        charges=[rates[charge.vat] for charge in order.charges],
        allowances=[None for _ in order.allowances],
    )


def _summed(said: dict[str, Any]) -> dict[str, Decimal]:
    bases: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in said["lines"]:
        net = Decimal(line["price"]) * Decimal(line["quantity"])
        bases[_GOODS[line["vat"]]] += net.quantize(_CENT, ROUND_HALF_UP)
    for charge in said["charges"]:
        bases[_GOODS["standard"]] += Decimal(charge["amount"])
    for allowance in said["allowances"]:
        bases[_GOODS["standard"]] -= Decimal(allowance["amount"])
    taxes = [
        (base * rate.scaleb(-2)).quantize(_CENT, ROUND_HALF_UP) for rate, base in bases.items()
    ]
    net, vat = sum(bases.values(), Decimal(0)), sum(taxes, Decimal(0))
    return {"net": net, "vat": vat, "gross": net + vat}
