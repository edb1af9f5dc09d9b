"""A seller who issues nothing for a while, because his operator says so."""

from typing import Literal

from cli.stack import Stack
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.sellers_table import SellersTable


def pause(seller_id: str, stack: Stack) -> dict[str, str]:
    """Hold every order and credit of a seller from now on; NotFoundError if there is none."""
    return _moved(seller_id, stack, "paused")


def resume(seller_id: str, stack: Stack) -> dict[str, str]:
    """Let a seller issue again; what was held meanwhile waits for his release."""
    return _moved(seller_id, stack, "issuing")


def _moved(seller_id: str, stack: Stack, to: Literal["paused", "issuing"]) -> dict[str, str]:
    table = stack.operations_table
    move = watch_table.pause if to == "paused" else watch_table.resume
    move(SellersTable(table).read(seller_id).id, table=table)
    return {"seller": seller_id, "state": to}
