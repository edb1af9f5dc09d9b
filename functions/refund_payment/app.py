"""Money that is owed to a buyer goes back the way it came, once.

The queue is FIFO, a group for each invoice: two refunds of one invoice never read the same rest.
"""

from datetime import UTC, datetime
from typing import Any

from invoicing import refunds
from invoicing.adapters import casework, queues, secrets
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import refunds_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import holdings
from invoicing.adapters.stripe.history import History, Payments
from invoicing.adapters.stripe.paybacks import Paybacks, left_of
from invoicing.invoices import Invoice
from invoicing.money import Money, total
from invoicing.refunds import Refund
from invoicing.telemetry import by_itself, logger, metrics, tracer, write_under

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor = SqsFifoPartialProcessor(skip_group_on_error=True)  # an invoice waits for itself alone


@by_itself
def send_back(record: SQSRecord) -> None:
    """Make one refund; all of it may be repeated until it is done."""
    refund = refunds_table.read(queues.PayBack.model_validate_json(record.body).refund)
    if refund.state != "QUEUED":
        return
    invoice = book().invoice(sellers().read(refund.key.seller), refund.invoice)
    write_under(invoice.draft.trail)
    known = secrets.stripe(refund.key.seller)
    if refund.by == "rule" and not known:
        ended = refund.waiting()
    elif refund.customer:
        ended = _made_of_cash(refund, refund.customer, invoice, known)
    else:
        ended = _made(refund, invoice, known) if known else _not_made(refund, invoice)
    refunds_table.end(ended)
    key = refund.key
    logger.info("refund seen to", seller=key.seller, refund=key.id, state=ended.state)


def _made(refund: Refund, invoice: Invoice, known: StripeSecrets) -> Refund:
    """Send back what is owed, of the latest payments first, and ask for the receipts of it."""
    bank, histories = Paybacks(known), _read(invoice, known)
    sent = [each for history in histories for each in bank.made(refund, history.intent)]
    amount = refunds.wanted(
        refund,
        book().balance(invoice),
        kept=_kept(invoice, histories),
        already=total((each.amount for each in sent), invoice.draft.currency),
    )
    parts, left = refunds.parts(amount, [left_of(each) for each in histories])
    for part in parts:
        taken = bank.send(refund, part, trail=invoice.draft.trail)
        sent += [taken] if taken else []
        left = left if taken else left + part.amount
    for history in _read(invoice, known):
        casework.take_in(invoice.draft.seller, history, at=datetime.now(UTC))
    return refund.ended([each.id for each in sent], left)


def _made_of_cash(
    refund: Refund, customer: str, invoice: Invoice, known: StripeSecrets | None
) -> Refund:
    """Send back of what Stripe holds of the buyer; no receipt ever was of it.

    By rule it is in the currency that he sent, which need not be that of the invoice he paid last.
    """
    currency = refund.amount.currency if refund.amount else invoice.draft.currency
    if not known:
        return refund.ended([], refund.amount or Money.zero(currency))
    bank = Paybacks(known)
    sent = bank.made_of_cash(refund, customer)
    already = total((each.amount for each in sent), currency)
    free = holdings.free_of(known, customer, currency)
    amount, left = refunds.of_cash(refund, free=free, already=already)
    taken = bank.send_cash(refund, amount, trail=invoice.draft.trail) if amount else None
    sent += [taken] if taken else []
    return refund.ended([each.id for each in sent], left if taken else left + amount)


def _not_made(refund: Refund, invoice: Invoice) -> Refund:
    """Leave it to the seller, who has no account at Stripe that could send it back."""
    balance = book().balance(invoice)
    nothing = Money.zero(invoice.draft.currency)
    left = refunds.wanted(refund, balance, kept=balance.kept, already=nothing)
    return refund.ended([], left)


def _read(invoice: Invoice, known: StripeSecrets) -> list[History]:
    """Read the payments of an invoice at Stripe, the latest first.

    One that was made at an account which its seller left cannot go back from here.
    """
    movements = [each.draft.movement for each in book().receipts(invoice)]
    intents = [each.id for each in movements if each.at_stripe and each.kind == "payment"]
    read, seller = Payments(known), invoice.draft.seller.id
    return list(filter(None, (read.find(each, seller=seller) for each in reversed(intents))))


def _kept(invoice: Invoice, histories: list[History]) -> Money:
    """Say what the seller has of the buyer's money: at his account at Stripe, and elsewhere."""
    read = {each.intent for each in histories}
    movements = (each.draft.movement for each in book().receipts(invoice))
    elsewhere = [each.gained for each in movements if (each.of or each.id) not in read]
    at_stripe = [left_of(each).amount for each in histories]
    return total([*elsewhere, *at_stripe], invoice.draft.currency)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Make the refunds of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=send_back, processor=processor, context=context
    )
