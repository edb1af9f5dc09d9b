"""A buyer of a seller: whatever is due to be said to him is claimed, each reminder once."""

from contextlib import suppress
from typing import Any

from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Remind
from invoicing.adapters.reminding import Candidate, Done, Reminding
from invoicing.errors import FacturierError, OvertakenError
from invoicing.reminders import Agenda
from invoicing.telemetry import by_itself, logger, metrics, tracer, write_under

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from pydantic import ValidationError

TRIES = 3  # of which a payment or another run may overtake all but the last
processor = BatchProcessor(event_type=EventType.SQS)


class NotAllRemindedError(FacturierError):
    """Some invoices could not be looked at; the log says which."""


@by_itself
def remind(record: SQSRecord) -> None:
    """Remind a buyer; who is overtaken reads again. What is due to a paused seller stays due."""
    asked = Remind.model_validate_json(record.body)
    if watch_table.is_paused(asked.seller):
        return None
    reminding = Reminding(sellers().read(asked.seller), asked.buyer, asked.at)
    for _ in range(TRIES - 1):
        with suppress(OvertakenError):
            return _remind(reminding, asked.seller)
    return _remind(reminding, asked.seller)


def _remind(reminding: Reminding, seller: str) -> None:
    found, failed = list[Candidate](), 0
    for agenda in reminding.due():
        looked = _looked_at(reminding, agenda)
        match looked:
            case Candidate():
                found.append(looked)
            case Done():
                _tell(looked, seller)
            case None:
                failed += 1
    for done in reminding.claim(found):
        _tell(done, seller)
    if failed:
        raise NotAllRemindedError(failed)


def _looked_at(reminding: Reminding, agenda: Agenda) -> Candidate | Done | None:
    """Look at one invoice; one that cannot be read keeps no other waiting."""
    write_under(agenda.trail)
    try:
        return reminding.look_at(agenda)
    except OvertakenError:
        raise
    except (FacturierError, ClientError, ValidationError):
        logger.exception("no reminder", seller=agenda.seller, number=agenda.number)
        return None


def _tell(done: Done, seller: str) -> None:
    write_under(done.trail)
    logger.info("reminder", done=done.what, seller=seller, number=done.number, step=done.level)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Remind the buyers of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=remind, processor=processor, context=context
    )
