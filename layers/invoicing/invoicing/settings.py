"""Settings of a deployed function: the environment that template.yaml gives it."""

import os
from typing import Literal

Name = Literal[
    "LEDGER_TABLE",
    "HEADS_TABLE",
    "OPERATIONS_TABLE",
    "DOCUMENTS_BUCKET",
    "ANCHORS_BUCKET",
    "CHECK_QUEUE",
    "NUMBER_QUEUE",
    "RENDER_QUEUE",
    "DELIVER_QUEUE",
    "PAYMENT_QUEUE",
    "REFUND_QUEUE",
    "PLAN_QUEUE",
    "REMIND_QUEUE",
    "DRAW_QUEUE",
    "DIGEST_QUEUE",
    "WATCH_QUEUE",
    "RECONCILE_QUEUE",
    "CLOSINGS_QUEUE",
    "CLOSE_QUEUE",
    "ANCHOR_QUEUE",
    "TELL_QUEUE",
    "SIGNING_KEY",
    "SECRETS_PREFIX",
    "CONFIGURATION_SET",
    "PUBLIC_URL",
    "SES_ENDPOINT",
    "STRIPE_API_BASE",
    "VIES_ENDPOINT",
    "ECB_ENDPOINT",
    "RETENTION_MODE",
    "WEBHOOKS_ANYWHERE",
    "SCHEDULES_AHEAD",
    "MORE_FONTS",
]


def get(name: Name) -> str:
    """Give a setting that the function cannot do without; KeyError where the template forgot it."""
    return os.environ[name]


def optional(name: Name) -> str | None:
    """Give a setting that may be empty."""
    return os.environ.get(name) or None
