"""What the deployed fonts can print, read from the tables that were written from those fonts."""

from functools import cache

from invoicing import characters, settings
from invoicing.adapters import template_files
from invoicing.characters import Printable
from invoicing.errors import Held
from invoicing.invoices import Draft
from invoicing.orders import Order
from invoicing.parties import Seller

_TABLES = "documents/characters"


def readable(priced: Draft | Held, order: Order, seller: Seller) -> Draft | Held:
    """Hold an order that the fonts cannot print, for that reason beside any other."""
    unprintable = characters.of_order(order, seller, printable())
    if not unprintable:
        return priced
    others = priced.reasons if isinstance(priced, Held) else ()
    return Held(reasons=(*others, *unprintable))


@cache
def printable() -> Printable:
    """Give the characters of the bundled fonts, and with the layer `fonts` those of its own."""
    more = settings.optional("MORE_FONTS") == "true"
    names = ("always.txt", "more.txt") if more else ("always.txt",)
    return Printable.of(*((template_files.root() / _TABLES / name).read_text() for name in names))
