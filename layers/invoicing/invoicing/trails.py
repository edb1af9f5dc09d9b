"""The one id under which all that follows from an order is found, until it is paid and after.

It is made of two ids that the books have anyway, so no message has to carry it: whoever reads what
he works on knows it, also where a message was lost and the sweeper asked. It names nobody.
"""


def of(seller: str, order: str | None) -> str | None:
    """Name the trail of an order by its seller's id and the shop's id of it.

    None where the order is not known: of a receipt that was sealed before receipts named it.
    """
    return f"{seller}/{order}" if order else None
