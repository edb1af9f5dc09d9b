"""How Stripe's API speaks: the specification, form parameters, errors, lists, idempotency."""
