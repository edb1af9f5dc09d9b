"""Stripe's refusals, in the shape and words that its SDK turns into exceptions."""

from local.stripe.wire.openapi import Resource


class StripeError(Exception):
    """An answer other than 200; `details` are fields of Stripe's error object."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        **details: object,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Resource = {"error": {"type": kind, "message": message, **details}}


def no_such(kind: str, wanted: str, *, param: str, status: int = 404) -> StripeError:
    """Refuse an id that nothing has. A path's id answers 404, a parameter's 400."""
    return StripeError(
        f"No such {kind}: '{wanted}'", status=status, code="resource_missing", param=param
    )


def missing(param: str) -> StripeError:
    """Refuse for want of a required parameter."""
    return StripeError(f"Missing required param: {param}.", code="parameter_missing", param=param)


def not_covered(what: str, *, status: int = 400) -> StripeError:
    """Stripe can do this and the stand-in cannot: said aloud, for silence would be a wrong answer.

    Never a 5xx, which the SDK would try again.
    """
    return StripeError(f"The local stand-in for Stripe does not cover {what}.", status=status)


def broken(problems: list[str]) -> StripeError:
    """Admit that the stand-in itself broke Stripe's specification."""
    return StripeError(
        "The stand-in's answer violates Stripe's OpenAPI: " + "; ".join(problems),
        status=500,
        kind="api_error",
    )
