"""Errors as the SDKs raise them."""

from functools import cache
from typing import Any

from botocore.exceptions import ClientError

TOO_MANY = 429


@cache
def of_code(code: str) -> type[ClientError]:
    """Give the exception class that boto3 makes for an error code."""
    return type(code, (ClientError,), {})


def refused(code: str, operation: str, *, status: int = 400, **more: object) -> ClientError:
    """Make the error that a service answers with."""
    response: Any = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return of_code(code)(response, operation)


class Exceptions:
    """`client.exceptions`."""

    def __getattr__(self, code: str) -> type[ClientError]:
        return of_code(code)
