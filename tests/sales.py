"""A sale: an order of our own with a buyer of its own, its invoice and its mail."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any

import pikepdf

from invoicing import reminders
from invoicing.adapters.queues import Remind
from invoicing.invoices import Invoice
from local.demo.buyer import Buyer, link_in, occasion
from local.demo.shop import Shop, sample
from local.postbox import Mail
from local.stack import Stack

_ids = count(1)


@dataclass(frozen=True)
class Sale:
    shop: Shop
    buyer: Buyer
    order: dict[str, Any]
    number: str
    mail: Mail

    @property
    def link(self) -> str:
        return link_in(self.mail)

    @property
    def paper(self) -> str:
        """The address that the code on the PDF holds; the words beside it lead there too."""
        with pikepdf.open(BytesIO(self.shop.file(self.number, "pdf"))) as pdf:
            links = [str(each.A.URI) for page in pdf.pages for each in page.get("/Annots", [])]
        return next(link for link in links if "/a/" in link)

    @property
    def invoice(self) -> dict[str, Any]:
        return self.shop.invoice(self.number)


def an_order(sample_name: str = "french-consumer", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Take a sample, and make it an order that nobody sent before, of a buyer of its own."""
    order_id = f"journey-{next(_ids)}"
    order = sample(sample_name) | {"id": order_id} | changes
    return order | {"buyer": order["buyer"] | {"email": f"{order_id}@buyer.example"}}


def sold(stack: Stack, shop: Shop, sample_name: str, **changes: Any) -> Sale:  # noqa: ANN401
    order = an_order(sample_name, **changes)
    shop.post(order).raise_for_status()
    number = shop.until(order["id"], "done")["invoice"]["number"]
    buyer = Buyer(stack, order["buyer"]["email"])
    mail = buyer.await_mail(occasion("invoice", number))
    return Sale(shop, buyer, order, number, mail)


def remind(stack: Stack, sale: Sale, at: datetime) -> None:
    """Ask what is due to this buyer alone; the hourly run asks it of everybody's."""
    invoice = Invoice.model_validate(sale.invoice["invoice"])
    seller = invoice.draft.seller.id
    asked = Remind(seller=seller, buyer=reminders.buyer_of(invoice), at=at)
    stack.client("sqs").send_message(
        QueueUrl=stack.resources["BuyersToRemind"], MessageBody=asked.model_dump_json()
    )
