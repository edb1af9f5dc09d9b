"""What SES tells of a mail, as it stands in the queue: its documented records, made up."""

from typing import Any

WHAT: dict[str, dict[str, Any]] = {
    "Send": {"send": {}},
    "DeliveryDelay": {
        "deliveryDelay": {"delayType": "MailboxFull", "expirationTime": "2026-11-22T12:00:00.000Z"}
    },
    "Delivery": {"delivery": {"smtpResponse": "250 2.6.0 Message received"}},
    "Reject": {"reject": {"reason": "Bad content"}},
    "Complaint": {"complaint": {"complaintFeedbackType": "abuse", "feedbackId": "1"}},
}


def an_event(type_: str, *, notice: str, attempt: int = 1, **changes: str) -> dict[str, Any]:
    """Give a record of SES; `bounceType` and others say more."""
    bounce = {"bounceType": "Permanent", "bounceSubType": "General", "feedbackId": "1"} | changes
    return {
        "eventType": type_,
        **({"bounce": bounce} if type_ == "Bounce" else WHAT[type_]),
        "mail": {
            "timestamp": "2026-11-21T12:00:00.000Z",
            "messageId": f"ses-{attempt}",
            "destination": ["camille@buyer.example"],
            "tags": {
                "ses:configuration-set": ["Mails"],
                "notice": [notice],
                "attempt": [str(attempt)],
            },
        },
    }
