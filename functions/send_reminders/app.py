"""Once an hour: whoever has not paid by the day of their next reminder is reminded."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from pydantic import ValidationError

from invoicing import notices
from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import agenda_table, freezes_table, notices_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import FacturierError, OvertakenError
from invoicing.parties import Seller
from invoicing.reminders import Agenda
from invoicing.telemetry import logger, metrics, tracer


class NotAllRemindedError(FacturierError):
    """Some reminders failed; the log says which, and the next run tries them again."""


def remind(agenda: Agenda, seller: Seller, level: int, at: datetime) -> str:
    """Claim one reminder together with the balance that asks for it; give what was done.

    What is frozen is looked at again each day, so that nothing is lost when the freeze ends.
    """
    invoice = book().invoice(seller, agenda.number)
    balance = book().balance(invoice)
    if not balance.due:
        items.write_together([agenda_table.move(agenda, None)])
        return "paid"
    freezes = freezes_table.read(seller.id, agenda.number)
    today = at.astimezone(seller.timezone).date()
    frozen = freezes.holding(today)
    if frozen:
        items.write_together([agenda_table.move(agenda, agenda.postponed(today))])
        return f"frozen: {', '.join(each.reason for each in frozen)}"
    actions = [
        book().unchanged(seller.id, agenda.number, balance),
        freezes_table.unchanged(freezes),
        agenda_table.move(agenda, agenda.after(level)),
    ]
    key = notices.Key(seller=seller.id, number=agenda.number, occasion="reminder", level=level)
    notice = notices.to_buyer(key, invoice.draft.buyer, invoice.draft.language, at=at)
    items.write_together(actions + ([notices_table.queue(notice)] if notice else []))
    return "reminded" if notice else "unreachable"


def _remind_all(seller_id: str, at: datetime) -> int:
    """Remind for one seller; give how many could not be, so that nobody waits for another."""
    seller, failed = sellers().read(seller_id), 0
    today = at.astimezone(seller.timezone).date()
    for agenda in agenda_table.due(seller.id, until=today.isoformat()):
        level = agenda.reached(today)
        if level:
            failed += _reminded(agenda, seller, level, at) == "failed"
    return failed


def _reminded(agenda: Agenda, seller: Seller, level: int, at: datetime) -> str:
    known: dict[str, Any] = {"seller": seller.id, "number": agenda.number, "level": level}
    try:
        done = remind(agenda, seller, level, at)
    except OvertakenError:
        done = "overtaken"  # a payment or another run came first; the next run sees it
    except (FacturierError, ClientError, ValidationError):
        logger.exception("no reminder", **known)
        return "failed"
    logger.info("reminder", done=done, **known)
    return done


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
@event_source(data_class=EventBridgeEvent)
def handler(event: EventBridgeEvent, _: LambdaContext) -> None:
    """Remind at the event's own time."""
    at = datetime.fromisoformat(event.time)
    failed = sum(_remind_all(seller_id, at) for seller_id in sellers().ids())
    if failed:
        raise NotAllRemindedError(failed)
