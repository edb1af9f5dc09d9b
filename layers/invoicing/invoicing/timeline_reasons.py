"""Why something of an invoice's timeline is as it is, in words that need no manual.

Codes stay in front where a program may want them: a freeze's reason, what SES said.
"""

from invoicing.freezes import FreezeReason
from invoicing.notices import Notice, State

SETTLED = "nothing was open: it was paid or credited"
NOTHING_PLANNED = "nothing is planned any more"
NOT_AT_WORK = "late: the buyer does not work on its day"
MISSED = "late: its day had been missed"

_FROZEN: dict[FreezeReason, str] = {
    "claim": "the buyer objects",
    "dispute": "a payment is disputed",
    "dispute_lost": "a dispute was lost and its seller has not decided yet",
    "payment_under_way": "a payment is on its way",
    "refund_unexplained": "money went back and nobody said what for",
    "promise": "the buyer promised to pay",
    "bounce": "a mail did not reach the buyer, or he complained about it",
    "by_hand": "its seller wants it so",
    "handed_over": "whoever collects has it",
}

_BECAME: dict[State, str] = {
    "BOUNCED": "its address takes no mail",
    "COMPLAINED": "it arrived, and whoever has it complained",
    "UNDELIVERED": "it was sent and did not get through",
    "UNKNOWN": "nobody knows whether it was sent",
    "PAPER": "it waits for its seller to post it",
}


def frozen(reason: FreezeReason) -> str:
    """Say why nobody is reminded."""
    return f"frozen by {reason}: {_FROZEN[reason]}"


def higher(level: int) -> str:
    """Say why a level was left out of which a higher one was due too."""
    return f"level {level} was due by then too, and one mail is enough"


def of_mail(notice: Notice) -> str | None:
    """Say what became of a mail that did not simply arrive; None of one that did."""
    became = _BECAME.get(notice.state)
    if became:
        return f"{became} ({notice.reason})" if notice.reason else became
    return f"in the mail about {notice.within.number}" if notice.within else notice.reason
