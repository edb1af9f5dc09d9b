"""Idempotency keys as Stripe's v1 API keeps them: a repeated POST gets the first one's answer.

A key is bound to its endpoint and parameters and may be forgotten after 24 hours, so it is
forgotten here: whoever relies on it for longer finds out.
"""

from dataclasses import asdict, dataclass

from local.stripe.wire.errors import StripeError
from local.stripe.wire.openapi import Resource

KEPT_SECONDS = 24 * 60 * 60
LONGEST_KEY = 255
SAME_ENDPOINT = "for the same endpoint they were first used for ('{}' vs '{}')"


@dataclass(frozen=True)
class Asked:
    """A POST as far as its key is concerned."""

    key: str
    path: str
    parameters: str


@dataclass(frozen=True)
class Answered:
    """The first answer under a key; `request` is the id of the request that earned it."""

    path: str
    parameters: str
    status: int
    body: str
    request: str
    at: int


class Answers:
    """The answers an account has been given, by key."""

    def __init__(self, kept: Resource | None = None) -> None:
        self._kept = {key: Answered(**answer) for key, answer in (kept or {}).items()}

    def recall(self, asked: Asked, *, now: int) -> Answered | None:
        """Find the answer already given, if any.

        Raises StripeError (`idempotency_error`) where the key was used for something else.
        """
        if len(asked.key) > LONGEST_KEY:
            raise StripeError("Idempotency keys can have up to 255 characters.")
        first = self._kept.get(asked.key)
        if first is None or now - first.at >= KEPT_SECONDS:
            return None
        if first.path != asked.path:
            raise _mismatch(asked, SAME_ENDPOINT.format(asked.path, first.path))
        if first.parameters != asked.parameters:
            raise _mismatch(asked, "with the same parameters they were first used with")
        return first

    def remember(self, key: str, answer: Answered) -> None:
        """Keep the answer, an error's too, once the work had begun."""
        self._kept[key] = answer

    def as_json(self) -> Resource:
        """All that is remembered, for the state folder."""
        return {key: asdict(answer) for key, answer in self._kept.items()}


def _mismatch(asked: Asked, condition: str) -> StripeError:
    return StripeError(
        f"Keys for idempotent requests can only be used {condition}. Try using a key other than "
        f"'{asked.key}' if you meant to execute a different request.",
        kind="idempotency_error",
    )
