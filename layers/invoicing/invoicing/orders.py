"""The order: what a shop says should be billed.

Amounts are decimals in the order's currency, written as JSON strings or numbers and read without
a binary float in between. The shop says what is sold and at which price; treatment, rate and sums
are decided here, not there.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import InitErrorDetails

from invoicing import contradictions, faults
from invoicing.errors import Reason, RefusedError
from invoicing.money import CurrencyCode
from invoicing.parties import Address, Buyer, CountryCode, Identifier, number_faults
from invoicing.records import Day, Record
from invoicing.texts import Prose, Text
from invoicing.vat.rates import Goods

MOST_LINES = 1_000
MOST_CHANGES = 20  # allowances, charges and payments, each
MOST_CHANGES_IN_ALL = 2_000
"""Allowances and charges of an order and its lines: each is printed, and the printer has a minute.

A thousand lines take 4 s of a CPU and 240 MB; the greatest order that is accepted, 9 s and 280 MB.
"""
MOST_TEXT = 160_000
"""Bytes of text in an order: it is kept beside its draft in one item of DynamoDB, of 400 KB."""

KEPT = {"kept": True}
"""The context in which an order that was taken is read back, whatever is asked of new ones."""

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

Percent = Annotated[
    Decimal,
    BeforeValidator(_no_binary_float),
    Field(ge=0, max_digits=7, decimal_places=4, allow_inf_nan=False),
]

Supply = Literal["goods", "services", "digital"]
"""What the line hands over; `digital` is supplied by wire without a person (Directive, art. 58)."""

MarginScheme = Literal["second_hand", "works_of_art", "antiques"]
"""Goods taxed on the dealer's margin alone (Directive, art. 313)."""


class Exemption(Record):
    """Why a supply is exempt in the seller's country; naming it is the shop's decision."""

    code: Annotated[str, StringConstraints(pattern=r"^VATEX-(EU|FR)-[0-9A-Z-]{1,20}$")]  # BT-121
    reason: Text  # BT-120, as it is printed


class PriceChange(Record):
    """An allowance or a charge, with its reason: an amount, or a percentage of the price."""

    reason: Text  # BT-97, BT-104, BT-139, BT-144
    amount: Positive | None = None  # BT-92, BT-99, BT-136, BT-141
    percent: Percent | None = None  # BT-94, BT-101, BT-138, BT-143


class Period(Record):
    """When it was supplied, from the first to the last day (BG-14, BG-26)."""

    start: Day  # BT-73, BT-134
    end: Day  # BT-74, BT-135


class Classification(Record):
    """What kind of thing it is, in a list that both sides know (BT-158)."""

    scheme: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")]  # UNTDID 7143: STI, HS
    version: Text | None = None
    code: Text


class Attribute(Record):
    """A property of the thing: its colour, its size (BG-32)."""

    name: Text  # BT-160
    value: Text  # BT-161


def _one_of_each(named: tuple[Classification, ...]) -> tuple[Classification, ...]:
    if len({(each.scheme, each.version) for each in named}) != len(named):
        raise ValueError("name one code of each scheme and version")
    return named


class LineDetails(Record):
    """What else an e-invoice says of a line, for the buyer's own books."""

    text: Annotated[Prose, StringConstraints(min_length=1, max_length=1000)] | None = None  # BT-154
    note: Annotated[Prose, StringConstraints(min_length=1, max_length=500)] | None = None  # BT-127
    buyer_sku: Text | None = None  # BT-156
    standard: Identifier | None = None  # BT-157, such as a GTIN (scheme 0160)
    classifications: Annotated[
        tuple[Classification, ...], Field(max_length=10), AfterValidator(_one_of_each)
    ] = ()
    attributes: Annotated[tuple[Attribute, ...], Field(max_length=20)] = ()
    origin: CountryCode | None = None  # BT-159
    period: Period | None = None  # BG-26
    order_line: Text | None = None  # BT-132, of the buyer's purchase order
    account: Text | None = None  # BT-133, in the buyer's books


class OrderLine(Record):
    """One thing sold (BG-25)."""

    description: Text  # BT-153
    sku: Text | None = None  # BT-155
    quantity: Quantity = Decimal(1)  # BT-129
    unit: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,3}$")] = "C62"  # BT-130
    price: Price  # BT-146, or what the buyer sees where prices include VAT
    price_quantity: Annotated[Quantity, Field(gt=0)] = Decimal(1)  # BT-149, what the price is for
    prices_include_vat: bool | None = None  # where this line differs from its order
    discount: Positive = Decimal(0)  # BG-27, on the whole line
    allowances: Annotated[tuple[PriceChange, ...], Field(max_length=MOST_CHANGES)] = ()  # BG-27
    charges: Annotated[tuple[PriceChange, ...], Field(max_length=MOST_CHANGES)] = ()  # BG-28
    vat: Goods = "standard"
    supply: Supply = "goods"
    exemption: Exemption | None = None
    margin_scheme: MarginScheme | None = None
    details: LineDetails | None = None


class Allowance(PriceChange):
    """A discount on the whole order (BG-20), shared over its rates unless it names its own."""

    vat: Goods | None = None


