"""Evidence as Stripe takes it: a file first, then all that is said, submitted to the bank once."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account
from invoicing.cases import Evidence


def submit(
    secrets: StripeSecrets, dispute: str, fields: Mapping[str, str], pdf: bytes, *, at: datetime
) -> Evidence:
    """Upload the invoice and submit; asked again within a day it is the same submission.

    stripe.InvalidRequestError if the bank takes no evidence any more.
    """
    client = account.client(secrets)
    upload: Any = {"purpose": "dispute_evidence", "file": BytesIO(pdf)}
    file = client.v1.files.create(upload, {"idempotency_key": f"evidence.file.{dispute}"})
    told: Any = {"evidence": {**fields, "receipt": file.id}, "submit": True}
    client.v1.disputes.update(dispute, told, {"idempotency_key": f"evidence.{dispute}"})
    return Evidence(at=at, fields=(*fields, "receipt"), file=file.id)
