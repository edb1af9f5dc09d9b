"""Logs, metrics and traces, one of each for a function.

A log line carries ids and states, never names, addresses, e-mails, IBANs or tokens. What follows
from an order carries its trail as `correlation_id`, in the lines and in the trace.
"""

import warnings
from collections.abc import Callable
from functools import wraps

from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger()
metrics = Metrics(namespace="Facturier")
# Left to itself it would import, to trace it, every library that it finds. What calls AWS or Stripe
# has the calls traced when it makes its client.
tracer = Tracer(auto_patch=False)

# An invocation that has nothing to count is no fault.
warnings.filterwarnings("ignore", "No application metrics to publish")

_TRAIL = "correlation_id"


def write_under(trail: str | None) -> None:
    """Write under a trail from here on; None is that of nothing."""
    if trail is None:
        logger.remove_keys([_TRAIL])
        return
    logger.append_keys(**{_TRAIL: trail})
    tracer.put_annotation(_TRAIL, trail)


def by_itself[**Message, Outcome](
    handle: Callable[Message, Outcome],
) -> Callable[Message, Outcome]:
    """Trace each message of a batch by itself, and begin it without the trail of the one before.

    What fails is told here, with its trail; of a batch that fails in part nobody else would.
    """
    traced = tracer.capture_method(capture_response=False)(handle)

    @wraps(handle)
    def handled(*message: Message.args, **more: Message.kwargs) -> Outcome:
        write_under(None)
        try:
            return traced(*message, **more)
        except Exception:
            logger.warning("failed, and comes again", exc_info=True)
            raise

    return handled