class Charge(PriceChange):
    """Something added to the whole order (BG-21): shipping, gift wrap."""

    vat: Goods = "standard"


class Payment(Record):
    """What the buyer had already paid at the shop (BT-113)."""

    paid_on: Day
    amount: Annotated[Amount, Field(gt=0)]
    means: Literal["card", "transfer", "direct_debit", "wallet", "cash", "other"] = "card"
    reference: Text | None = None


class References(Record):
    """What the buyer finds the invoice by in his own books, beside his purchase order."""

    project: Text | None = None  # BT-11
    contract: Text | None = None  # BT-12
    receiving_advice: Text | None = None  # BT-15
    despatch_advice: Text | None = None  # BT-16
    tender: Text | None = None  # BT-17
    account: Text | None = None  # BT-19


class Deposit(Record):
    """How much of the order is billed ahead (386): a share of its total, or a sum with its VAT."""

    percent: Annotated[Percent, Field(gt=0, le=100)] | None = None
    amount: Annotated[Amount, Field(gt=0)] | None = None


class StatedTotals(Record):
    """What the shop's own computation came to, before payments; it is compared with ours."""

    net: Amount | None = None  # BT-109
    vat: Amount | None = None  # BT-110
    total: Amount  # BT-112, its rounding included


_SUMS = frozenset({"amount", "discount", "rounding", "net", "vat", "total"})
"""The fields that hold an amount of the order's currency (a line's `vat` names goods instead)."""


class Order(Record):
    """What should be billed. The same id with the same content is the same order."""

    id: OrderId
    currency: CurrencyCode  # BT-5
    prices_include_vat: bool = True
    ordered_on: Day
    delivered_on: Day | None = None  # BT-72, where it differs from the order's date
    period: Period | None = None  # BG-14, of what is supplied over time
    purchase_order: Text | None = None  # BT-13
    references: References | None = None
    buyer: Buyer
    deliver_to: Address | None = None  # BG-15, where it differs from the buyer's address
    recipient: Text | None = None  # BT-70, where it is not the buyer
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1, max_length=MOST_LINES)]
    allowances: Annotated[tuple[Allowance, ...], Field(max_length=MOST_CHANGES)] = ()
    charges: Annotated[tuple[Charge, ...], Field(max_length=MOST_CHANGES)] = ()
    payments: Annotated[tuple[Payment, ...], Field(max_length=MOST_CHANGES)] = ()
    payment_days: Annotated[int, Field(ge=0, le=180)] | None = None  # BT-9, else the seller's
    totals: StatedTotals | None = None
    rounding: Amount = Decimal(0)  # BT-114, such as cash rounding to 0.05
    note: Annotated[Prose, StringConstraints(max_length=500)] | None = None  # BT-22
    deposit: Deposit | None = None  # what of it is billed now; the rest has an order of its own
    deducts: Annotated[tuple[Text, ...], Field(max_length=MOST_CHANGES)] = ()  # deposit invoices

    @model_validator(mode="wrap")
    @classmethod
    def _tells_every_fault(
        cls, said: object, read: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        """Refuse what only the whole order shows together with what each field shows."""
        if info.context == KEPT or not isinstance(said, dict):
            return read(said)
        found = _faults_of_the_whole(said)
        try:
            order = read(said)
        except ValidationError as error:
            raise faults.together(error, found) from None
        if found:
            raise ValidationError.from_exception_data(cls.__name__, found)
        return order

    def includes_vat(self, line: OrderLine) -> bool:
        """Say whether a line's price includes VAT."""
        own = line.prices_include_vat
        return self.prices_include_vat if own is None else own

    @property
    def supplied_on(self) -> date:
        """The day whose VAT holds: of delivery, the last of the period, else of the order."""
        return self.delivered_on or (self.period.end if self.period else self.ordered_on)

    @property
    def place(self) -> Address:
        """Where the goods go, which decides the VAT (BG-15, else BG-8)."""
        return self.deliver_to or self.buyer.address


def refuse_paid_ahead(order: Order, *, today: date) -> None:
    """RefusedError for payments of a day to come: what has not arrived pays nothing.

    `today` is the civil date where the seller is.
    """
    ahead = tuple(
        Reason(
            code="ahead",
            message=f"{payment.paid_on} is to come: it is {today}",
            path=f"$.payments[{n}].paid_on",
        )
        for n, payment in enumerate(order.payments)
        if payment.paid_on > today
    )
    if ahead:
        raise RefusedError(ahead)


def _faults_of_the_whole(said: dict[str, object]) -> list[InitErrorDetails]:
    return [
        *faults.too_fine(said, _SUMS, said.get("currency")),
        *faults.too_long(said, MOST_TEXT),
        *faults.too_many(said, {"allowances", "charges"}, MOST_CHANGES_IN_ALL),
        *contradictions.of_order(said),
        *_malformed_numbers(said),
    ]


def _malformed_numbers(said: dict[str, object]) -> list[InitErrorDetails]:
    try:
        buyer = Buyer.model_validate(said.get("buyer"))
    except ValidationError:
        return []  # what is wrong with it is told anyway
    return [
        faults.fault(("buyer", field), "malformed_number", message, getattr(buyer, field))
        for field, message in number_faults(buyer)
    ]
