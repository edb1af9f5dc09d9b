"""The invoices that are rendered, and their content for renderers that know nothing of ours.

Every invoice is another one: a renderer that remembers the last gains what a shop would gain.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from invoicing import drafts
from invoicing.adapters import template_files
from invoicing.adapters.paper import pdf, renderer
from invoicing.errors import Held
from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.orders import Order
from invoicing.parties import Seller

_ROOT = Path(__file__).parents[2]
_AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
_LOCALE = "fr"
_GOODS = (
    "Lampe de bureau « Aube », laiton",
    "Ampoule LED E27, blanc chaud",
    "Livre « La lumière chez soi »",
    "Abat-jour plissé en lin naturel",
    "Câble textile torsadé, 3 m",
    "Suspension « Minuit », verre soufflé",
    "Kit d’entretien du laiton",  # noqa: RUF001  as printers write it
)
_BUYERS = ("Camille Moreau", "Zoë Kjærgård", "Łukasz Wiśniewski", "Jörg Weiß", "Ana Muñoz")
_TOWNS = ("Nantes", "Quimper", "Béziers", "Évreux", "Chambéry", "Villefranche-sur-Saône")


def invoice(lines: int, turn: int) -> Invoice:
    """Issue an order of so many lines at three rates; each turn has its own words and sums."""
    seller = Seller.model_validate_json((_ROOT / "samples/seller.json").read_text())
    order = Order.model_validate(_order(lines, turn))
    draft = drafts.draft(order, seller, drafts.Link("https://pages.example", "t" * 22))
    if isinstance(draft, Held):
        raise ValueError(str(draft.reasons))  # noqa: TRY004  its content is wrong, not its type
    return draft.issue(number=f"FA-2026-{turn + 1:06}", at=_AT)


def _order(lines: int, turn: int) -> dict[str, Any]:
    rates = ("standard", "reduced", "second_reduced")
    address = {"line1": f"{turn + 1} quai de la Fosse", "postcode": f"{44000 + turn}"}
    address |= {"city": _TOWNS[turn % len(_TOWNS)], "country": "FR"}
    goods = [
        {
            "description": f"{_GOODS[(n + turn) % len(_GOODS)]}, n° {n + 1}",
            "sku": f"REF-{1000 + 7 * n + turn}",
            "quantity": str(1 + (n + turn) % 4),
            "price": str(Decimal(890 + 37 * n + 11 * turn).scaleb(-2)),
            "vat": rates[n % 3],
        }
        for n in range(lines)
    ]
    return {
        "id": str(1001 + turn),
        "currency": "EUR",
        "ordered_on": "2026-11-20",
        "buyer": {"name": _BUYERS[turn % len(_BUYERS)], "email": "c@buyer.example"}
        | {"address": address},
        "lines": goods,
        "allowances": [{"reason": "Code BIENVENUE", "amount": "5.00"}],
        "charges": [{"reason": "Livraison Colissimo", "amount": "6.90"}],
    }


def several(lines: int, turns: int, folder: Path) -> list[Path]:
    """Write so many different invoices of one length."""
    return [write(invoice(lines, turn), folder) for turn in range(turns)]


def write(issued: Invoice, folder: Path) -> Path:
    """Write the invoice, the page and XML we make of it, and its words, as one file of JSON."""
    file = folder / f"{len(issued.draft.lines)}-{issued.number}.json"
    html, xml = _ours(issued)
    told = _words(issued) | {"html": html, "css": _stylesheet(), "xml": xml}
    file.write_text(json.dumps(told | {"invoice": issued.model_dump_json()}))
    return file


def _ours(issued: Invoice) -> tuple[str, str]:
    """Catch what our path hands to WeasyPrint: others get the very same page."""
    with mock.patch.object(pdf, "render", return_value=b"") as rendered:
        xml = next(file.data for file in renderer.files(issued) if file.type == "xml")
    return rendered.call_args.args[0], xml.decode()


def _stylesheet() -> str:
    return (template_files.root() / pdf.STYLESHEET).read_text()


def _words(issued: Invoice) -> dict[str, Any]:
    """Give every word and sum as it is printed, for those that lay out what they are told."""
    draft, totals = issued.draft, issued.draft.totals
    sums = [("Total HT", totals.net)]
    sums += [(f"TVA {_percent(vat.decision.rate)}", vat.vat) for vat in draft.vat]
    sums += [("Total TTC", totals.gross), ("À payer", totals.due)]
    return {
        "number": issued.number,
        "page": issued.page,
        "seller": [draft.seller.name, *_address(draft.seller.address)],
        "buyer": [draft.buyer.name, *_address(draft.buyer.address)],
        "facts": [["Émise le", _day(issued)], ["Commande", draft.order or ""]],
        "head": ["Désignation", "Quantité", "Prix HT", "TVA", "Montant HT"],
        "lines": [_line(issued, at) for at in range(len(draft.lines))],
        "sums": [[label, _money(amount)] for label, amount in sums],
        "notes": [note.text for note in draft.notes],
        "legal": f"{draft.seller.name} · SIREN {draft.seller.registration}",
    }


def _address(address: Any) -> list[str]:  # noqa: ANN401  of a seller or a buyer
    return [address.line1, f"{address.postcode} {address.city}"]


def _line(issued: Invoice, at: int) -> list[str]:
    line = issued.draft.lines[at]
    price = format_decimal(line.price, "#,##0.00####", locale=_LOCALE)
    return [
        f"{line.description} {line.sku}",
        format_decimal(line.quantity, locale=_LOCALE),
        price,
        _percent(line.rate),
        _money(line.net),
    ]


def _money(amount: Money) -> str:
    return format_currency(amount.amount, amount.currency, locale=_LOCALE)


def _percent(rate: Decimal) -> str:
    return format_percent(rate.scaleb(-2), "#,##0.## %", locale=_LOCALE)


def _day(issued: Invoice) -> str:
    return format_date(issued.issued_on, "long", locale=_LOCALE)
