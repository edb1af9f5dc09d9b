"""The order: what a shop says should be billed.

Amounts are decimals in the order's currency, written as JSON strings or numbers and read without
a binary float in between. The shop says what is sold and at which price; treatment, rate and sums
are decided here, not there.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from invoicing.money import CurrencyCode, exponent
from invoicing.parties import Address, Buyer, Text, number_faults
from invoicing.records import Record
from invoicing.vat_rates import Goods

MOST_LINES = 1_000

OrderId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""The shop's own identifier; it makes the order idempotent for ever."""


def _no_binary_float(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("a binary float lost its exact value; send the amount as a string")  # noqa: TRY004  pydantic wants ValueError
    return value


Amount = Annotated[
    Decimal,
    BeforeValidator(_no_binary_float),
    Field(max_digits=15, decimal_places=4, allow_inf_nan=False),
]
"""An amount of the order's currency; its decimals are checked against the currency."""

Positive = Annotated[Amount, Field(ge=0)]
Price = Annotated[
    Decimal,
    BeforeValidator(_no_binary_float),
    Field(ge=0, max_digits=18, decimal_places=6, allow_inf_nan=False),
]
"""A unit price: finer than the currency where the shop counts so, at most 6 decimals (BR-FR)."""

Quantity = Annotated[
    Decimal,
    BeforeValidator(_no_binary_float),
    Field(max_digits=12, decimal_places=4, allow_inf_nan=False),
]

Supply = Literal["goods", "services", "digital"]
"""What the line hands over; `digital` is supplied by wire without a person (Directive, art. 58)."""

MarginScheme = Literal["second_hand", "works_of_art", "antiques"]
"""Goods taxed on the dealer's margin alone (Directive, art. 313)."""


class Exemption(Record):
    """Why a supply is exempt in the seller's country; naming it is the shop's decision."""

    code: Annotated[str, StringConstraints(pattern=r"^VATEX-(EU|FR)-[0-9A-Z-]{2,20}$")]  # BT-121
    reason: Text  # BT-120, as it is printed


class OrderLine(Record):
    """One thing sold (BG-25)."""

    description: Text  # BT-153
    sku: Text | None = None  # BT-155
    quantity: Quantity = Decimal(1)  # BT-129
    unit: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,3}$")] = "C62"  # BT-130
    price: Price  # BT-146, or what the buyer sees where prices include VAT
    discount: Positive = Decimal(0)  # BG-27, on the whole line
    vat: Goods = "standard"
    supply: Supply = "goods"
    exemption: Exemption | None = None
    margin_scheme: MarginScheme | None = None

    @model_validator(mode="after")
    def _is_treated_in_one_way(self) -> Self:
        if self.exemption and self.margin_scheme:
            raise ValueError("a supply is exempt or under the margin scheme, not both")
        if self.margin_scheme and self.supply != "goods":
            raise ValueError("the margin scheme is for goods")
        return self


class Allowance(Record):
    """A discount on the whole order (BG-20), shared over its rates in proportion."""

    reason: Text  # BT-97
    amount: Positive  # BT-92


class Charge(Record):
    """Something added to the whole order (BG-21): shipping, gift wrap."""

    reason: Text  # BT-104
    amount: Positive  # BT-99
    vat: Goods = "standard"


class Payment(Record):
    """What the buyer had already paid at the shop (BT-113)."""

    paid_on: date
    amount: Annotated[Amount, Field(gt=0)]
    means: Literal["card", "transfer", "direct_debit", "wallet", "cash", "other"] = "card"
    reference: Text | None = None


class Order(Record):
    """What should be billed. The same id with the same content is the same order."""

    id: OrderId
    currency: CurrencyCode  # BT-5
    prices_include_vat: bool = True
    ordered_on: date
    delivered_on: date | None = None  # BT-72, where it differs from the order's date
    purchase_order: Text | None = None  # BT-13
    buyer: Buyer
    deliver_to: Address | None = None  # BG-15, where it differs from the buyer's address
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1, max_length=MOST_LINES)]
    allowances: Annotated[tuple[Allowance, ...], Field(max_length=20)] = ()
    charges: Annotated[tuple[Charge, ...], Field(max_length=20)] = ()
    payments: Annotated[tuple[Payment, ...], Field(max_length=20)] = ()
    note: Annotated[str, StringConstraints(max_length=500)] | None = None  # BT-22

    @model_validator(mode="after")
    def _amounts_fit_the_currency(self) -> Self:
        decimals = exponent(self.currency)
        finer = [(path, amount) for path, amount in self._amounts() if _decimals(amount) > decimals]
        if finer:
            fault = PydanticCustomError(
                "too_fine", "{currency} has {decimals} decimals", self._decimals_of_currency()
            )
            raise ValidationError.from_exception_data(
                "Order",
                [InitErrorDetails(type=fault, loc=path, input=amount) for path, amount in finer],
            )
        return self

    @model_validator(mode="after")
    def _numbers_are_well_formed(self) -> Self:
        faults = number_faults(self.buyer)
        if faults:
            raise ValidationError.from_exception_data(
                "Order", [_malformed(self.buyer, field, fault) for field, fault in faults]
            )
        return self

    def _decimals_of_currency(self) -> dict[str, str | int]:
        return {"currency": self.currency, "decimals": exponent(self.currency)}

    def _amounts(self) -> list[tuple[tuple[str, int, str], Decimal]]:
        discounts = [(("lines", i, "discount"), line.discount) for i, line in enumerate(self.lines)]
        parts: dict[str, tuple[Allowance | Charge | Payment, ...]] = {
            "allowances": self.allowances,
            "charges": self.charges,
            "payments": self.payments,
        }
        amounts = [
            ((name, i, "amount"), part.amount)
            for name, several in parts.items()
            for i, part in enumerate(several)
        ]
        return discounts + amounts

    @property
    def place(self) -> Address:
        """Where the goods go, which decides the VAT (BG-15, else BG-8)."""
        return self.deliver_to or self.buyer.address


def _decimals(amount: Decimal) -> int:
    return -int(amount.normalize().as_tuple().exponent)


def _malformed(buyer: Buyer, field: str, fault: str) -> InitErrorDetails:
    error = PydanticCustomError("malformed_number", "{fault}", {"fault": fault})
    return InitErrorDetails(type=error, loc=("buyer", field), input=getattr(buyer, field))
