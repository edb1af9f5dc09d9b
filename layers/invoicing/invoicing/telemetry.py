"""Logs, metrics and traces, one of each for a function.

A log line carries ids and states, never names, addresses, e-mails, IBANs or tokens.
"""

import warnings

from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger()
metrics = Metrics(namespace="Facturier")
# Left to itself it would import, to trace it, every library that it finds. What calls AWS or Stripe
# has the calls traced when it makes its client.
tracer = Tracer(auto_patch=False)

# An invocation that has nothing to count is no fault.
warnings.filterwarnings("ignore", "No application metrics to publish")
