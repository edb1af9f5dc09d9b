"""What documents come to: sums by kind and currency, by VAT, and since the first document of all.

Amounts are as they stand on the documents, so those of credit notes are positive; what is left of
the turnover is invoiced less credited.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Literal, Protocol, Self

from invoicing.figures import Totals
from invoicing.invoices import AccountedVat, VatLine
from invoicing.ledger import Entry
from invoicing.money import CurrencyCode, Money
from invoicing.parties import CountryCode
from invoicing.payments import Movement
from invoicing.records import Record
from invoicing.vat.treatments import Category, Treatment

Kind = Literal["invoice", "credit_note", "receipt", "late_payment"]
"""The kinds of documents that move money; a closing is none of them."""


class DocumentTotal(Record):
    """The documents of one kind in one currency."""

    kind: Kind
    count: int
    net: Money | None = None  # BT-109; only invoices and credit notes have net and VAT
    vat: Money | None = None  # BT-110
    rounding: Money | None = None  # BT-114
    total: Money  # net, VAT and rounding; of a receipt what came, of late payment what is claimed

    @property
    def key(self) -> tuple[str, ...]:
        """What is summed by."""
        return (self.kind, self.total.currency)

    def plus(self, other: Self) -> Self:
        """Add the same kind's sum."""
        return self.model_copy(
            update={
                "count": self.count + other.count,
                "net": _plus(self.net, other.net),
                "vat": _plus(self.vat, other.vat),
                "rounding": _plus(self.rounding, other.rounding),
                "total": self.total + other.total,
            }
        )


class VatTotal(Record):
    """The VAT of one kind of documents, treatment and rate (BG-23)."""

    kind: Kind
    treatment: Treatment
    category: Category  # BT-118
    rate: Decimal  # BT-119, percent
    place: CountryCode  # whose VAT it is, or where it goes
    base: Money  # BT-116
    vat: Money  # BT-117

    @property
    def key(self) -> tuple[str, ...]:
        """What is summed by."""
        by = (self.kind, self.base.currency, self.place, self.treatment, self.category)
        return (*by, f"{self.rate:012.6f}")

    def plus(self, other: Self) -> Self:
        """Add the same rate's sum."""
        sums = {"base": self.base + other.base, "vat": self.vat + other.vat}
        return self.model_copy(update=sums)


class AccountedTotal(Record):
    """The VAT of documents in a foreign currency, as the seller's state accounts it (BT-111)."""

    kind: Kind
    currency: CurrencyCode  # of the documents
    vat: Money  # in the currency of the seller's state

    @property
    def key(self) -> tuple[str, ...]:
        """What is summed by."""
        return (self.kind, self.currency, self.vat.currency)

    def plus(self, other: Self) -> Self:
        """Add the same currency's sum."""
        return self.model_copy(update={"vat": self.vat + other.vat})


class GrandTotal(Record):
    """Everything in one currency since the seller's first document."""

    invoiced: Money
    credited: Money
    net: Money  # invoiced less credited
    received: Money

    @property
    def key(self) -> tuple[str, ...]:
        """What is summed by."""
        return (self.net.currency,)

    def plus(self, other: Self) -> Self:
        """Add the same currency's sum."""
        names = ("invoiced", "credited", "net", "received")
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        return self.model_copy(update=sums)

    @classmethod
    def of(cls, total: DocumentTotal) -> Self:
        """Give what one kind's sum adds."""
        zero = Money.zero(total.total.currency)
        by_kind = {total.kind: total.total}
        invoiced, credited = by_kind.get("invoice", zero), by_kind.get("credit_note", zero)
        return cls(
            invoiced=invoiced,
            credited=credited,
            net=invoiced - credited,
            received=by_kind.get("receipt", zero),
        )


class Row(Protocol):
    """A sum of which there is one for each key."""

    @property
    def key(self) -> tuple[str, ...]:
        """What is summed by."""

    def plus(self, other: Self) -> Self:
        """Add a row with the same key."""


class Sums[R: Row]:
    """Rows summed by their key, one by one."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, ...], R] = {}

    def add(self, row: R) -> None:
        """Add a row."""
        known = self._by_key.get(row.key)
        self._by_key[row.key] = known.plus(row) if known else row

    @property
    def rows(self) -> tuple[R, ...]:
        """All sums, in the order of their keys."""
        return tuple(row for _, row in sorted(self._by_key.items()))


def summed[R: Row](rows: Iterable[R]) -> tuple[R, ...]:
    """Add up rows by their key."""
    sums = Sums[R]()
    for row in rows:
        sums.add(row)
    return sums.rows


def kind(entry: Entry) -> Kind:
    """Give a document's kind; ValueError for a closing, which is of none of them."""
    if entry.place.series.kind == "closing":
        raise ValueError("a closing moves no money")
    return entry.place.series.kind


def total(entry: Entry) -> DocumentTotal:
    """Give what a document comes to."""
    draft = entry.body["draft"]
    if kind(entry) == "receipt":
        movement = Movement.model_validate(draft["movement"])
        return DocumentTotal(kind="receipt", count=1, total=movement.gained)
    if kind(entry) == "late_payment":
        claimed = Money(Decimal(draft["amount"]["amount"]), draft["amount"]["currency"])
        return DocumentTotal(kind="late_payment", count=1, total=claimed)
    sums = Totals.model_validate(draft["totals"])
    return DocumentTotal(
        kind=kind(entry),
        count=1,
        net=sums.net,
        vat=sums.vat,
        rounding=sums.rounding,
        total=sums.whole,
    )


def of_vat(entry: Entry) -> Iterator[VatTotal]:
    """Walk over a document's VAT by treatment and rate."""
    draft: dict[str, Any] = entry.body["draft"]
    for each in draft.get("vat", ()):
        line = VatLine.model_validate(each)
        decision = line.decision
        yield VatTotal(
            kind=kind(entry),
            treatment=decision.treatment,
            category=decision.category,
            rate=_short(decision.rate),
            place=decision.place,
            base=line.base,
            vat=line.vat,
        )


def accounted(entry: Entry) -> Iterator[AccountedTotal]:
    """Give a document's VAT in the currency of the seller's state, where it is stated."""
    draft: dict[str, Any] = entry.body["draft"]
    if draft.get("accounted_vat"):
        vat = AccountedVat.model_validate(draft["accounted_vat"]).vat
        yield AccountedTotal(kind=kind(entry), currency=draft["currency"], vat=vat)


def _plus(one: Money | None, other: Money | None) -> Money | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other


def _short(rate: Decimal) -> Decimal:
    """Write 20.00 % like 20 %, so that equal sums are written alike."""
    normal = rate.normalize()
    return normal.quantize(Decimal(1)) if int(normal.as_tuple().exponent) > 0 else normal
