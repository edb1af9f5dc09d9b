"""What of an invoice is not credited yet, and how a credit takes its share of it.

Each VAT rate of an invoice is an account of net and VAT. The VAT of a credit is the difference
between two points of one line, before it and after it, so nothing adds up but the invoice itself:
whatever the order and the kind of the credits, they come to its net and its VAT at each rate and to
its rounding amount (BT-114), and none of them is negative.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Self

from invoicing.errors import Reason
from invoicing.figures import Adjustment, DraftLine
from invoicing.invoices import Contents, VatLine
from invoicing.money import Money, total
from invoicing.vat.sums import Rate

_RULE = "CGI art. 272, 1; Directive 2006/112/EC, art. 90 and 219"


class NotLeftError(Exception):
    """More is asked than the invoice still has, or what cannot be told apart in it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.reason = Reason(code=code, message=message, rule=_RULE)


class CreditLine(DraftLine):
    """A line of a credit note."""

    of: str | None = None  # the invoice's line or charge; None: a share of all at this rate
    returned: Decimal = Decimal(0)  # how much of that line's quantity it takes back


@dataclass(frozen=True, slots=True)
class Account:
    """The net and the VAT of one rate, and how much of each is credited."""

    line: VatLine
    base_credited: Money
    vat_credited: Money

    @property
    def base(self) -> Money:
        """The net that is left."""
        return self.line.base - self.base_credited

    @property
    def vat(self) -> Money:
        """The VAT that is left."""
        return self.line.vat - self.vat_credited

    @property
    def gross(self) -> Money:
        """What is left, VAT included."""
        return self.base + self.vat

    def of_net(self, net: Money) -> tuple[Money, Money]:
        """Take a net that is left; give it and its VAT.

        Where what came back and what was sold leave no net, there is no VAT to share by it.
        """
        if not net or not self.line.base:
            return net, Money.zero(net.currency)
        due = self.line.vat.portion(self.base_credited + net, of=self.line.base)
        return net, _up_to(due - self.vat_credited, self.vat)

    def of_gross(self, gross: Money) -> tuple[Money, Money]:
        """Take a sum that is left, VAT included; give the net and the VAT in it."""
        if not gross or not self.line.base + self.line.vat:
            return gross, Money.zero(gross.currency)
        credited = self.base_credited + self.vat_credited + gross
        due = self.line.vat.portion(credited, of=self.line.base + self.line.vat)
        vat = _up_to(due - self.vat_credited, gross)
        return gross - vat, vat

    def less(self, base: Money, vat: Money) -> Self:
        """Give what is left after a credit."""
        return replace(
            self, base_credited=self.base_credited + base, vat_credited=self.vat_credited + vat
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A line or a charge of the invoice, its share of the document's allowances taken off."""

    line: DraftLine
    net: Money  # that is left
    returned: Decimal  # of its quantity
    whole: Money  # its net before any credit

    @property
    def rate(self) -> Rate:
        """The account that it belongs to."""
        return Rate(self.line.category, self.line.rate)

    @property
    def quantity(self) -> Decimal:
        """The quantity that is left."""
        return self.line.quantity - self.returned

    def of_quantity(self, quantity: Decimal) -> Money:
        """Give the net of a quantity; the last piece takes what the others left."""
        if quantity == self.quantity:
            return self.net
        per, currency = self.line.quantity, self.net.currency
        before, after = (
            self.whole.portion(_counted(each, currency), of=_counted(per, currency))
            for each in (self.returned, self.returned + quantity)
        )
        return after - before


@dataclass(frozen=True, slots=True)
class Share:
    """What one line of a credit note takes."""

    rate: Rate
    base: Money
    vat: Money
    part: Part | None = None
    quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Remainder:
    """All that is left of an invoice."""

    accounts: Mapping[Rate, Account]
    parts: Mapping[str, Part]
    rounding: Money

    @classmethod
    def of(cls, invoice: Contents, earlier: Sequence[Contents]) -> Self:
        """Take what credit notes gave back off what the invoice says."""
        accounts = {_rate(each): _untouched(each) for each in invoice.vat}
        for note in earlier:
            for vat in note.vat:
                accounts[_rate(vat)] = accounts[_rate(vat)].less(vat.base, vat.vat)
        rounding = invoice.totals.rounding
        credited = total((note.totals.rounding for note in earlier), rounding.currency)
        return cls(accounts, _parts(invoice, earlier), rounding - credited)

    @property
    def total(self) -> Money:
        """What may still be credited, VAT and rounding amount included."""
        gross = (account.gross for account in self.accounts.values())
        return total(gross, self.rounding.currency) + self.rounding

    @property
    def is_empty(self) -> bool:
        """Say whether no rate has anything left."""
        return not any(account.base or account.vat for account in self.accounts.values())

    def less(self, share: Share) -> Self:
        """Give what is left after a share is taken."""
        account = self.accounts[share.rate].less(share.base, share.vat)
        changed = replace(self, accounts={**self.accounts, share.rate: account})
        if not share.part:
            return changed
        part = replace(
            share.part,
            net=share.part.net - share.base,
            returned=share.part.returned + share.quantity,
        )
        return replace(changed, parts={**self.parts, part.line.id: part})

    def of_quantity(self, line: str, quantity: Decimal | None) -> Share:
        """Take so much of a line, or all that is left of it."""
        part = self._part(line)
        wanted = part.quantity if quantity is None else quantity
        if wanted > part.quantity:
            sentence = f"{part.quantity:f} of line {line} is left to credit"
            raise NotLeftError("more_than_left", sentence)
        net = part.net if quantity is None else part.of_quantity(wanted)
        account = self.accounts[part.rate]
        if net > part.net or net > account.base:
            left = min(part.net, account.base)
            raise NotLeftError("more_than_left", f"{left} without VAT is left of line {line}")
        return Share(part.rate, *account.of_net(net), part, wanted)

    def of_line(self, line: str, amount: Money) -> Share:
        """Take an amount of a line, VAT included."""
        part = self._part(line)
        account = self.accounts[part.rate]
        most = min(part.net, account.base)
        left = most + account.of_net(most)[1]
        if amount > left:
            raise NotLeftError("more_than_left", f"{left} is left of line {line}")
        if amount == left:
            return Share(part.rate, *account.of_net(most), part)
        base, vat = account.of_gross(amount)
        return Share(part.rate, min(base, most), vat + base - min(base, most), part)

    def of_amount(self, amount: Money) -> tuple[list[Share], Money]:
        """Take an amount of all that is left, VAT included; give the shares and the rounding."""
        if amount == self.total:
            return self.rest(), self.rounding
        over = [account.gross.amount for account in self.accounts.values()]
        *sums, rounding = amount.split(over=[*over, self.rounding.amount])
        shares = [
            Share(rate, *account.of_gross(gross))
            for (rate, account), gross in zip(self.accounts.items(), sums, strict=True)
        ]
        return _worth_a_line(shares), rounding

    def rest(self) -> list[Share]:
        """Take everything: line by line where the lines still say what is left at their rate."""
        shares: list[Share] = []
        for rate, account in self.accounts.items():
            parts = [part for part in self.parts.values() if part.rate == rate and part.net]
            told = total((part.net for part in parts), self.rounding.currency) == account.base
            shares += _line_by_line(account, parts) if told and parts else [_all(rate, account)]
        return _worth_a_line(shares)

    def _part(self, line: str) -> Part:
        part = self.parts.get(line)
        if not part:
            known = ", ".join(self.parts)
            raise NotLeftError("line_unknown", f"the invoice has no line {line}, it has {known}")
        if any(account.gross.amount < 0 for account in self.accounts.values()):
            sentence = "at one of its rates this invoice deducts; credit it in whole or by amount"
            raise NotLeftError("line_not_creditable", sentence)
        if part.whole.amount < 0:
            sentence = f"line {line} deducts; it is credited with the whole invoice only"
            raise NotLeftError("line_not_creditable", sentence)
        if not part.net:
            raise NotLeftError("more_than_left", f"nothing is left of line {line}")
        return part


def _up_to(sum_: Money, most: Money) -> Money:
    """Keep a sum between nothing and what there is, whichever sign that has."""
    nothing = Money.zero(most.currency)
    low, high = sorted((nothing, most), key=lambda each: each.amount)
    return max(low, min(sum_, high))


def _counted(quantity: Decimal, currency: str) -> Money:
    """Count a quantity in its finest steps, so that shares of it are whole numbers."""
    return Money.from_minor(int(quantity.scaleb(6)), currency)


def _rate(line: VatLine) -> Rate:
    return Rate(line.decision.category, line.decision.rate)


def _untouched(line: VatLine) -> Account:
    nothing = Money.zero(line.base.currency)
    return Account(line, nothing, nothing)


def _parts(invoice: Contents, earlier: Sequence[Contents]) -> dict[str, Part]:
    lines = [*invoice.lines, *(_as_line(n, each) for n, each in zip(count(1), invoice.charges))]
    nets = _effective(lines, invoice)
    credited, returned = _taken(earlier)
    nothing = Money.zero(invoice.currency)
    return {
        line.id: Part(line, net - credited.get(line.id, nothing), returned[line.id], net)
        for line, net in zip(lines, nets, strict=True)
    }


def _taken(earlier: Iterable[Contents]) -> tuple[dict[str, Money], dict[str, Decimal]]:
    credited: dict[str, Money] = {}
    returned: dict[str, Decimal] = defaultdict(Decimal)
    for line in (line for note in earlier for line in note.lines):
        if isinstance(line, CreditLine) and line.of:
            credited[line.of] = credited.get(line.of, Money.zero(line.net.currency)) + line.net
            returned[line.of] += line.returned
    return credited, returned


def _as_line(number: int, charge: Adjustment) -> DraftLine:
    return DraftLine(
        id=f"charge-{number}",
        description=charge.reason,
        quantity=Decimal(1),
        unit="C62",
        price=charge.net.amount,
        net=charge.net,
        category=charge.category,
        rate=charge.rate,
    )


def _effective(lines: Sequence[DraftLine], invoice: Contents) -> list[Money]:
    """Give each line's net less its share of the allowances at its rate."""
    by_rate: dict[Rate, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        by_rate[Rate(line.category, line.rate)].append(i)
    nets = [line.net for line in lines]
    for vat in invoice.vat:
        at = by_rate[_rate(vat)]
        listed = total((nets[i] for i in at), invoice.currency)
        if listed and listed != vat.base:
            shares = vat.base.split(over=[nets[i].amount for i in at])
            nets = [*nets]
            for i, share in zip(at, shares, strict=True):
                nets[i] = share
    return nets


def _line_by_line(account: Account, parts: Sequence[Part]) -> list[Share]:
    shares = []
    for part in parts[:-1]:
        share = Share(part.rate, *account.of_net(part.net), part, part.quantity)
        account = account.less(share.base, share.vat)
        shares.append(share)
    last = parts[-1]
    return [*shares, Share(last.rate, account.base, account.vat, last, last.quantity)]


def _all(rate: Rate, account: Account) -> Share:
    return Share(rate, account.base, account.vat)


def _worth_a_line(shares: Sequence[Share]) -> list[Share]:
    """Leave out what takes nothing, but for one: a document has a line (BR-16)."""
    return [share for share in shares if share.base or share.vat] or list(shares[:1])
