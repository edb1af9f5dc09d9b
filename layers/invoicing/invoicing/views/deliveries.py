"""An event on its way to a shop, as the shop's own log shows it."""

from typing import Any

from invoicing.records import plain
from invoicing.webhooks import Delivery


def told(delivery: Delivery) -> dict[str, Any]:
    """Say what was sent, how often, and what came of it."""
    known = plain(delivery)
    names = ("state", "planned_at", "attempts", "next_at", "last", "replays")
    shown = {name: known[name] for name in names if name in known}
    return {"id": delivery.event.id, "payload": delivery.payload} | shown
