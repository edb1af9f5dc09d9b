"""The STATE of an invoice in `Heads`: what the documents that are about it did to it.

It is made by the first movement and moved only in the transaction of a movement, whose limit is a
condition there: what is credited is what the credit note was drafted against and never more than
the invoice, what goes back was there before, and a deposit is deducted once and only while nothing
of it is credited. Late payment is claimed against the notes that there were, so no day is claimed
twice.
"""

from typing import Any, NamedTuple

from invoicing.adapters import aws
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.ledger import Entry
from invoicing.money import Money
from invoicing.payments import Balance, Movement, MovementKind, Receipt

Action = dict[str, Any]


def key(seller: str, number: str) -> aws.Item:
    """Give the key of an invoice's state."""
    return {"pk": f"STATE#{seller}#{number}"}


def movements(table: str, entry: Entry) -> list[Action]:
    """Give the writes with which a document moves the invoices that it is about."""
    match entry.place.series.kind:
        case "receipt":
            return [_moved(table, Receipt.model_validate(entry.body))]
        case "credit_note":
            return [_credited(table, CreditNote.model_validate(entry.body))]
        case "invoice":
            draft = entry.body["draft"]
            numbers = [each["number"] for each in draft.get("preceding", ())]
            return [_deducted(table, draft["seller"]["id"], each, entry) for each in numbers]
        case "late_payment":
            return [_claimed(table, LatePaymentNote.model_validate(entry.body))]
        case "closing":
            return []


def unmoved(action: Action, entry: Entry) -> Action:
    """Require of a claim of late payment that nothing moved its invoice since it was computed.

    Books that are restored bring each series back by itself, so it is no part of the movement.
    """
    if entry.place.series.kind != "late_payment":
        return action
    version = entry.body["draft"]["version"]
    if not version:
        return action | {"ConditionExpression": "attribute_not_exists(pk)"}
    return action | {
        "ConditionExpression": f"{action['ConditionExpression']} AND version = :version",
        "ExpressionAttributeValues": action["ExpressionAttributeValues"]
        | aws.to_item({":version": version}),
    }


def balance(item: aws.Item, invoice: Invoice) -> Balance:
    """Read a state that there is."""
    asked = invoice.draft.totals.due
    return Balance(
        asked=asked,
        paid=Money.from_minor(int(item.get("paid", 0)), asked.currency),
        credited=Money.from_minor(int(item.get("credited", 0)), asked.currency),
        refunded=Money.from_minor(int(item.get("refunded", 0)), asked.currency),
        withdrawn=Money.from_minor(int(item.get("withdrawn", 0)), asked.currency),
        deducted_by=item.get("deducted_by"),
        version=int(item["version"]),
    )


class Effect(NamedTuple):
    """What a movement adds to a state's sums, and the sum that must hold as much before it."""

    adds: dict[str, int]  # by sum, 1 or -1 times the amount
    out_of: str | None = None


# A refund needs its payment and no more: of two refunds of which one failed later, either may come
# first, and Stripe lets no more go back than was paid.
_EFFECTS: dict[MovementKind, Effect] = {
    "payment": Effect({"paid": 1}),
    "refund": Effect({"refunded": 1}, out_of="paid"),
    "refund_failed": Effect({"refunded": -1}, out_of="refunded"),
    "dispute_withdrawn": Effect({"withdrawn": 1}),
    "dispute_reinstated": Effect({"withdrawn": -1}, out_of="withdrawn"),
}


def has_room(item: aws.Item, movement: Movement) -> bool:
    """Say whether a movement's own cause is recorded: what it takes must have been there."""
    out_of = _EFFECTS[movement.kind].out_of
    return out_of is None or int(item.get(out_of, 0)) >= movement.amount.minor


def _moved(table: str, receipt: Receipt) -> Action:
    draft = receipt.draft
    effect, amount = _EFFECTS[draft.movement.kind], draft.movement.amount.minor
    values: dict[str, Any] = {f":{name}": sign * amount for name, sign in effect.adds.items()}
    added = ["receipts :receipts", *(f"{name} :{name}" for name in effect.adds), "version :one"]
    action: Action = {
        "TableName": table,
        "Key": aws.to_item(key(draft.seller.id, draft.invoice)),
        "UpdateExpression": f"ADD {', '.join(added)}",
    }
    if effect.out_of:
        action["ConditionExpression"] = f"{effect.out_of} >= :amount"
        values[":amount"] = amount
    values |= {":receipts": {receipt.number}, ":one": 1}
    return action | {"ExpressionAttributeValues": aws.to_item(values)}


def _credited(table: str, note: CreditNote) -> Action:
    """Credit what was decided against what was credited then; that it fits is asked once more."""
    draft = note.draft
    before, amount = draft.before.minor, draft.amount.minor
    seen = "credited = :before AND credited <= :most"
    values = {":before": before, ":most": draft.limit.minor - amount} if before else {}
    return {
        "TableName": table,
        "Key": aws.to_item(key(draft.seller.id, draft.invoice.number)),
        "UpdateExpression": "SET credited = :after, credit_notes = :notes ADD version :one",
        "ConditionExpression": seen if before else "attribute_not_exists(credited)",
        "ExpressionAttributeValues": aws.to_item(
            {":after": before + amount, ":notes": [*draft.earlier, note.number], ":one": 1} | values
        ),
    }


def _claimed(table: str, note: LatePaymentNote) -> Action:
    draft = note.draft
    seen = {":earlier": list(draft.earlier)} if draft.earlier else {}
    return {
        "TableName": table,
        "Key": aws.to_item(key(draft.seller.id, draft.invoice.number)),
        "UpdateExpression": "SET late_payment = :notes ADD version :one",
        "ConditionExpression": "late_payment = :earlier"
        if seen
        else "attribute_not_exists(late_payment)",
        "ExpressionAttributeValues": aws.to_item(
            {":notes": [*draft.earlier, note.number], ":one": 1} | seen
        ),
    }


def _deducted(table: str, seller: str, number: str, entry: Entry) -> Action:
    return {
        "TableName": table,
        "Key": aws.to_item(key(seller, number)),
        "UpdateExpression": "SET deducted_by = :by ADD version :one",
        "ConditionExpression": "attribute_not_exists(deducted_by) "
        "AND attribute_not_exists(credited)",
        "ExpressionAttributeValues": aws.to_item({":by": entry.source, ":one": 1}),
    }
