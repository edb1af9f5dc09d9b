"""Stripe's webhook: believed only if signed, and answered only when the hint is kept."""

from http import HTTPStatus
from typing import Any

from invoicing.adapters import http_api, queues, secrets
from invoicing.adapters.stripe import events
from invoicing.telemetry import logger, metrics, tracer, write_under

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.post("/v1/stripe/<seller>", enable_validation=False)  # a signature covers bytes
def receive(seller: str) -> Response[str]:
    """Keep what a signed event points at; say nothing to whoever cannot sign."""
    signature = app.current_event.headers.get("stripe-signature", "")
    payload = http_api.raw_body(app.current_event)
    try:
        event = events.signed_event(payload, signature, secrets.stripe(seller))
    except events.UnsignedError:
        metrics.add_metric(name="UnsignedEvents", unit=MetricUnit.Count, value=1)
        return Response(HTTPStatus.BAD_REQUEST.value, content_types.TEXT_PLAIN, "")
    write_under(event.trail if event else None)
    if event and event.about:
        queues.payment(queues.PaymentHint(seller=seller, type=event.type, object=event.about))
    logger.info(
        "event received", seller=seller, event=event and event.id, type=event and event.type
    )
    return Response(HTTPStatus.OK.value, content_types.TEXT_PLAIN, "")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST /v1/stripe/{seller}."""
    return app.resolve(event, context)
