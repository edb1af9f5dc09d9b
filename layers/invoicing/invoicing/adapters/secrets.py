"""A seller's Stripe key and the secrets of webhooks, kept in Secrets Manager."""

from typing import Any

from aws_lambda_powertools.utilities import parameters
from botocore.exceptions import ClientError
from pydantic import SecretStr

from invoicing import settings
from invoicing.records import Record

# A name that no secret can have is as good as a secret that is not there.
_NO_SUCH = {"ResourceNotFoundException", "ValidationException", "InvalidParameterException"}
MAX_AGE_SECONDS = 60  # a rotated secret is taken up within a minute, without a deployment


class StripeSecrets(Record):
    """What speaks for one seller at Stripe; two webhook secrets stand while one is replaced."""

    api_key: SecretStr
    webhook_secrets: tuple[SecretStr, ...]
    webhook_endpoint: str | None = None  # we_…, of the first of them; the command keeps it


class WebhookSecrets(Record):
    """What signs the events of one seller's shop; two while one takes the other's place."""

    secrets: tuple[SecretStr, ...]


def secret_name(seller_id: str, what: str = "stripe") -> str:
    """Name a secret of a seller."""
    return f"{settings.get('SECRETS_PREFIX')}/sellers/{seller_id}/{what}"


def webhook(seller_id: str) -> list[str]:
    """Read what signs the events of a seller's shop, the newest first."""
    values: Any = parameters.get_secret(
        secret_name(seller_id, "webhook"), transform="json", max_age=MAX_AGE_SECONDS
    )
    kept = WebhookSecrets.model_validate(values)
    return [each.get_secret_value() for each in kept.secrets]


def stripe(seller_id: str) -> StripeSecrets | None:
    """Read a seller's secrets, None for a seller who takes no card payments.

    Any other fault is raised: taken for None, it would lose the payment that a hint tells of.
    """
    try:
        values: Any = parameters.get_secret(
            secret_name(seller_id), transform="json", max_age=MAX_AGE_SECONDS
        )
    except parameters.GetParameterError as error:
        if not _is_missing(error.__context__):
            raise
        return None
    return StripeSecrets.model_validate(values)


def _is_missing(cause: BaseException | None) -> bool:
    return isinstance(cause, ClientError) and cause.response["Error"]["Code"] in _NO_SUCH
