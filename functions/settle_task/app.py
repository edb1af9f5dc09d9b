"""A seller sees to what has no other place for it: a mail in doubt, a day that differs."""

from datetime import UTC, date, datetime
from typing import Any

from invoicing import tasks
from invoicing.adapters import http_api, queues, unreached
from invoicing.adapters.operations import notices_table, reconciliations_table
from invoicing.errors import NotFoundError
from invoicing.notices import Notice
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer, write_under

from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.post("/v1/tasks/mail/<name>/again", security=http_api.needs("orders:write"))
def send_again(name: str) -> dict[str, Any]:
    """Send a mail once more that may not have arrived."""
    before = _asking(name)
    write_under(before.trail)
    unreached.seen_to(before)
    notices_table.move(before, before.again(datetime.now(UTC)))
    queues.deliver(before.key)  # if it is lost, the sweeper repeats it
    logger.info("mail sent again", notice=str(before.key))
    return plain(tasks.of_notice(before))


@app.delete("/v1/tasks/mail/<name>", security=http_api.needs("orders:write"))
def leave_mail(name: str) -> dict[str, Any]:
    """Leave a mail as it is."""
    before = _asking(name)
    write_under(before.trail)
    unreached.seen_to(before)
    notices_table.move(before, before.settled(datetime.now(UTC)))
    logger.info("mail settled", notice=str(before.key))
    return plain(tasks.of_notice(before))


@app.delete("/v1/tasks/difference/<day>", security=http_api.needs("money:write"))
def settle_difference(day: date) -> dict[str, Any]:
    """Take a day off the list that Stripe and the books disagree about."""
    seller = http_api.caller(app).id
    report = reconciliations_table.report(seller, day)
    reconciliations_table.settle(report)
    logger.info("difference settled", seller=seller, day=f"{day}")
    return plain(tasks.of_reconciliation(report))


def _asking(name: str) -> Notice:
    key = tasks.mail_of(name, http_api.caller(app).id)
    if not key:
        raise NotFoundError(name)
    notice = notices_table.read(key)
    if not notice.asks_seller:
        raise tasks.not_asked()
    return notice


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /v1/tasks/."""
    return app.resolve(event, context)
