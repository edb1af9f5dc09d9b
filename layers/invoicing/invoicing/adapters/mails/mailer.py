"""SES: one mail, one attempt, and what is known of it afterwards.

SES takes no idempotency token, so nobody but the notice's state machine may try again: the SDK's
own retries would send three mails where a reply is lost. What is raised says whether the mail can
have left: refused and throttled never did, unknown may have.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
)

from invoicing.adapters import aws
from invoicing.adapters.mails.mime import ascii_address
from invoicing.errors import FacturierError

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import SendEmailResponseTypeDef

_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
# What passes by itself or by an operator: credentials, an identity that is not verified yet.
_LATER = {
    "AccessDeniedException",
    "AccountSuspendedException",
    "ExpiredTokenException",
    "MailFromDomainNotVerifiedException",
    "MessageRejected",
    "TooManyRequestsException",
    "LimitExceededException",
    "SendingPausedException",
    "ThrottlingException",
    "Throttling",
}
_CLIENT_ERRORS = range(400, 500)
_TOO_MANY = 429


class RefusedError(FacturierError):
    """SES will not send this mail; asking again changes nothing."""


class ThrottledError(FacturierError):
    """SES did not take the mail now; it did not leave and may be sent later."""


class OutcomeUnknownError(FacturierError):
    """The answer was lost: SES may have sent the mail or not."""


class Mailer:
    """Sends through SES; region and credentials are the environment's."""

    def __init__(
        self,
        *,
        endpoint: str | None = None,
        configuration_set: str | None = None,
        patience: float = 10,
    ) -> None:
        """Open a client; `patience` is how many seconds SES has for an answer."""
        once = Config(
            retries={"total_max_attempts": 1}, connect_timeout=patience, read_timeout=patience
        )
        self._ses = aws.client("sesv2", once, endpoint=endpoint)
        self._always = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, raw: bytes, *, to: str, tags: Mapping[str, str]) -> str:
        """Send a MIME message to one address and give SES's id of it.

        The tags come back with every event of this mail; they name the notice and the attempt.
        RefusedError, ThrottledError or OutcomeUnknownError say what else happened.
        """
        request: dict[str, Any] = self._always | {
            "Destination": {"ToAddresses": [ascii_address(to)]},
            "Content": {"Raw": {"Data": raw}},
            "EmailTags": [_tag(name, value) for name, value in tags.items()],
        }
        try:
            answer = self._ses.send_email(**request)
        except ClientError as error:
            raise _answered(error) from error
        except (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError) as error:
            raise ThrottledError("SES was not reached") from error
        except HTTPClientError as error:
            raise OutcomeUnknownError("SES was reached and its answer was lost") from error
        return _accepted(answer)


def _accepted(answer: "SendEmailResponseTypeDef") -> str:
    """Read the id; the SDK reads a success cut short on its way as one without any field."""
    if not answer.get("MessageId"):
        raise OutcomeUnknownError("SES answered and named no mail")
    return answer["MessageId"]


def _answered(error: ClientError) -> FacturierError:
    """Read an answer that is not a success by its status and code, never by its text."""
    code = error.response["Error"]["Code"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if status == _TOO_MANY or code in _LATER:
        return ThrottledError(code)
    if status in _CLIENT_ERRORS:
        return RefusedError(code)
    return OutcomeUnknownError(code)


def _tag(name: str, value: str) -> dict[str, str]:
    if not (_TAG.fullmatch(name) and _TAG.fullmatch(value)):
        raise ValueError(f"SES takes letters, digits, _ and - in a tag: {name}={value}")
    return {"Name": name, "Value": value}
